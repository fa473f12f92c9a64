"""Solving: the prompt that asks for a solution of about the reference solution's length.

As in He et al. (2025, arXiv 2410.20533): 0.5 to 1.5 times its tokens, the final result in a box.
Tokens are estimated, since every model counts its own.
"""

from weak_teachers.prompts import messages
from weak_teachers.tokens import Messages, estimated_tokens

SHORTEST, LONGEST = 0.5, 1.5
FEWEST = 20
"""Tokens that a solution takes in any case, also where the reference is a bare answer."""


def asking_to_solve(problem: str, reference: str) -> Messages:
    """The conversation in which a solution of a problem is asked for."""
    tokens = max(FEWEST, estimated_tokens(reference))
    return messages(
        "prompts/solve.yaml",
        problem=problem,
        fewest=round(SHORTEST * tokens),
        most=round(LONGEST * tokens),
    )
