"""Reads a question bank of any format we know, told by its name and content."""

from pathlib import Path, PurePosixPath

from scorm_packager.findings import Findings
from scorm_packager.source.banks.aiken import looks_like_aiken, read_aiken
from scorm_packager.source.banks.draft import Draft, Log
from scorm_packager.source.banks.gift import read_gift
from scorm_packager.source.banks.qti import read_qti_file, read_qti_package

LARGEST_BANK = 5_000_000  # bytes of text
SUFFIXES = (".gift", ".txt", ".xml", ".zip")
MARKS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}


def read_bank(path: Path, file: str, findings: Findings) -> list[Draft]:
    """The questions of the file at `path`, named `file` in findings; what cannot be kept is found with its line.

    `.gift` is GIFT, `.txt` Aiken or GIFT, `.xml` one item of QTI 2.1, `.zip` a package of them. Raises OSError.
    """
    suffix = PurePosixPath(file).suffix.lower()
    log = Log(file, findings)
    if suffix not in SUFFIXES:
        log.finding("bank.format_unknown", 0, known=", ".join(SUFFIXES))
        return []
    if suffix == ".zip":
        return _some(read_qti_package(path, file, findings), log)
    if path.stat().st_size > LARGEST_BANK:
        log.finding("bank.large", 0, most=LARGEST_BANK // 1000)
        return []
    body = path.read_bytes()
    if suffix == ".xml":
        return _some(read_qti_file(body, log), log)
    text = _decoded(body, log)
    aiken = suffix == ".txt" and looks_like_aiken(text)
    return _some(read_aiken(text, log) if aiken else read_gift(text, log), log)


def _some(drafts: list[Draft], log: Log) -> list[Draft]:
    """A bank without a single question, and without a reason given, is a mistake of its own."""
    if not drafts and not log.findings.errors:
        log.finding("bank.empty", 0)
    return drafts


def _decoded(body: bytes, log: Log) -> str:
    """The text of a bank: UTF-8, UTF-16 with its mark, or else Windows-1252, which is said."""
    text = body.decode(MARKS[body[:2]], errors="replace") if body[:2] in MARKS else None
    if text is None:
        try:
            text = body.decode("utf-8-sig")
        except UnicodeDecodeError as broken:
            log.warning("bank.encoding", body.count(b"\n", 0, broken.start) + 1)
            text = body.decode("cp1252", errors="replace")
    return text.replace("\r\n", "\n").replace("\r", "\n")
