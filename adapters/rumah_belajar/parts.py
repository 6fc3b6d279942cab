"""What the three tables have in common: who a row is about, and the IRIs of what was learnt."""

import hashlib

from adapters.cells import words_or_none
from adapters.errors import AdapterError
from adapters.remote import Connection
from adapters.tables import between
from xapi.identity import mask_nips_in
from xapi.intake import Identity
from xapi.people.roster_cells import nip_of
from xapi.sheet import Cell, Column, plain_name, text_of
from xapi.sheet_rows import RowReader
from xapi.vocabulary import JAMPEL

NIP = Column("nip", "NIP", ("NIP Pegawai", "NIP Baru", "NIP Peserta"))
NAME = Column("name", "Nama", ("Nama Pegawai", "Nama Lengkap", "Nama Peserta"), required=False)
STANDARD = Column("standard", "Standar jabatan", ("Kode standar", "Standar kompetensi", "Job standard"), required=False)
MOST_LEVEL = 9
_DIGITS = 16


def who(row: RowReader) -> Identity | None:
    """The person of a row, None when the NIP is refused."""
    nip = row.cell("nip", nip_of)
    name = row.cell("name", words_or_none)
    return Identity(nip=nip, name=name or None) if nip is not None else None


def iri(connection: Connection, kind: str, name: str) -> str:
    """The IRI of a book, test or training of the institution: the same code, or title, is the same."""
    digest = hashlib.sha256(plain_name(name).encode()).hexdigest()[:_DIGITS]
    return f"{JAMPEL}kegiatan/{connection.institution}/rumah-belajar/{kind}/{digest}"


def level(cell: Cell) -> int | None:
    """A level of competency, 1 to 9, None when empty."""
    found = between(1, MOST_LEVEL)(cell)
    if found is not None and not found.is_integer():
        raise AdapterError("cell.number", "no whole number", value=mask_nips_in(text_of(cell))[:30], least=1,
                           most=MOST_LEVEL)  # fmt: skip
    return None if found is None else int(found)
