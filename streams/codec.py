"""How personal content is made unreadable at the edge of the log and the views, and read again."""

from typing import Protocol


class Codec(Protocol):
    """Seals what belongs to a space; `space` is the record's key, None where it has none."""

    def seal(self, space: str | None, data: bytes) -> bytes:
        """Make data unreadable without the space's key; nothing stays nothing."""
        ...

    def open(self, space: str | None, data: bytes) -> bytes:
        """Give back what `seal` was given.

        Raises ErasedError when the key was destroyed, KeysError when it is lost or does not fit.
        """
        ...

    def blind(self, space: str, text: str) -> bytes:
        """Give a token that is equal for equal texts of one space, to search sealed data by."""
        ...

    def reveal(self, space: str, token: bytes) -> bytes:
        """Give the text (UTF-8) that `blind` was given."""
        ...

    def mark(self, id_: str) -> bytes:
        """Give a token that is equal for equal ids, and outlives every space's key.

        It tells that an id was there once, to whoever has the id; nothing can be read from it.
        """
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

    def reveal(self, space: str, token: bytes) -> bytes:  # noqa: ARG002 - the plain case
        """Give the token itself."""
        return token

    def mark(self, id_: str) -> bytes:
        """Give the id's UTF-8 bytes."""
        return id_.encode()
