"""How often a complaint that comes again and again is told."""

import logging

import pytest

from infra.kafka.seldom import Seldom


def complaint(at: float, told: str, about: str) -> logging.LogRecord:
    return logging.makeLogRecord(
        {"name": "client", "levelno": logging.ERROR, "msg": told, "args": (about,), "created": at}
    )


def test_a_complaint_is_told_once_in_a_while(caplog: pytest.LogCaptureFixture) -> None:
    seldom = Seldom()
    for at in range(0, 70, 10):
        seldom.handle(complaint(at, "no node %s", f"1 at {at}"))
        seldom.handle(complaint(at + 1, "no leader of %s", "a"))
    assert [(record.created, record.getMessage()) for record in caplog.records] == [
        (0, "no node 1 at 0"),
        (1, "no leader of a"),
        (30, "no node 1 at 30"),
        (31, "no leader of a"),
        (60, "no node 1 at 60"),
        (61, "no leader of a"),
    ]


def test_a_clock_that_is_put_back_silences_nothing(caplog: pytest.LogCaptureFixture) -> None:
    seldom = Seldom()
    for at in (1000, 10, 20):
        seldom.handle(complaint(at, "no node %s", "1"))
    assert [record.created for record in caplog.records] == [1000, 10]
