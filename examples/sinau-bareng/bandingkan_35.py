"""The 35 kabupaten and kota of Jawa Tengah compared by one rule version, with invented figures.

    python examples/sinau-bareng/bandingkan_35.py [FOLDER]

Writes what each of them sends into FOLDER/kiriman: most as JSON, some as XLSX or CSV, all made by the rule table of
this installation. Not so: Kabupaten Brebes counted by an older table, Kabupaten Blora has no Jampel and sent a sheet,
Kota Pekalongan sent only its pilot office, Kabupaten Jepara sent two files that differ, and Kota Salatiga sent nothing.
Kabupaten Batang has one employee with 2000 JP, which does not lift it; Kabupaten Kudus and Kota Magelang are equal.

The same by command: jampel adapter league sinau_bareng FOLDER/kiriman --year 2026
"""

import random
import shutil
import sys
import tempfile
from collections import Counter
from pathlib import Path

from adapters.registry import load_adapters
from adapters.remote import Connection
from adapters.sinau_bareng.exchange import file_of
from adapters.sinau_bareng.figures import Figures
from adapters.sinau_bareng.regions import REGIONS
from adapters.testing import connection
from adapters.yearly import Comparison, YearReader
from lti_tool.systems.year_files import shown, write_tables
from xapi.audit.rule_set import without_zone
from xapi.audit.rules import load_rules

HERE = Path(__file__).parent
YEAR = 2026
JP = (0, 400, 800, 1250, 1600, 2000, 2150, 2400, 3200, 4000, 6000)  # hundredths
SHEET, SMALL, TWICE, NONE, OLD = "33.16", "33.75", "33.20", "33.73", "33.29"
ONE_WITH_MANY, EQUAL = "33.25", ("33.19", "33.71")
KINDS = (".json", ".json", ".json", ".xlsx", ".csv")


def main(folder: Path) -> Comparison:
    """Writes what they send, compares it, and prints the ranking."""
    sent = folder / "kiriman"
    sent.mkdir()
    send(sent)
    made = compare(sorted(sent.iterdir()), connection({"small": "30"}))
    for row in made.table.rows:
        print("; ".join(shown(column, row.get(column.key)) for column in made.table.columns))
    print(f"{len(made.table.rows) - made.unranked} berperingkat, {made.unranked} tanpa peringkat")
    return made


def compare(paths: list[Path], given: Connection) -> Comparison:
    """The files side by side, as the command does."""
    reader = load_adapters().get("sinau_bareng").exchange
    assert isinstance(reader, YearReader)
    return reader.compare(paths, YEAR, given)


def send(folder: Path) -> None:
    """Writes the file of each region."""
    chance = random.Random(2026)
    for at, code in enumerate(REGIONS):
        spread = _spread(code, chance)
        if code not in (NONE, SHEET):
            _write(folder, code, spread, KINDS[at % len(KINDS)])
        if code == TWICE:
            _write(folder, code, spread + Counter({("PNS", 2400): 300}), "-susulan.json")
    shutil.copy(HERE / "lembar-blora.csv", folder)


def _spread(code: str, chance: random.Random) -> Counter[tuple[str, int]]:
    """How many employees have how many JP: invented, a few thousand in each region."""
    if code == SMALL:
        return Counter({("PNS", 2400): 24})
    if code in EQUAL:  # the one twice as large as the other
        times = 1 + (code == EQUAL[0])
        return Counter({("PNS", 2000): 2600 * times, ("PNS", 1200): 900 * times, ("PPPK", 2000): 400 * times})
    effort = chance.uniform(0.4, 2.2)
    spread: Counter[tuple[str, int]] = Counter()
    for status, most in (("PNS", 900), ("PPPK", 220)):
        for at, jp in enumerate(JP):
            if status == "PNS" or jp <= 2400:  # the rules count no more for a PPPK
                spread[status, jp] = 1 + int(chance.uniform(0.2, 1) * most * (effort if at > 4 else 1))
    if code == ONE_WITH_MANY:
        spread["PNS", 200_000] = 1
    return spread


def _write(folder: Path, code: str, spread: Counter[tuple[str, int]], kind: str) -> None:
    rules = load_rules()
    version, digest = rules.of_year(YEAR).version, without_zone(rules)
    if code == OLD:
        version, digest = "lan-10-2018 1.0.0", "0" * 64
    figures = Figures(region=code, year=YEAR, version=version, rules=digest, spread=spread, file="")
    made = file_of(figures)
    name = REGIONS[code].lower().replace(" ", "-")
    target = folder / f"{code}-{name}{kind}"
    with target.open("wb") as file:
        write_tables(file, target.suffix, made.tables, made.value)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        main(Path(sys.argv[1]))
    else:
        with tempfile.TemporaryDirectory() as made_folder:
            main(Path(made_folder))
