"""Requests of the event loop as WSGI sees them, and what runs where."""

import asyncio
import contextlib
import threading
import time
from collections.abc import Awaitable, Callable
from io import BytesIO
from typing import Any

import pytest

from lti_tool.web.asgi import Gateway
from lti_tool.web.asgi_environ import environ_of
from xapi.flush_database import Flush
from xapi.lrs import fiber

MOST = 1000


def scope(path: str = "/xapi/statements", method: str = "GET", *headers: tuple[str, str]) -> dict[str, Any]:
    return {
        "type": "http", "method": method, "path": path, "query_string": b"", "server": ("127.0.0.1", 8000),
        "client": ("127.0.0.1", 5000), "scheme": "http", "http_version": "1.1",
        "headers": [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers],
    }  # fmt: skip


class Exchange:
    """A request whose body comes in pieces, and its answer."""

    def __init__(self, *pieces: bytes) -> None:
        self._pieces = pieces
        self.taken = 0
        self.status = 0
        self.headers: dict[bytes, bytes] = {}
        self.body = b""

    async def receive(self) -> dict[str, Any]:
        if self.taken >= len(self._pieces):
            return {"type": "http.disconnect"} if self._pieces else {"type": "http.request", "body": b""}
        self.taken += 1
        piece = self._pieces[self.taken - 1]
        return {"type": "http.request", "body": piece, "more_body": self.taken < len(self._pieces)}

    async def send(self, message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            self.status, self.headers = message["status"], dict(message["headers"])
        else:
            self.body = message["body"]

    @property
    def thread(self) -> str:
        """Where it was answered."""
        return self.headers[b"x-thread"].decode()


def serve(application: Any, asked: Any, *pieces: bytes, in_loop: bool = True, known: bool = True) -> Exchange:
    exchange = Exchange(*pieces)
    gateway = Gateway(application, lambda _environ: known, MOST, in_loop=in_loop)
    asyncio.run(gateway(asked, exchange.receive, exchange.send))
    return exchange


def echo(environ: dict[str, Any], start: Any) -> list[bytes]:
    start("200 OK", [("X-Thread", threading.current_thread().name)])
    return [environ["wsgi.input"].read()]


def test_headers_become_the_environment_and_an_underscore_takes_no_hyphens_place() -> None:
    found = environ_of(
        scope("/xapi/caf\u00e9", "POST", ("host", "uji"), ("x-a", "1"), ("x-a", "2"), ("x_a", "evil"),
              ("content-type", "a/b"), ("cookie", "a=1"), ("cookie", "b=2"))
    )  # fmt: skip

    assert found["PATH_INFO"].encode("latin-1").decode() == "/xapi/caf\u00e9"
    assert (found["HTTP_X_A"], found["CONTENT_TYPE"], found["HTTP_COOKIE"]) == ("1,2", "a/b", "a=1; b=2")


def test_what_is_quick_runs_in_the_loop_and_pages_run_in_threads() -> None:
    lrs = serve(echo, scope(method="POST"), b"a", b"b")
    page = serve(echo, scope("/", "POST", ("content-length", "2")), b"a", b"b")

    assert (lrs.status, lrs.thread, lrs.body) == (200, "MainThread", b"ab")
    assert page.thread.startswith("page")
    assert page.body == b"ab"


@pytest.mark.parametrize(("length", "whole"), [("2", True), (str(64 * 1024 + 1), False), ("", False)])
def test_a_small_body_of_a_page_is_there_before_a_thread_is_taken_and_a_large_one_comes_in_pieces(
    length: str, whole: bool
) -> None:
    there: list[bool] = []

    def page(environ: dict[str, Any], start: Any) -> list[bytes]:
        there.append(isinstance(environ["wsgi.input"], BytesIO))
        return echo(environ, start)

    told = ("content-length", length) if length else ("transfer-encoding", "chunked")
    found = serve(page, scope("/lti/launch", "POST", told), b"a", b"b")

    assert (there, found.body) == ([whole], b"ab")


@pytest.mark.parametrize("told", [("content-length", str(10**6)), ("transfer-encoding", "chunked")])
def test_whoever_sends_slowly_keeps_no_page_waiting(told: tuple[str, str]) -> None:
    async def crowd() -> int:
        gateway, ended, page = Gateway(echo, lambda _environ: True, MOST, in_loop=True), asyncio.Event(), Exchange()

        async def slow() -> dict[str, Any]:
            await ended.wait()
            return {"type": "http.disconnect"}

        sent = [gateway(scope("/masuk", "POST", told), slow, Exchange().send) for _ in range(40)]
        waiting = [asyncio.ensure_future(one) for one in sent]
        await asyncio.sleep(0.05)
        try:
            await asyncio.wait_for(gateway(scope("/masuk"), page.receive, page.send), 10)
        finally:
            ended.set()
            await asyncio.gather(*waiting)
        return page.status

    assert asyncio.run(crowd()) == 200


def silent_after_one(exchange: Exchange) -> Callable[[], Awaitable[dict[str, Any]]]:
    """How a client is received that sends one piece and then nothing, and stays."""

    async def receive() -> dict[str, Any]:
        if exchange.taken:
            await asyncio.get_running_loop().create_future()
        return await exchange.receive()

    return receive


def test_of_a_large_body_that_stops_coming_what_has_come_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lti_tool.web.asgi_environ._WAITS", 0.01)
    exchange = Exchange(b"begun", b"never")

    gateway = Gateway(echo, lambda _environ: True, MOST, in_loop=True)
    upload = scope("/pustaka/unggah", "POST", ("content-length", str(10**6)))
    asyncio.run(gateway(upload, silent_after_one(exchange), exchange.send))

    assert exchange.body == b"begun"


@pytest.mark.parametrize(("path", "in_loop", "together"), [
    ("/lti/launch", True, False), ("/lti/launch", False, True), ("/audit", True, True),
])  # fmt: skip
def test_launches_take_turns_where_no_query_waits_for_a_network(path: str, in_loop: bool, together: bool) -> None:
    met = threading.Barrier(2)

    def meets(_environ: dict[str, Any], start: Any) -> list[bytes]:
        try:
            met.wait(20 if together else 0.05)
            start("200 OK", [])
        except threading.BrokenBarrierError:
            start("503 Alone", [])
        return []

    async def two() -> list[int]:
        gateway = Gateway(meets, lambda _environ: True, MOST, in_loop=in_loop)
        exchanges = [Exchange(), Exchange()]
        await asyncio.gather(*(gateway(scope(path), one.receive, one.send) for one in exchanges))
        return [one.status for one in exchanges]

    assert asyncio.run(two()) == ([200, 200] if together else [503, 503])


def test_a_page_is_on_the_disk_before_it_goes_out_although_its_thread_did_not_wait(tmp_path) -> None:
    (tmp_path / "uji.db-wal").write_bytes(b"x")
    order: list[str] = []
    flush = Flush(str(tmp_path / "uji.db-wal"), lambda _file: order.append("disk"))

    def page(environ: dict[str, Any], start: Any) -> list[bytes]:
        flush.wait()
        order.append("page")
        return echo(environ, start)

    found = serve(page, scope("/lti/launch", "POST", ("content-length", "1")), b"a")

    assert (order, found.status) == (["page", "disk"], 200)


def test_a_page_that_the_disk_refuses_does_not_go_out(tmp_path) -> None:
    (tmp_path / "uji.db-wal").write_bytes(b"x")

    def refuses(_file: int) -> None:
        raise OSError("the disk is gone")

    def page(environ: dict[str, Any], start: Any) -> list[bytes]:
        Flush(str(tmp_path / "uji.db-wal"), refuses).wait()
        return echo(environ, start)

    assert serve(page, scope("/lti/launch")).status == 500


def test_where_queries_wait_for_a_network_all_runs_in_threads() -> None:
    found = serve(echo, scope(method="POST"), b"a", in_loop=False)

    assert found.thread.startswith("page")


def test_a_body_in_chunks_is_received_until_it_is_too_large_and_no_further() -> None:
    found = serve(echo, scope(method="POST"), *[b"x" * 400] * 10)

    assert found.taken == 3


def test_nobody_waits_for_ever_for_the_rest_of_a_body(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lti_tool.web.asgi._SILENT", 0.01)
    exchange = Exchange(b"begun", b"never")

    gateway = Gateway(echo, lambda _environ: True, MOST, in_loop=True)
    asyncio.run(gateway(scope(method="POST"), silent_after_one(exchange), exchange.send))

    assert exchange.body == b"begun"


@pytest.mark.parametrize("known", [True, False])
def test_neither_a_body_that_says_it_is_too_large_nor_a_strangers_is_received(known: bool) -> None:
    length = str(MOST + 1 if known else 10)
    found = serve(echo, scope("/xapi/statements", "POST", ("content-length", length)), b"x" * 10, known=known)

    assert found.taken == 0


def test_of_a_form_whose_sender_is_not_known_yet_no_more_is_received_than_a_form_may_have(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("lti_tool.web.asgi._MOST_FORM", 500)
    asked = {**scope(method="POST"), "query_string": b"method=PUT"}

    assert serve(echo, asked, *[b"x" * 400] * 10).taken == 2


def test_few_forms_of_strangers_are_held_at_once_and_other_requests_do_not_wait_for_them() -> None:
    async def crowd() -> tuple[int, int, list[int]]:
        gateway, ended, begun = Gateway(echo, lambda _environ: True, MOST, in_loop=True), asyncio.Event(), 0

        async def slow() -> dict[str, Any]:
            nonlocal begun
            begun += 1
            await ended.wait()
            return {"type": "http.disconnect"}

        forms, page = [Exchange() for _one in range(20)], Exchange(b"x")
        asked = {**scope(method="POST"), "query_string": b"method=PUT"}
        waiting = [asyncio.ensure_future(gateway(asked, slow, one.send)) for one in forms]
        await asyncio.sleep(0.01)
        at_once = begun
        await gateway(scope(method="POST"), page.receive, page.send)
        ended.set()
        await asyncio.gather(*waiting)
        return at_once, page.status, [one.status for one in forms]

    assert asyncio.run(crowd()) == (4, 200, [200] * 20)


def test_a_read_that_takes_too_long_begins_again_in_a_thread_for_long_reads_with_its_body() -> None:
    def slow(environ: dict[str, Any], start: Any) -> list[bytes]:
        if fiber.this_fiber() is not None:
            raise fiber.TookTooLong
        return echo(environ, start)

    found = serve(slow, scope(method="POST"), b"body")

    assert found.body == b"body"
    assert found.thread.startswith("read")


@pytest.mark.parametrize("ends", [True, False])
def test_a_long_answer_is_read_as_it_is_sent_and_closed_whatever_comes_of_it(ends: bool) -> None:
    read: list[int] = []
    told: list[tuple[int, int]] = []

    class Film:
        def __iter__(self) -> Any:
            for number in range(64):
                read.append(number)
                yield b"x" * 65_536

        def close(self) -> None:
            read.append(-1)

    def film(_environ: dict[str, Any], start: Any) -> Film:
        start("200 OK", [("Content-Length", str(64 * 65_536))])
        return Film()

    async def send(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.body":
            told.append((len(message["body"]), len(read)))
            if not ends:
                raise ConnectionError

    async def ask() -> None:
        gateway = Gateway(film, lambda _environ: True, MOST, in_loop=True)
        await gateway(scope("/pustaka/isi/x"), Exchange().receive, send)

    with contextlib.nullcontext() if ends else pytest.raises(ConnectionError):
        asyncio.run(ask())

    assert told[0] == (4 * 65_536, 4)
    assert read[-1] == -1
    assert not ends or (sum(size for size, _read in told), told[-1][0]) == (64 * 65_536, 0)


def test_a_fault_is_answered_and_not_shown() -> None:
    def broken(_environ: dict[str, Any], _start: Any) -> list[bytes]:
        raise RuntimeError("rahasia")

    found = serve(broken, scope())

    assert (found.status, b"rahasia" in found.body) == (500, False)


def test_a_fiber_that_waits_lets_the_loop_go_on() -> None:
    order: list[str] = []

    def work() -> str:
        here = fiber.this_fiber()
        assert here is not None
        future = here.loop.create_future()
        here.loop.call_later(0.01, future.set_result, None)
        here.wait_for(future)
        order.append("woken")
        return "done"

    async def both() -> str:
        waiting = asyncio.ensure_future(fiber.run(work))
        await asyncio.sleep(0)
        order.append("meanwhile")
        return await waiting

    assert asyncio.run(both()) == "done"
    assert order == ["meanwhile", "woken"]


def test_an_error_in_a_fiber_is_raised_where_it_is_awaited() -> None:
    def work() -> None:
        raise ValueError

    with pytest.raises(ValueError):  # noqa: PT011 - it is the very one
        asyncio.run(fiber.run(work))


def test_a_query_that_takes_too_long_in_a_fiber_is_given_up(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    from xapi.lrs.query import StatementQuery
    from xapi.testing import embedded_lrs, encoded, make_principal, make_statement

    house = embedded_lrs(tmp_path)
    house.lrs.post_statements(make_principal(), encoded([make_statement() for _ in range(100)]))
    monkeypatch.setattr("xapi.lrs.store.sqlite._STEPS", 1)
    monkeypatch.setattr(fiber, "MOST_SECONDS", 0.0)
    begun = time.monotonic()

    with pytest.raises(fiber.TookTooLong):
        asyncio.run(fiber.run(lambda: house.lrs.query(make_principal(), StatementQuery())))
    assert len(house.lrs.query(make_principal(), StatementQuery()).bodies) == 100
    assert time.monotonic() - begun < 60


def test_fibers_that_write_at_once_share_a_commit(tmp_path) -> None:
    from xapi.testing import embedded_lrs, encoded, make_principal, make_statement

    house = embedded_lrs(tmp_path)
    groups: list[int] = []
    real = house.statements._writer._group._carry_out

    def counted(works, wait):
        groups.append(len(works))
        return real(works, wait)

    house.statements._writer._group._carry_out = counted

    async def all_at_once() -> None:
        one = encoded(make_statement())
        await asyncio.gather(*(fiber.run(lambda: house.lrs.post_statements(make_principal(), one)) for _ in range(10)))

    asyncio.run(all_at_once())

    assert sum(groups) == 10
    assert len(groups) <= 3
    assert len(house.statements.after(make_principal().institution, 0, 100)) == 10
