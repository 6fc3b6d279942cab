"""The register of processing activities (UU 27/2022 art. 31): which data, whose, what for, how long, who gets them."""

from typing import TYPE_CHECKING

import msgspec

from lti_tool.subject.retention import due
from xapi.words import translate

if TYPE_CHECKING:
    from lti_tool.services import Services


class Activity(msgspec.Struct, frozen=True):
    """One activity: its texts are keys of the catalogue of this package, `kept` is in days (0: undecided), `records`
    how many there are, `past` how many of them are past that."""

    what: str
    whose: str
    purpose: str
    kept: int
    records: int
    receivers: str
    past: int = 0


def register_of(services: "Services") -> list[Activity]:
    """What this installation processes about people, with its figures."""
    kept, past = services.settings.retention, {one.kind: one.past for one in due(services)}
    people, statements, documents, links = _figures(services)
    id_ = "id"
    whose = translate("lti_tool", id_, "pegawai instansi")
    inside = translate("lti_tool", id_, "auditor dan admin instansi")
    return [
        Activity(
            translate("lti_tool", id_, "NIP, nama, unit, status, jabatan, golongan, akun LMS"), whose,
            translate("lti_tool", id_, "mengenali siapa yang belajar; menghitung JP per pegawai dan unit"),
            kept.people, people, inside, past["people"],
        ),
        Activity(
            translate("lti_tool", id_, "pernyataan xAPI dengan nama samaran: kegiatan, hasil, waktu, bukti"), whose,
            translate("lti_tool", id_, "bukti pengembangan kompetensi 20 JP (UU 20/2023 pasal 49)"),
            kept.statements, statements,
            translate("lti_tool", id_, "auditor; LRS tujuan penerusan bila diatur, dengan nama samaran"),
            past["statements"],
        ),
        Activity(
            translate("lti_tool", id_, "keadaan terakhir di modul"), whose,
            translate("lti_tool", id_, "melanjutkan belajar"), kept.documents, documents,
            translate("lti_tool", id_, "orang itu sendiri"), past["documents"],
        ),
        Activity(
            translate("lti_tool", id_, "tautan LMS yang dibuka, nilai"), whose,
            translate("lti_tool", id_, "mengirim nilai ke LMS"), kept.enrolments, links,
            translate("lti_tool", id_, "LMS asal"), past["enrolments"],
        ),
    ]  # fmt: skip


def _figures(services: "Services") -> tuple[int, int, int, int]:
    now = services.clock()
    return (
        services.people.subjects.count(),
        services.subject_records.older_statements(now),
        services.subject_records.older_documents(now),
        services.lti.subjects.older(now),
    )
