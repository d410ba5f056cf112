"""Does it matter in which order statements about the same thing arrive?"""

from datetime import timedelta
from itertools import pairwise
from random import Random

from hypothesis import assume, given
from hypothesis import strategies as st

from tests.unit.agents.tellings import Line, Telling, believed, day, held, on_days, places

NOON = timedelta(hours=12)
LATER = day(12, 31)


@st.composite
def tellings(draw: st.DrawFn) -> list[Telling]:
    """One statement a day at most; some name an interval that ends by then."""
    days = draw(st.lists(st.integers(1, 200), min_size=1, max_size=6, unique=True))
    told = []
    for number in days:
        said = day(1, 1) + timedelta(days=number)
        named = None
        if draw(st.booleans()):
            # Not the day before: it may end on the same noon as an older statement was made.
            end = said - timedelta(days=draw(st.integers(0, 3)))
            named = (end - timedelta(days=draw(st.integers(1, 40))), end)
        told.append(Telling(said, draw(st.sampled_from(("A", "B", "C"))), named))
    return told


def surely(telling: Telling) -> timedelta:
    """Say by when a statement holds: at the latest when it is made."""
    said = telling.day + NOON
    end = said if telling.named is None else min(said, telling.named[1] + timedelta(days=1))
    return end - day(1, 1)


@given(tellings(), st.randoms(use_true_random=False))
def test_whoever_is_known_to_live_somewhere_last_lives_there_in_any_order(
    told: list[Telling], chance: Random
) -> None:
    order = list(told)
    chance.shuffle(order)
    times = sorted(surely(telling) for telling in told)
    # Of equals the later in the log counts, which is what order means.
    assume(all(a < b for a, b in pairwise(times)))
    last = max(told, key=surely)
    assert held(believed(order), LATER) == [last.place.lower()]
    assert held(believed(told), LATER) == [last.place.lower()]


@given(tellings())
def test_nothing_ends_before_it_begins(told: list[Telling]) -> None:
    assert all(b.valid_to is None or b.valid_from <= b.valid_to for b in believed(told))


@st.composite
def stretches(draw: st.DrawFn) -> list[Line]:
    """Of each place, that one lives there since a day, until one, or in times that part.

    No day of October is named twice.
    """
    numbers = iter(draw(st.permutations(range(1, 31))))
    told: list[Line] = []
    for place in ("A", "B", "C", "D"):
        match draw(st.sampled_from(("since", "until", "times", "never"))):
            case "since":
                told.append((place, 31, next(numbers), None))
            case "until":
                told.append((place, 31, None, next(numbers)))
            case "times":
                borders = sorted(next(numbers) for _ in range(2 * draw(st.integers(1, 3))))
                pairs = zip(borders[::2], borders[1::2], strict=True)
                told += [(place, 31, since, until) for since, until in pairs]
            case _:
                pass
    return told


@given(stretches(), st.randoms(use_true_random=False))
def test_what_holds_on_any_day_is_the_same_in_any_order(told: list[Line], chance: Random) -> None:
    assume(told)
    order = list(told)
    chance.shuffle(order)
    assert on_days(places(*order)) == on_days(places(*told))
