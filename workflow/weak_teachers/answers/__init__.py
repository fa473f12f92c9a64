"""Answers: find the final answer of a completion, and compare it with the reference.

    completion → extract → tidied LaTeX → shapes → compare → algebra, in the sandbox

Plain cases, such as equal texts and numbers, are decided at once; what needs symbolic mathematics
is decided in killable workers. A hang or a crash there is an unknown verdict.
"""

from weak_teachers.answers.extract import extract_answer
from weak_teachers.answers.judge import Verdict, judge_answers, same_answer

__all__ = ["Verdict", "extract_answer", "judge_answers", "same_answer"]
