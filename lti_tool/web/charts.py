"""Charts as plain shapes: the server works out where each stands, the template `charts.html` draws them as SVG."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH = 360  # of every chart, in its own units; on a phone they are pixels
BAR = 34  # height of a bar with the words above it
COLUMN_ROOM, COLUMN_TOP = 120, 18
LINE = 38  # characters of a name and its value above a bar, at the size that a phone gives them


@dataclass(frozen=True, slots=True)
class Mark:
    """One shape: where it stands, how large it is, its `kind` (which colours it), and its words."""

    x: float
    y: float
    width: float
    height: float
    kind: str
    label: str = ""
    value: str = ""


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart of the height `height`; `kind` is `bars`, `columns` or `shares`. `rows` (label, value) are its table.

    `legend` says what its kinds are.
    """

    kind: str
    title: str
    height: float
    marks: Sequence[Mark]
    rows: Sequence[tuple[str, str]]
    head: tuple[str, str]
    legend: Sequence[tuple[str, str]] = ()


def bars(title: str, head: tuple[str, str], rows: Sequence[tuple[str, float, str]]) -> Chart:
    """Horizontal bars of (label, share from 0 to 1, value in words)."""
    marks = [
        Mark(0, i * BAR, round(WIDTH * min(1.0, max(0.0, share)), 1), 9, "accent", name_above(label, value), value)
        for i, (label, share, value) in enumerate(rows)
    ]
    return Chart("bars", title, max(1, len(rows)) * BAR, marks, [(label, value) for label, _, value in rows], head)


def columns(
    title: str, head: tuple[str, str], rows: Sequence[tuple[str, int, int, str]], *, parts: tuple[str, str]
) -> Chart:
    """Columns of (label, lower part, part on top of it, value in words); `parts` names the two parts."""
    most = max([lower + upper for _, lower, upper, _ in rows], default=0) or 1
    step = WIDTH / max(1, len(rows))
    marks = []
    for i, (label, lower, upper, value) in enumerate(rows):
        low, high = COLUMN_ROOM * lower / most, COLUMN_ROOM * upper / most
        x, foot = i * step + step * 0.15, COLUMN_TOP + COLUMN_ROOM
        marks.append(
            Mark(round(x, 1), round(foot - low, 1), round(step * 0.7, 1), round(low, 1), "accent", label, value)
        )
        marks.append(Mark(round(x, 1), round(foot - low - high, 1), round(step * 0.7, 1), round(high, 1), "wait"))
    table = [(label, value) for label, _, _, value in rows]
    legend = [("accent", parts[0]), ("wait", parts[1])]
    return Chart("columns", title, COLUMN_TOP + COLUMN_ROOM + 20, marks, table, head, legend)


def shares(title: str, head: tuple[str, str], rows: Sequence[tuple[str, int, str, str]]) -> Chart:
    """One bar in parts of (label, size, value in words, kind)."""
    whole = sum(size for _, size, _, _ in rows) or 1
    marks, x = [], 0.0
    for label, size, value, kind in rows:
        width = WIDTH * size / whole
        marks.append(Mark(round(x, 1), 0, round(width, 1), 26, kind, label, value))
        x += width
    return Chart("shares", title, 26, marks, [(label, value) for label, _, value, _ in rows], head)


def name_above(label: str, value: str) -> str:
    """`label` as far as there is room for it above a bar, beside `value`."""
    most = LINE - len(value)
    return label if len(label) <= most else f"{label[: most - 1].rstrip()}…"
