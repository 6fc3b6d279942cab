"""Amounts of data and the seconds they take on a link."""

import re

from scorm_packager.errors import PackagerError

#: Kilobits a second: a poor, a usual and a good mobile link in the regions.
LINKS = (256, 512, 1024)
UNITS = {"": 1, "k": 1000, "m": 1000**2, "g": 1000**3}
_AMOUNT = re.compile(r"(\d{1,6}(?:[.,]\d{1,3})?) ?([kmg]?)i?b?", re.ASCII | re.IGNORECASE)


def parse_amount(text: str) -> int:
    """Bytes in `text` as people write them: `50M`, `1,5 GB`, `800k`. Raises PackagerError `size.unreadable`."""
    found = _AMOUNT.fullmatch(text.strip())
    amount = round(float(found[1].replace(",", ".")) * UNITS[found[2].lower()]) if found else 0
    if amount < 1:
        raise PackagerError("size.unreadable", "no amount", text=text[:40])
    return amount


def seconds_at(size: int, kbps: int) -> float:
    """Seconds that `size` bytes take at `kbps`, without latency."""
    return size * 8 / (kbps * 1000)


def megabytes(size: int) -> str:
    """`size` bytes for a person: kB below a megabyte, else MB with one decimal, with an Indonesian comma."""
    if size < 1_000_000:
        return f"{-(-size // 1000)} kB"
    return f"{size / 1_000_000:.1f} MB".replace(".", ",")
