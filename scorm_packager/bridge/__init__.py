"""The bridge: scripts that let content of one standard run in an LMS of another, without a request to anywhere else."""

import json
from collections.abc import Mapping
from html import escape
from pathlib import Path

from scorm_packager.player import FOLDER as PLAYER

FOLDER = Path(__file__).parent
_BEFORE = ("squeeze.js", "codes.js", "forms.js", "model.js", "keep.js")
_CONTENTS = ("content12.js", "content2004.js")
#: What answers a cmi5 AU, whose LRS this page is.
_DESK = ("squeeze.js", "forms.js", "shelf.js", "verdict.js", "ledger.js", "crate.js", "desk.js")
_TARGETS: Mapping[str, tuple[Path, ...]] = {
    "12": (FOLDER / "lms.js", FOLDER / "to12.js"),
    "2004": (FOLDER / "lms.js", FOLDER / "to2004.js"),
    "cmi5": (PLAYER / "course.js", PLAYER / "statements.js", PLAYER / "outbox.js", FOLDER / "tocmi5.js"),
}
TARGETS: tuple[str, ...] = tuple(_TARGETS)
#: What a learner reads when the bridge cannot reach the LMS, by the language of the course.
SAYINGS: Mapping[str, Mapping[str, str]] = {
    "id": {
        "nolms": "LMS tidak terhubung; kemajuan Anda tidak dicatat. Tutup halaman ini dan buka kembali dari LMS.",
        "expired": "Sesi ini sudah berakhir; buka kembali dari LMS.",
        "refused": "LMS menolak sebagian catatan.",
        "offline": "Sambungan terputus; catatan Anda disimpan di peramban ini dan dikirim begitu tersambung.",
        "unsentonly": "Sambungan terputus; jangan tutup halaman ini sampai tersambung kembali.",
        "savefailed": "LMS tidak menyimpan kemajuan Anda.",
        "full": "Tempat yang disediakan LMS sudah penuh; sebagian isian Anda tidak disimpan.",
    },
    "en": {
        "nolms": "The LMS does not answer; your progress is not recorded. Open this page again from the LMS.",
        "expired": "This session is over; open the module again from the LMS.",
        "refused": "The LMS refused part of the record.",
        "offline": "The connection is lost; your record is kept in this browser and sent once it is back.",
        "unsentonly": "The connection is lost; do not close this page until it is back.",
        "savefailed": "The LMS does not keep your progress.",
        "full": "The room that the LMS gives is full; part of what you entered is not kept.",
    },
}
#: What stands where an AU sends its learner when it is done.
AFTER: Mapping[str, str] = {
    "id": "Sesi ini selesai dan sudah dicatat. Tutup halaman ini, atau lanjutkan di LMS.",
    "en": "This session is over and has been recorded. Close this page, or go on in the LMS.",
}
STYLE = (
    "html,body{margin:0;height:100%;overflow:hidden}iframe{border:0;width:100%;height:100%;display:block}"
    "#pesan{margin:0;padding:.5rem 1rem;background:#7a1f1f;color:#fff;font:1rem/1.4 sans-serif}"
)


def script_for(target: str, content: str = "") -> bytes:
    """The one script of every bridge page whose LMS speaks `target`, one of `TARGETS`, and whose content `content`."""
    if content == "cmi5":
        places = [*(FOLDER / name for name in _DESK), *_TARGETS[target], FOLDER / "start.js"]
    else:
        own = [FOLDER / name for name in (*_BEFORE, *_CONTENTS)]
        places = [*own, *_TARGETS[target], FOLDER / "api.js", FOLDER / "start.js"]
    return b"\n".join(place.read_bytes() for place in places)


def inlet() -> bytes:
    """The script that stands first in every page of a cmi5 AU and brings its requests to the bridge's page."""
    return (FOLDER / "inlet.js").read_bytes()


def page_after(*, title: str, language: str) -> bytes:
    """Where an AU sends its learner at the end (`returnURL`, cmi5 10.2.6): SCORM itself has no way back to offer."""
    return (
        f'<!DOCTYPE html>\n<html lang="{_spoken(language)}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>{escape(title)}</title>\n'
        f"</head>\n<body>\n<main><p>{escape(AFTER[_spoken(language)])}</p></main>\n</body>\n</html>\n"
    ).encode()


def _spoken(language: str) -> str:
    """Which of our languages stands for that of the course."""
    return "en" if language.lower().startswith("en") else "id"


def page_for(settings: Mapping[str, object], *, title: str, language: str) -> bytes:
    """The page that opens the content: `settings` are what bridge/start.js reads (content, target, launch, …)."""
    words = SAYINGS[_spoken(language)]
    said = "".join(f' data-{name}="{escape(text)}"' for name, text in words.items())
    config = json.dumps(settings, ensure_ascii=True, sort_keys=True).replace("<", "\\u003c").replace("&", "\\u0026")
    return (
        f'<!DOCTYPE html>\n<html lang="{escape(language or "id")}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>{escape(title)}</title>\n'
        f'<link rel="stylesheet" href="jembatan.css">\n</head>\n<body>\n<p id="pesan" role="alert" hidden{said}></p>\n'
        f'<iframe id="isi" title="{escape(title)}" allow="autoplay; fullscreen" allowfullscreen></iframe>\n'
        f'<script type="application/json" id="jembatan">{config}</script>\n<script src="jembatan.js"></script>\n'
        "</body>\n</html>\n"
    ).encode()
