"""Logic of three values: True, False and None, which means that it isn't known."""

from collections.abc import Iterable

Same = bool | None


def any_of(found: Iterable[Same]) -> Same:
    """Whether one is True; None if none is, but one isn't known."""
    unknown = False
    for one in found:
        if one:
            return True
        unknown |= one is None
    return None if unknown else False


def all_of(found: Iterable[Same]) -> Same:
    """Whether all are True; None if none is False, but one isn't known."""
    different = any_of(None if one is None else not one for one in found)
    return None if different is None else not different
