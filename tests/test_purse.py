"""A budget is kept by setting aside what may be spent."""

import asyncio

import pytest

from weak_teachers.backends import Usage
from weak_teachers.backends.purse import BudgetSpent, Purse, dollars
from weak_teachers.config.models import Budget, Price

PRICE = Price(prompt=2, completion=8)
WORST = Usage(prompt_tokens=10, completion_tokens=30)


def test_dollars_are_for_a_million_tokens() -> None:
    assert dollars(Usage(5, 1, 250_000, 500_000), PRICE) == pytest.approx(0.5 + 4)


@pytest.mark.parametrize(
    ("budget", "fits"),
    [
        (None, True),
        (Budget(tokens=80), True),
        (Budget(tokens=79), False),
        (Budget(dollars=520e-6), True),
        (Budget(dollars=519e-6), False),
        (Budget(tokens=1000, dollars=519e-6), False),
    ],
)
def test_both_limits_hold_for_what_is_set_aside_too(budget: Budget | None, fits: bool) -> None:
    purse = Purse(budget, PRICE)
    asyncio.run(purse.set_aside(WORST))
    assert purse.fits(WORST) == fits


def test_a_request_waits_for_what_another_has_set_aside() -> None:
    purse = Purse(Budget(tokens=50), None)

    async def both() -> bool:
        await purse.set_aside(WORST)
        second = asyncio.create_task(purse.set_aside(WORST))
        await asyncio.sleep(0.1)
        waited = not second.done()
        purse.settle(WORST, Usage(prompt_tokens=10))
        await second
        return waited

    assert asyncio.run(both())
    assert not purse.fits(Usage(prompt_tokens=1))


def test_nothing_fits_any_more_when_all_is_settled() -> None:
    purse = Purse(Budget(tokens=50), None)

    async def both() -> None:
        await purse.set_aside(WORST)
        second = asyncio.create_task(purse.set_aside(WORST))
        await asyncio.sleep(0)
        purse.settle(WORST, WORST)
        await second

    with pytest.raises(BudgetSpent):
        asyncio.run(both())
