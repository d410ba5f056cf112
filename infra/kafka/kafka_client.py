"""How a Kafka cluster is reached: its address and credentials, and what its errors mean here."""

import gc
import logging
import socket
import ssl
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

with warnings.catch_warnings():
    # kafka-python reads its message schemas with an importlib function that is going away.
    warnings.filterwarnings("ignore", "(read|open)_text is deprecated", DeprecationWarning)
    import kafka
    import kafka.admin
    import kafka.errors

from infra.addresses import KAFKA
from infra.clock import monotonic, pause
from infra.kafka.seldom import Seldom
from infra.settings import Settings
from schemas.errors import AnamnesisError, KafkaError, SettingsError

__all__ = [
    "LARGEST",
    "RECONNECTS",
    "Access",
    "admin",
    "answers",
    "connected",
    "connecting",
    "group_of",
    "kafka",
    "quiet",
    "retried",
    "translated",
]

LARGEST: Final = 64 << 20  # bytes of a record batch: the percept of a text of some 3 MB
RECONNECTS: Final = 1000  # milliseconds between two attempts to reach a node again, at most
_LOOKS: Final = 0.05


@dataclass(frozen=True, slots=True)
class Access:
    """Where a cluster is and who asks; `security` is PLAINTEXT, SSL, SASL_PLAINTEXT or SASL_SSL."""

    address: str
    security: str = "PLAINTEXT"
    mechanism: str = ""
    user: str = ""
    password: str = field(default="", repr=False)
    ca: Path | None = None
    cert: Path | None = None
    key: Path | None = None
    patience: float = 30.0  # seconds after which a silent cluster is given up

    @classmethod
    def of(cls, settings: Settings) -> "Access":
        """Take it from the settings. Raises SettingsError when the log is not on Kafka."""
        if not settings.log.startswith(KAFKA):
            raise SettingsError(
                f"ANAMNESIS_LOG={settings.log}: this needs a Kafka cluster, kafka://host:port"
            )
        if settings.kafka_security.startswith("SASL") and not settings.kafka_user:
            raise SettingsError(
                f"ANAMNESIS_KAFKA_SECURITY={settings.kafka_security} needs ANAMNESIS_KAFKA_USER"
            )
        return cls(
            address=settings.log.removeprefix(KAFKA).rstrip("/"),
            security=settings.kafka_security,
            mechanism=settings.kafka_mechanism,
            user=settings.kafka_user,
            password=settings.kafka_password.get_secret_value(),
            ca=settings.kafka_ca,
            cert=settings.kafka_cert,
            key=settings.kafka_key,
            patience=settings.kafka_patience,
        )

    @property
    def tls(self) -> ssl.SSLContext | None:
        """Give the TLS context, where TLS is asked for. Raises SettingsError."""
        if "SSL" not in self.security:
            return None
        try:
            context = ssl.create_default_context(cafile=self.ca)
            if self.cert is not None:
                context.load_cert_chain(self.cert, self.key)
        except OSError as error:
            raise SettingsError(f"the certificates of Kafka cannot be read: {error}") from error
        return context

    def options(self) -> dict[str, Any]:
        """Give the options by which kafka-python and aiokafka reach the cluster alike."""
        told: dict[str, Any] = {
            "bootstrap_servers": self.address.split(","),
            "security_protocol": self.security,
            "ssl_context": self.tls,
        }
        if self.security.startswith("SASL"):
            told |= {
                "sasl_mechanism": self.mechanism,
                "sasl_plain_username": self.user,
                "sasl_plain_password": self.password,
            }
        return told


class _Why(logging.Handler):
    """Keeps why nobody was reached: kafka-python logs that, and raises only that it was in vain."""

    reason = ""

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the reason that the last attempt was given up for."""
        for one in record.args if isinstance(record.args, tuple) else ():
            if isinstance(one, Exception) and not isinstance(one, kafka.errors.KafkaTimeoutError):
                self.reason = str(one)
                if "disconnected" in self.reason:
                    self.reason = "it hangs up, as on a wrong password, user, mechanism or security"


_why: Final = _Why()


@contextmanager
def connecting(access: Access) -> Iterator[None]:
    """Say why a first connection comes to nothing: nobody there, a wrong password, no TLS.

    Raises KafkaError.
    """
    quiet()
    _why.reason = ""
    with translated(access.address):
        try:
            yield
        except kafka.errors.KafkaTimeoutError as error:
            if not _why.reason:
                raise
            who = f" as {access.user!r}" if access.security.startswith("SASL") else ""
            raise KafkaError(
                f"Kafka at {access.address} is not reached by {access.security}{who}: "
                f"{_why.reason}",
                address=access.address,
            ) from error


@contextmanager
def translated(address: str) -> Iterator[None]:
    """Say in our words what a client of Kafka complains of."""
    try:
        yield
    except kafka.errors.KafkaError as error:
        kind = type(error).__name__
        raise KafkaError(f"Kafka at {address}: {kind}: {error}", address=address) from error
    except OSError as error:
        raise KafkaError(f"Kafka at {address}: {error}", address=address) from error


def retried(ask: Callable[[], Any], patience: float) -> Any:  # noqa: ANN401 - whatever is asked
    """Ask again while the cluster says that it will know soon, such as when a group is new."""
    until = monotonic() + patience
    while True:
        try:
            return ask()
        except kafka.errors.KafkaError as error:
            if not error.retriable or monotonic() > until:
                raise
            pause(_LOOKS)


def connected(make: Callable[..., Any], access: Access, **options: Any) -> Any:  # noqa: ANN401 - as above
    """Connect a client; one that reaches nobody leaves no thread or socket. Raises KafkaError."""
    made: list[Any] = []  # kafka-python's own do not close it when they fail

    def client(**told: Any) -> Any:  # noqa: ANN401 - kafka-python has no types
        made.append(kafka.KafkaConsumer.DEFAULT_CONFIG["kafka_client"](**told))
        return made[-1]

    with connecting(access):
        try:
            return make(
                **access.options(),
                **options,
                reconnect_backoff_max_ms=RECONNECTS,
                bootstrap_timeout_ms=int(1000 * access.patience),
                kafka_client=client,
            )
        except BaseException:
            for one in made:
                one.close()
            gc.collect()  # sockets that were refused are left to it, and it comes seldom
            raise


def admin(access: Access) -> Any:  # noqa: ANN401 - kafka-python has no types
    """Connect an administrator's client. Raises KafkaError when nobody answers."""
    return connected(kafka.KafkaAdminClient, access)


def answers(address: str) -> bool:
    """Say whether a node without credentials answers."""
    host, _, port = address.rpartition(":")
    try:
        # kafka-python leaves a refused socket open, so a plain one knocks first.
        socket.create_connection((host, int(port)), timeout=1.0).close()
        admin(Access(address, patience=5.0)).close()
    except (OSError, AnamnesisError):
        return False
    return True


def group_of(consumer: str) -> str:
    """Name the consumer group of an agent."""
    return f"anamnesis.{consumer}"


def quiet() -> None:
    """Keep the client's own running commentary to what is worth an operator's while."""
    for name in ("kafka", "aiokafka"):
        logging.getLogger(name).setLevel(logging.ERROR)
    reaching = logging.getLogger("kafka.net.manager")
    if _why not in reaching.handlers:
        reaching.setLevel(logging.WARNING)
        reaching.propagate = False
        for logger in (reaching, logging.getLogger("kafka.cluster")):
            logger.addHandler(_why)
    loud = logging.getLogger("aiokafka")  # the other is not heard unless logging is set up
    if loud.propagate:
        loud.propagate = False
        loud.addHandler(Seldom())
