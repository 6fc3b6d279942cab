"""Measures what a seal costs, in CPU seconds, beside the floor of any seal: every body read and hashed once.

    python -m bench.audit_seal                                   # 400 people, 30,000 credits
    python -m bench.audit_seal --people 23000 --credits 460000   # a province

The target for a province is 3 s for the first seal of a year; a later seal writes only what changed. Verifying makes
ledger and report anew, so it is measured beside the projection of the same statements.
"""

import argparse
import hashlib
import resource
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import groupby, islice
from pathlib import Path

from bench.audit_report import records, roster
from xapi.audit.projector import rebuild
from xapi.audit.report import report
from xapi.audit.rules import load_rules
from xapi.audit.seal.compare import NoErasures
from xapi.audit.seal.figures import figures_of
from xapi.audit.seal.form import open_seal
from xapi.audit.seal.keys import SealPrivateKey
from xapi.audit.seal.make import Sealer, seal_text, sealable
from xapi.audit.seal.store import SealStore
from xapi.audit.seal.verify import Proof, Subject, prove
from xapi.audit.store.ledger import Ledger
from xapi.audit.testing import INSTITUTION
from xapi.clock import random_ids
from xapi.database import migrate, open_database
from xapi.lrs.log import pages
from xapi.testing import EmbeddedLrs, FixedClock, embedded_lrs, encoded, make_principal

PROVINCE = 460_000
TARGET = 3.0  # seconds for a province


def main() -> int:
    """Fills an LRS, projects and seals, and prints the CPU seconds of each part."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=400)
    parser.add_argument("--credits", type=int, default=30_000)
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        return measure(Path(folder), wanted.people, wanted.credits)


def measure(folder: Path, people: int, credits: int) -> int:
    """1 when the first seal costs more than its share of the target."""
    parts = embedded_lrs(folder, FixedClock(datetime(2027, 1, 10, tzinfo=UTC)), random_ids)
    _line("statements stored", credits, _cpu(lambda: _fill(parts, people, credits)))
    engine = open_database(folder / "ledger.db", durability="NORMAL")
    migrate(engine, "xapi.audit")
    ledger, staff, rules = Ledger(engine, INSTITUTION), roster(people), load_rules()
    _line("projection", credits, _cpu(lambda: rebuild(ledger, parts.statements, staff, rules)))
    made = figures_of(report(ledger, staff, 2026, "opd"))
    seals = SealStore(engine, INSTITUTION)
    sealer = Sealer(
        ledger, seals, parts.statements, SealPrivateKey(bytes(32), INSTITUTION, "uji"), parts.clock, "jampel bench"
    )
    floor = _cpu(lambda: _hash_all(parts))
    _line("floor: read and hash", credits, floor)
    first = _cpu(lambda: sealable(sealer, made, ledger.cursor()))
    _line(f"first seal, {first / floor:.1f}x floor", credits, first)
    _line("the same again", credits, _cpu(lambda: sealable(sealer, made, ledger.cursor())))
    text = seal_text(sealer, sealable(sealer, made, ledger.cursor()), b"", "csv", "id")
    print(f"{'size of the seal':<28} {len(text):>9,} bytes; the record {_size(folder):,} bytes of ledger.db")
    proof = Proof(
        INSTITUTION, parts.statements, staff, rules, seals, NoErasures(),
        lambda made_of, about: Subject(None, figures_of(report(made_of, staff, about.year, about.by))),
    )  # fmt: skip
    verdicts = []
    _line("verify", credits, _cpu(lambda: verdicts.append(prove(proof, open_seal(text.encode()).seal)[0])))
    engine.dispose()
    print("proven" if verdicts[0].holds else "NOT PROVEN")
    return 0 if verdicts[0].holds and first <= TARGET * max(credits / PROVINCE, 0.05) else 1


def _fill(parts: EmbeddedLrs, people: int, credits: int) -> None:
    rows = records(people, credits)
    while some := list(islice(rows, 5_000)):
        for source, group in groupby(sorted(some, key=lambda row: row[1]), key=lambda row: row[1]):
            principal = make_principal(institution=INSTITUTION, source=source)
            parts.lrs.post_statements(principal, encoded([one for one, _ in group]), version="1.0.0")


def _hash_all(parts: EmbeddedLrs) -> None:
    for page in pages(parts.statements, INSTITUTION, size=5_000):
        for one in page:
            hashlib.sha256(one.body).digest()


def _size(folder: Path) -> int:
    return (folder / "ledger.db").stat().st_size


def _cpu(work: Callable[[], object]) -> float:
    """CPU seconds of this process."""
    before = resource.getrusage(resource.RUSAGE_SELF)
    work()
    after = resource.getrusage(resource.RUSAGE_SELF)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _line(name: str, credits: int, seconds: float) -> None:
    print(f"{name:<28} {seconds:8.2f} s CPU  {seconds / credits * 1e6:7.2f} us each", flush=True)


if __name__ == "__main__":
    sys.exit(main())
