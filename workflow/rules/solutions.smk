rule sample:
    """A teacher writes solutions to tasks."""
    input:
        tasks=f"{RESULTS}/tasks/{{kind}}.jsonl",
        model=lambda w: trained_model(w.teacher),
        recorded=lambda w: data_of(STUDY.teachers[w.teacher]),
    output:
        solutions=f"{RESULTS}/solutions/{{teacher}}/{{kind}}.jsonl",
        failed=f"{RESULTS}/solutions/{{teacher}}/{{kind}}.failed.jsonl",
        account=f"{RESULTS}/solutions/{{teacher}}/{{kind}}.account.json",
    log:
        f"{LOGS}/sample/{{teacher}}/{{kind}}.log",
    benchmark:
        f"{TIMES}/sample/{{teacher}}/{{kind}}.tsv"
    conda:
        lambda w: env_of(STUDY.teachers[w.teacher])
    resources:
        gpu=lambda w: gpus_of(STUDY.teachers[w.teacher]),
        mem_mb=rising(32000),
        runtime=rising(480),
    params:
        # A function of the output reruns nothing, here and in all stages that ask models: settings
        # have how texts are had as well, and `meaning` what they depend on.
        settings=lambda w, output: stages.sample_settings(
            STUDY, w.teacher, w.kind
        ).model_dump_json(),
        meaning=lambda w: stages.sample_settings(STUDY, w.teacher, w.kind).meaning(),
        seed=STUDY.seed,
        code=fingerprint("sample"),
    shell:
        "python -m weak_teachers.sample --teacher {wildcards.teacher}"
        " --settings {params.settings:q} --seed {params.seed} --threads {threads}"
        " --gpus {resources.gpu} --tasks {input.tasks} --model {input.model}"
        " --recorded {input.recorded} --output {output.solutions} --failed {output.failed}"
        " --account {output.account} 2> {log}"


rule annotate:
    """Label the outcome and the steps of a teacher's solutions."""
    input:
        tasks=f"{RESULTS}/tasks/{{kind}}.jsonl",
        solutions=f"{RESULTS}/solutions/{{teacher}}/{{kind}}.jsonl",
        human=data_file(STUDY.annotate.human) if STUDY.annotate.human else [],
    output:
        annotated=f"{RESULTS}/annotated/{{teacher}}/{{kind}}.jsonl",
        failed=f"{RESULTS}/annotated/{{teacher}}/{{kind}}.failed.jsonl",
        account=f"{RESULTS}/annotated/{{teacher}}/{{kind}}.account.json",
    log:
        f"{LOGS}/annotate/{{teacher}}/{{kind}}.log",
    conda:
        env_of(*models_of(STUDY.annotate))
    resources:
        gpu=gpus_of(*models_of(STUDY.annotate)),
        mem_mb=while_asking(models_of(STUDY.annotate), 32000, 8000),
        runtime=while_asking(models_of(STUDY.annotate), 480, 60),
    params:
        settings=lambda w, output: STUDY.annotate.model_dump_json(),
        meaning=lambda w: STUDY.annotate.meaning(),
        seed=STUDY.seed,
        code=fingerprint("annotate"),
    shell:
        "python -m weak_teachers.annotate --settings {params.settings:q} --threads {threads}"
        " --gpus {resources.gpu} --seed {params.seed} --tasks {input.tasks}"
        " --solutions {input.solutions} --human {input.human} --output {output.annotated}"
        " --failed {output.failed} --account {output.account} 2> {log}"


rule restyle:
    """Correct solutions in a teacher's style, of tasks that it never solves."""
    input:
        tasks=expand(f"{RESULTS}/tasks/{{kind}}.jsonl", kind=STUDY.kinds),
        annotated=expand(
            f"{RESULTS}/annotated/{{{{teacher}}}}/{{kind}}.jsonl",
            kind=STUDY.kinds,
        ),
    output:
        restyled=f"{RESULTS}/restyled/{{teacher}}.jsonl",
        account=f"{RESULTS}/restyled/{{teacher}}.account.json",
    log:
        f"{LOGS}/restyle/{{teacher}}.log",
    conda:
        env_of(*models_of(STUDY.restyle))
    resources:
        gpu=gpus_of(*models_of(STUDY.restyle)),
        mem_mb=while_asking(models_of(STUDY.restyle), 32000, 8000),
        runtime=while_asking(models_of(STUDY.restyle), 480, 60),
    params:
        settings=lambda w, output: STUDY.restyle.model_dump_json(),
        meaning=lambda w: STUDY.restyle.meaning(),
        seed=STUDY.seed,
        code=fingerprint("restyle"),
    shell:
        "python -m weak_teachers.restyle --teacher {wildcards.teacher}"
        " --settings {params.settings:q} --seed {params.seed} --threads {threads}"
        " --gpus {resources.gpu} --tasks {input.tasks} --annotated {input.annotated}"
        " --output {output.restyled} --account {output.account} 2> {log}"


rule pool:
    """Each task with a teacher's correct and wrong solutions, by whole families."""
    input:
        tasks=expand(f"{RESULTS}/tasks/{{kind}}.jsonl", kind=STUDY.kinds),
        annotated=expand(
            f"{RESULTS}/annotated/{{{{teacher}}}}/{{kind}}.jsonl",
            kind=STUDY.kinds,
        ),
        restyled=lambda w: restyled_of(w.teacher),
    output:
        pool=f"{RESULTS}/pools/{{teacher}}.jsonl",
        counts=f"{RESULTS}/pools/{{teacher}}.counts.json",
    log:
        f"{LOGS}/pool/{{teacher}}.log",
    conda:
        ENV
    params:
        code=fingerprint("pool"),
    shell:
        "python -m weak_teachers.pool --teacher {wildcards.teacher} --tasks {input.tasks}"
        " --annotated {input.annotated} --restyled {input.restyled}"
        " --output {output.pool} --counts {output.counts} 2> {log}"
