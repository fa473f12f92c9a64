r"""Vectors: sums of unit vectors, 3\mathbf{i} - 4\mathbf{j}, as their components."""

import re

UNIT = re.compile(
    r"(?<![A-Za-z\\])(?:\\(?:hat|vec|bar|overline)\s?)?(?:\{\s?)*([ijk])(?:\s?\})*(?![A-Za-z({_^])"
)
SUM = re.compile(r"(?:\([^()]*\)|\{[^{}]*\}|[^+({-])*")


def components(text: str) -> list[str] | None:
    """The components of a tidied sum of unit vectors; None if it is none.

    Of plain letters, i alone is the imaginary unit, and k a variable; with j both are vectors.
    """
    if not ("j" in text or r"\hat" in text or r"\vec" in text):
        return None
    *found, rest = UNIT.split(text)
    factors, names = found[::2], found[1::2]
    if rest.strip() or not names or len(set(names)) < len(names):
        return None
    if any(not factor.strip().startswith(("+", "-")) for factor in factors[1:]):
        return None
    values = [_factor(factor.strip()) for factor in factors]
    if None in values:
        return None
    of_name = dict(zip(names, values, strict=True))
    return [of_name.get(name, "0") for name in ("ijk" if "k" in names else "ij")]


def _factor(text: str) -> str | None:
    """What a unit vector is multiplied with; None if that is a sum without brackets."""
    sign = "-" if text.startswith("-") else ""
    plain = re.sub(r"(?:\\cdot|\*)\s*$", "", text.lstrip("+-").strip())
    return sign + (plain or "1") if SUM.fullmatch(plain) else None
