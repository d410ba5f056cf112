"""Which texts the benches use: made-up short messages of about 24 tokens, all different."""

import json
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final


def _listed(words: str) -> tuple[str, ...]:
    return tuple(words.split())


PEOPLE: Final = _listed("Ana Bruno Chidi Dora Emil Farah Goran Hana Ines Jonas Kira Luis Mina Noor")
PLACES: Final = _listed("Lisbon Porto Oslo Quito Kyoto Turin Lagos Ghent Riga Cusco Izmir Perth")
_DID: Final = (
    "met {a} in {p} and we talked about the {n} {m} until late",
    "think the {n} {m} that {a} brought from {p} is better than the old one",
    "spent the whole {d} looking for a {n} {m}, and {a} found it near {p}",
    "want to visit {p} with {a} before the {n} {m} closes for the {d}",
    "told {a} that the {n} {m} in {p} was the best thing about that {d}",
    "cannot stop thinking of the {n} {m} we saw when {a} lived in {p}",
    "asked {a} to send me the {n} {m} before the {d}, because {p} is far away",
)
_ASKED: Final = (
    "What did {s} do with {a} in {p}?",
    "Who brought the {n} {m} from {p}?",
    "When did {s} and {a} talk about the {n} {m}?",
    "Where did {a} find the {n} {m}?",
    "Which {m} did {s} want from {a} before the {d}?",
)
NOUNS: Final = _listed(
    "garden train violin recipe ladder market museum window letter bicycle lantern harbour "
    "concert workshop kettle notebook painting bridge festival orchard telescope blanket"
)
KINDS: Final = _listed(
    "yellow broken quiet wooden famous crowded second ancient tiny borrowed silver noisy "
    "unfinished northern secret narrow gentle folded electric hidden"
)
DAYS: Final = _listed("morning afternoon weekend holiday evening winter summer autumn")
BEGAN: Final = datetime(2024, 1, 1, 8, tzinfo=UTC)


def texts(count: int, seed: int = 7) -> Iterator[str]:
    """Make up that many different messages; the same seed makes the same ones."""
    choose = random.Random(seed)
    for number in range(count):
        said = choose.choice(_DID).format(**_chosen(choose))
        noun, kind = choose.choice(NOUNS), choose.choice(KINDS)
        yield f"I {said}, and my {noun} number {number} was {kind}"


def questions(count: int, seed: int = 11) -> Iterator[str]:
    """Make up questions about such messages, nearly all different."""
    choose = random.Random(seed)
    for _ in range(count):
        yield choose.choice(_ASKED).format(s=choose.choice(PEOPLE), **_chosen(choose))


def _chosen(choose: random.Random) -> dict[str, str]:
    """Fill the gaps: a person, a place, a kind of thing and a day."""
    named = {"a": PEOPLE, "p": PLACES, "n": KINDS, "m": NOUNS, "d": DAYS}
    return {gap: choose.choice(words) for gap, words in named.items()}


def observations(
    count: int, space: str, seed: int = 7, *, first: int = 0, name: str = "m"
) -> Iterator[bytes]:
    """Make up that many messages of a space, a minute apart, 30 to a session.

    The first is number `first`; ids begin with `name`.
    """
    for number, text in enumerate(texts(count, seed), first):
        yield json.dumps(
            {
                "id": f"{name}{number}",
                "space": space,
                "kind": "message",
                "at": (BEGAN + timedelta(minutes=number)).isoformat(),
                "session": f"s{number // 30}",
                "speaker": PEOPLE[number // 30 % 7 + number % 2],
                "text": text,
            }
        ).encode()
