r"""Reading: the shapes of a tidied answer.

``x = 3`` is a named value, ``1, 2`` and ``1 \text{ or } 2`` lists, ``(1,2)`` an interval or a pair,
``\{1,2\}`` a set, ``x>2`` an interval, ``2x+y=1`` an equation.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Literal

from weak_teachers.answers.ranges import INFINITY, all_but, descend, interval, joined
from weak_teachers.answers.shapes import (
    WRITTEN,
    Interval,
    Leaf,
    Many,
    Named,
    Relation,
    Shape,
    is_range,
    is_record,
    spelt,
    vector,
)
from weak_teachers.answers.splitting import (
    STRONG,
    TOKEN,
    WEAK,
    by_commas,
    closes,
    depths,
    encloses,
    is_name,
    is_numeric,
    opens,
    relations,
    split,
)
from weak_teachers.answers.vectors import components
from weak_teachers.answers.words import CONDITION

DEEPEST = 30
"""Brackets within brackets of an answer that is taken apart."""
FLIPPED = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}
SUCH_THAT = re.compile(r"[^|:]*?(?P<sign>\||(?<=\}):|(?<=[a-z]):)")
REAL = re.compile(r"\\in\s*\\mathbb\{R\}\s*$")
PLUS_MINUS = re.compile(r"\\(pm|mp)(?![A-Za-z]) ?")


def readings(text: str) -> list[Shape]:
    """The shapes that a tidied answer may have: a comma between digits is read in every way."""
    return [shape(one) for one in by_commas(text)]


def shape(text: str) -> Shape:
    """Take a tidied answer apart."""
    text = text.strip()
    tokens = TOKEN.findall(text)
    if not tokens or max(depth for _, depth in depths(tokens)) > DEEPEST:
        return Leaf(text)
    for separators, group in ((STRONG, _strong), (WEAK, _weak)):
        parts = split(tokens, separators)
        if len(parts) > 1:
            return group(parts)
    related = [] if CONDITION.search(text) else list(relations(tokens))
    if len(related) > 1:
        return _related(related)
    parts = split(tokens, {r"\cup"})
    if len(parts) > 1:
        return Many("union", tuple(shape(part) for part in parts))
    if text == r"\mathbb{R}":
        return Interval("()", Leaf("-" + INFINITY), Leaf(INFINITY))
    if parts := components(text):
        return shape(f"({', '.join(parts)})")
    return _bracketed(tokens) or _point(text) or _alternatives(text) or Leaf(text)


def _strong(parts: list[str]) -> Shape:
    """Groups of values: p=5, q=2; p=7, q=2; or values as good as any with commas."""
    groups = [split(TOKEN.findall(part), WEAK) for part in parts]
    if len({len(group) for group in groups}) == 1 and len(groups[0]) > 1:
        return Many("list", tuple(_weak(group) for group in groups))
    return _list([part for group in groups for part in group], "union")


def _weak(parts: list[str]) -> Shape:
    return _list(parts, "intersection")


def _list(parts: list[str], how: str) -> Shape:
    found = [shape(part) for part in parts]
    if len(found) == 1:
        return found[0]
    ranges = [one for one in found if isinstance(one, Named) and is_range(one.value)]
    if len(ranges) == len(found) and len({one.name for one in ranges}) == 1:
        return Named(ranges[0].name, joined([one.value for one in ranges], how))
    values = tuple(_flat(found))
    # ± stands for values without an order.
    return Many("list" if len(values) == len(found) else "set", values)


def _flat(found: Iterable[Shape]) -> Iterator[Shape]:
    """Values, with both that ± makes of one."""
    for one in found:
        if isinstance(one, Many) and one.kind == "list" and not is_record(one):
            yield from one.parts
        else:
            yield one


def _related(related: list[tuple[str, str]]) -> Shape:
    sides = [side for _, side in related]
    signs = [sign for sign, _ in related[1:]]
    if set(signs) <= {"=", "~"}:
        return _equal(sides, signs)
    if signs == ["!="] and is_name(sides[0]):
        return Named(sides[0], all_but(shape(sides[1])))
    if signs[0] == "in" and len(signs) == 1 and is_name(sides[0]):
        return Named(sides[0], shape(sides[1]))
    if set(signs) <= {"<", "<="} or set(signs) <= {">", ">="}:
        return _between(sides, signs)
    return Relation(signs[-1], sides[0], sides[-1])


def _equal(sides: list[str], signs: list[str]) -> Shape:
    """A chain of equalities: its first name and its last exact value."""
    exact = signs.index("~") if "~" in signs else len(signs)
    if not sides[0]:
        return shape(sides[1])
    if exact == 0 and not is_name(sides[0]):
        return shape(sides[0])
    last = sides[max(exact, 1)]
    names = [side for side in sides[:-1] if is_name(side)]
    if names:
        return _named(names[0], shape(last))
    if all(is_numeric(side) for side in sides):
        return shape(last)
    if len(sides) == 2 and is_name(last) and is_numeric(sides[0]):
        return Named(last, shape(sides[0]))
    return Relation("=", sides[0], sides[-1])


def _named(name: str, value: Shape) -> Shape:
    """A named value; (p,q) = (1,2) is p = 1, q = 2."""
    names, values = vector(shape(name)), vector(value)
    if not names or not values or len(names) != len(values):
        return Named(name, value)
    pairs = zip(names, values, strict=True)
    return Many("list", tuple(Named(spelt(part), of_it) for part, of_it in pairs))


def _between(sides: list[str], signs: list[str]) -> Shape:
    """An inequality of a name as an interval: x > 2, 2 < x <= 5."""
    if signs[0] in (">", ">="):
        sides, signs = sides[::-1], [FLIPPED[sign] for sign in reversed(signs)]
    named = [place for place, side in enumerate(sides) if is_name(side) and "|" not in side]
    if len(sides) == 2 and len(named) != 1:
        return Relation(signs[0], *sides)
    if len(sides) > 2 and (len(sides) > 3 or named != [1]):
        rest = zip(signs, sides[1:], strict=True)
        return Leaf(sides[0] + "".join(WRITTEN[sign] + side for sign, side in rest))
    [place] = named
    low, high = shape(sides[0]), shape(sides[-1])
    ends = ["(" if signs[0] == "<" else "[", ")" if signs[-1] == "<" else "]"]
    if len(sides) == 2 and place == 0:
        low, ends[0] = Leaf("-" + INFINITY), "("
    elif len(sides) == 2:
        high, ends[1] = Leaf(INFINITY), ")"
    return Named(sides[place], Interval("".join(ends), low, high))


def _bracketed(tokens: list[str]) -> Shape | None:
    """What stands within brackets that enclose all of an answer."""
    tokens = [token for token in tokens if token.strip() or len(tokens) == 1]
    opening, closing = tokens[0], tokens[-1]
    if not opens(opening) or not closes(closing) or not encloses(tokens):
        return None
    inner = "".join(tokens[1:-1])
    if opening.startswith(r"\begin{"):
        return _matrix(inner) if opening == r"\begin{matrix}" else None
    parts = split(TOKEN.findall(inner), {",", ";"})
    if opening in (r"\{", "{"):
        return _set(parts, "set" if opening == r"\{" else "list")
    if opening in (r"\lfloor", r"\lceil"):
        return None
    if len(parts) == 1:
        return shape(parts[0])
    if opening == "[" and all(part[0] + part[-1] == "[]" for part in parts):
        return _matrix(r"\\".join(part[1:-1].replace(",", "&") for part in parts))
    values = tuple(shape(part) for part in parts)
    both = [place for place, value in enumerate(values) if isinstance(value, Many)]
    if len(both) == 1 and PLUS_MINUS.search(inner):
        [place] = both
        rest = [
            f"{opening}{', '.join([*parts[:place], spelt(one), *parts[place + 1 :]])}{closing}"
            for one in values[place].parts
        ]
        return Many("list", tuple(map(shape, rest)))
    if opening + closing in ("()", "(]", "[)", "[]") and len(parts) == 2:
        if opening + closing == "[]" and descend(*parts):
            return Many("tuple", values)
        return interval(opening + closing, *values)
    return Many("tuple", values)


def _point(text: str) -> Shape | None:
    """A point with its name: A(1,2)."""
    found = re.fullmatch(r"([A-Z]'?(?:_\w)?)\s*(\(.*,.*\))", text)
    place = _bracketed(TOKEN.findall(found[2])) if found else None
    return Named(found[1], place) if place else None


def _set(parts: list[str], kind: Literal["set", "list"]) -> Shape | None:
    if len(parts) == 1 and (found := SUCH_THAT.match(parts[0])):
        name, condition = parts[0][: found.start("sign")], parts[0][found.end() :]
        name = REAL.sub("", name)
        return shape(condition if is_name(name) else f"{name}, {condition}")
    if len(parts) == 1 and kind == "list":
        return shape(parts[0])
    return Many("set", tuple(_flat(map(shape, parts))))


def _matrix(inner: str) -> Shape:
    rows = [row for row in re.split(r"\\\\", inner) if row.strip()] or [""]
    cells = [tuple(shape(cell) for cell in row.split("&")) for row in rows]
    if len(cells) == len(cells[0]) == 1:
        return cells[0][0]
    return Many("matrix", tuple(Many("tuple", row) for row in cells))


def _alternatives(text: str) -> Shape | None:
    """Both values of ±."""
    if not PLUS_MINUS.search(text):
        return None
    signs = ({"pm": "+", "mp": "-"}, {"pm": "-", "mp": "+"})
    values = (PLUS_MINUS.sub(lambda m, s=s: s[m[1]], text).removeprefix("+") for s in signs)
    return Many("list", tuple(shape(value) for value in values))
