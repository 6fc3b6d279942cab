"""Reads a whole course from its schedule and the exports beside it; all that is wrong with them is told at once."""

from dataclasses import dataclass
from pathlib import Path

from adapters.lan_elearning.implementation import read_implementations
from adapters.lan_elearning.participants import read_participants
from adapters.lan_elearning.schedule import Schedule
from adapters.lan_elearning.schedule_file import read_plan
from adapters.lan_elearning.standing import Standing, standings
from adapters.lan_elearning.traces import Reading, read_traces
from adapters.remote import Connection
from xapi.sheet_rows import RefusedCell


@dataclass(frozen=True, slots=True)
class ReadClass:
    """A course as its files tell it: where everyone is, or what is `refused` (then there are no `standings`)."""

    schedule: Schedule | None
    standings: tuple[Standing, ...]
    refused: tuple[RefusedCell, ...]


def read_class(path: Path, connection: Connection) -> ReadClass:
    """The class of the schedule at `path`; raises AdapterError `lan.no_schedule` when it is no TOML."""
    refused: list[RefusedCell] = []
    plan = read_plan(path, connection.forms, refused)
    if plan is None:
        return ReadClass(None, (), tuple(refused))
    groups = sorted({session.group for session in plan.schedule.sessions if session.group})
    people = read_participants(plan.files["peserta"][0], groups, refused)
    if refused:  # of people that could not be read, every line elsewhere would be refused too
        return ReadClass(plan.schedule, (), tuple(refused))
    reading = Reading(plan.schedule, people, connection.clock())
    traces = read_traces(plan.files, reading, refused)
    folder = next(iter(plan.files.get("bukti", ())), None)
    shown = read_implementations(plan.files.get("implementasi", ()), folder, reading, refused)
    found = () if refused else tuple(standings(reading, traces, shown))
    return ReadClass(plan.schedule, found, tuple(refused))
