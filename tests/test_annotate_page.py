import base64
import hashlib
import json
import re
import subprocess
import sys
from collections import Counter
from itertools import pairwise

import pytest

from people_samples import HOSTILE, solution, task
from weak_teachers import annotate_page
from weak_teachers.annotate_page import draw, make_page
from weak_teachers.errors import UserError
from weak_teachers.files import write_records
from weak_teachers.people import steps_digest


def population():
    sizes = {
        ("ann", "correct"): 40,
        ("ann", "wrong"): 40,
        ("bob", "wrong"): 40,
        ("bob", "unknown"): 2,
    }
    return [
        solution(100 * place + number, teacher=teacher, outcome=outcome)
        for place, ((teacher, outcome), size) in enumerate(sizes.items())
        for number in range(size)
    ]


def strata(sample):
    return Counter((solution.teacher, solution.outcome) for solution in sample)


def test_every_teacher_and_outcome_is_drawn_alike():
    assert sorted(strata(draw(population(), 50, seed=42)).values()) == [2, 16, 16, 16]
    assert len(draw(population(), 500, seed=42)) == 122


def test_the_draw_is_the_seeds_not_the_orders():
    assert draw(population(), 50, 42) == draw(population()[::-1], 50, 42)
    assert draw(population(), 50, 42) != draw(population(), 50, 43)


def test_the_order_mixes_teachers():
    order = [solution.teacher for solution in draw(population(), 50, seed=42)]
    changes = sum(one != other for one, other in pairwise(order))
    assert changes > 10


def page_of(*solutions):
    tasks = {solution.task: task(int(solution.task[5:])) for solution in solutions}
    return make_page(solutions, tasks)


def test_the_page_names_no_teacher_outcome_or_id():
    html, key = page_of(
        *(
            solution(n, teacher="llama-weak", outcome="wrong", labels=["wrong"] * 2)
            for n in range(5)
        )
    )
    body = html[html.index("<main>") : html.index("</main>")]
    assert "llama" not in html
    assert "task-" not in html
    assert "correct" not in body
    assert [item.solution for item in key.items] == [f"task-{n}/llama-weak/0" for n in range(5)]


def test_other_labels_make_the_same_page():
    checked = page_of(solution(1, labels=["correct", "wrong"]))
    assert checked == page_of(solution(1))
    assert checked[1].page != page_of(solution(1, steps=["another", "text"]))[1].page


def test_the_key_notices_another_segmentation():
    joined = solution(1, steps=["a b", "c"])
    assert steps_digest(joined) == steps_digest(solution(2, teacher="x", steps=["a b", "c"]))
    assert steps_digest(joined) != steps_digest(solution(1, steps=["a", "b c"]))


def test_the_policy_allows_the_pages_own_script_and_style_and_nothing_else():
    html, _ = page_of(*(solution(n, steps=[text]) for n, text in enumerate(HOSTILE)))
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', html)[1]
    for tag, directive in (("script", "script-src"), ("style", "style-src-elem")):
        bodies = re.findall(rf"<{tag}>(.*?)</{tag}>", html, re.DOTALL)
        assert len(bodies) == 1
        digest = base64.b64encode(hashlib.sha256(bodies[0].encode()).digest()).decode()
        assert f"{directive} 'sha256-{digest}'" in policy
    assert "default-src 'none'" in policy
    assert html.index("Content-Security-Policy") < html.index("<style>")
    assert not re.search(r"<[^>]*\s(src|href)=", html)


def run(*words):
    return subprocess.run(
        [sys.executable, "-m", "weak_teachers.annotate_page", *map(str, words)],
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def files(tmp_path):
    solutions = [*population(), solution(999, steps=[])]
    write_records(tmp_path / "annotated.jsonl", solutions)
    write_records(tmp_path / "tasks.jsonl", [task(int(s.task[5:])) for s in solutions])
    return tmp_path


def command(folder, **others):
    options = {
        "annotated": folder / "annotated.jsonl",
        "tasks": folder / "tasks.jsonl",
        "output": folder / "page.html",
        **others,
    }
    return run(*(word for name, value in options.items() for word in (f"--{name}", value)))


def test_the_command_writes_page_and_key(files):
    result = command(files, count=10, seed=7)
    assert result.returncode == 0, result.stderr
    assert "10 of 122 solutions" in result.stdout
    html = (files / "page.html").read_text(encoding="utf-8")
    key = json.loads((files / "page.key.json").read_text(encoding="utf-8"))
    assert html.count('<article class="item"') == len(key["items"]) == 10
    assert f'data-page="{key["page"]}"' in html


def test_the_command_writes_the_same_page_again(files):
    command(files)
    first = (files / "page.html").read_bytes()
    command(files)
    assert (files / "page.html").read_bytes() == first


def test_a_missing_task_is_one_line(files):
    write_records(files / "tasks.jsonl", [task(1)])
    result = command(files)
    assert result.returncode == 1
    assert re.fullmatch(
        r"error: --tasks: task 'task-\d+' of solution .* is missing; .*\n", result.stderr
    )
    assert not (files / "page.html").exists()


def test_no_steps_is_one_line(files):
    write_records(files / "annotated.jsonl", [solution(1, steps=[])])
    assert command(files).stderr.startswith("error: --annotated: no solution has steps")


def test_a_solution_in_two_files_is_one_line(files):
    with pytest.raises(UserError, match="is also in"):
        annotate_page.read_solutions([files / "annotated.jsonl"] * 2)
