"""What killed commands have left in a data folder, and how it goes."""

import shutil
from contextlib import suppress
from pathlib import Path

from infra.folder_lock import FolderLock
from infra.opening import NEW_VECTORS, REPLACED_VECTORS, VECTORS_FOLDER, view_store
from infra.settings import Settings
from infra.vectors.edge_folder import EdgeFolder
from schemas.errors import LockedError

SIMULATED = "simulated-"  # begins the name of a copy in the folder while `simulate` uses it


def remove_left_over(settings: Settings) -> None:
    """Remove what replays that were killed have left beside the views and vectors, and all copies.

    A simulation that is at work in one of these fails.
    """
    view_store(settings).tidy()
    for folder in (settings.home / NEW_VECTORS, settings.home / REPLACED_VECTORS):
        _remove(folder, vectors=folder)
    for folder in settings.home.glob(f"{SIMULATED}*"):
        _remove(folder, vectors=folder / VECTORS_FOLDER)


def remove_simulated(settings: Settings) -> None:
    """Remove what simulations that were killed have left; one at work holds its folder's lock."""
    for folder in settings.home.glob(f"{SIMULATED}*"):
        with suppress(LockedError), FolderLock(folder, patience=0):
            _remove(folder, vectors=folder / VECTORS_FOLDER)


def _remove(folder: Path, *, vectors: Path) -> None:
    """Remove a folder; the engine of an owner that was killed may still write there for a while."""
    if vectors.exists():
        with suppress(LockedError):  # its owner is at work
            EdgeFolder(vectors).close()  # waits for that engine
    shutil.rmtree(folder, ignore_errors=True)
