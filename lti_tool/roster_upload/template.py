"""An empty list of employees to fill in, as a workbook whose numbers stay text, or as CSV."""

from typing import IO

from xapi.audit.report_formats import BOM
from xapi.people.layouts import REQUIRED, TITLES
from xapi.people.roster_cells import STATUSES
from xapi.words import translate

FORMS = ("xlsx", "csv")
NAME = "daftar-pegawai"
_ROWS, _WIDE, _NARROW = 50_000, 30, 18
_WIDTHS = {"nip": 24, "name": 34, "opd": 40, "position": 36, "unit": 30}


def write_template(form: str, target: IO[bytes], language: str) -> None:
    """Writes the headers, and in a workbook (`xlsx`) a sheet that tells what belongs where, in `language`."""
    if form == "csv":
        target.write((BOM + ";".join(TITLES.values()) + "\r\n").encode())
        return
    from xlsxwriter import Workbook  # slow to load

    book = Workbook(target, {"strings_to_formulas": False, "strings_to_urls": False})
    text, head = book.add_format({"num_format": "@"}), book.add_format({"bold": True, "bg_color": "#DCE6F1"})
    sheet = book.add_worksheet("Pegawai")
    for at, (field, title) in enumerate(TITLES.items()):
        sheet.set_column(at, at, _WIDTHS.get(field, _NARROW), text)
        sheet.write_string(0, at, title, head)
    status = list(TITLES).index("status")
    sheet.data_validation(1, status, _ROWS, status, {"validate": "list", "source": sorted({*STATUSES.values()})})
    sheet.freeze_panes(1, 2)
    told = book.add_worksheet("Petunjuk")
    told.set_column(0, 0, _NARROW)
    told.set_column(1, 1, 4 * _WIDE)
    for row, (title, words) in enumerate(_told(language)):
        told.write_string(row, 0, title, head)
        told.write_string(row, 1, words)
    book.close()


def _told(language: str) -> list[tuple[str, str]]:
    needed = translate("lti_tool", language, "wajib")
    words = {
        "nip": translate("lti_tool", language, "18 digit, diketik sebagai teks; angka kehilangan digit terakhirnya"),
        "name": translate("lti_tool", language, "nama lengkap; gelar boleh ditulis"),
        "opd": translate("lti_tool", language, "perangkat daerah tempat bekerja, selalu ditulis sama"),
        "status": translate("lti_tool", language, "PNS, CPNS, atau PPPK"),
        "start": translate(
            "lti_tool", language, "hari pertama di unit atau status ini; kosong berarti sejak hari impor"
        ),
        "end": translate("lti_tool", language, "hari terakhir bekerja; kosong bila masih bekerja"),
    }
    optional = translate("lti_tool", language, "boleh kosong")
    return [
        (title, f"{needed}; {words[field]}" if field in REQUIRED else words.get(field, optional))
        for field, title in TITLES.items()
    ]
