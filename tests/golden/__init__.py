"""Events as they were once written, one a tag: they must decode for ever."""

import json
from pathlib import Path
from typing import Any, NamedTuple


class Golden(NamedTuple):
    """An event's tag, its JSON as it was written, and what it stands for."""

    tag: str
    value: dict[str, Any]
    description: str

    @property
    def written(self) -> bytes:
        return json.dumps(self.value).encode()


GOLDEN = {
    file.name.removesuffix(".json"): Golden(**json.loads(file.read_text(encoding="utf-8")))
    for file in sorted(Path(__file__).parent.glob("*.json"))
}
