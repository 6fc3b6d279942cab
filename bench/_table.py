"""The table of the LRS benchmark, as Markdown and as JSON: what was measured beside the floor and beside Ralph."""

import os
import platform
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench._floor import REFERENCE, Floor
from bench._measure import Measured
from bench._rows import SIZES

MOST_MB = 250
LEAST_RALPH = 20
_HEAD = (
    "what", "stored", "at least", "aim", "measured, median [min–max]", "verdict", "p50 / p99 ms", "of the floor",
    "× Ralph", "server CPU µs", "worker cores", "driver cores", "load",
)  # fmt: skip


@dataclass
class Outcome:
    """All that one run of the benchmark found."""

    settings: str
    rows: list[Measured] = field(default_factory=list)
    ralph: dict[str, Measured] = field(default_factory=dict)
    floor: Floor = field(default_factory=Floor)
    notes: list[str] = field(default_factory=list)
    load_before: float = 0

    def of_ralph(self, one: Measured) -> float | None:
        """How many times Ralph's rate; None where Ralph was not asked or does not answer right."""
        peer = self.ralph.get(one.row.name)
        if peer is None or not peer.runs or peer.size != one.size or not one.runs or one.row.by_p99:
            return None
        return one.median / peer.median

    def of_floor(self, one: Measured) -> float | None:
        """The share of what this machine does without a server."""
        floor = self.floor.of(one.row.floor)
        return None if floor is None or not one.runs else one.median / floor

    def targets(self, one: Measured) -> tuple[float, float] | None:
        """At least and aim on this machine: lower by the share that its floor lacks, never higher."""
        wanted = one.row.targets.get(one.size)
        if wanted is None:
            return None
        share = self.floor.share(one.row.floor)
        return (wanted[0] / share, wanted[1] / share) if one.row.by_p99 else (wanted[0] * share, wanted[1] * share)

    def verdict(self, one: Measured) -> str:
        """In words: whether the row is valid and which of its targets it reached."""
        if one.problems:
            return "INVALID"
        wanted = self.targets(one)
        if wanted is None:
            return "–"
        for name, target in (("aim", wanted[1]), ("at least", wanted[0])):
            if one.median <= target if one.row.by_p99 else one.median >= target:
                return name
        return "missed"

    @property
    def peak_mb(self) -> dict[str, float]:
        """The most memory of a process by role."""
        peaks: dict[str, float] = {}
        for one in self.rows:
            for role, peak in one.peak_mb.items():
                peaks[role] = max(peak, peaks.get(role, 0))
        return peaks


def markdown(outcome: Outcome) -> str:
    """The outcome as Markdown."""
    return "\n".join([*_table(outcome), "", *(f"- {note}" for note in _notes(outcome))]) + "\n"


def as_json(outcome: Outcome) -> dict[str, Any]:
    """The outcome for a program."""
    return {
        "machine": machine(),
        "settings": outcome.settings,
        "load": [outcome.load_before, os.getloadavg()[0]],
        "floor": outcome.floor.values,
        "rows": [_plain(outcome, one) for one in outcome.rows],
        "ralph": {name: {"rates": one.rates, "problems": one.problems} for name, one in outcome.ralph.items()},
        "peak_mb": outcome.peak_mb,
        "notes": outcome.notes,
    }


def machine() -> str:
    """Cores, memory and versions of this machine."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    model = next(
        (line.partition(":")[2].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")),
        platform.machine(),
    )
    return (
        f"{os.cpu_count()} cores ({model}), {memory:.0f} GiB, Python {platform.python_version()}, "
        f"SQLite {sqlite3.sqlite_version}"
    )


def _table(outcome: Outcome) -> Iterator[str]:
    yield "| " + " | ".join(_HEAD) + " |"
    yield "|---" * len(_HEAD) + "|"
    for one in outcome.rows:
        yield "| " + " | ".join(_cells(outcome, one)) + " |"


def _cells(outcome: Outcome, one: Measured) -> Iterator[str]:
    least, aim = outcome.targets(one) or (None, None)
    unit = " ms p99" if one.row.by_p99 else " /s"
    yield one.row.title
    yield f"{SIZES[one.size]:,}"
    yield from (_number(least), _number(aim))
    if not one.runs:
        yield from ["not measured", outcome.verdict(one), *["–"] * 7]
        return
    yield f"{_number(one.median)} [{_number(min(one.values))}–{_number(max(one.values))}]{unit}"
    yield outcome.verdict(one)
    yield f"{one.middle('p50'):.1f} / {one.middle('p99'):.1f}"
    yield _share(None if one.row.by_p99 else outcome.of_floor(one))
    yield _times(outcome, one)
    yield f"{one.web_us:,.0f}"
    yield from (f"{number:.2f}" for number in (one.worker_cores, one.middle("driver")))
    yield f"{one.load:.1f}"


def _notes(outcome: Outcome) -> Iterator[str]:
    yield f"Machine: {machine()}. Load {outcome.load_before:.1f} before, {os.getloadavg()[0]:.1f} after."
    yield f"Server, the same for all rows: {outcome.settings}."
    peaks = ", ".join(f"{role} {peak:.0f} MB" for role, peak in sorted(outcome.peak_mb.items()))
    most = max(outcome.peak_mb.values(), default=0)
    yield f"Peak memory of a process: {peaks} (at most {MOST_MB}: {'kept' if most <= MOST_MB else 'MISSED'})."
    for name, values in outcome.floor.values.items():
        reference = f"; the targets were set where it is {REFERENCE[name]:,.0f}" if name in REFERENCE else ""
        spread = f"{min(values):,.0f}–{max(values):,.0f}"
        yield f"Floor, {name}: {outcome.floor.of(name):,.0f} /s [{spread}]{reference}."
    for peer in outcome.ralph.values():
        rate = f"{peer.median:,.2f} /s" if peer.runs else "no answer"
        yield f"Ralph, {peer.row.title}: {rate}{''.join(f' ({problem})' for problem in peer.problems)}."
    ratios = [ratio for one in outcome.rows if (ratio := _valid_ratio(outcome, one)) is not None]
    if ratios:
        kept = "kept" if min(ratios) >= LEAST_RALPH else "MISSED"
        yield f"Least against Ralph, in rows that Ralph answers: {min(ratios):,.0f} × (at least {LEAST_RALPH}: {kept})."
    for one in outcome.rows:
        if one.per_answer is not None:
            yield f"An answer of {one.row.name} at {one.size}: {one.per_answer:.1f} statements."
        for problem in one.problems:
            yield f"INVALID {one.row.name} at {one.size}: {' '.join(problem.split())}."
    yield from outcome.notes


def _valid_ratio(outcome: Outcome, one: Measured) -> float | None:
    peer = outcome.ralph.get(one.row.name)
    return outcome.of_ralph(one) if peer is not None and not peer.problems else None


def _plain(outcome: Outcome, one: Measured) -> dict[str, Any]:
    return {
        "row": one.row.name,
        "stored": SIZES[one.size],
        "targets": one.row.targets.get(one.size),
        "targets_here": outcome.targets(one),
        "values": one.values if one.runs else [],
        "verdict": outcome.verdict(one),
        "of_floor": outcome.of_floor(one),
        "of_ralph": outcome.of_ralph(one),
        "p50_ms": [run.p50 for run in one.runs],
        "p99_ms": [run.p99 for run in one.runs],
        "web_cpu_us": one.web_us,
        "worker_cores": one.worker_cores,
        "driver_cores": [run.driver for run in one.runs],
        "peak_mb": one.peak_mb,
        "statements_per_answer": one.per_answer,
        "load": one.load,
        "problems": one.problems,
    }


def _times(outcome: Outcome, one: Measured) -> str:
    ratio, peer = outcome.of_ralph(one), outcome.ralph.get(one.row.name)
    if ratio is None or peer is None:
        return "–"
    return f"({ratio:,.0f})" if peer.problems else f"{ratio:,.0f}"


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"


def _number(value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}"


def _lines(path: str) -> list[str]:
    return Path(path).read_text(encoding="utf-8").splitlines() if Path(path).exists() else []
