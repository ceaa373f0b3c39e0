"""No account takes more than half of the places in a line."""

from __future__ import annotations

import threading

import pytest

from kb.accounts import Caller, Role
from kb.accounts.model import LOCAL
from ui.api.errors import ApiError
from ui.api.pool import Pool, Work
from ui.caller import calling
from ui.places import Crowded, Room, ShareTaken

ONE, OTHER = (Caller(f"a{n}", f"读者{n}", Role.READER, f"users/a{n}") for n in (1, 2))


def test_an_account_leaves_half_of_the_page_to_the_others() -> None:
    room = Room(at_once=1, waiting=3)
    room.enter("a1")
    room.enter("a1")
    with pytest.raises(ShareTaken, match="您的账号已有 2 个问题在回答或排队"):
        room.enter("a1")
    room.enter("a2")
    room.leave("a1")
    room.enter("a1")
    room.enter("a2")
    with pytest.raises(Crowded, match="提问的人太多"):
        room.enter("a3")
    room.leave("a2")
    room.enter("a3")  # what was refused holds no place


def test_where_there_are_no_accounts_all_places_are_whosevers_they_are() -> None:
    room = Room(at_once=1, waiting=3)
    for _ in range(4):
        room.enter(LOCAL.account_id)


def test_an_account_leaves_half_of_the_interfaces_to_the_others() -> None:
    go_on = threading.Event()
    pool = Pool(at_once=1, waiting=3)

    def submit(who: Caller) -> Work:
        with calling(who):
            return pool.submit(lambda _: go_on.wait(30))

    mine = [submit(ONE), submit(ONE)]
    with pytest.raises(ApiError) as refused:
        submit(ONE)
    fault = refused.value.fault
    assert (fault.status, fault.code, fault.message) == (
        429,
        "busy",
        "您的账号已有 2 个请求在处理或排队，没有再开始。请等其中一个做完，或过 2 秒再试。",
    )
    theirs = submit(OTHER)
    pool.drop(mine[1])  # who asked is gone: its place is free at once
    again = submit(ONE)
    go_on.set()
    assert [work.result.result(30) for work in (mine[0], theirs, again)] == [True] * 3
    pool.close()
    assert not pool._share._taken
