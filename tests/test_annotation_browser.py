"""The annotation page in a real headless Chromium, opened from its file."""

import json
import time

import pytest

from people_samples import HOSTILE, solution, task
from weak_teachers.annotate_page import make_page
from weak_teachers.import_labels import read_labels

MARKS = """
    return [...document.querySelectorAll(".item:not([hidden]) .step")].map(
        (step) => step.querySelector("[aria-pressed=true]")?.dataset.mark ?? null)
"""
HANDLERS = """
    return [...document.querySelectorAll("*")]
        .flatMap((element) => element.getAttributeNames())
        .filter((name) => name.startsWith("on"))
"""
COVERED_BUTTONS = """
    return [...document.querySelectorAll(".item:not([hidden]) .marks button")].filter((button) => {
        button.scrollIntoView({block: "center"});
        const box = button.getBoundingClientRect();
        return document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2) !== button;
    })
"""


class Page:
    """What a person does with the page and sees of it."""

    def __init__(self, browser, path):
        self.browser, self.path = browser, path
        self.size(1200, 900)
        browser.get(path.as_uri())
        # All pages that are files share one store in Chromium.
        self.run("localStorage.clear()")
        self.reload()

    def size(self, width, height):
        metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        self.browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)

    def reload(self):
        """Load the page anew, and wait until it is there: the driver may answer before."""
        from selenium.webdriver.support.ui import WebDriverWait

        time.sleep(0.5)  # Chromium's processes hand on what a page keeps when they come to it
        self.run("window.before = true")
        self.browser.refresh()
        loaded = "return !window.before && document.readyState === 'complete'"
        WebDriverWait(self.browser, 30).until(lambda _: self.run(loaded))

    def find(self, selector):
        return self.browser.find_elements("css selector", selector)

    def press(self, *keys):
        for key in keys:
            self.browser.switch_to.active_element.send_keys(key)

    def start(self, name):
        from selenium.webdriver.common.keys import Keys

        self.press(name, Keys.ENTER)

    def run(self, script, *values):
        return self.browser.execute_script(script, *values)

    def text(self, selector):
        return self.find(selector)[0].text

    def marks(self):
        """Of the solution in view, what is pressed for each step."""
        return self.run(MARKS)

    def export(self, folder):
        """Press the key of Export, and read what was downloaded."""
        folder.mkdir()
        behaviour = {"behavior": "allow", "downloadPath": str(folder)}
        self.browser.execute_cdp_cmd("Browser.setDownloadBehavior", behaviour)
        self.press("e")
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            if found := list(folder.glob("*.json")):
                return found[0]
            time.sleep(0.05)
        raise AssertionError(f"nothing was downloaded; the page says {self.text('#status')!r}")


@pytest.fixture
def written(tmp_path):
    """Write a page of these solutions; gives its path and key."""

    def write(solutions):
        html, key = make_page(solutions, {s.task: task(int(s.task[5:])) for s in solutions})
        path = tmp_path / "page.html"
        path.write_text(html, encoding="utf-8")
        return path, key

    return write


@pytest.fixture
def three(written):
    return written([solution(n, steps=[f"${n}+1={n + 1}$", "thus", "so"]) for n in range(3)])


def test_label_reload_export_import(browser, three, tmp_path):
    path, key = three
    page = Page(browser, path)
    page.start("Ada Ö")
    page.press("r", "w", "u")
    assert page.marks() == ["right", "wrong", "unsure"]
    page.press("n")
    page.find(".item:not([hidden]) .step:nth-child(2) [data-mark=wrong]")[0].click()
    page.find(".item:not([hidden]) .step:nth-child(1) [data-mark=right]")[0].click()
    page.find(".item:not([hidden]) .step:nth-child(3) [data-mark=right]")[0].click()
    assert page.marks() == ["right", "wrong", "right"]
    assert page.text("#count") == "6 of 9 steps marked"

    page.reload()
    assert page.text("#annotator") == "Ada Ö"
    assert page.text("#place") == "2 of 3"
    assert page.text("#count") == "6 of 9 steps marked"
    assert page.marks() == ["right", "wrong", "right"]

    exported = page.export(tmp_path / "downloads")
    assert json.loads(exported.read_text(encoding="utf-8")) == {
        "page": key.page,
        "annotator": "Ada Ö",
        "labels": {
            "1": ["right", "wrong", "unsure"],
            "2": ["right", "wrong", "right"],
            "3": [None, None, None],
        },
    }
    labels = read_labels([exported], key)
    assert [(label.solution, label.labels) for label in labels] == [
        ("task-0/teacher-a/0", ["right", "wrong", "unsure"]),
        ("task-1/teacher-a/0", ["right", "wrong", "right"]),
    ]


def test_every_annotator_has_their_own_progress(browser, three):
    page = Page(browser, three[0])
    page.start("Ada")
    page.press("r")
    page.find("#annotator")[0].click()
    page.start("Bob")
    assert page.marks() == [None, None, None]
    page.find("#annotator")[0].click()
    page.start("Ada")
    assert page.marks() == ["right", None, None]


def test_the_keyboard_is_enough(browser, three):
    from selenium.webdriver.common.keys import Keys

    page = Page(browser, three[0])
    assert page.run("return document.activeElement.id") == "name"
    page.press("n", "r", Keys.ENTER)
    assert page.text("#annotator") == "nr"
    page.press(Keys.ARROW_DOWN, "w", "k", Keys.ARROW_UP, "u")
    assert page.marks() == ["unsure", "wrong", None]
    page.press("j", "r", "k", "c")
    assert page.marks() == ["unsure", None, "right"]
    page.press(Keys.ARROW_RIGHT, Keys.ARROW_RIGHT, Keys.ARROW_RIGHT)
    assert page.text("#place") == "3 of 3"
    page.press(Keys.ARROW_LEFT, "p", "p")
    assert page.text("#place") == "1 of 3"
    page.press("g")
    assert page.text("#place") == "1 of 3"
    page.press("w", "g")
    assert page.text("#place") == "2 of 3"
    # The buttons themselves: Tab goes from the step to its marks, the space bar presses.
    page.press(Keys.TAB, Keys.TAB, Keys.SPACE)
    assert page.marks() == ["wrong", None, None]


def test_an_export_of_half_a_solution_says_so(browser, three, tmp_path):
    page = Page(browser, three[0])
    page.start("Ada")
    page.press("n", "r")
    page.export(tmp_path / "downloads")
    assert page.text("#status").endswith("Only partly marked, to be finished before import: 2.")


def test_hostile_text_neither_runs_nor_breaks_the_page(browser, written):
    path, _ = written([solution(n, steps=[text, "next"]) for n, text in enumerate(HOSTILE)])
    page = Page(browser, path)
    page.start("Ada")
    assert page.run("return document.querySelectorAll('script').length") == 1
    assert not page.find("main :is(img, svg, a, style, iframe, object, form, input)")
    assert page.run("return performance.getEntriesByType('resource').length") == 0
    assert page.run(HANDLERS) == []
    for width in (1200, 360):
        page.size(width, 800)
        for number in range(len(HOSTILE)):
            page.find("#overview button")[number].click()
            assert_whole(page, number)
    assert page.run("return typeof window.owned") == "undefined"
    assert page.run("return document.title") == "Right or wrong, step by step"


def assert_whole(page, number):
    """Nothing runs out of the page's width, and every button can be seen and clicked."""
    assert page.run("return document.documentElement.scrollWidth <= innerWidth"), number
    assert page.run(COVERED_BUTTONS) == [], number


def test_the_policy_stops_what_escaping_would_miss(browser, three):
    path, _ = three
    html = path.read_text(encoding="utf-8")
    hole = (
        "<script>window.owned = 1</script><img src=x onerror='window.owned = 2'>"
        "<a id=trap href='javascript:window.owned = 3'>x</a><style>#trap { color: red }</style>"
    )
    path.write_text(html.replace("<main>", f"<main>{hole}", 1), encoding="utf-8")
    page = Page(browser, path)
    page.start("Ada")
    page.run("document.getElementById('trap').click()")
    assert page.run("return typeof window.owned") == "undefined"
    assert page.run("return getComputedStyle(document.getElementById('trap')).color") != (
        "rgb(255, 0, 0)"
    )
    assert page.marks() == [None, None, None]
