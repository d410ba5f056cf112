"""What killed commands have left in a data folder, and how it goes."""

import shutil
from contextlib import suppress

from infra.folder_lock import FolderLock
from infra.opening import NEW_VECTORS, REPLACED_VECTORS, view_store
from infra.settings import Settings
from schemas.errors import LockedError

SIMULATED = "simulated-"  # begins the name of a copy in the folder while `simulate` uses it


def remove_left_over(settings: Settings) -> None:
    """Remove what replays that were killed have left beside the views and vectors, and all copies.

    A simulation that is at work in one of these fails.
    """
    view_store(settings).tidy()
    names = (NEW_VECTORS, REPLACED_VECTORS)
    for folder in (*map(settings.home.joinpath, names), *settings.home.glob(f"{SIMULATED}*")):
        shutil.rmtree(folder, ignore_errors=True)


def remove_simulated(settings: Settings) -> None:
    """Remove what simulations that were killed have left; one at work holds its folder's lock."""
    for folder in settings.home.glob(f"{SIMULATED}*"):
        with suppress(LockedError), FolderLock(folder, patience=0):
            shutil.rmtree(folder, ignore_errors=True)
