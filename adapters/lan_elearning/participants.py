"""The participants of a course, and how a line of an export says which of them it is about."""

from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path

from adapters.errors import AdapterError
from adapters.tables import any_words_of, read_table, words_of
from xapi.identity import Nip, looks_like_nip, parse_nip
from xapi.people.roster_cells import nip_of
from xapi.sheet import Cell, Column, plain_name, text_of
from xapi.sheet_rows import RefusedCell, RowReader

NIP = Column("nip", "NIP", ("NIP Peserta", "NIP Pegawai", "NIP Baru", "NIP/NI PPPK"), required=False)
ACCOUNT = Column("account", "Akun", ("Nama pengguna", "Username", "Account"), required=False)
NAME = Column("name", "Nama", ("Nama Peserta", "Nama Lengkap", "Name"), required=False)
COLUMNS = (
    Column("nip", "NIP", NIP.names),
    Column("name", "Nama", NAME.names),
    Column("group", "Kelompok", ("Grup", "Group"), required=False),
    ACCOUNT,
    Column("unit", "Asal", ("Perangkat daerah", "OPD", "Unit kerja", "Instansi"), required=False),
    Column("certificate", "Nomor sertifikat", ("No Sertifikat", "Nomor STTPP"), required=False),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Participant:
    """Who takes part: `group` is "" where there are none, `account` the name in the LMS, `row` in `file`, the list."""

    nip: Nip
    name: str = field(repr=False)
    group: str
    account: str = field(repr=False)
    unit: str
    certificate: str
    row: int
    file: str


class Participants:
    """The people of a course by NIP and by account."""

    def __init__(self, listed: Collection[Participant]) -> None:
        self.listed = tuple(listed)
        self._by_nip = {one.nip.digits: one for one in listed}
        self._by_account = {plain_name(one.account): one for one in listed if one.account}

    def of(self, row: RowReader) -> Participant | None:
        """The participant that `row` is about, by its NIP or else its account; None when the cell is refused."""
        nip = row.cell("nip", _nip_or_none)
        account = row.cell("account", _account)
        if not row.good:
            return None
        if nip is None and account and looks_like_nip(account):  # many LMSs take the NIP as the name of the account
            nip = parse_nip(account)
        found = self._by_nip.get(nip.digits) if nip else self._by_account.get(plain_name(account or ""))
        if found is None:
            which = "nip" if nip or not account else "account"
            row.refuse(which, _stranger() if nip or account else AdapterError("lan.nobody", "nobody"))
        return found


def read_participants(path: Path, groups: Collection[str], refused: list[RefusedCell]) -> Participants:
    """The participants in the table at `path`; `groups` are those of the schedule, empty when it has none."""
    found: dict[str, Participant] = {}
    accounts: dict[str, int] = {}
    for row in read_table(path, COLUMNS, refused):
        one = _participant(row, groups)
        if one is None:
            continue
        if one.nip.digits in found:
            row.refuse("nip", AdapterError("lan.participant_twice", "twice", row=found[one.nip.digits].row))
        elif one.account and plain_name(one.account) in accounts:
            twice = AdapterError("lan.participant_twice", "twice", row=accounts[plain_name(one.account)])
            row.refuse("account", twice)
        else:
            found[one.nip.digits] = one
            accounts[plain_name(one.account)] = one.row
    return Participants(found.values())


def _participant(row: RowReader, groups: Collection[str]) -> Participant | None:
    nip = row.cell("nip", nip_of)
    name, account = row.cell("name", words_of), row.cell("account", _account)
    group = row.cell("group", lambda cell: _group(cell, groups))
    unit, certificate = row.cell("unit", any_words_of), row.cell("certificate", any_words_of)
    if not row.good or nip is None:
        return None
    return Participant(nip=nip, name=name or "", group=group or "", account=account or "", unit=unit or "",
                       certificate=certificate or "", row=row.number, file=row.file)  # fmt: skip


def _group(cell: Cell, groups: Collection[str]) -> str:
    text = any_words_of(cell)
    known = {plain_name(group): group for group in groups}
    if groups and plain_name(text) not in known:
        raise AdapterError("lan.group_unknown", "unknown", value=text[:40], known=", ".join(groups))
    return known.get(plain_name(text), text)


def _nip_or_none(cell: Cell) -> Nip | None:
    return None if cell is None or cell == "" else nip_of(cell)


def _account(cell: Cell) -> str:
    """The name of an account, which may be a NIP; as a number it has lost its last digits."""
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        parse_nip(cell)
    return text_of(cell)


def _stranger() -> AdapterError:
    return AdapterError("lan.participant_unknown", "not in the list of participants")
