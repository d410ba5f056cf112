"""How personal content is made unreadable at the edge of the log and the views, and read again."""

from typing import Protocol


class Codec(Protocol):
    """Seals what belongs to a space; `space` is the record's key, None where it has none."""

    def seal(self, space: str | None, data: bytes) -> bytes:
        """Make data unreadable without the space's key."""
        ...

    def open(self, space: str | None, data: bytes) -> bytes:
        """Give back what `seal` was given."""
        ...

    def blind(self, space: str, text: str) -> bytes:
        """Give a token that is equal for equal texts of one space, to search sealed data by."""
        ...


class PlainCodec:
    """Leaves everything readable."""

    def seal(self, space: str | None, data: bytes) -> bytes:  # noqa: ARG002 - the plain case
        """Give the data itself."""
        return data

    def open(self, space: str | None, data: bytes) -> bytes:  # noqa: ARG002 - the plain case
        """Give the data itself."""
        return data

    def blind(self, space: str, text: str) -> bytes:  # noqa: ARG002 - the plain case
        """Give the text's UTF-8 bytes."""
        return text.encode()
