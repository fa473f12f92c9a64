rule fetch:
    """Fetch a data file from outside, or copy it from the folder WEAK_TEACHERS_DATA."""
    output:
        f"{RESULTS}/data/{{path}}",
    log:
        f"{LOGS}/fetch/{{path}}.log",
    conda:
        ENV
    params:
        file=lambda w: next(
            f for f in STUDY.files.values() if f.path == w.path
        ).model_dump_json(),
        code=fingerprint("fetch"),
    shell:
        "python -m weak_teachers.fetch --settings {params.file:q} --output {output} 2> {log}"


rule training_set:
    """Make or read hard, easy or teachers' problems; none is also in a set that comes before."""
    input:
        file=lambda w: data_of(getattr(STUDY.problems, w.set)),
        tests=f"{RESULTS}/problems/held_out.jsonl",
        before=lambda w: [] if w.set == "hard" else f"{RESULTS}/problems/hard.jsonl",
    output:
        problems=f"{RESULTS}/problems/{{set,hard|easy|teacher}}.jsonl",
        counts=f"{RESULTS}/problems/{{set}}.counts.json",
    log:
        f"{LOGS}/problems/{{set}}.log",
    conda:
        ENV
    params:
        set=lambda w: getattr(STUDY.problems, w.set).model_dump_json(),
        seed=STUDY.seed,
        code=fingerprint("problems"),
    shell:
        "python -m weak_teachers.problems --name {wildcards.set} --settings {params.set:q}"
        " --seed {params.seed} --file {input.file} --without {input.tests} {input.before}"
        " --output {output.problems} --counts {output.counts} 2> {log}"


use rule training_set as test_set with:
    input:
        file=lambda w: data_of(STUDY.test_sets[w.set]),
        tests=[],
        before=[],
    output:
        problems=f"{RESULTS}/problems/tests/{{set}}.jsonl",
        counts=f"{RESULTS}/problems/tests/{{set}}.counts.json",
    log:
        f"{LOGS}/problems/tests/{{set}}.log",
    params:
        set=lambda w: STUDY.test_sets[w.set].model_dump_json(),
        seed=STUDY.seed,
        code=fingerprint("problems"),


rule held_out:
    """All test problems, which training problems must not be."""
    output:
        f"{RESULTS}/problems/held_out.jsonl",
    log:
        f"{LOGS}/problems/held_out.log",
    conda:
        ENV
    params:
        # A function of the output reruns nothing: a test set that is added later must not make the
        # training problems anew. `overlap` checks it against them.
        sets=lambda w, output: stages.held_out_settings(STUDY).model_dump_json(),
        seed=STUDY.seed,
        code=fingerprint("held_out"),
    shell:
        "python -m weak_teachers.held_out --settings {params.sets:q} --seed {params.seed}"
        " --output {output} 2> {log}"


rule overlap:
    """Check that no training problem is in a test set, those added later included."""
    input:
        tests=expand(f"{RESULTS}/problems/tests/{{set}}.jsonl", set=STUDY.test_sets),
        training=expand(f"{RESULTS}/problems/{{set}}.jsonl", set=STUDY.problems.names),
    output:
        f"{RESULTS}/problems/overlap.json",
    log:
        f"{LOGS}/problems/overlap.log",
    conda:
        ENV
    params:
        code=fingerprint("overlap"),
    shell:
        "python -m weak_teachers.overlap --tests {input.tests} --training {input.training}"
        " --output {output} 2> {log}"
