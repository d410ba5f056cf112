"""Which addresses of a log, of views and of vectors are taken, and how they may be shown."""

import re
from typing import Annotated, Final

from pydantic import AfterValidator

KAFKA: Final = "kafka://"
_BROKER: Final = re.compile(r"(?:[^\s:/,]+|\[[^\s\]]+\]):(\d{1,5})")
_PORTS: Final = 65_535
_PASSWORD: Final = re.compile(r"(://[^:/@\s]*):[^@\s]*@")


def _log(value: str) -> str:
    if value == "sqlite":
        return value
    brokers = [_BROKER.fullmatch(one) for one in value.removeprefix(KAFKA).split(",")]
    known = all(broker and 0 < int(broker[1]) <= _PORTS for broker in brokers)
    if not (value.startswith(KAFKA) and known):
        raise ValueError("must be `sqlite` or `kafka://host:port`, more of them after commas")
    return value


def _views(value: str) -> str:
    if value != "sqlite" and not value.startswith("postgresql+psycopg://"):
        raise ValueError("must be `sqlite` or `postgresql+psycopg://user@host:port/database`")
    return value


def _vectors(value: str) -> str:
    if value != "edge" and not value.startswith(("http://", "https://")):
        raise ValueError("must be `edge` or `http://host:port`")
    return value


LogAddress = Annotated[str, AfterValidator(_log)]
ViewsAddress = Annotated[str, AfterValidator(_views)]
VectorsAddress = Annotated[str, AfterValidator(_vectors)]


def without_password(value: str) -> str:
    """Give a setting as it may be shown: an address without its password."""
    return _PASSWORD.sub(r"\1:***@", value)
