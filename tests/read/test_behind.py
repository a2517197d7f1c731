"""Work behind the caller: in order, bounded, with its errors told."""

import threading

import pytest

from fanal.read.behind import Behind


def test_jobs_are_done_in_the_order_of_the_calls():
    done = []
    behind = Behind()
    for n in range(100):
        behind.do(lambda n=n: done.append(n))
    behind.finish()
    assert done == list(range(100))


def test_an_error_is_raised_where_the_caller_is_and_nothing_is_done_after_it():
    done = []

    def fail():
        raise ValueError("message 12")

    gate = threading.Event()
    behind = Behind(waiting=5)
    behind.do(gate.wait)
    behind.do(fail)
    behind.do(lambda: done.append(1))
    gate.set()
    with pytest.raises(ValueError, match="message 12"):
        behind.finish()
    with pytest.raises(ValueError, match="message 12"):
        behind.do(lambda: done.append(2))
    assert done == []


def test_a_caller_waits_while_too_much_is_waiting():
    gate, began, handed = threading.Event(), threading.Event(), []
    behind = Behind(waiting=1)

    def hold():
        began.set()
        gate.wait()

    behind.do(hold)
    began.wait()
    behind.do(lambda: None)
    caller = threading.Thread(target=lambda: (behind.do(lambda: None), handed.append(1)))
    caller.start()
    caller.join(0.05)
    assert handed == []
    gate.set()
    caller.join()
    behind.finish()
    assert handed == [1]


def test_more_can_be_handed_over_after_it_was_finished():
    done = []
    behind = Behind()
    behind.do(lambda: done.append(1))
    behind.finish()
    behind.do(lambda: done.append(2))
    behind.finish()
    assert done == [1, 2]
