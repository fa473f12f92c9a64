"""Extract: the final answer in a text.

A completion states its answer in a box, after words such as "the answer is" or "####", or in the
sentence that it concludes with; what it states last counts. All patterns run in linear time, on the
end of the text only.
"""

import re
from collections.abc import Iterator

from weak_teachers.answers.parameters import without_asides
from weak_teachers.boxed import Box, boxes
from weak_teachers.formulas import split

TAIL = 5_000
"""Characters at the end of a text within which an answer is looked for, but for boxes."""

THINKING = "</think>"
# After these a model talks to itself, of another problem.
END = re.compile(
    r"<\|(?:im_start|im_end|endoftext|eot_id|end)\|>"
    r"|\n[ \t]*(?:Problem|Question|Q|User|Human)[ \d]*:"
)
EMPHASIS = re.compile(r"(?<![\w)\]}])(\*\*|__)(?=\S)([^*_\n]+)\1|`")

STATED = re.compile(
    r"""
    \b(?<!wrong\ )(?:(?P<final>final)\s+)?(?:answer|option|choice|result)s?\b
    (?:[ ](?:to|of|for|in|here)\b[^.\n:=$\\]{0,100}?)?     # to the question
    \s*(?:\bis\b|\bare\b|\bwould\ be\b|\bshould\ be\b|[:=：])\s*:?
    | (?P<line>^\W{0,4}(?:A|Answer)\s*[:：])
    | (?P<mark>^[#]{4}(?=\s*[-$.(\d\\]))                # GSM8K's
    | (?P<heading>(?:\bfinal\ (?:answer|result)|^[#*\s]{0,8}answer)\b[^\w\n]*$)
    | \banswer(?=\s*(?:\$|\\\(|\\\[))                    # Answer $9$
    | (?P<tag><answer>)
    | (?P<chinese>(?:答案|结果|结论)应?(?:是|为|选|[:：])+|【答案】|(?:故|应|因此|所以)选择?[:：]?)
    | \b(?:option|choice|answer)\s+\(?(?P<option>[A-J])\)?\s+is\s+(?:the\s+)?(?:correct|right)
    """,
    re.VERBOSE | re.IGNORECASE | re.MULTILINE,
)
REVISED = re.compile(
    r"\b(?:wait|actually|correction|corrected|revised|mistake|mistaken|error|oops)\b", re.IGNORECASE
)
NO_ANSWER = re.compile(
    r"(?:(?:in)?correct|right|wrong|not|clear|obvious|as follows|given|found|obtained|helpful|"
    r"reasonable|the same|as|in|on|also|then|now|indeed|supposed|expected)\b",
    re.IGNORECASE,
)
LEAD = re.compile(r"[\s:：*_#>\"'“]+")
CONCLUSION = re.compile(
    r"(?:so|therefore|thus|hence|consequently|finally|in total|altogether|in conclusion|"
    r"we (?:get|find|have|obtain|conclude)|因此|所以|故|综上)\b",
    re.IGNORECASE,
)
COPULA = re.compile(
    r"(?:(?<!and )\b(?:is|are|was|were|be|equals?|equal to|(?<!to )(?:gets?|gives?|has|have|needs?)"
    r"|approximately)\b|(?<!不)是|为|等于)\s*"
)
ANNOUNCING = re.compile(
    r"(?!.*\b(?:no|not|all|any|every|except|if)\b)(?:[^\W\d_]+[\s:]+)*", re.IGNORECASE
)
MATHEMATICAL = re.compile(r"[\d$\\①-⑨]")
WORD = re.compile(r"\b[^\W\d_]{2,}")
COMMAND = re.compile(r"\\(?:text\w*|mbox|mathrm|begin|end)\s*\{[^{}]*\}|\\[A-Za-z]+")
GOES_ON = re.compile(r"[,;、，；]|\band\b|\bor\b|[和或]|\A[\s$\\()]*\Z")
PARTS_WAYS = re.compile(r"[.!?]\s|\n\s*\n|\b(?:so|then|therefore|thus|hence|gives?|but|not)\b")
COLON = re.compile(r"[:：]\s")
NEGATED = re.compile(r"\b(?:not|never|cannot)\b|n['’]t\b", re.IGNORECASE)
NAME = re.compile(r"\W*[A-Za-z]\W*")
NUMBER = re.compile(
    r"(?:(?<![\w)\]}])[-−])?(?:[$€£¥]\s?)?(?<!\w)(?:\d[\d,]*(?:\.\d+)?|\.\d+)(?:\s?/\s?\d+)?(?:\s?%)?"
)
# Ends of a sentence, and of its main clause, outside of formulas.
END_OF_SENTENCE = re.compile(r"\n|</answer>|[。！？．]|[.!?](?=[\s\"”)]|$)")
ASIDE = (
    r"\s(?:\(?(?:because|since|which|where|so that|not|rather than|I hope)"
    r"|\((?:rounded|or|that is|i\.e|note|about|approx\w*))\b"
)
# The start of words is the end of a formula.
AFTER_VALUE = r"(?:(?<=[\d)}])|\A),\s(?:[a-z]+(?:ed|ing)|with|as|when|for|at|by)\b"
BREAK = re.compile(rf"{END_OF_SENTENCE.pattern}|，而?不是|,?{ASIDE}|{AFTER_VALUE}")
APART = re.compile(f",{ASIDE}|{AFTER_VALUE}")
# What a value is for, or beside what it stands.
PURPOSE = re.compile(
    r"\s(?:(?:in order )?to(?=\s[a-z])|than|instead of|out of|compared|if|when|after|before"
    r"|and (?:is|are|has))\b"
)


def extract_answer(completion: str) -> str | None:
    """The final answer that a completion states; None if it states none."""
    text = _spoken(completion)
    boxed = _last_boxes(text)
    tail = text[-TAIL:]
    last_box = boxed[-1].start - len(text) + len(tail) if boxed else 0
    for mark in reversed(list(STATED.finditer(tail, max(last_box, 0)))):
        # After a box, only what is called final, or revises it, is the answer.
        if boxed and not mark.lastgroup and not REVISED.search(tail, last_box, mark.start()):
            continue
        answer = mark["option"] or _answer(tail[mark.end() :])
        # More than a word after a box is a remark on it: the final answer is a common one.
        if answer and (not boxed or MATHEMATICAL.search(answer) or " " not in answer):
            return answer
    if boxed:
        return ", ".join(dict.fromkeys(box.content.strip() for box in boxed))
    return _concluded(tail)


def final_answer(text: str) -> str:
    """The answer that a text states, or that it is, or its last formula or number.

    For pairs of answers of which nobody says whether they are whole completions. What an annotated
    completion doesn't state isn't its answer: ``extract_answer`` is for those.
    """
    stated = extract_answer(text)
    if stated is not None:
        return stated
    spoken = _spoken(text).strip()
    return spoken if len(spoken) > TAIL else _value(spoken)


def is_bare(text: str) -> bool:
    """Whether a text is an answer by itself: few words, or no mathematics among them."""
    words = " ".join(part for kind, part in split(text) if kind == "words")
    prose = COMMAND.sub(" ", words)
    return len(WORD.findall(prose)) <= 3 or not (re.search(r"\d", text) or prose != text)


def _spoken(text: str) -> str:
    """A text without what a model thought before, and what follows its end."""
    spoken = text.rpartition(THINKING)[2].strip() or text
    end = END.search(spoken)
    if end and end.start():
        spoken = spoken[: end.start()]
    if any(mark in spoken for mark in ("**", "__", "`")):
        return EMPHASIS.sub(lambda match: match[2] or "", spoken)
    return spoken


def _last_boxes(text: str) -> list[Box]:
    """The last box, with those before it that it goes on from: $1$ and $2$, both boxed."""
    found = [box for box in boxes(text) if box.content.strip()]
    last = found[-1:]
    for box in reversed(found[:-1]):
        between = text[box.end : last[0].start]
        if len(between) > 70 or PARTS_WAYS.search(between) or not GOES_ON.search(between):
            break
        last.insert(0, box)
    return last


def _answer(text: str) -> str | None:
    """The answer at the start of a text, after words that announce it."""
    start = LEAD.match(text)
    sentence = next(_sentences(text[start.end() if start else 0 :]), "").strip()
    if not re.search(r"[\w\\]", sentence) or NO_ANSWER.match(sentence):
        return None
    return _value(sentence)


def _value(sentence: str) -> str:
    """What a sentence says that something is: its end, or all of it if it has few words."""
    sentence = without_asides(sentence)
    *before, end = COPULA.split(sentence)
    if before and MATHEMATICAL.search(end) and is_bare(end):
        sentence = end.strip()
    elif before and MATHEMATICAL.search(lead := PURPOSE.split(end)[0]) and is_bare(lead):
        sentence = lead.strip()
    elif not is_bare(sentence):
        return (
            _announced(sentence)
            or _last_value(PURPOSE.split(sentence)[0])
            or _last_value(sentence)
            or sentence
        )
    first, *rest = [part for _, part in split(sentence)] or [""]
    return "".join(rest) if rest and ANNOUNCING.fullmatch(first) else sentence


def _announced(text: str) -> str | None:
    """What stands after a text's last colon, if it has few words."""
    *before, end = COLON.split(text)
    end = end.strip().rstrip(".。")
    alone = before and not END_OF_SENTENCE.search(end)
    return end if alone and MATHEMATICAL.search(end) and is_bare(end) else None


def _last_value(text: str) -> str | None:
    """The last formula or number of a text."""
    for kind, part in reversed(list(split(text))):
        if kind in ("inline", "display") and not NAME.fullmatch(part):
            return part
        if numbers := NUMBER.findall(part):
            return numbers[-1]
    return None


def _concluded(text: str) -> str | None:
    """The answer in a text's last sentence, if that draws a conclusion."""
    sentences = [one.strip() for one in _sentences(text, END_OF_SENTENCE) if one.strip()]
    conclusion = CONCLUSION.match(sentences[-1]) if sentences else None
    if not conclusion:
        return None
    clause = next(_sentences(sentences[-1][conclusion.end() :].lstrip(" ,，:："), APART), "")
    if NEGATED.search(clause):
        return None
    value = _value(clause)
    return value if MATHEMATICAL.search(value) else None


def _sentences(text: str, ends: re.Pattern[str] = BREAK) -> Iterator[str]:
    """The sentences of a text, or their clauses; full stops within formulas end none."""
    sentence = ""
    for kind, part in split(text):
        *ended, last = ends.split(part) if kind == "words" else [part]
        for end in ended:
            yield sentence + end
            sentence = ""
        sentence += last
    yield sentence
