"""Does the production shape fit the settings, the pinned versions and itself?"""

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml
from prometheus_client import CollectorRegistry, Gauge, start_http_server

from infra.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
FILE = ROOT / "docker-compose.yml"
COMPOSE: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
STORES = ("kafka", "qdrant", "postgres")
OURS = [name for name in SERVICES if name not in STORES]


def filled_in(value: str) -> str:
    """Put the defaults in for variables, as compose does."""
    return re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", value)


def environment(name: str) -> dict[str, str]:
    return {k: filled_in(v) for k, v in SERVICES[name].get("environment", {}).items()}


def settings_of(name: str, monkeypatch: pytest.MonkeyPatch) -> Settings:
    for key, value in environment(name).items():
        monkeypatch.setenv(key, value)
    return Settings()


@pytest.mark.parametrize("name", OURS)
def test_every_setting_exists_and_its_value_can_be_read(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = {f"ANAMNESIS_{field.upper()}" for field in Settings.model_fields}
    given = {key for key in environment(name) if key.startswith("ANAMNESIS_")}
    assert given
    assert given <= known
    settings = settings_of(name, monkeypatch)
    for address, service in (
        (settings.log, "kafka"), (settings.views, "postgres"), (settings.vectors, "qdrant")
    ):  # fmt: skip
        assert urlsplit(address).hostname == service
        assert urlsplit(address).port
    assert (settings.partitions, settings.store_name) == (8, "anamnesis")


def test_the_stores_speak_where_the_workers_ask(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = settings_of("worker-1", monkeypatch)
    listeners = environment("kafka")["KAFKA_ADVERTISED_LISTENERS"]
    assert f"INSIDE://{urlsplit(settings.log).netloc}" in listeners.split(",")
    views, postgres = urlsplit(settings.views), environment("postgres")
    assert views.username == postgres["POSTGRES_USER"]
    assert views.password == postgres["POSTGRES_PASSWORD"]
    assert views.path == f"/{postgres['POSTGRES_DB']}"


def test_versions_are_pinned_and_fit_what_is_tested() -> None:
    images = {name: service["image"] for name, service in SERVICES.items()}
    assert all(re.search(r":v?\d+(\.\d+)+(-\w+)?$", image) for image in images.values())
    pom = (ROOT / "infra" / "kafka" / "pom.xml").read_text(encoding="utf-8")
    assert f"<version>{images['kafka'].partition(':')[2]}</version>" in pom
    assert images["postgres"].startswith("postgres:15.")  # as in .ci/run
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert images["worker-1"] == f"anamnesis:{project['version']}"
    (client,) = re.findall(r"qdrant-client==1\.(\d+)", "\n".join(project["dependencies"]))
    (server,) = re.findall(r":v1\.(\d+)", images["qdrant"])
    assert abs(int(client) - int(server)) <= 1


def test_everything_is_restarted_kept_and_waited_for() -> None:
    assert [name for name in OURS if SERVICES[name]["command"][0] == "worker"] == [
        "worker-1", "worker-2"
    ]  # fmt: skip
    for name, service in SERVICES.items():
        assert service["restart"] == ("no" if name == "topics" else "unless-stopped")
        if name != "topics":
            assert service["healthcheck"]["test"][0] == "CMD"
        if name != "topics":
            volume = service["volumes"][0].partition(":")[0]
            assert volume in COMPOSE["volumes"]
        for other, waited in service.get("depends_on", {}).items():
            once = SERVICES[other]["restart"] == "no"
            assert waited["condition"] == (
                "service_completed_successfully" if once else "service_healthy"
            )
        for port in service.get("ports", []):
            assert port.startswith("127.0.0.1:")


@pytest.mark.parametrize("name", ["worker-1", "worker-2"])
@pytest.mark.parametrize("up", [True, False])
def test_a_worker_is_asked_for_its_metrics(name: str, *, up: bool) -> None:
    command, (published,) = SERVICES[name]["command"], SERVICES[name]["ports"]
    port = command[command.index("--metrics-port") + 1]
    assert command[command.index("--metrics-host") + 1] == "0.0.0.0"  # noqa: S104 - in a container
    assert published.rpartition(":")[2] == port
    _, python, *words = SERVICES[name]["healthcheck"]["test"]
    assert python == "python"
    registry = CollectorRegistry()
    Gauge("anamnesis_kafka_up", "as a worker says it", registry=registry).set(up)
    server, thread = start_http_server(0, "127.0.0.1", registry)
    asks = [sys.executable, *(word.replace(port, str(server.server_port)) for word in words)]
    try:
        asked = subprocess.run(asks, check=False)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
    assert (asked.returncode == 0) == up
    assert subprocess.run(asks, check=False, capture_output=True).returncode != 0


def test_the_ports_of_the_workers_differ() -> None:
    published = [port for service in SERVICES.values() for port in service.get("ports", [])]
    assert len({port.rpartition(":")[0] for port in published}) == len(published)


def test_the_image_is_built_from_what_is_there() -> None:
    built = SERVICES["worker-1"]["build"]
    lines = (ROOT / built["dockerfile"]).read_text(encoding="utf-8").splitlines()
    copied = [w for line in lines if line.startswith("COPY") for w in line.split()[1:-1]]
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert copied
    for name in copied:
        assert (ROOT / name).exists()
        assert f"!{name}" in ignored


def test_compose_itself_can_read_it() -> None:
    docker = shutil.which("docker")
    asked = [docker or "docker", "compose"]
    if (
        not docker
        or subprocess.run([*asked, "version"], capture_output=True, check=False).returncode
    ):
        pytest.skip("the client `docker compose` is not installed")
    ran = subprocess.run(
        [*asked, "--file", str(FILE), "config", "--quiet"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
