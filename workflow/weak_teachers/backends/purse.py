"""A budget that is never passed: what a request may cost is set aside before it is made."""

import asyncio

from weak_teachers.backends import Usage
from weak_teachers.config.models import Budget, Price

MILLION = 1e6
POLL = 0.02
"""Seconds between looks whether another request has set something free."""


def dollars(usage: Usage, price: Price) -> float:
    """What tokens cost."""
    prompt, completion = usage.prompt_tokens, usage.completion_tokens
    return (prompt * price.prompt + completion * price.completion) / MILLION


class BudgetSpent(Exception):
    """No further request fits into the budget."""


class Purse:
    """Keeps what was spent and what is set aside within a budget."""

    def __init__(self, budget: Budget | None, price: Price | None) -> None:
        self._budget = budget or Budget()
        self._price = price
        self._spent = Usage()
        self._aside: list[Usage] = []

    def spend(self, usage: Usage) -> None:
        """Count what was spent."""
        self._spent += usage

    def fits(self, more: Usage) -> bool:
        """Whether all that may be spent stays within the budget with ``more``."""
        total = sum(self._aside, self._spent + more)
        tokens, most = self._budget.tokens, self._budget.dollars
        return (tokens is None or total.prompt_tokens + total.completion_tokens <= tokens) and (
            most is None or dollars(total, self._price) <= most
        )

    async def set_aside(self, worst: Usage) -> None:
        """Set aside what a request costs at worst, once enough is free.

        Raises:
            BudgetSpent: it doesn't fit, and nothing that is set aside can become free.
        """
        while not self.fits(worst):
            if not self._aside:
                raise BudgetSpent
            await asyncio.sleep(POLL)
        self._aside.append(worst)

    def settle(self, worst: Usage, spent: Usage) -> None:
        """Put what was set aside for a request back, but for what it did cost."""
        self._aside.remove(worst)
        self.spend(spent)
