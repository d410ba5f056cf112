"""Where SQL views can be kept, and how one set of them takes the place of another."""

from contextlib import AbstractContextManager
from typing import Any, Protocol

from sqlalchemy import Engine


class ViewStore(Protocol):
    """A place for one set of SQL views: a file of SQLite, or a schema of PostgreSQL.

    `shared` says whether others may have views in it that are none of this log's.
    """

    name: str
    shared: bool

    def engine(self, *, new: bool = False) -> Engine:
        """Open it; complaints of the database become errors of ours.

        What is `new` keeps no journal, or is not waited for: if making it fails, it goes away.
        """
        ...

    def lay_out(self, engine: Engine) -> None:
        """Create the tables that are missing; an older layout is brought up to date in place."""
        ...

    def missing(self) -> bool:
        """Say whether it holds no views."""
        ...

    def damage(self) -> str | None:
        """Say how what is there was found damaged, if it was."""
        ...

    def remove(self) -> None:
        """Remove the views; the log can make them again."""
        ...

    def beside(self, note: str = "") -> "AbstractContextManager[ViewStore]":
        """Give an empty place beside it, which is gone at the end.

        With a note it stays when the end is an error or a kill, and is given again as it was left
        to who comes with the same note.
        """
        ...

    def tidy(self) -> None:
        """Remove what stands beside it of a rebuild that was killed."""
        ...

    def take(self, rebuilt: "ViewStore") -> None:
        """Put rebuilt views of a place beside it into the place of its own, by renaming."""
        ...

    def about(self) -> dict[str, Any]:
        """Tell the database's version and the bytes that the views take."""
        ...
