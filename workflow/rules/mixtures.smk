rule rephrase:
    """Tell the rows of a hard arm in other words."""
    input:
        rows=lambda w: f"{RESULTS}/mixtures/{ARMS[w.arm].rows_of}.jsonl",
        tasks=f"{RESULTS}/tasks/hard.jsonl",
    output:
        rows=f"{RESULTS}/rephrased/{{arm}}.jsonl",
        failed=f"{RESULTS}/rephrased/{{arm}}.failed.jsonl",
        account=f"{RESULTS}/rephrased/{{arm}}.account.json",
    log:
        f"{LOGS}/rephrase/{{arm}}.log",
    conda:
        env_of(*models_of(STUDY.rephrase))
    resources:
        gpu=gpus_of(*models_of(STUDY.rephrase)),
        mem_mb=while_asking(models_of(STUDY.rephrase), 32000, 8000),
        runtime=while_asking(models_of(STUDY.rephrase), 480, 60),
    params:
        settings=lambda w, output: (
            STUDY.rephrase.model_dump_json() if STUDY.rephrase else "null"
        ),
        meaning=lambda w: STUDY.rephrase.meaning() if STUDY.rephrase else "null",
        prompt=lambda w: STUDY.student.prompt,
        seed=STUDY.seed,
        code=fingerprint("rephrase"),
    shell:
        "python -m weak_teachers.rephrase --settings {params.settings:q} --rows {input.rows}"
        " --tasks {input.tasks} --prompt {params.prompt:q} --seed {params.seed}"
        " --threads {threads} --gpus {resources.gpu} --output {output.rows}"
        " --failed {output.failed} --account {output.account} 2> {log}"


rule mix:
    """An arm's rows at exactly its error rates, with their card."""
    input:
        pool=lambda w: f"{RESULTS}/pools/{STUDY.pool_of(ARMS[w.arm])}.jsonl",
        annotated=lambda w: natural_solutions(ARMS[w.arm]),
        rephrased=lambda w: rephrased_rows(ARMS[w.arm]),
        student=f"{RESULTS}/models/start",
    output:
        rows=f"{RESULTS}/mixtures/{{arm}}.jsonl",
        card=f"{RESULTS}/mixtures/{{arm}}.card.json",
    log:
        f"{LOGS}/mix/{{arm}}.log",
    conda:
        ENV
    params:
        settings=lambda w: stages.mix_settings(STUDY, ARMS[w.arm]).model_dump_json(),
        code=fingerprint("mix"),
    shell:
        "python -m weak_teachers.mix --settings {params.settings:q} --pool {input.pool}"
        " --annotated {input.annotated} --rephrased {input.rephrased} --student {input.student}"
        " --output {output.rows} --card {output.card} 2> {log}"
