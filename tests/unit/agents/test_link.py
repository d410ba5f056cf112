"""Which earlier episode an episode goes on from."""

from agents.link import WITHIN, Placed, linked
from schemas.concepts import EpisodeLink


def placed(ordinal: int, *names: str, session: str = "s") -> Placed:
    return Placed(f"m{ordinal}", session, ordinal, frozenset(name.encode() for name in names))


def links(one: Placed, *told: Placed, **causes: str) -> list[EpisodeLink]:
    return linked([one], [*told, one], causes)


def next_to(memory: str, earlier: str) -> EpisodeLink:
    return EpisodeLink(memory=memory, earlier=earlier, because="next")


def test_an_episode_goes_on_from_the_nearest_that_names_the_same() -> None:
    told = [placed(0, "Ana", "Faro"), placed(1, "Ana"), placed(2, "Ben")]
    assert links(placed(3, "Faro", "Ana"), *told) == [next_to("m3", "m1")]
    assert links(placed(3, "Cleo"), *told) == []
    assert links(placed(3), *told) == []


def test_what_is_far_back_or_in_another_session_is_not_next_to_it() -> None:
    assert links(placed(WITHIN, "Ana"), placed(0, "Ana")) == [next_to(f"m{WITHIN}", "m0")]
    assert links(placed(WITHIN + 1, "Ana"), placed(0, "Ana")) == []
    assert links(placed(1, "Ana"), placed(0, "Ana", session="t")) == []
    assert links(placed(1, "Ana"), placed(2, "Ana")) == []


def test_a_cause_is_told_once_though_it_was_next_to_it() -> None:
    cause = EpisodeLink(memory="m3", earlier="m1", because="cause")
    assert links(placed(3, "Ana"), placed(1, "Ana"), m3="m1") == [cause]
    assert links(placed(3, "Ana"), placed(2, "Ana"), m3="m1") == [cause, next_to("m3", "m2")]
