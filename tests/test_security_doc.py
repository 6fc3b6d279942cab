"""The checklist in docs/security.md is whole, counts itself rightly, and names only tests that are there."""

import re
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| (\d+\.\d+\.\d+) \| ([^|]+) \| (met|part|operator|n/a|no) \| ([^|]+) \|$", re.M)
#: The requirements of levels 1 and 2 in each section of ASVS 4.0.3, where their numbers run without a gap, as OWASP
#: publishes them (259 in all).
UNBROKEN = {
    "1.1": 7, "1.2": 4, "1.5": 4, "1.6": 4, "1.7": 2, "1.8": 2, "1.9": 2, "1.10": 1, "1.11": 2, "1.14": 6,
    "2.1": 12, "2.2": 3, "2.3": 3, "2.4": 5, "2.5": 7, "2.6": 3, "2.7": 6, "2.8": 7, "2.9": 3, "2.10": 4,
    "3.1": 1, "3.2": 4, "3.3": 4, "3.4": 5, "3.5": 3, "3.7": 1, "4.1": 3, "4.2": 2, "4.3": 3,
    "5.1": 5, "5.2": 8, "5.3": 10, "5.4": 3, "5.5": 4, "6.1": 3, "6.2": 6, "6.3": 2, "6.4": 2,
    "7.1": 4, "7.2": 2, "7.3": 1, "7.4": 3, "8.1": 4, "8.2": 3, "8.3": 8, "9.1": 3, "9.2": 4, "10.2": 2, "10.3": 3,
    "11.1": 8, "12.1": 3, "12.2": 1, "12.3": 6, "12.4": 2, "12.5": 2, "12.6": 1,
    "13.1": 1, "13.2": 3, "13.3": 2, "13.4": 2, "14.1": 4, "14.2": 6, "14.4": 7, "14.5": 4,
}  # fmt: skip
#: Those after a gap: the numbers between were taken back by the standard, or are of level 3.
APART = {"1.4.1", "1.4.4", "1.4.5", "1.12.2", "4.1.5", "7.3.3", "7.3.4"}
APART |= {"13.1.3", "13.1.4", "13.1.5", "13.2.5", "13.2.6", "14.3.2", "14.3.3"}


def test_every_requirement_of_level_two_has_its_line() -> None:
    wanted = {f"{section}.{number}" for section, count in UNBROKEN.items() for number in range(1, count + 1)} | APART
    found = [row[0] for row in ROW.findall(PAGE)]
    assert len(found) == len(set(found))
    assert set(found) == wanted


def test_the_sum_of_the_checklist_is_right() -> None:
    states = Counter(row[2] for row in ROW.findall(PAGE))
    kinds = ("met", "part", "operator", "n/a", "no")
    assert f"Of {states.total()}: {', '.join(f'{states[kind]} {kind}' for kind in kinds)}." in PAGE


def test_every_test_that_the_page_names_is_there() -> None:
    there: dict[str, str] = {}
    for path in (ROOT / "tests").rglob("test_*.py"):  # two folders may have files of one name
        there[path.name] = there.get(path.name, "") + path.read_text(encoding="utf-8")
    named = re.findall(r"(test_\w+\.py)(?:::(test_\w+))?", PAGE)
    missing = [(file, name) for file, name in named if file not in there or f"def {name}" not in there[file]]
    assert len(named) > 90
    assert missing == []
