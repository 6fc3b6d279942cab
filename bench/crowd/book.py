"""What a crowd met: how long each kind of request took, what went wrong, and what was cut off by a kill."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

SHARES = (("p50", 0.5), ("p95", 0.95), ("p99", 0.99), ("max", 1.0))


def spread(seconds: list[float]) -> dict[str, Any]:
    """How many there are, and the milliseconds within which half of them, 95 and 99 of 100, and all were; None without
    any."""
    every = sorted(seconds)
    last = len(every) - 1
    found = {
        name: round(every[min(int(len(every) * part), last)] * 1000, 1) if every else None for name, part in SHARES
    }
    return {"count": len(every), **found}


@dataclass
class Book:
    """Everything that was measured, by kind of request.

    `seconds` are of requests with the answer that was wanted; `errors` counts answers of another kind, `cut` requests
    without any answer, and `renewed` those that a browser sent again by itself because the connection it had kept was
    gone.
    """

    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    errors: Counter[tuple[str, str]] = field(default_factory=Counter)
    cut: Counter[tuple[str, str]] = field(default_factory=Counter)
    renewed: Counter[str] = field(default_factory=Counter)

    @property
    def answered(self) -> int:
        """How many requests had the answer that was wanted."""
        return sum(len(found) for found in self.seconds.values())

    def row(self, kinds: list[str]) -> dict[str, Any]:
        """Figures of some kinds together; times in milliseconds."""
        row = spread([one for kind in kinds for one in self.seconds.get(kind, ())])
        for name, counted in (("errors", self.errors), ("cut", self.cut)):
            row[name] = sum(amount for (kind, _), amount in counted.items() if kind in kinds)
        row["renewed"] = sum(self.renewed[kind] for kind in kinds)
        return row

    def kinds(self) -> list[str]:
        """Every kind that was asked for, in the order in which they were met first."""
        met = [*self.seconds, *(kind for kind, _ in self.errors), *(kind for kind, _ in self.cut)]
        return list(dict.fromkeys(met))
