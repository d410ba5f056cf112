"""What `doctor` reports: versions, settings, and whether models, disk, log and stores work."""

import importlib.metadata
import os
import platform
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import onnxruntime

from infra.addresses import without_password
from infra.cli.look import store_line
from infra.cli.stores import stores
from infra.clock import monotonic
from infra.embedders import mixed, own_embedder
from infra.models.onnx_model import providers
from infra.opening import holds_log, open_encoder, open_reading, open_registry, view_store
from infra.settings import Settings
from schemas.errors import AnamnesisError, InputError, ModelError
from streams.topology import MEMORIES


def reported(settings: Settings) -> dict[str, Any]:
    """Tell versions, machine, settings, and of each check whether it is `ok` and what it `told`."""
    checks = {
        "models": _encoder,
        "reader": _reader,
        "bindings": _bound,
        "disk": _disk,
        "log": _log,
        "views": _views,
        "vectors": _vectors,
    }
    return {
        "version": importlib.metadata.version("anamnesis"),
        "python": platform.python_version(),
        "cpu": _cpu(),
        "cores": os.cpu_count(),
        "packages": {
            # Its package has another name where it runs on a GPU.
            "onnxruntime": onnxruntime.__version__,
            **{
                name: importlib.metadata.version(name)
                for name in ("qdrant-edge-py", "SQLAlchemy", "pydantic", "numpy")
            },
        },
        "settings": {k: without_password(str(v)) for k, v in settings.model_dump().items()},
        "checks": [_checked(name, check, settings) for name, check in checks.items()],
    }


def _checked(name: str, check: Callable[[Settings], str], settings: Settings) -> dict[str, Any]:
    try:
        return {"name": name, "ok": True, "told": check(settings)}
    except AnamnesisError as error:
        return {"name": name, "ok": False, "told": str(error)}


def _views(settings: Settings) -> str:
    return store_line(view_store(settings).about())


def _vectors(settings: Settings) -> str:
    _demand_one_embedder(settings)
    if settings.vectors == "edge":
        return f"qdrant-edge {importlib.metadata.version('qdrant-edge-py')} in the data folder"
    from infra.vectors.qdrant_vectors import QdrantVectors  # noqa: PLC0415 - its client is slow to load

    with QdrantVectors(settings.vectors, settings.store_name) as vectors:
        return store_line(vectors.about())


def _demand_one_embedder(settings: Settings) -> None:
    """Refuse memories that another model has embedded than questions. Raises InputError."""
    if not holds_log(settings):
        return
    try:
        own = own_embedder(settings, open_registry(settings))
    except ModelError:
        return  # of which other checks tell
    with stores(settings.home) as (log, _):
        if told := mixed(log, own):
            raise InputError(told)


def _encoder(settings: Settings) -> str:
    began = monotonic()
    encoder = open_encoder(settings)
    took = monotonic() - began
    encoder.close()
    return f"encoder {encoder.digest[:12]} loads in {1000 * took:.0f} ms"


def _reader(settings: Settings) -> str:
    with open_reading(settings) as reading:
        return reading.told()


def _bound(settings: Settings) -> str:
    registry = open_registry(settings)
    served = [registry.told(role) for role in registry.roles]
    runs = ", ".join(
        name for name, _ in providers(onnxruntime.get_available_providers(), settings.home)
    )
    models = "; ".join(f"{one['role']} {one['digest'][:12]} on {one['provider']}" for one in served)
    return f"{models or 'every role is bundled'} (this machine runs {runs})"


def _disk(settings: Settings) -> str:
    there = next(p for p in (settings.home, *settings.home.resolve().parents) if p.exists())
    free = shutil.disk_usage(there).free
    if free < 1 << 30:
        raise InputError(f"only {free >> 20} MiB are free at {there}")
    return f"{free >> 30} GiB free at {there}"


def _log(settings: Settings) -> str:
    if not holds_log(settings):
        return f"{settings.home} holds no memory yet"
    with stores(settings.home) as (log, reads):
        faults = log.check()
        if faults:
            raise InputError("; ".join(faults))
        return f"{sum(log.ends(MEMORIES)):,} events, {reads.counts()['memories']:,} memories"


def _cpu() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    return next((x.split(":")[1].strip() for x in lines if x.startswith("model name")), "unknown")
