"""Platforms as a file, JSON or CSV, without secrets: written whole, read row by row with every bad cell named."""

import csv
import io
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

from lti_tool.errors import ToolError
from lti_tool.registration.configuration import is_address
from lti_tool.store import Deployment, Entry, NewPlatform, Platform
from lti_tool.store.deployments import APPROVED, PENDING, REFUSED
from xapi.sheet import Cell, Column, SheetRow, read_sheet, text_of
from xapi.sheet_rows import RefusedCell, RowReader

KIND, VERSION = "jampel-lti-platforms", 1
STATES = (APPROVED, PENDING, REFUSED)
ALGORITHMS = ("RS256", "ES256")
MOST_BYTES, MOST_ROWS, LONGEST, LONGEST_ID = 16 * 1024 * 1024, 10_000, 1000, 255
REQUIRED = ("name", "issuer", "client_id", "auth_url", "token_url", "jwks_url")
OPTIONAL = ("token_audience", "service_hosts", "algorithms", "anonymous", "profile", "active", *STATES)
_FLAGS = ("anonymous", "active")
_LISTS = ("service_hosts", "algorithms", *STATES)
FIELDS = (*REQUIRED, *OPTIONAL)
COLUMNS = tuple(Column(name, name, required=name in REQUIRED) for name in FIELDS)
_TITLES = {name: name for name in FIELDS} | {"row": "–"}
_BOOLEANS = {"true": True, "ya": True, "1": True, "false": False, "tidak": False, "0": False}
#: A spreadsheet takes a text that begins so for a formula.
_FORMULA = ("=", "+", "-", "@", "'")


def entries_of(platforms: Iterable[Platform], deployments: Iterable[Deployment]) -> list[dict[str, Any]]:
    """What a file says of each platform: its registration and its deployments by state."""
    known = list(deployments)
    return [_facts(platform, [one for one in known if one.platform == platform.id]) for platform in platforms]


def json_file(entries: Sequence[Mapping[str, Any]]) -> str:
    """`entries` as a JSON document."""
    return json.dumps({"kind": KIND, "version": VERSION, "platforms": list(entries)}, ensure_ascii=False, indent=2)


def csv_file(entries: Sequence[Mapping[str, Any]]) -> str:
    """`entries` as CSV: lists are separated by spaces, and deployments written with %20 for a space."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(FIELDS)
    for entry in entries:
        writer.writerow([_csv_cell(name, entry[name]) for name in FIELDS])
    return buffer.getvalue()


def read_rows(path: Path) -> list[SheetRow]:
    """The rows of the file `path`: JSON when it begins with a brace, else CSV or XLSX.

    Raises ToolError or SheetError when it is no such file at all.
    """
    with path.open("rb") as file:
        head = file.read(MOST_BYTES + 1)
    if len(head) > MOST_BYTES:
        raise ToolError("platforms.too_large", "too large", megabytes=MOST_BYTES // 1024**2)
    rows = _json_rows(head) if head.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"{") else read_sheet(path, COLUMNS)
    if len(rows) > MOST_ROWS:
        raise ToolError("platforms.too_many", "too many rows", most=MOST_ROWS)
    return rows


def read_entries(rows: Sequence[SheetRow], profiles: Collection[str]) -> tuple[list[Entry], list[RefusedCell]]:
    """The platforms in `rows` that can be used, and every cell that cannot; `profiles` are the known behaviours."""
    refused: list[RefusedCell] = []
    entries: list[Entry] = []
    seen: dict[tuple[str, str], int] = {}
    for row in rows:
        reader = RowReader(row, _TITLES, refused)
        entry = _entry(reader, profiles)
        if not reader.good:
            continue
        key = (entry.platform.issuer, entry.platform.client_id)
        if key in seen:
            reader.refuse("client_id", ToolError("platforms.twice", "stands in two rows", first=seen[key]))
        else:
            seen[key] = row.number
            entries.append(entry)
    return entries, refused


def _entry(reader: RowReader, profiles: Collection[str]) -> Entry:
    """The platform of a row; with a refused cell it is not to be used."""
    algorithms = reader.cell("algorithms", lambda cell: _known(_words(cell) or ["RS256"], ALGORITHMS)) or []
    profile = reader.cell("profile", lambda cell: _known([_text(cell) or "generic"], profiles)) or ["generic"]
    platform = NewPlatform(
        name=reader.cell("name", lambda cell: _needed(cell, 120)) or "",
        issuer=reader.cell("issuer", _address) or "",
        client_id=reader.cell("client_id", lambda cell: _needed(cell, LONGEST_ID)) or "",
        auth_url=reader.cell("auth_url", _address) or "",
        token_url=reader.cell("token_url", _address) or "",
        jwks_url=reader.cell("jwks_url", _address) or "",
        token_audience=reader.cell("token_audience", _text) or "",
        service_hosts=tuple(reader.cell("service_hosts", _words) or ()),
        algorithms=tuple(algorithms),
        anonymous=bool(reader.cell("anonymous", lambda cell: _boolean(cell, False))),
        profile=profile[0],
    )
    active = reader.cell("active", lambda cell: _boolean(cell, True))
    deployments = [(one, state) for state in STATES for one in reader.cell(state, _deployments) or ()]
    names = [one for one, _state in deployments]
    if len(names) != len(set(names)):
        reader.refuse(APPROVED, ToolError("platforms.deployment_twice", "a deployment in two states"))
    return Entry(platform, bool(active), tuple(deployments))


def _facts(platform: Platform, deployments: Sequence[Deployment]) -> dict[str, Any]:
    own = {name: getattr(platform, name) for name in FIELDS if name not in STATES}
    lists = {"service_hosts": list(platform.service_hosts), "algorithms": list(platform.algorithms)}
    by_state = {state: [one.deployment for one in deployments if one.state == state] for state in STATES}
    return own | lists | by_state


def _csv_cell(name: str, value: Any) -> str:
    if name in STATES:
        return " ".join(quote(one, safe=":/-._~@+=,") for one in value)
    if isinstance(value, list):
        return " ".join(value)
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


def _json_rows(data: bytes) -> list[SheetRow]:
    try:
        found = json.loads(data)
    except (ValueError, RecursionError) as cause:
        raise ToolError("platforms.json", "not JSON") from cause
    platforms = found.get("platforms") if isinstance(found, dict) else None
    if not isinstance(platforms, list) or found.get("kind") != KIND or found.get("version") != VERSION:
        raise ToolError("platforms.json", "not a list of platforms")
    return [SheetRow(number, _cells(one)) for number, one in enumerate(platforms, 1)]


def _cells(found: object) -> dict[str, Cell]:
    """A platform of a JSON file as the cells of a row; what is no text, truth value or list of texts stays odd and is
    refused where it is read."""
    if not isinstance(found, dict):
        return {}
    return {name: _json_cell(name, found[name]) for name in FIELDS if name in found}


def _json_cell(name: str, value: object) -> Cell:
    if value is None or (isinstance(value, bool) and name in _FLAGS):
        return value
    if isinstance(value, str) and name not in _LISTS:
        return f"'{value}" if value.startswith(_FORMULA) else value
    if isinstance(value, list) and name in _LISTS and all(isinstance(one, str) for one in value):
        return _csv_cell(name, value)
    return "\0"  # no cell can hold it, so whoever reads the cell refuses it


def _text(cell: Cell) -> str:
    text = text_of(cell)
    text = text[1:] if text.startswith("'") and text[1:].startswith(_FORMULA) else text
    if len(text) > LONGEST or not text.isprintable():
        raise ToolError("platforms.text", "not a plain text, or too long", most=LONGEST)
    return text


def _needed(cell: Cell, most: int) -> str:
    text = _text(cell)
    if not text or len(text) > most:
        raise ToolError("platforms.text", "empty or too long", most=most)
    return text


def _address(cell: Cell) -> str:
    text = _text(cell)
    if not is_address(text):
        raise ToolError("platforms.address", "not an http(s) address")
    return text


def _words(cell: Cell) -> list[str]:
    return _text(cell).split()


def _deployments(cell: Cell) -> list[str]:
    found = [unquote(one) for one in _words(cell)]
    if any(not 0 < len(one) <= LONGEST_ID or not one.isprintable() for one in found):
        raise ToolError("platforms.text", "a deployment is too long", most=LONGEST_ID)
    return list(dict.fromkeys(found))


def _known(names: list[str], known: Collection[str]) -> list[str]:
    for name in names:
        if name not in known:
            raise ToolError(
                "platforms.unknown", "not one of the known", value=name[:60], known=", ".join(sorted(known))
            )
    return names


def _boolean(cell: Cell, otherwise: bool) -> bool:
    if isinstance(cell, bool):
        return cell
    text = _text(cell).lower()
    if text and text not in _BOOLEANS:
        raise ToolError("platforms.boolean", "neither true nor false")
    return _BOOLEANS[text] if text else otherwise
