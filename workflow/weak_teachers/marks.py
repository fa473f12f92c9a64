"""GSM8K's calculator marks: ``48/2 = <<48/2=24>>24`` states a calculation for a machine to read."""

import ast
import operator
import re

MARK = re.compile(r"<<([^<>]*)>>")
NUMBER = re.compile(r"\d[\d,]*\.?\d*|\.\d+")
NUMBER_WORDS = {
    0: "zero",
    1: "one once single",
    2: "two twice double half both pair couple",
    3: "three third thirds triple thrice",
    4: "four fourth quarter quarters quarterly",
    5: "five fifth fifths",
    6: "six sixth",
    7: "seven seventh week weeks weekly",
    8: "eight eighth",
    9: "nine ninth",
    10: "ten tenth",
    11: "eleven",
    12: "twelve dozen dozens year years annual",
    15: "fifteen",
    20: "twenty",
    24: "day days",
    30: "thirty",
    40: "forty",
    50: "fifty",
    60: "sixty hour hours minute minutes",
    100: "hundred percent",
}
"""Words that state a number, units that people convert with it among them."""
WORDS = {word: float(value) for value, words in NUMBER_WORDS.items() for word in words.split()}


def marked_result(step: str) -> str | None:
    """The result of a step's last mark; None if it has no mark with a plain number as result."""
    marks = MARK.findall(step)
    result = marks[-1].rpartition("=")[2].strip() if marks else ""
    return result if re.fullmatch(r"-?(\d+\.?\d*|\.\d+)", result) else None


def numbers_in(text: str) -> set[float]:
    """Numbers that a text states, in digits or in common words; per cent also as fractions."""
    digits = {float(match.replace(",", "")) for match in NUMBER.findall(text) if match.strip(",")}
    words = {WORDS[word] for word in re.findall(r"[a-z]+", text.casefold()) if word in WORDS}
    percent = {100.0, *(number / 100 for number in digits)} if "%" in text else set()
    return digits | words | percent


def gives_numbers(text: str, step: str) -> bool:
    """Whether a text states every number that a step's marked calculation takes."""
    given = numbers_in(text)
    for mark in MARK.findall(step):
        expression, _, result = mark.rpartition("=")
        if numbers_in(expression) - given:
            return False
        given |= numbers_in(result)
    return True


def as_given(step: str) -> str:
    """A step as a plain sentence, its marks taken out."""
    sentence = MARK.sub("", step).strip()
    return sentence if sentence.endswith((".", "!", "?")) else f"{sentence}."


def without_question(text: str) -> str | None:
    """A problem's text without its question; None if the question isn't a sentence of its own."""
    sentences = re.split(r"(?<=[.!?])\s+", text.strip())
    story = [sentence for sentence in sentences if not sentence.endswith("?")]
    return " ".join(story) if 0 < len(story) < len(sentences) else None


def calculate(expression: str) -> float | None:
    """The value of an expression of numbers, + - * / and brackets; None if it is anything else.

    Nothing is executed: the text is parsed and its four operations are worked out here.
    """
    if len(expression) > 200:
        return None
    try:
        return _value(ast.parse(expression.replace(",", "").strip(), mode="eval").body)
    except (SyntaxError, ValueError, ZeroDivisionError, OverflowError, MemoryError, RecursionError):
        return None


OPERATIONS = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}


def _value(node: ast.expr) -> float:
    match node:
        case ast.Constant(value=int() | float() as number):
            return float(number)
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_value(operand)
        case ast.BinOp(left=left, op=sign, right=right) if type(sign) in OPERATIONS:
            return OPERATIONS[type(sign)](_value(left), _value(right))
    raise ValueError("not a plain calculation")
