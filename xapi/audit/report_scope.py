"""Which employees, and which quarter, a report is about."""

from collections.abc import Iterator

import msgspec

from xapi.audit.words import MET, N_
from xapi.words import translate

QUARTERS = ("I", "II", "III", "IV")
LABELS = {
    "opd": N_("perangkat daerah %(value)s"),
    "status": N_("status %(value)s"),
    "grade": N_("golongan %(value)s"),
    "position": N_("jabatan %(value)s"),
    "met": N_("hanya %(value)s"),
    "quarter": N_("kegiatan triwulan %(value)s saja"),
}


class Scope(msgspec.Struct, frozen=True):
    """What a report is narrowed to; None leaves it open.

    `status` is one that the rules know, or LAINNYA. `met` is about the target of the whole year, also where `quarter`
    (1 to 4) narrows the JP columns to one quarter.
    """

    opd: str | None = None
    status: str | None = None
    grade: str | None = None
    position: str | None = None
    met: bool | None = None
    quarter: int | None = None

    def words(self, language: str) -> str:
        """The scope in words, empty for everyone."""
        return "; ".join(self._parts(language))

    def _parts(self, language: str) -> Iterator[str]:
        for field, value in msgspec.structs.asdict(self).items():
            if value is None:
                continue
            if field == "met":
                value = translate("xapi", language, MET[bool(value)])
            elif field == "quarter":
                value = QUARTERS[value - 1]
            yield translate("xapi", language, LABELS[field], {"value": value or "–"})


EVERYONE = Scope()
