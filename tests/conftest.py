"""Fixtures that many tests share."""

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml
from filelock import FileLock

if TYPE_CHECKING:
    from selenium.webdriver.remote.webdriver import WebDriver

    from workflow_runs import Finished

REPOSITORY = Path(__file__).parents[1]

# No display, no sandbox (tests may run as root), and no look-ups of its own on a closed network.
BROWSER_FLAGS = """
    --headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run
    --disable-background-networking --disable-component-update --disable-sync
"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What mostly waits comes first, so that other tests run beside it."""
    items.sort(key=lambda item: item.path.name != "test_slurm.py")


@pytest.fixture(scope="session", autouse=True)
def _cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Tests have a cache of their own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WEAK_TEACHERS_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(scope="session")
def shared_file() -> Callable[[str], Path]:
    """Find a real data file, in WEAK_TEACHERS_DATA or beside the repository; CI must have it."""
    folder = Path(os.environ.get("WEAK_TEACHERS_DATA", REPOSITORY.parent / "shared/benchmarks"))

    def find(relative: str) -> Path:
        path = folder / relative
        if not path.exists():
            reason = f"{path} is not there; set WEAK_TEACHERS_DATA to the folder of real data files"
            if os.environ.get("CI") == "true":
                pytest.fail(reason)
            pytest.skip(reason)
        return path

    return find


@pytest.fixture(autouse=True)
def own_request_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Each test's requests are kept in a folder of its own."""
    monkeypatch.setenv("WEAK_TEACHERS_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache/requests"


@pytest.fixture(scope="session")
def command() -> Callable[..., str]:
    """Run a stage's command in this process and give its error line, "" where all went well."""
    from weak_teachers.command import run

    def call(main: Callable[[], None], *words: object) -> str:
        with pytest.MonkeyPatch.context() as patch, pytest.raises(SystemExit) as end:
            patch.setattr(sys, "argv", ["stage", *map(str, words)])
            run(main)
        assert end.value.code in (0, None) or str(end.value.code).startswith("error: "), end.value
        return str(end.value.code or "")

    return call


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator["WebDriver"]:
    """A real headless Chromium; CI must have it."""
    chromium, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if not (chromium and driver):
        reason = "Chromium is missing; install the packages chromium and chromium-driver"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    for flag in (*BROWSER_FLAGS.split(), f"--user-data-dir={tmp_path_factory.mktemp('chromium')}"):
        options.add_argument(flag)
    session = webdriver.Chrome(options, webdriver.ChromeService(driver))
    yield session
    session.quit()


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model folder: one layer of random weights over the synthetic world's words."""
    from weak_teachers.config.training import TinyModel
    from weak_teachers.student import tiny_model, tiny_tokenizer

    folder = tmp_path_factory.mktemp("tiny-model")
    tokenizer = tiny_tokenizer()
    shape = TinyModel(hidden=32, layers=1, heads=1, feed_forward=32)
    tiny_model(shape, len(tokenizer), seed=0).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


@pytest.fixture(scope="session")
def learnt_rows() -> list[tuple[str, str]]:
    """A few rows that a tiny model learns by heart."""
    import examples

    problems = [examples.problem("p", 1, seed) for seed in range(3)]
    return [(problem.text, problem.solution) for problem in problems]


@pytest.fixture(scope="session")
def learnt(tiny_model: Path, learnt_rows, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny model after it saw the same few rows again and again."""
    from weak_teachers.config.training import Recipe
    from weak_teachers.train import train, trainer_config

    folder = tmp_path_factory.mktemp("learnt")
    recipe = Recipe(
        updates=80, learning_rate=2e-2, batch_size=3, accumulation=1, precision="float32"
    )
    train(tiny_model, learnt_rows, trainer_config(recipe, 0, folder / "work"), folder / "model")
    return folder / "model"


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """The results of one clean, uninterrupted run of the tiny study, for all processes of tests."""
    from workflow_runs import TINY, run_snakemake

    own = tmp_path_factory.getbasetemp()
    folder = (own if worker_id == "master" else own.parent) / "clean"
    with FileLock(f"{folder}.lock"):
        if not folder.exists():
            folder.mkdir()
            run = run_snakemake(folder, TINY)
            assert run.returncode == 0, run.stderr[-4000:]
    assert (folder / "results/tiny/report.html").exists()
    return folder / "results/tiny"


@pytest.fixture
def finished(tiny: Path, tmp_path: Path) -> "Finished":
    """The finished tiny study, in copies: as after a fresh checkout elsewhere."""
    from workflow_runs import TINY, Finished, copy_repository

    folder = Path(shutil.copytree(tiny.parents[1], tmp_path / "folder"))
    config = yaml.safe_load(TINY.read_text())
    return Finished(copy_repository(tmp_path / "repository"), folder, config)
