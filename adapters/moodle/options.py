"""The settings of a Moodle, `[adapters.moodle]`, as values."""

import re
from dataclasses import dataclass
from pathlib import Path

from adapters.cells import FORM_NAMES
from adapters.errors import AdapterError
from adapters.remote import N_, Connection, Option
from xapi.sheet import plain_name

_YES = frozenset({"ya", "yes", "true", "1", "benar"})
_MOST_PAUSE = 60.0
_MOST_DAYS = 366

OPTIONS = (
    Option(
        name="token",
        text=N_("Token layanan web, dari Site administration › Server › Web services › Manage tokens."),
        secret=True,
        required=True,
    ),
    Option(
        name="nip_field",
        text=N_(
            "Kolom pengguna yang memuat NIP, menurut urutan dicoba: idnumber, username, atau nama pendek kolom profil."
        ),
        default="idnumber,username,nip",
    ),
    Option(name="jp_field", text=N_("Nama pendek kolom kursus yang memuat JP."), default="jp"),
    Option(name="bentuk_field", text=N_("Nama pendek kolom kursus yang memuat bentuk."), default="bentuk"),
    Option(
        name="organiser_field",
        text=N_("Nama pendek kolom kursus yang memuat penyelenggara."),
        default="penyelenggara",
    ),
    Option(name="bentuk", text=N_("Bentuk bagi kursus ber-JP yang tidak menyebut bentuknya; kosong: dilaporkan.")),
    Option(
        name="mapping",
        text=N_("Berkas (CSV, XLSX, ODS) berisi kursus, JP, bentuk, penyelenggara; didahulukan daripada kolom kursus."),
    ),
    Option(
        name="courses",
        text=N_("Hanya kursus ini: nomor, idnumber, atau nama pendek, dipisah koma; kosong: semua."),
    ),
    Option(
        name="activities",
        text=N_('"tidak" melewati aktivitas di dalam kursus; penyelesaian kursus tetap diambil.'),
        default="ya",
    ),
    Option(
        name="home",
        text=N_(
            "Alamat lama Moodle, bila alamatnya pernah berganti: catatan lama dan baru tetap satu orang, satu kursus."
        ),
    ),
    Option(name="pause", text=N_("Jeda antarpermintaan dalam detik."), default="0.2"),
    Option(
        name="whole_after",
        text=N_(
            "Setelah berapa hari semua peserta dibaca ulang, bukan hanya yang membuka kursusnya sejak penarikan lalu."
        ),
        default="7",
    ),
)
"""Besides those of `adapters.http`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MoodleOptions:
    """The settings: names of fields in lower case, `courses` as written, `pause` in seconds, `whole_after` in days."""

    nip_fields: tuple[str, ...]
    jp_field: str
    bentuk_field: str
    organiser_field: str
    bentuk: str
    mapping: Path | None
    courses: frozenset[str]
    activities: bool
    home: str
    pause: float
    whole_after: int


def options_of(connection: Connection) -> MoodleOptions:
    """The settings of `connection`; raises AdapterError `moodle.option` for one that cannot be meant."""
    said = {one.name: connection.options.get(one.name, "").strip() or one.default for one in OPTIONS}
    form = slug_of(said["bentuk"], connection.forms)
    if said["bentuk"] and form is None:
        raise _wrong("bentuk", said["bentuk"])
    return MoodleOptions(
        nip_fields=_names(said["nip_field"]),
        jp_field=said["jp_field"].casefold(),
        bentuk_field=said["bentuk_field"].casefold(),
        organiser_field=said["organiser_field"].casefold(),
        bentuk=form or "",
        mapping=Path(said["mapping"]) if said["mapping"] else None,
        courses=frozenset(_names(said["courses"])),
        activities=said["activities"].casefold() in _YES,
        home=said["home"].rstrip("/"),
        pause=_between("pause", said["pause"], _MOST_PAUSE),
        whole_after=int(_between("whole_after", said["whole_after"], _MOST_DAYS)),
    )


def slug_of(written: str, forms: frozenset[str]) -> str | None:
    """The form that people mean by `written`, one of `forms`; None when it is none of them."""
    plain = plain_name(written)
    slug = {plain_name(one): one for one in forms}.get(plain) or FORM_NAMES.get(plain)
    return slug if slug in forms else None


def _names(listed: str) -> tuple[str, ...]:
    return tuple(name.strip().casefold() for name in listed.split(",") if name.strip())


def _between(name: str, written: str, most: float) -> float:
    if not re.fullmatch(r"[0-9]{1,4}([.,][0-9]{1,3})?", written) or (found := float(written.replace(",", "."))) > most:
        raise _wrong(name, written)
    return found


def _wrong(name: str, written: str) -> AdapterError:
    return AdapterError("moodle.option", name, name=name, value=written[:40])
