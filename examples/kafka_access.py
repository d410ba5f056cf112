"""How the examples reach a cluster: by the settings that memory has, in the environment.

ANAMNESIS_KAFKA_SECURITY is PLAINTEXT, SSL, SASL_PLAINTEXT or SASL_SSL; _MECHANISM, _USER and
_PASSWORD belong to SASL, and the files _CA, _CERT and _KEY to TLS.
"""

import logging
import os
import sys
import warnings
from collections.abc import Callable
from typing import Any, NoReturn

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)  # of kafka-python's own imports
    from kafka.errors import KafkaError

_PATIENCE = 15_000  # milliseconds after which a cluster that does not answer is given up


def access(broker: str) -> dict[str, Any]:
    """Give kafka-python's options for a broker, `host:port`."""
    logging.getLogger("kafka").setLevel(logging.CRITICAL)  # what is in vain is raised as well
    told = {
        "security_protocol": _told("SECURITY") or "PLAINTEXT",
        "sasl_mechanism": _told("MECHANISM"),
        "sasl_plain_username": _told("USER"),
        "sasl_plain_password": _told("PASSWORD"),
        "ssl_cafile": _told("CA"),
        "ssl_certfile": _told("CERT"),
        "ssl_keyfile": _told("KEY"),
    }
    if told["sasl_plain_username"] and not told["sasl_mechanism"]:
        told["sasl_mechanism"] = "SCRAM-SHA-512"
    return {
        "bootstrap_servers": broker.split(","),
        "bootstrap_timeout_ms": _PATIENCE,
        **{name: value for name, value in told.items() if value},
    }


def ended(work: Callable[[], str], broker: str) -> None:
    """Print what came of some work, or end with one sentence: 2 for bad input, 4 for the rest."""
    try:
        told = work()
    except ValueError as error:
        _end(2, str(error))
    except KafkaError as error:
        _end(4, f"Kafka at {broker}: {type(error).__name__}: {error}")
    except OSError as error:
        _end(2 if error.filename else 4, str(error))
    sys.stdout.write(f"{told}\n")


def _end(code: int, why: str) -> NoReturn:
    sys.stderr.write(f"{why}\n")
    raise SystemExit(code)


def _told(name: str) -> str:
    return os.environ.get(f"ANAMNESIS_KAFKA_{name}", "")
