"""Work in turn: a few pieces at once, and nobody waits for one who waits for others."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from lti_tool import turns
from lti_tool.turns import Turns, step_aside

PATIENCE = 20


def in_turn(*works, most: int = 1) -> list[object]:
    """What each of `works` returned or raised, all begun at once with threads for all of them."""

    async def all_of_them() -> list[object]:
        queue = Turns(most)
        with ThreadPoolExecutor(len(works)) as threads:
            return await asyncio.gather(*(queue.run(threads, work) for work in works), return_exceptions=True)

    return asyncio.run(all_of_them())


def test_no_more_are_under_way_at_once_than_may_be_although_there_are_threads() -> None:
    busy, most, lock = 0, 0, threading.Lock()

    def work() -> None:
        nonlocal busy, most
        with lock:
            busy += 1
            most = max(most, busy)
        threading.Event().wait(0.001)
        with lock:
            busy -= 1

    in_turn(*[work] * 20, most=2)
    assert most == 2


def test_who_steps_aside_lets_the_next_one_go_on() -> None:
    met = threading.Event()

    def waits() -> bool:
        step_aside()
        return met.wait(PATIENCE)

    assert in_turn(waits, met.set) == [True, None]


def test_a_turn_that_lasts_too_long_holds_nobody_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "LONGEST_TURN", 0.01)
    met = threading.Event()
    assert in_turn(lambda: met.wait(PATIENCE), met.set) == [True, None]


def test_a_turn_ends_with_an_error_too_and_only_once() -> None:
    def fails() -> None:
        step_aside()
        step_aside()
        raise ValueError("rusak")

    found = in_turn(fails, lambda: "next", lambda: "last")
    assert isinstance(found[0], ValueError)
    assert found[1:] == ["next", "last"]


def test_stepping_aside_outside_of_a_turn_changes_nothing() -> None:
    step_aside()
    assert in_turn(lambda: "done") == ["done"]
