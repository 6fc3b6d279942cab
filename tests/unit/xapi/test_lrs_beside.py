"""Large batches in a process beside: the same answer as here, whatever is sent, and also when that process dies."""

import asyncio
import os
import signal
from collections.abc import Iterator
from datetime import UTC, datetime
from uuid import UUID

import pytest

from xapi.errors import LrsError, StatementError
from xapi.lrs.beside import Beside
from xapi.lrs.fiber import run
from xapi.lrs.prepare import MOST_STATEMENTS, Prepared, prepare_body
from xapi.lrs.principal import LaunchGrant, Principal
from xapi.testing import encoded, make_agent, make_principal, make_statement, seeded_ids

ADMIN = make_principal()
LAUNCH = make_principal(
    grant=LaunchGrant(make_agent(), "https://x.example/modul", str(UUID(int=1)), datetime(2030, 1, 1, tzinfo=UTC), {})
)
ATTACHMENT = {
    "usageType": "https://x.example/bukti",
    "display": {"id": "Bukti"},
    "contentType": "text/plain",
    "length": 1,
    "sha2": "0" * 64,
}


@pytest.fixture(scope="module")
def beside() -> Iterator[Beside]:
    made = Beside()
    yield made
    made.close()


def uid(number: int) -> str:
    return f"00000000-0000-4000-8000-{number:012x}"


def numbered(count: int, **changes: object) -> bytes:
    return encoded([make_statement(id=uid(number), **changes) for number in range(count)])


def outcome(prepare: object, principal: Principal, body: bytes, version: str) -> Prepared | tuple[object, ...]:
    try:
        return prepare(principal, body, version, seeded_ids())  # type: ignore[operator,no-any-return]
    except (StatementError, LrsError) as error:
        place = (getattr(error, "path", ""), getattr(error, "clause", ""), getattr(error, "status", 0))
        return (type(error), error.code, error.detail, *place, {key: str(one) for key, one in error.params.items()})


@pytest.mark.parametrize(
    "body",
    [
        numbered(300),
        encoded(make_statement(id=uid(1))),
        numbered(3, stored="2026-01-01T00:00:00Z", version="1.0.0"),
        numbered(2, context={"contextActivities": {"parent": {"id": "https://x.example/induk"}}}),
        numbered(2, context={"contextAgents": [{"objectType": "contextAgent", "agent": make_agent()}]}),
        numbered(2, actor=make_agent("199001012099031001")),
        numbered(2, attachments=[ATTACHMENT]),
        numbered(2, attachments=[ATTACHMENT | {"fileUrl": "https://x.example/b.txt"}]),
        numbered(2, object={"objectType": "StatementRef", "id": uid(7)}),
        encoded([make_statement(id=uid(1)), make_statement(id=uid(1))]),
        encoded([make_statement(id=uid(1)), {"actor": 1}]),
        b"[" + b",".join([b"{}"] * (MOST_STATEMENTS + 1)) + b"]",
        b"[]",
        b"[{",
        b"\xff",
        b'[{"id":"\xff"}]',
        b"[" * 100_000,
        b"null",
        b"",
    ],
)
@pytest.mark.parametrize("version", ["1.0.0", "2.0.0"])
@pytest.mark.parametrize("principal", [ADMIN, make_principal(allow_nip=True), LAUNCH])
def test_the_process_beside_answers_as_this_one_would(
    beside: Beside, body: bytes, version: str, principal: Principal
) -> None:
    here = outcome(prepare_body, principal, body, version)

    assert outcome(beside.prepare_body, principal, body, version) == here


def test_statements_without_ids_get_some(beside: Beside) -> None:
    prepared = beside.prepare_body(ADMIN, encoded([make_statement(), make_statement()]), "1.0.0", seeded_ids())

    assert len({UUID(one) for one in prepared.ids}) == 2
    assert [one.id for one in prepared.statements] == [UUID(one).bytes for one in prepared.ids]


def test_a_batch_is_prepared_here_when_the_process_beside_has_died_and_the_next_one_beside_again() -> None:
    beside = Beside()
    expected = prepare_body(ADMIN, numbered(5), "1.0.0", seeded_ids())
    try:
        beside.prepare_body(ADMIN, numbered(1), "1.0.0", seeded_ids())
        first = beside.process_id
        os.kill(first or 0, signal.SIGKILL)
        assert beside.prepare_body(ADMIN, numbered(5), "1.0.0", seeded_ids()) == expected
        assert beside.process_id is None
        beside.prepare_body(ADMIN, numbered(1), "1.0.0", seeded_ids())
        assert beside.process_id not in (None, first)
    finally:
        beside.close()


def test_the_loop_goes_on_while_a_batch_is_prepared(beside: Beside) -> None:
    turns = 0

    async def count() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    async def both() -> Prepared:
        counting = asyncio.create_task(count())
        try:
            return await run(lambda: beside.prepare_body(ADMIN, numbered(2000), "1.0.0", seeded_ids()))
        finally:
            counting.cancel()

    assert len(asyncio.run(both()).ids) == 2000
    assert turns > 10


def test_errors_of_a_batch_reach_a_fiber(beside: Beside) -> None:
    with pytest.raises(StatementError) as raised:
        asyncio.run(run(lambda: beside.prepare_body(ADMIN, b"[1]", "1.0.0", seeded_ids())))

    assert raised.value.path == "$[0]"
