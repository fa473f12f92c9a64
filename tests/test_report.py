"""The report: one page that needs nothing else, says what the files say, and runs no one's code."""

import csv
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

import examples
from report_example import HOSTILE, write_results
from weak_teachers.config.study import Study
from weak_teachers.manifest import sha256
from weak_teachers.report import main

SMALL = {"arms.tasks": 10, "student.prompt": "Solve {problem} </pre>" + HOSTILE}


@pytest.fixture(scope="module")
def reported(tmp_path_factory: pytest.TempPathFactory, command) -> tuple[Path, Study]:
    """The results of a report in which every free text is hostile, and its study."""
    results = tmp_path_factory.mktemp("results")
    study = examples.study(SMALL)
    write_results(results, study, HOSTILE)
    assert command(main, "--settings", study.model_dump_json(), "--results", results) == ""
    return results, study


class Page(HTMLParser):
    """What a browser would find on a page: its tags with their attributes, and its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.fixture(scope="module")
def page(reported) -> Page:
    return Page((reported[0] / "report.html").read_text())


def test_a_hostile_text_is_shown_and_does_nothing(page: Page) -> None:
    names = {tag for tag, _ in page.tags}
    assert not names & {"script", "iframe", "object", "embed", "link", "form", "base", "svg"}
    assert not any(name.startswith("on") for _, attributes in page.tags for name in attributes)
    assert "<script>alert(1)</script>" in page.text  # the count and the config show it as text
    assert "{{ 7 * 7 }}" in page.text
    assert names & {"h1", "table", "pre"} == {"h1", "table", "pre"}


def test_the_page_needs_no_other_file(page: Page) -> None:
    references = [a[name] for _, a in page.tags for name in ("src", "href", "data") if name in a]
    assert len(references) == 3
    assert all(one.startswith("data:image/svg+xml;base64,") for one in references)
    styles = re.findall(r"url\(|@import", (page.text))
    assert styles == []
    policy = next(a for tag, a in page.tags if "http-equiv" in a)
    assert policy["content"].startswith("default-src 'none'; img-src data:;")


MEASURES = """
    document.querySelectorAll("details").forEach((one) => one.open = true);
    const page = document.documentElement, scrolled = [...document.querySelectorAll(".scroll")];
    return {
        over: page.scrollWidth - page.clientWidth,
        outside: document.querySelectorAll(":is(table, img):not(.scroll > *)").length,
        wide: scrolled.filter((one) => one.scrollWidth > one.clientWidth).length,
        hints: scrolled.map((one) => getComputedStyle(one).backgroundImage),
        figures: [...document.images].map((image) => [image.width, image.naturalWidth]),
    }
"""


@pytest.mark.parametrize("width", [400, 1200])
def test_wide_tables_and_figures_scroll_with_a_hint(reported, browser, width: int) -> None:
    """The page itself is as wide as the screen, and no figure shrinks until none can read it."""
    metrics = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    browser.get((reported[0] / "report.html").as_uri())
    found = browser.execute_script(MEASURES)
    assert (found["over"], found["outside"]) == (0, 0)
    assert found["wide"] > 0
    assert all(hint.count("gradient") == 4 for hint in found["hints"])
    assert all(shown >= min(natural, 960) for shown, natural in found["figures"])


def test_the_page_says_what_the_files_say(reported, page: Page) -> None:
    results, study = reported
    assert all(f"problems, {name}" in page.text for name in ("hard", "easy", "teacher"))
    findings = json.loads((results / "findings.json").read_text())
    for finding in findings:
        assert finding["statement"] in page.text
        assert f"{100 * finding['effect']:+.1f} points" in page.text
        assert finding["verdict"] in page.text
    for arm in study.arms.spelt_out():
        assert arm.name in page.text
    assert "Command-R-2024-03" in page.text  # the paper's numbers
    # What the main teacher's solutions took, cell by cell.
    assert (
        "".join(["main, hard", "1234", "1", "0", "0", "0", "5", "2", "3,000", "4,000", "3.40"])
        in page.text
    )


def test_accuracy_has_a_row_for_each_model_and_test_set(reported) -> None:
    results, study = reported
    rows = list(csv.DictReader((results / "accuracy.csv").open()))
    assert list(rows[0]) == ["arm", "seed", "test_set", "n", "accuracy", "se"]
    models = 1 + len(study.arms.spelt_out()) * len(study.seeds)
    assert len(rows) == models * len(study.test_sets)
    first = {row["arm"]: float(row["accuracy"]) for row in reversed(rows) if row["seed"] == "0"}
    assert (first["hard-0"], first["subtask-0"]) == (0.7, 0.2)


def test_findings_are_those_of_the_scores(reported) -> None:
    findings = {f["claim"]: f for f in json.loads((reported[0] / "findings.json").read_text())}
    assert findings["hard_over_subtask"]["effect"] == pytest.approx(0.5)
    assert findings["hard_over_subtask"]["verdict"] == "supported"
    assert findings["severity_between_teachers"]["effect"] == pytest.approx(0.3)
    assert findings["severity_within_teacher"]["effect"] == 0
    assert findings["combination_over_baselines"]["comparison"] == "combined − hard"


def test_figures_are_drawn_and_readable_apart(reported) -> None:
    figures = {path.name for path in (reported[0] / "figures").iterdir()}
    names = ("accuracy_against_er", "matched_teachers", "accuracy_against_swer")
    assert figures == {f"{name}.{kind}" for name in names for kind in ("png", "svg")}


def test_the_same_results_give_the_same_bytes(reported, tmp_path: Path, command) -> None:
    results, study = reported
    write_results(tmp_path, study, HOSTILE)
    assert command(main, "--settings", study.model_dump_json(), "--results", tmp_path) == ""
    for path in results.rglob("*"):
        if path.is_file():
            assert sha256(path) == sha256(tmp_path / path.relative_to(results)), path


def test_a_study_without_most_arms_is_reported_too(tmp_path: Path, command) -> None:
    few = {f"arms.{family}": [] for family in ("natural", "combined", "rephrased", "epochs")}
    study = examples.study(
        {**SMALL, **few, "arms.severity": [], "arms.subtask": [], "arms.hard": [0], "seeds": [3]}
    )
    write_results(tmp_path, study)
    assert command(main, "--settings", study.model_dump_json(), "--results", tmp_path) == ""
    page = Page((tmp_path / "report.html").read_text())
    assert "needs `severity` arms" in page.text
    assert "one seed" in page.text
    assert not (tmp_path / "figures/matched_teachers.svg").exists()


def test_missing_results_are_one_line(tmp_path: Path, command) -> None:
    study = examples.study(SMALL)
    said = command(main, "--settings", study.model_dump_json(), "--results", tmp_path)
    assert said.startswith(f"error: {tmp_path}/scores/hard-0/seed-0.jsonl: no such file")
    assert list(tmp_path.iterdir()) == []
