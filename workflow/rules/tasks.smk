rule decompose:
    """Cut hard problems into subtasks, or make tasks of them as they are."""
    input:
        f"{RESULTS}/problems/hard.jsonl",
    output:
        hard=f"{RESULTS}/tasks/hard.jsonl",
        subtask=f"{RESULTS}/tasks/subtask.jsonl",
        rejected=f"{RESULTS}/tasks/rejected.jsonl",
        counts=f"{RESULTS}/tasks/counts.json",
        account=f"{RESULTS}/tasks/account.json",
    log:
        f"{LOGS}/decompose.log",
    conda:
        env_of(*models_of(STUDY.decompose))
    resources:
        gpu=gpus_of(*models_of(STUDY.decompose)),
        mem_mb=while_asking(models_of(STUDY.decompose), 32000, 8000),
        runtime=while_asking(models_of(STUDY.decompose), 480, 60),
    params:
        settings=lambda w, output: (
            STUDY.decompose.model_dump_json() if STUDY.decompose else "null"
        ),
        meaning=lambda w: STUDY.decompose.meaning() if STUDY.decompose else "null",
        needed=lambda w, output: STUDY.arms.tasks,
        seed=STUDY.seed,
        code=fingerprint("decompose"),
    shell:
        "python -m weak_teachers.decompose --settings {params.settings:q} --seed {params.seed}"
        " --threads {threads} --gpus {resources.gpu} --problems {input} --needed {params.needed}"
        " --hard {output.hard} --subtask {output.subtask} --rejected {output.rejected}"
        " --counts {output.counts} --account {output.account} 2> {log}"
