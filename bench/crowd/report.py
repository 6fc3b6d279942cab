"""What a run showed, as a table for people, as JSON for programs, and as a verdict."""

from dataclasses import asdict
from typing import Any

from bench.crowd.book import SHARES, Book, spread
from bench.crowd.killer import Kill
from bench.crowd.outbox import ACKNOWLEDGED
from bench.crowd.staff import FILE, READY
from bench.crowd.verify import Findings
from bench.crowd.watch import FLAT, Watcher

WANTED_MS = 300
#: Seconds of a run from which on memory is judged: before, every cache is still filling.
SETTLED = 300.0
#: What may take longer than WANTED_MS: a password is slow on purpose, whole files of a province are no pages, and
#: after a kill the player waits two seconds before it sends again.
SLOW = ("log in", FILE, READY, ACKNOWLEDGED)


def figures(book: Book, watcher: Watcher, kills: list[Kill] | None, findings: Findings) -> dict[str, Any]:
    """Everything that was measured. `kills` is None in a run without."""
    kinds = book.kinds()
    quick = [kind for kind in kinds if kind not in SLOW]
    told: dict[str, Any] = {
        "requests": {kind: book.row([kind]) for kind in kinds} | {"all but slow": book.row(quick)},
        "errors": {f"{kind}: {what}": number for (kind, what), number in book.errors.items()},
        "cut": {f"{kind}: {what}": number for (kind, what), number in book.cut.items()},
        "seconds": round(watcher.samples[-1].second, 1) if watcher.samples else 0.0,
        "memory": [asdict(grown) for grown in watcher.grown()],
        "peaks": watcher.peaks(),
        "cores": watcher.cores(),
        "logs": {name: {"most": most, "last": last} for name, (most, last) in watcher.logs().items()},
        "load": [round(sample.load, 1) for sample in watcher.samples[:: max(1, len(watcher.samples) // 10)]],
        "series": watcher.series(),
        "compared": dict(findings.compared),
        "wrong": findings.wrong,
        "grades": spread(findings.grade_seconds),
        "kills": None if kills is None else [asdict(kill) for kill in kills],
    }
    return told | {"failed": _failed(told, quick, findings)}


def _failed(told: dict[str, Any], quick: list[str], findings: Findings) -> list[str]:
    """Every reason why the run is not good."""
    rows, kills = told["requests"], told["kills"]
    failed = [f"answered otherwise: {name}, {number} ×" for name, number in told["errors"].items()]
    if kills is None:
        failed += [f"cut off: {name}, {number} ×" for name, number in told["cut"].items()]
    failed += [f"{kind}: p95 {rows[kind]['p95']} ms" for kind in quick if (rows[kind]["p95"] or 0) > WANTED_MS]
    failed += [
        f"memory of {one['role']} {one['pid']}: {one['half']:+.1f} MB a minute"
        for one in told["memory"]
        if one["half"] > FLAT and told["seconds"] >= SETTLED
    ]
    failed += [f"nobody took the place of a killed {kill['role']}" for kill in kills or () if kill["seconds"] is None]
    return failed + findings.wrong


def lines(told: dict[str, Any]) -> list[str]:
    """The table and what stands below it."""
    out = [f"{'':20}{'requests':>9}{'p50':>8}{'p95':>8}{'p99':>8}{'max':>9}{'errors':>8}{'cut':>5}{'again':>7}   (ms)"]
    for kind, row in told["requests"].items():
        times = "".join(
            f"{_ms(row[name]):>{width}}" for name, width in (("p50", 8), ("p95", 8), ("p99", 8), ("max", 9))
        )
        out.append(f"{kind:20}{row['count']:>9}{times}{row['errors']:>8}{row['cut']:>5}{row['renewed']:>7}")
    out.append("memory, over the last 80 % and over the last half: " + "; ".join(
        f"{one['role']} {one['memory']:.0f} MB, {one['slope']:+.2f} and {one['half']:+.2f} MB a minute"
        for one in told["memory"]
    ))  # fmt: skip
    out.append("most memory: " + ", ".join(f"{role} {most:.0f} MB" for role, most in told["peaks"].items()))
    out.append("processors: " + ", ".join(f"{role} {cores:.2f}" for role, cores in told["cores"].items()))
    out.append("write-ahead logs, most and last: " + ", ".join(
        f"{name.removesuffix('.db-wal')} {log['most']:.1f} and {log['last']:.1f} MB"
        for name, log in told["logs"].items()
    ))  # fmt: skip
    if told["kills"] is not None:
        out.append(_killed(told["kills"]))
    grades = told["grades"]
    out.append("a grade was in the LMS after (ms): " + ", ".join(f"{name} {_ms(grades[name])}" for name, _ in SHARES))
    out.append("compared: " + ", ".join(f"{number} {name}" for name, number in told["compared"].items()))
    out += [f"  FAILED: {reason}" for reason in told["failed"]] or ["  nothing failed"]
    return out


def _ms(value: float | None) -> str:
    return "–" if value is None else f"{value:,.0f}" if value >= 100 else f"{value:.1f}"


def _killed(kills: list[dict[str, Any]]) -> str:
    by_role: dict[str, list[float]] = {}
    for kill in kills:
        by_role.setdefault(kill["role"], []).append(kill["seconds"] or float("inf"))
    told = (f"{len(some)} × {role}, replaced after {min(some):.1f}–{max(some):.1f} s" for role, some in by_role.items())
    return "killed: " + (", ".join(told) or "nobody")
