"""How a folder that `fork` made is known for a copy: servers and keys are its original's."""

from pathlib import Path
from typing import Final

from infra.settings import Settings
from schemas.errors import ConflictError

MARK: Final = "copy-of"  # a file of the copy that names its original


def note_copy(folder: Path, original: Path) -> None:
    """Let a folder be known for a copy."""
    (folder / MARK).write_text(f"{original.resolve()}\n", encoding="utf-8")


def demand_own_stores(settings: Settings) -> None:
    """Refuse to open a copy with a server's rows or points, which its events would be folded into.

    Raises ConflictError.
    """
    if _is_copy(settings) and (settings.views, settings.vectors) != ("sqlite", "edge"):
        raise ConflictError(
            f"{_named(settings)} whose rows and points on a server ANAMNESIS_VIEWS and "
            "ANAMNESIS_VECTORS name: open the copy with ANAMNESIS_VIEWS=sqlite "
            f"ANAMNESIS_VECTORS=edge; {_instead(settings)}, and name another ANAMNESIS_STORE_NAME",
            home=settings.home,
        )


def demand_own_keys(settings: Settings) -> None:
    """Refuse to destroy keys that seal the original as well. Raises ConflictError."""
    if _is_copy(settings) and settings.keys is not None:
        raise ConflictError(
            f"{_named(settings)} which is sealed with the same keys ({settings.keys_folder}) and "
            "could not be read any more: remove the copy, and erase in the original; "
            f"{_instead(settings)}",
            home=settings.home,
        )


def _is_copy(settings: Settings) -> bool:
    return (settings.home / MARK).exists()


def _named(settings: Settings) -> str:
    original = (settings.home / MARK).read_text(encoding="utf-8").strip()
    return f"{settings.home} is a copy that `anamnesis fork` made of {original},"


def _instead(settings: Settings) -> str:
    return f"if it takes its original's place, remove {settings.home / MARK} first"
