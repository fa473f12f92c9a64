"""Replies: ask a model for replies in a strict form, and again where one is malformed."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from weak_teachers.ask import NOTHING, ask, open_backend
from weak_teachers.backends import Completion, Failure, Job
from weak_teachers.config.assistants import Assistant
from weak_teachers.errors import shorten
from weak_teachers.prompts import messages
from weak_teachers.tokens import Messages, answering

LONGEST_FAULT = 300
"""Characters of a reply that a fault repeats."""


class Malformed(Exception):
    """A reply that isn't in the form that was asked for; says what was found and expected."""


@dataclass(frozen=True)
class Question:
    """A conversation that waits for a reply, and how the reply is read."""

    key: str
    messages: Messages
    read: Callable[[str], Any]
    """Gives what a reply says.

    Raises:
        Malformed: the reply isn't in the form that was asked for.
    """


class Asker:
    """A model that is asked for replies in strict forms; ``account`` is what that took so far.

    ``section`` is where the config describes it.
    """

    def __init__(self, assistant: Assistant, seed: int, section: str) -> None:
        self._assistant, self._section = assistant, section
        self._generate = open_backend(assistant.model, assistant.sampling, seed)
        self.account = NOTHING

    def ask(self, label: str, questions: Sequence[Question]) -> dict[str, Any | Failure]:
        """What the replies to questions say, by the questions' keys.

        A malformed reply is asked for again, with the fault shown, up to ``retries`` times.

        Returns:
            For each question what its reply was read as, or a failure with the reason.

        Raises:
            UserError: more requests were refused than ``sampling.failures`` allows.
        """
        found: dict[str, Any | Failure] = {}
        waiting = list(questions)
        for _ in range(self._assistant.retries + 1):
            if not waiting:
                break
            answers = self._answers(label, waiting, len(questions))
            again = []
            for question, answer in zip(waiting, answers, strict=True):
                try:
                    found[question.key] = read(question, answer)
                except Malformed as fault:
                    found[question.key] = Failure(f"malformed reply: {fault}")
                    again.append(once_more(question, answer, fault))
            self._count(malformed=len(again))
            waiting = again
        self._count(failed=sum(isinstance(reply, Failure) for reply in found.values()))
        return found

    def _answers(
        self, label: str, waiting: Sequence[Question], all_questions: int
    ) -> list[Completion | Failure]:
        jobs = [Job(question.key, question.messages, 0) for question in waiting]
        # The share is of all questions, also where only a few are asked again.
        allowed = self._assistant.sampling.failures * all_questions / len(jobs)
        price = getattr(self._assistant.model, "price", None)
        section = f"{self._section}.sampling"
        answers = ask(label, "answer", jobs, self._generate, allowed, price, section)
        # Refused requests are counted when it is known what came of the question.
        self._count(**answers.account | {"failed": 0})
        return [answers.of(job) for job in jobs]

    def _count(self, **more: float) -> None:
        self.account = {what: n + more.get(what, 0) for what, n in self.account.items()}


def total(askers: Iterable[Asker]) -> dict[str, Any]:
    """What several models took, one that is there twice counted once."""
    accounts = [asker.account for asker in dict.fromkeys(askers)]
    return {what: sum(one[what] for one in accounts) for what in accounts[0]}


def read(question: Question, answer: Completion | Failure) -> Any | Failure:
    """What an answer says.

    Raises:
        Malformed: it isn't in the form that was asked for.
    """
    if isinstance(answer, Failure):
        return answer
    if answer.finish == "length":
        raise Malformed("cut at the token limit")
    # Reasoning models may think aloud first.
    return question.read(answer.text.rpartition("</think>")[2])


def once_more(question: Question, answer: Completion, fault: Malformed) -> Question:
    """The question with a malformed reply and what is wrong with it."""
    again = messages("prompts/again.yaml", fault=fault)
    turns = [*question.messages, *answering(answer.text or "(nothing)"), *again]
    return replace(question, messages=turns)


def sections(text: str, names: Sequence[str]) -> dict[str, str]:
    """The texts between tags such as ``<problem-1>`` and ``</problem-1>``, each of them once.

    What is outside of them, as a model's thoughts, is passed over.

    Args:
        text: a reply.
        names: of the tags, in their order.

    Raises:
        Malformed: the tags aren't these, or there is nothing between two of them.
    """
    stems = sorted({name.partition("-")[0] for name in names})
    tags = list(re.finditer(rf"</?(?:{'|'.join(stems)})(?:-\d+)?>", text))
    found = [tag[0] for tag in tags]
    expected = [tag for name in names for tag in (f"<{name}>", f"</{name}>")]
    if found != expected:
        seen = " ".join(found)[:LONGEST_FAULT] or "(none)"
        raise Malformed(f"found the tags {seen}; expected {' '.join(expected)}")
    texts = {
        name: text[tags[2 * place].end() : tags[2 * place + 1].start()].strip()
        for place, name in enumerate(names)
    }
    for name, content in texts.items():
        if not content:
            raise Malformed(f"nothing between <{name}> and </{name}>")
    return texts


def one_of(texts: Mapping[str, str], name: str, among: Sequence[str]) -> str:
    """The one of several words that a section of a reply consists of.

    Raises:
        Malformed: it is none of them.
    """
    word = texts[name].casefold().strip(". ")
    if word not in among:
        raise Malformed(f"found {shorten(word)} in <{name}>; expected {' or '.join(among)}")
    return word
