"""A verifier written from docs/reference/segel.md alone agrees with ours: whoever has an export can check a seal."""

import base64
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from xapi.audit.projector import project
from xapi.audit.report import report
from xapi.audit.report_formats import json_text
from xapi.audit.rules import load_rules
from xapi.audit.seal.figures import figures_of
from xapi.audit.seal.form import with_seal
from xapi.audit.seal.keys import SealPrivateKey
from xapi.audit.seal.make import Sealer, seal_text, sealable
from xapi.audit.seal.store import SealStore
from xapi.audit.store.ledger import Ledger
from xapi.audit.testing import INSTITUTION, ListedEmployee, ListedPeople, credit, person_id, review, statement_id
from xapi.database import migrate, open_database
from xapi.lrs.selection import Selection
from xapi.lrs.transfer.export import Export
from xapi.testing import FixedClock, embedded_lrs, make_principal

PROPERTIES = ("actor", "attachments", "context", "id", "object", "result", "timestamp", "verb", "version")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def independent_check(report_file: bytes, key_line: str, export: bytes, ids: set[str]) -> dict[str, bool]:
    """What anyone can check of a JSON report by the page, with the public key and an export of the statements."""
    at = report_file.rindex(b',\n  "seal": ')
    content = report_file[:at] + b"\n}\n"
    seal = json.loads(report_file)["seal"]
    public = base64.b64decode(key_line.split(" ")[1])
    signed = {name: value for name, value in seal.items() if name != "signature"}
    message = b"jampel seal 1\n" + canonical(signed)
    statements = [one for one in exported(export) if one[0] in ids]
    leaves = {UUID(number).bytes: hash_of_leaf(number, source, body) for number, source, body in statements}
    exacts = {UUID(number).bytes: exact_of(body) for number, _source, body in statements}
    ordered = [leaves[key] for key in sorted(leaves)]
    said = seal["statements"]
    return {
        "signature": is_signed(public, base64.b64decode(seal["signature"]), message),
        "key": sha256(public).hexdigest()[:32] == seal["key"]["id"],
        "file": (sha256(content).hexdigest(), len(content)) == (seal["file"]["sha256"], seal["file"]["bytes"]),
        "count": len(ordered) == said["count"],
        "root": tree_hash(ordered).hex() == said["root"],
        "exact": sha256(b"".join(exacts[key] for key in sorted(exacts))).hexdigest() == said["exact"],
        "buckets": parts_of(leaves) == base64.b64decode(said["buckets"]),
    }


def canonical(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def is_signed(public: bytes, signature: bytes, message: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except InvalidSignature:
        return False
    return True


def tree_hash(leaves: list[bytes]) -> bytes:
    """The definition of RFC 6962 2.1, word for word."""
    if len(leaves) < 2:
        return leaves[0] if leaves else sha256(b"").digest()
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return sha256(b"\x01" + tree_hash(leaves[:k]) + tree_hash(leaves[k:])).digest()


def exported(lines: bytes) -> Iterator[tuple[str, str, str]]:
    """Id, source and text of each statement of an export."""
    source = "foreign"
    for line in lines.decode().splitlines():
        value = json.loads(line)
        if "jampel:source" in value:
            source = value["jampel:source"]
        elif not any(name.startswith("jampel:") for name in value):
            yield value["id"].lower(), source, line


def hash_of_leaf(number: str, source: str, body: str) -> bytes:
    values = values_of(body)
    content = ",".join(f'"{name}":{values[name]}' for name in PROPERTIES if name in values)
    return sha256(b"\x00" + UUID(number).bytes + source.encode() + b"\n" + ("{" + content + "}").encode()).digest()


def values_of(body: str) -> dict[str, str]:
    """The text of each value of a JSON object, as it is written."""
    decoder, found = json.JSONDecoder(), {}
    at = body.index("{") + 1
    while True:
        at = skip(body, at)
        name, at = decoder.raw_decode(body, at)
        start = skip(body, skip(body, at) + 1)  # the colon between blanks
        _value, at = decoder.raw_decode(body, start)
        found[name] = body[start:at].replace("\n", " ").replace("\r", " ")
        at = skip(body, at)
        if body[at] == "}":
            return found
        at += 1


def skip(text: str, at: int) -> int:
    while text[at] in " \t\r\n":
        at += 1
    return at


def exact_of(body: str) -> bytes:
    stored = datetime.fromisoformat(json.loads(body)["stored"])
    since = stored - _EPOCH
    moment = (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds
    return sha256(f"{moment}\n{body}".encode()).digest()[:16]


def parts_of(leaves: dict[bytes, bytes]) -> bytes:
    digits = 2 if len(leaves) > 4096 else 1
    parts = {f"{number:0{digits}x}": b"" for number in range(16**digits)}
    for key in sorted(leaves):
        parts[key.hex()[:digits]] += leaves[key]
    return b"".join(sha256(part).digest()[:8] for part in parts.values())


@pytest.fixture(scope="module")
def sealed(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, str, bytes, set[str]]:
    """A sealed JSON report, the public key, the export, and the ids of the statements of the year."""
    folder = tmp_path_factory.mktemp("segel")
    parts = embedded_lrs(folder, FixedClock(datetime(2027, 1, 10, tzinfo=UTC)))
    written = [
        ("launch", json.dumps([credit(1), credit(2, title="“é” \\ 漢字"), credit(3, at="2025-01-05T01:00:00Z")])),
        ("sheet", json.dumps([credit(4), credit(0xF5)], indent=2)),
        ("review", json.dumps(review(6, 4, "Disetujui"))),
    ]  # fmt: skip
    for source, body in written:
        principal = make_principal(institution=INSTITUTION, source=source)
        parts.lrs.post_statements(principal, body.encode(), version="1.0.0")
    engine = open_database(folder / "ledger.db")
    migrate(engine, "xapi.audit")
    ledger, people = Ledger(engine, INSTITUTION), ListedPeople([ListedEmployee(person_id(1), "", "Uji")])
    project(ledger, parts.statements, people, load_rules())
    key = SealPrivateKey(bytes(32), INSTITUTION, "uji")
    sealer = Sealer(ledger, SealStore.beside(ledger), parts.statements, key, parts.clock, "uji")
    found = report(ledger, people, 2026)
    made = sealable(sealer, figures_of(found), ledger.cursor())
    content = json_text(found).encode()
    file = with_seal(content, seal_text(sealer, made, content, "json", "id"))
    export = b"".join(one.data for one in Export(parts.statements, INSTITUTION, Selection(until="9999")).pieces(0))
    engine.dispose()
    return file, key.public.text(), export, {statement_id(number) for number in (1, 2, 4, 0xF5, 6)}


def test_a_verifier_made_from_the_page_alone_agrees(sealed: tuple[bytes, str, bytes, set[str]]) -> None:
    assert set(independent_check(*sealed).values()) == {True}


def test_the_verifier_made_from_the_page_sees_what_was_changed(sealed: tuple[bytes, str, bytes, set[str]]) -> None:
    file, key, export, ids = sealed
    altered = independent_check(file, key, export.replace(b"Kegiatan 1", b"Kegiatan 9", 1), ids)
    assert {name for name, same in altered.items() if not same} == {"root", "exact", "buckets"}
    assert not independent_check(file, key, export, ids - {statement_id(6)})["root"]
    figures = independent_check(file.replace(b'"employees": 1', b'"employees": 2', 1), key, export, ids)
    assert {name for name, same in figures.items() if not same} == {"file"}
    assert not independent_check(file.replace(b'"year": 2026', b'"year": 2027'), key, export, ids)["signature"]
