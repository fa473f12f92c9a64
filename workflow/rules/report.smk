MODELS = expand("{arm}/seed-{seed}", arm=ARMS, seed=STUDY.seeds) + [
    f"base/seed-{STUDY.seed}"
]


rule report:
    """Tables, figures and findings of the study."""
    input:
        scores=expand(f"{RESULTS}/scores/{{model}}.jsonl", model=MODELS),
        accuracy=expand(f"{RESULTS}/scores/{{model}}.csv", model=MODELS),
        cards=expand(f"{RESULTS}/mixtures/{{arm}}.card.json", arm=ARMS),
        annotated=expand(
            f"{RESULTS}/annotated/{{teacher}}/{{kind}}.jsonl",
            teacher=STUDY.teachers,
            kind=STUDY.kinds,
        ),
        accounts=[f"{RESULTS}/{name}" for name in STUDY.accounts().values()],
        counts=[
            *expand(
                f"{RESULTS}/problems/{{set}}.counts.json", set=STUDY.problems.names
            ),
            *expand(
                f"{RESULTS}/problems/tests/{{set}}.counts.json", set=STUDY.test_sets
            ),
            f"{RESULTS}/tasks/counts.json",
            f"{RESULTS}/pools/{STUDY.arms.teacher}.counts.json",
            f"{RESULTS}/problems/overlap.json",
        ],
    output:
        html=f"{RESULTS}/report.html",
        findings=f"{RESULTS}/findings.json",
        accuracy=f"{RESULTS}/accuracy.csv",
        figures=directory(f"{RESULTS}/figures"),
    log:
        f"{LOGS}/report.log",
    conda:
        ENV
    params:
        study=lambda w: STUDY.model_dump_json(),
        results=subpath(output.html, parent=True),
        code=fingerprint("report"),
    shell:
        "python -m weak_teachers.report --settings {params.study:q} --results {params.results} 2> {log}"
