"""Threads take turns, and wait for a slow one only so long."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

from kb.turns import Turns


def test_one_at_a_time() -> None:
    turns, inside, most = Turns(patience=60), 0, 0

    def work(_: int) -> None:
        nonlocal inside, most
        with turns.taken():
            inside += 1
            most = max(most, inside)
            time.sleep(0.002)
            inside -= 1

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(40)))
    assert most == 1


def test_a_slow_one_holds_nobody_up_for_long() -> None:
    turns, started, over = Turns(patience=0.05), threading.Event(), threading.Event()

    def slow() -> None:
        with turns.taken():
            started.set()
            over.wait(30)

    thread = threading.Thread(target=slow)
    thread.start()
    assert started.wait(30)
    with turns.taken():
        assert not over.is_set()
    over.set()
    thread.join()


def test_a_threads_own_turn_is_not_in_its_way() -> None:
    turns, began = Turns(patience=60), time.monotonic()
    with turns.taken(), turns.taken():
        assert time.monotonic() - began < 30


def test_a_turn_ends_with_an_exception() -> None:
    turns = Turns(patience=60)
    for _ in range(2):
        try:
            with turns.taken():
                raise ValueError
        except ValueError:
            pass
    with ThreadPoolExecutor(1) as pool:
        began = time.monotonic()
        pool.submit(lambda: turns.taken().__enter__()).result()
    assert time.monotonic() - began < 30
