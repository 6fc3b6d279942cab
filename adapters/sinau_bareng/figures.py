"""The figures of one kabupaten or kota: how many employees of each status have how many JP, without anybody's name."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from adapters.yearly import YearBook
from xapi.audit.rule_set import Edition

Spread = Mapping[tuple[str, int], int]
"""How many employees there are, by status and accepted JP in hundredths."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What a region (its code) tells of a year. `rules` is the hash of the rules by which it counted, "" for a sheet
    that says none; `version` their name. `file` and `row` are where it stands."""

    region: str
    year: int
    version: str
    rules: str
    spread: Spread
    file: str
    row: int = 0

    def says_the_same(self, other: "Figures") -> bool:
        """Whether both tell the same figures by the same rules."""
        return (self.rules, dict(self.spread)) == (other.rules, dict(other.spread))


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a region stands: `employees`, how many `met` the target, the mean JP (hundredths), and the mean when nobody
    counts for more than the cap: one person with many JP cannot lift an office."""

    employees: int
    met: int
    mean: Fraction
    capped: Fraction

    @property
    def share(self) -> Fraction:
        """Of the employees, how many met the target."""
        return Fraction(self.met, self.employees) if self.employees else Fraction(0)


def spread_of(book: YearBook) -> dict[tuple[str, int], int]:
    """How the accepted JP of everyone on the roster are spread."""
    return dict(Counter((one.status, one.jp) for one in book.people))


def standing(figures: Figures, edition: Edition, cap: int | None) -> Standing:
    """The sums of `figures` by the targets of `edition`, `cap` in hundredths or the target itself (None)."""
    employees = met = whole = capped = 0
    for (status, jp), people in figures.spread.items():
        target = edition.target(status, figures.year).minimum
        employees += people
        met += people if jp >= target else 0
        whole += jp * people
        capped += min(jp, target if cap is None else cap) * people
    some = max(employees, 1)
    return Standing(employees, met, Fraction(whole, some), Fraction(capped, some))


def ranks(standings: Iterable[Standing]) -> list[int]:
    """The rank of each, in their order: by the share of those who met the target, then by the capped mean. Who is
    equal in both has the same rank, and the next one counts all before it (1, 1, 3). No figure is rounded for it."""
    keys = [(one.share, one.capped) for one in standings]
    return [1 + sum(other > key for other in keys) for key in keys]
