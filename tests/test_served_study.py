"""A study whose teacher is served by the real `vllm serve`, and whose students vLLM scores."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

import examples
from vllm_server import need_vllm, vllm_server
from weak_teachers.ask import ask_model
from weak_teachers.backends import Job
from weak_teachers.config.models import OpenaiModel, Sampling, TransformersModel
from weak_teachers.tokens import asking
from workflow_runs import STUDIES, digests, run_snakemake


@pytest.fixture(scope="module")
def url(tiny: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server of the tiny study's main teacher."""
    need_vllm()
    log = tmp_path_factory.mktemp("server") / "log"
    with vllm_server(tiny / "models/teachers/main", log) as address:
        yield address


def test_a_server_gives_greedy_texts_as_transformers_does(url: str, tiny: Path) -> None:
    prompts = [examples.problem("p", 2 + n % 3, 500 + n).text for n in range(30)]
    jobs = [Job(str(n), asking(prompt), 0) for n, prompt in enumerate(prompts)]
    greedy = Sampling(temperature=0.0, max_new_tokens=48)
    server = OpenaiModel(backend="openai", model="main", url=url, key_variable=None)
    local = TransformersModel(backend="transformers", model=str(tiny / "models/teachers/main"))
    served = ask_model("server", "text", jobs, server, greedy, 0)
    assert served.by_key == ask_model("here", "text", jobs, local, greedy, 0).by_key
    assert served.account["completion_tokens"] > 30 * 10


@pytest.fixture(scope="module")
def study(url: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the finished study."""
    folder = tmp_path_factory.mktemp("served")
    config = yaml.safe_load((STUDIES / "served.yaml").read_text())
    config["teachers"]["served"]["url"] = url
    (folder / "study.yaml").write_text(yaml.safe_dump(config))
    run = run_snakemake(folder, folder / "study.yaml")
    assert run.returncode == 0, run.stderr[-4000:]
    return folder


def test_every_sample_is_another_text(study: Path) -> None:
    results = study / "results/served"
    for kind, samples in (("hard", 3), ("subtask", 2)):
        lines = (results / f"solutions/served/{kind}.jsonl").read_text().splitlines()
        by_task: dict[str, list[str]] = {}
        for solution in map(json.loads, lines):
            by_task.setdefault(solution["task"], []).append(solution["text"])
        assert {len(texts) for texts in by_task.values()} == {samples}
        assert sum(len(set(texts)) > 1 for texts in by_task.values()) > len(by_task) / 2
        account = json.loads((results / f"solutions/served/{kind}.account.json").read_text())
        assert account["texts"] == len(lines)
        # All samples of a prompt are asked for in one request; a text that came empty, in another.
        assert len(by_task) <= account["calls"] < 1.2 * len(by_task)
        expected = 0.5 * account["prompt_tokens"] + 1.5 * account["completion_tokens"]
        assert account["dollars"] == pytest.approx(expected / 1e6)
    assert f"<td>{account['texts']}</td>" in (results / "report.html").read_text()


def test_the_report_comes_out_and_nothing_is_asked_again(study: Path) -> None:
    """All texts are in the cache: with the solutions and scores gone, no server is needed."""
    results = study / "results/served"
    before = digests(results)
    for path in [*results.glob("solutions/*/*"), *results.glob("scores/*/*/seed-*")]:
        path.unlink()
    config = yaml.safe_load((study / "study.yaml").read_text())
    config["teachers"]["served"]["url"] = "http://127.0.0.1:9/v1"
    (study / "study.yaml").write_text(yaml.safe_dump(config))
    environment = {"WEAK_TEACHERS_VLLM_PYTHON": "/nowhere"}
    run = run_snakemake(study, study / "study.yaml", **environment)
    assert run.returncode == 0, run.stderr[-4000:]
    after = digests(results)
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"report.html", "manifest/report.html.sha256"}  # it shows the url
