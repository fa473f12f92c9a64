"""Fingerprint: what a stage's results depend on in the repository, a short word for each part.

A stage depends on its module and on the package's modules that it imports, taken as syntax trees
without comments, docstrings and layout, so that only a change of meaning changes a fingerprint; and
on the files in ``resources`` that these modules name in full, such as ``"prompts/critic.yaml"``.
Nothing is imported to compute it. The config's own modules don't count, since a rule's settings
carry the values that they yield; nor do those that only talk to the user or to the machine, or keep
what came.
"""

import ast
import hashlib
from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).parent
NAME = PACKAGE.name
RESOURCES = PACKAGE.parents[1] / "resources"
WITHOUT_EFFECT = (
    "cache",
    "command",
    "config",
    "errors",
    "gpus",
    "manifest",
    "processes",
    "progress",
)


def fingerprint(stage: str) -> str:
    """The fingerprint of a stage: ``part=digest`` for each module and resource, sorted.

    Args:
        stage: name of its module, such as ``"train"``.
    """
    modules = reach(stage)
    digests = {name: _digest(meaning_of(name).encode()) for name in modules}
    for name in set().union(*map(resources_of, modules)):
        digests[name] = _digest((RESOURCES / name).read_bytes())
    return " ".join(f"{name}={digest}" for name, digest in sorted(digests.items()))


def reach(stage: str) -> set[str]:
    """The modules that a stage's results depend on, itself among them, as names in the package."""
    found: set[str] = set()
    waiting = [stage]
    while waiting:
        name = waiting.pop()
        if name not in found and name.split(".")[0] not in WITHOUT_EFFECT:
            found.add(name)
            waiting.extend(imports_of(name))
    return found


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:12]


def _tree(name: str) -> ast.Module:
    return ast.parse(_file(name).read_text(encoding="utf-8"))


def _file(name: str) -> Path:
    path = PACKAGE.joinpath(*name.split("."))
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")


@cache
def imports_of(name: str) -> frozenset[str]:
    """The package's modules that a module imports, anywhere in its text."""
    names: set[str] = set()
    for node in ast.walk(_tree(name)):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module)
            names.update(f"{node.module}.{alias.name}" for alias in node.names)
    inside = {full.removeprefix(f"{NAME}.") for full in names if full.startswith(f"{NAME}.")}
    return frozenset(part for part in inside if _file(part).exists())


@cache
def resources_of(name: str) -> frozenset[str]:
    """The files in ``resources`` that a module names in full, anywhere in its text."""
    texts = {node.value for node in ast.walk(_tree(name)) if isinstance(node, ast.Constant)}
    return all_resources() & texts


@cache
def all_resources() -> frozenset[str]:
    """The names of all files in ``resources``, as paths from there."""
    files = (path for path in RESOURCES.rglob("*") if path.is_file())
    return frozenset(path.relative_to(RESOURCES).as_posix() for path in files)


@cache
def meaning_of(name: str) -> str:
    """A module's syntax tree without docstrings, those of constants and fields too, as text."""
    tree = _tree(name)
    for node in ast.walk(tree):
        if isinstance(body := getattr(node, "body", None), list):
            node.body = [statement for statement in body if not _is_text(statement)]
    return ast.dump(tree)


def _is_text(statement: ast.AST) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
