"""Reads the keys of a schedule's TOML: each value is checked, and what is wrong is named by line and key."""

import tomllib
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

from adapters.errors import AdapterError
from xapi.audit.rule_faults import line_of
from xapi.identity import contains_nip, mask_nips_in
from xapi.sheet_rows import RefusedCell

T = TypeVar("T")
MOST_BYTES = 1024 * 1024
_MOST_TEXT = 300
_SHOWN = 60


class Settings:
    """The keys in the TOML file at `path`; what is wrong with them is added to `refused`.

    Raises AdapterError `lan.no_schedule` when it cannot be read as TOML in UTF-8.
    """

    def __init__(self, path: Path, refused: list[RefusedCell]) -> None:
        self.file = path.name
        self._refused = refused
        try:
            if path.stat().st_size > MOST_BYTES:
                raise AdapterError("lan.no_schedule", "too large", file=path.name, reason="> 1 MB")
            self._text = path.read_text(encoding="utf-8-sig")
            self._values = tomllib.loads(self._text)
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as cause:
            reason = mask_nips_in(str(cause))[:200] if isinstance(cause, tomllib.TOMLDecodeError) else "UTF-8"
            raise AdapterError("lan.no_schedule", type(cause).__name__, file=path.name, reason=reason) from cause

    def refuse(self, where: tuple[str, ...], error: AdapterError) -> None:
        """Notes what is wrong with the value at `where`."""
        line = _line_in_list(self._text, where) or line_of(self._text, where) or 1
        self._refused.append(RefusedCell(line, ".".join(where), error.code, error, self.file))

    @contextmanager
    def _at(self, where: tuple[str, ...]) -> Iterator[None]:
        try:
            yield
        except AdapterError as error:
            self.refuse(where, error)

    def table(self, name: str, known: Collection[str]) -> "Keys":
        """The table `name`, which may have the keys `known`; one that is missing is empty."""
        found = self._values.get(name, {})
        if not isinstance(found, dict):
            self.refuse((name,), AdapterError("lan.no_table", name, name=f"[{name}]"))
            found = {}
        return Keys(self, (name,), found, known)

    def tables(self, name: str, known: Collection[str]) -> list["Keys"]:
        """The tables of the list `name`, each of which may have the keys `known`."""
        found = self._values.get(name, [])
        if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
            self.refuse((name,), AdapterError("lan.no_table", name, name=f"[[{name}]]"))
            return []
        return [Keys(self, (name, str(number)), one, known) for number, one in enumerate(found, 1)]

    def only(self, known: Collection[str]) -> None:
        """Refuses whatever stands at the top beside `known`."""
        Keys(self, (), self._values, known)


class Keys:
    """The keys of one table, at `where`; a key that is not `known` is refused."""

    def __init__(
        self, settings: Settings, where: tuple[str, ...], values: Mapping[str, object], known: Collection[str]
    ) -> None:
        self._settings, self._where, self._values = settings, where, values
        for name in values:
            if name not in known:
                error = AdapterError("lan.key_unknown", "unknown key", known=", ".join(known))
                settings.refuse((*where, _plain(name)), error)

    def has(self, name: str) -> bool:
        """Whether the key is there."""
        return name in self._values

    def refuse(self, name: str, error: AdapterError) -> None:
        """Notes what is wrong with the value of `name`."""
        self._settings.refuse((*self._where, name), error)

    def read(self, name: str, read: Callable[[object], T], default: T | None = None) -> T | None:
        """What `read` makes of the value, `default` when there is none; None when it is refused or missing."""
        if name not in self._values and default is not None:
            return default
        try:
            if name not in self._values:
                raise AdapterError("lan.key_missing", name)
            return read(self._values[name])
        except AdapterError as error:
            self.refuse(name, error)
            return None

    def text(self, name: str, default: str | None = None) -> str:
        """The text of a key, "" when it is refused."""
        return self.read(name, text_of, default) or ""

    def whole(self, name: str, span: tuple[int, int], default: int | None = None) -> int:
        """The whole number of a key within `span`, 0 when it is refused."""
        return self.read(name, lambda value: _whole(value, *span), default) or 0

    def flag(self, name: str, default: bool) -> bool:
        """The true or false of a key."""
        return bool(self.read(name, _flag, default))

    def day(self, name: str) -> date | None:
        """The day of a key, None when it is refused."""
        return self.read(name, _day)

    def one_of(self, name: str, known: Collection[str], default: str | None = None) -> str:
        """The text of a key that is one of `known`, "" when it is refused."""
        return self.read(name, lambda value: _one_of(value, known), default) or ""


def text_of(value: object) -> str:
    """A text of one line without a NIP; raises AdapterError."""
    text = " ".join(value.split()) if isinstance(value, str) else ""
    if not text or len(text) > _MOST_TEXT or not text.isprintable():
        raise AdapterError("lan.no_text", "no text", most=_MOST_TEXT)
    if contains_nip(text):
        raise AdapterError("cell.nip_in_text", "a NIP where none belongs")
    return text


def hundredths(value: object) -> int:
    """JP as hundredths, more than 0, at most 2000 JP and with at most two decimals; raises AdapterError `lan.jp`."""
    number = Decimal(str(value)) if isinstance(value, int | float) and not isinstance(value, bool) else Decimal(0)
    if not number.is_finite() or not 0 < number <= 2000 or number * 100 != int(number * 100):
        raise AdapterError("lan.jp", "no JP", value=_plain(value))
    return int(number * 100)


def _whole(value: object, least: int, most: int) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise AdapterError("cell.number", "no such number", value=_plain(value), least=least, most=most)
    return value


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise AdapterError("lan.true_or_false", "neither true nor false", value=_plain(value))
    return value


def _day(value: object) -> date:
    if type(value) is not date:
        raise AdapterError("lan.day", "no day", value=_plain(value))
    return value


def _one_of(value: object, known: Collection[str]) -> str:
    if not isinstance(value, str) or value not in known:
        raise AdapterError("cell.one_of", "not one of these", value=_plain(value), known=", ".join(known))
    return value


def _plain(value: object) -> str:
    text = "".join(letter if letter.isprintable() else " " for letter in str(value))
    return mask_nips_in(text)[:_SHOWN]


def _line_in_list(text: str, where: tuple[str, ...]) -> int | None:
    """The line of a key in the numbered one of the tables `[[name]]`, or of that table; None for any other key."""
    if len(where) < 2 or not where[1].isdigit():
        return None
    heads = [number for number, line in enumerate(text.split("\n"), 1) if line.strip() == f"[[{where[0]}]]"]
    if len(heads) < int(where[1]):
        return None
    head = heads[int(where[1]) - 1]
    for number, line in enumerate(text.split("\n")[head:], head + 1):
        if line.lstrip().startswith("["):
            break
        if line.partition("=")[0].strip() == where[-1]:
            return number
    return head
