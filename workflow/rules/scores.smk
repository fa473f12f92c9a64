rule score:
    """A trained student answers the test sets."""
    input:
        model=f"{RESULTS}/models/arms/{{arm}}/seed-{{seed}}",
        tests=expand(f"{RESULTS}/problems/tests/{{set}}.jsonl", set=STUDY.test_sets),
    output:
        answers=f"{RESULTS}/scores/{{arm}}/seed-{{seed}}.jsonl",
        accuracy=f"{RESULTS}/scores/{{arm}}/seed-{{seed}}.csv",
    log:
        f"{LOGS}/score/{{arm}}/seed-{{seed}}.log",
    benchmark:
        f"{TIMES}/score/{{arm}}/seed-{{seed}}.tsv"
    conda:
        env_of(STUDY.scoring_engine)
    resources:
        gpu=gpus_of(STUDY.scoring_engine),
        mem_mb=rising(32000),
        runtime=rising(120),
    params:
        settings=lambda w, output: stages.score_settings(STUDY).model_dump_json(),
        meaning=lambda w: stages.score_settings(STUDY).meaning(),
        code=fingerprint("score"),
    shell:
        "python -m weak_teachers.score --settings {params.settings:q} --seed {wildcards.seed}"
        " --threads {threads} --gpus {resources.gpu} --model {input.model} --tests {input.tests}"
        " --answers {output.answers} --accuracy {output.accuracy} 2> {log}"


use rule score as score_base with:
    input:
        model=BASE,
        tests=expand(f"{RESULTS}/problems/tests/{{set}}.jsonl", set=STUDY.test_sets),
    output:
        answers=f"{RESULTS}/scores/base/seed-{{seed}}.jsonl",
        accuracy=f"{RESULTS}/scores/base/seed-{{seed}}.csv",
    log:
        f"{LOGS}/score/base/seed-{{seed}}.log",
    benchmark:
        f"{TIMES}/score/base/seed-{{seed}}.tsv"


ruleorder: score_base > score
