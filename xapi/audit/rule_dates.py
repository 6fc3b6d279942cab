"""Which files are in force on which days; dates that contradict each other are refused with both places."""

import itertools
from collections.abc import Iterator, Sequence
from datetime import date

from xapi.audit.rule_faults import UNKNOWN_LINE, Faults, line_of, rule_finding
from xapi.audit.rule_files import FIRST_DAY, LAST_DAY, LEVELS, Layer

Span = tuple[int, int]


def spans_of(bases: Sequence[Layer], faults: Faults) -> list[tuple[Layer, Span]]:
    """Each base table with the days it is in force, in order of time.

    A table without a last day is in force until the next one begins. Overlaps and gaps go to `faults`.
    """
    ordered = sorted(bases, key=lambda layer: layer.days)
    spans: list[tuple[Layer, Span]] = []
    for base, following in itertools.zip_longest(ordered, ordered[1:]):
        first, last = base.days
        if following is not None and base.head.valid_to is None:
            last = before(following.days[0])
        spans.append((base, (first, last)))
    for (base, (first, last)), (following, (begin, _)) in itertools.pairwise(spans):
        if begin <= last or begin <= first:
            faults.add(
                rule_finding(
                    "audit.rules_bases_overlap", following, ("valid_from",), other=base.label, file_of=base.path.name
                )
            )
        elif begin != after(last):
            faults.add(
                rule_finding("audit.rules_bases_gap", following, ("valid_from",), other=base.label, last=written(last))
            )
    return spans


def editions(spans: Sequence[tuple[Layer, Span]], layers: Sequence[Layer]) -> Iterator[tuple[list[Layer], Span]]:
    """The files that apply, for each stretch of days in which they are the same; the national table first."""
    all_spans = [*(span for _, span in spans), *(layer.days for layer in layers)]
    borders = sorted({first for first, _ in all_spans} | {after(last) for _, last in all_spans} | {LAST_DAY + 1})
    for first, border in itertools.pairwise(borders):
        base = next((layer for layer, (begin, last) in spans if begin <= first <= last), None)
        if base is not None:
            over = [layer for layer in in_order(layers) if layer.days[0] <= first <= layer.days[1]]
            yield [base, *over], (first, before(border))


def in_order(layers: Sequence[Layer]) -> list[Layer]:
    """The layers from the most general level to the institution's own; within a level as they were given."""
    return sorted(layers, key=lambda layer: LEVELS.index(layer.level))


def check_dates(layer: Layer, faults: Faults) -> None:
    """A last day before the first is a slip of the pen."""
    if layer.days[1] < layer.days[0]:
        first, last = written(layer.days[0]), written(layer.days[1])
        faults.add(rule_finding("audit.rules_dates_reversed", layer, ("valid_to",), first=first, last=last))


def check_layers(layers: Sequence[Layer], spans: Sequence[tuple[Layer, Span]], faults: Faults) -> None:
    """Two layers of one level may not say the same cell for the same days; a layer must apply on some day."""
    for layer in layers:
        if spans and not any(_meet(layer.days, span) for _, span in spans):
            faults.add(rule_finding("audit.rules_layer_never", layer, ("valid_to",), first=written(spans[0][1][0])))
    for one, other in itertools.combinations(layers, 2):
        if one.level == other.level and _meet(one.days, other.days):
            for path in sorted({path for path, _ in one.cells()} & {path for path, _ in other.cells()}):
                line = line_of(one.text, path) or UNKNOWN_LINE
                faults.add(
                    rule_finding("audit.rules_layers_contradict", other, path, other=one.path.name, other_line=line)
                )


def after(day: int) -> int:
    """The following day; the day after the last is no day."""
    return LAST_DAY + 1 if day >= LAST_DAY else _moved(day, 1)


def before(day: int) -> int:
    """The day before; `LAST_DAY + 1` is what follows the last one."""
    if day > LAST_DAY:
        return LAST_DAY
    return _moved(day, -1) if day > FIRST_DAY else FIRST_DAY


def written(day: int) -> str:
    """`yyyymmdd` as people write it in a rule file."""
    return f"{day // 10000:04d}-{day // 100 % 100:02d}-{day % 100:02d}"


def _meet(one: Span, other: Span) -> bool:
    return one[0] <= other[1] and other[0] <= one[1]


def _moved(day: int, days: int) -> int:
    if day <= 10101:  # the first day of the calendar has none before it
        return FIRST_DAY if days < 0 else 10102
    moved = date.fromordinal(date(day // 10000, day // 100 % 100, day % 100).toordinal() + days)
    return moved.year * 10000 + moved.month * 100 + moved.day
