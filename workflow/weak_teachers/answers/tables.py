"""Tables: mappings that are written as text."""


def table(text: str) -> dict[str, str]:
    """A mapping of each second word, from the first on, to the word that follows it."""
    words = text.split()
    return dict(zip(words[::2], words[1::2], strict=True))
