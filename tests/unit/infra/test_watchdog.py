"""When a worker counts as stuck."""

from infra.kafka.watchdog import Lying, Stalling


def test_work_that_does_not_move_is_stuck_after_the_patience() -> None:
    stalling = Stalling(0, 10)
    told = [
        stalling.stuck(at, worked=min(5, at), waiting=True, away=False) for at in range(0, 20, 3)
    ]
    assert told == [False, False, False, False, False, False, True]


def test_who_has_nothing_to_do_or_waits_for_a_store_is_not_stuck() -> None:
    stalling = Stalling(0, 10)
    assert not stalling.stuck(100, worked=0, waiting=False, away=False)
    assert not stalling.stuck(200, worked=0, waiting=True, away=True)
    assert not stalling.stuck(209, worked=0, waiting=True, away=False)
    assert stalling.stuck(211, worked=0, waiting=True, away=False)


def test_who_hears_of_kafka_again_has_time_to_do_what_waits() -> None:
    stalling = Stalling(0, 10)
    assert not stalling.stuck(9, worked=0, waiting=None, away=False)
    assert not stalling.stuck(12, worked=0, waiting=True, away=False)
    assert not stalling.stuck(22, worked=0, waiting=True, away=False)
    assert stalling.stuck(23, worked=0, waiting=True, away=False)


def test_who_hears_nothing_of_kafka_is_stuck_after_the_patience() -> None:
    stalling = Stalling(0, 10)
    assert not stalling.stuck(9, worked=0, waiting=None, away=False)
    assert stalling.stuck(11, worked=0, waiting=None, away=False)


def test_a_partition_whose_next_record_is_not_done_lies_still_after_the_patience() -> None:
    lying = Lying(5)
    assert lying.still(0, [0, 1], [3, 4], [9, 9]) == {}
    assert lying.still(4, [0, 1], [3, 5], [9, 9]) == {}
    assert lying.still(6, [0, 1], [3, 5], [9, 9]) == {0: 3}
    assert lying.still(8, [0, 1], [3, 5], [9, 9]) == {}
    assert lying.still(10, [0, 1], [3, 5], [9, 9]) == {1: 5}
    assert lying.still(14, [0, 1], [3, 5], [9, 9]) == {0: 3}


def test_what_is_done_or_anothers_or_at_work_does_not_lie_still() -> None:
    lying = Lying(5)
    assert lying.still(0, [0], [9, 4], [9, 9]) == {}
    assert lying.still(6, [0], [9, 4], [9, 9]) == {}
    assert lying.still(7, [1], [9, 4], [9, 9]) == {}
    lying.forget()
    assert lying.still(13, [1], [9, 4], [9, 9]) == {}
    assert lying.still(19, [1], [9, 4], [9, 9]) == {1: 4}
