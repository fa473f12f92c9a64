BASE = f"{RESULTS}/models/base" if STUDY.student.base else f"{RESULTS}/models/start"


rule start:
    """Make or get the model that all training starts from."""
    output:
        directory(f"{RESULTS}/models/start"),
    log:
        f"{LOGS}/start.log",
    conda:
        ENV
    resources:
        mem_mb=rising(32000),
    params:
        settings=lambda w: STUDY.student.start.model_dump_json(),
        seed=STUDY.seed,
        code=fingerprint("student"),
    shell:
        "python -m weak_teachers.student --settings {params.settings:q} --seed {params.seed}"
        " --threads {threads} --output {output} 2> {log}"


rule lessons:
    """Problems with their reference solutions as rows to train on."""
    input:
        f"{RESULTS}/problems/{{set}}.jsonl",
    output:
        f"{RESULTS}/lessons/{{set,easy|teacher}}.jsonl",
    log:
        f"{LOGS}/lessons/{{set}}.log",
    conda:
        ENV
    params:
        prompt=lambda w: STUDY.student.prompt,
        code=fingerprint("lessons"),
    shell:
        "python -m weak_teachers.lessons --problems {input} --prompt {params.prompt:q}"
        " --output {output} 2> {log}"


rule train_base:
    """Stage 1: the student learns from easy problems."""
    input:
        model=f"{RESULTS}/models/start",
        rows=f"{RESULTS}/lessons/easy.jsonl",
    output:
        directory(f"{RESULTS}/models/base"),
    log:
        f"{LOGS}/train/base.log",
    benchmark:
        f"{TIMES}/train/base.tsv"
    conda:
        GPU_ENV
    resources:
        gpu=1,
        nodes=1,
        mem_mb=rising(64000),
        runtime=rising(480),
    params:
        recipe=lambda w: STUDY.student.base.model_dump_json(),
        seed=STUDY.seed,
        work=f"{RESULTS}/work",
        code=fingerprint("train"),
    shell:
        "python -m weak_teachers.train --settings {params.recipe:q} --seed {params.seed}"
        " --threads {threads} --gpus {resources.gpu} --nodes {resources.nodes}"
        " --model {input.model} --rows {input.rows} --work {params.work}"
        " --output {output} 2> {log}"


# First of all that can run: most of a study waits for its teachers.
use rule train_base as train_teacher with:
    input:
        model=BASE,
        rows=f"{RESULTS}/lessons/teacher.jsonl",
    output:
        directory(f"{RESULTS}/models/teachers/{{teacher}}"),
    log:
        f"{LOGS}/train/teachers/{{teacher}}.log",
    benchmark:
        f"{TIMES}/train/teachers/{{teacher}}.tsv"
    priority: 1
    params:
        recipe=lambda w: stages.teacher_recipe(STUDY, w.teacher).model_dump_json(),
        seed=STUDY.seed,
        work=f"{RESULTS}/work",
        code=fingerprint("train"),


use rule train_base as train_arm with:
    input:
        model=BASE,
        rows=f"{RESULTS}/mixtures/{{arm}}.jsonl",
    output:
        directory(f"{RESULTS}/models/arms/{{arm}}/seed-{{seed}}"),
    log:
        f"{LOGS}/train/arms/{{arm}}/seed-{{seed}}.log",
    benchmark:
        f"{TIMES}/train/arms/{{arm}}/seed-{{seed}}.tsv"
    params:
        recipe=lambda w: stages.arm_recipe(STUDY, ARMS[w.arm]).model_dump_json(),
        seed=lambda w: w.seed,
        work=f"{RESULTS}/work",
        code=fingerprint("train"),
