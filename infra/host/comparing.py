"""How a model's word on contradictions enters the log: asked on ticks, recorded as a command."""

from collections.abc import Sequence
from typing import Final

import structlog
from pydantic_core import to_json

from agents.compare import pairs
from agents.likeness import Near
from agents.reading import Says
from infra.models.reading import Reading
from infra.views.sql_comparing import unread
from infra.views.sql_views import SqlViews
from schemas.envelope import derive_id
from schemas.errors import ModelError
from schemas.observations import Beside, Compared, Said, Ticked

JOB: Final = "reconcile"
_ROLE: Final = "nli"
_WORTH: Final = 0.5  # from which odds on the other order of a pair is asked, too

log_ = structlog.get_logger("comparing")


class Comparing:
    """Asks whether new memories contradict earlier ones, `most` pairs a tick; none asks nothing.

    The command's id follows from its tick and from what it says, so that whoever publishes the same
    changes nothing. Replay reads it and infers nothing.
    """

    def __init__(self, views: SqlViews, reading: Reading, most: int) -> None:
        self._views = views
        self._reading = reading
        self._most = most

    @property
    def on(self) -> bool:
        """Say whether a model serves, and may be asked."""
        return self._most > 0 and _ROLE in self._reading.roles

    def before(self, ticks: Sequence[Ticked]) -> list[Said]:
        """Give ticks, before each that reconciles what a model says of what is new by then.

        A model that does not work is told, and the ticks go on without it.
        """
        said: list[Said] = []
        for tick in ticks:
            if tick.job == JOB and self.on:
                try:
                    said += self._compared(tick)
                except ModelError as error:
                    log_.warning("nothing is compared", reason=str(error))
            said.append(tick)
        return said

    def _compared(self, tick: Ticked) -> list[Compared]:
        found = unread(self._views, tick.space)
        says = self._reading.reader.says
        if not found.memories or says is None:
            return []
        beside = _beside(says, pairs(found.fresh, found.others, self._most))
        models = {_ROLE: self._reading.digest(_ROLE)} if beside else {}
        content = to_json([found.memories, [pair.model_dump() for pair in beside], models])
        return [
            Compared(
                id=derive_id(tick.id, content.decode()),
                space=tick.space,
                at=tick.at,
                memories=tuple(found.memories),
                pairs=tuple(beside),
                models=models,
            )
        ]


def _beside(says: Says, chosen: Sequence[tuple[Near, Near]]) -> list[Beside]:
    """Ask about pairs, the likely ones in both orders: what contradicts does so either way."""
    odds = [one.contradicts for one in says([(one.text, other.text) for one, other in chosen])]
    likely = [number for number, value in enumerate(odds) if value >= _WORTH]
    back = says([(chosen[number][1].text, chosen[number][0].text) for number in likely])
    for number, other in zip(likely, back, strict=True):
        odds[number] = min(odds[number], other.contradicts)
    return [
        Beside(one=one.memory, other=other.memory, contradicts=round(value, 3))
        for (one, other), value in zip(chosen, odds, strict=True)
    ]
