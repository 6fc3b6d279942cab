"""Writes the HTML of pictures with captions, films and recordings; a player tracks them by `data-medium`."""

from html import escape

from scorm_packager.course import Medium
from scorm_packager.source.recordings import Recording

WORDS = {
    "id": {
        "transcript": "Transkrip",
        "captions": "Teks",
        "back": "Kembali ke teks",
        "sheet": "Halaman {n} dari {total}: {title}",
        "words": "Teks halaman ini",
        "notes": "Catatan pembicara",
        "download": "Unduh dokumen lengkap (PDF, {size} kB)",
    },
    "en": {
        "transcript": "Transcript",
        "captions": "Captions",
        "back": "Back to the text",
        "sheet": "Page {n} of {total}: {title}",
        "words": "Text of this page",
        "notes": "Speaker's notes",
        "download": "Download the whole document (PDF, {size} kB)",
    },
}


def texts(language: str) -> dict[str, str]:
    """The few words that stand in the HTML itself, in the language of the module."""
    return WORDS["en" if language.startswith("en") else "id"]


def picture_figure(path: str, alt: str, caption: str) -> str:
    """A picture with its caption beneath."""
    return (
        f'<figure><img src="{escape(path)}" alt="{escape(alt)}" loading="lazy">'
        f"<figcaption>{escape(caption)}</figcaption></figure>\n"
    )


def recording_figure(found: tuple[Medium, Recording], title: str, language: str, *, transcript: str) -> str:
    """A film or recording with title, captions, and the transcript (HTML, may be empty); it never starts by itself."""
    medium, recording = found
    mark = f'preload="none" data-medium="{escape(medium.id)}" title="{escape(title)}"'
    source = f'<source src="{escape(recording.path)}" type="{escape(recording.type)}">'
    if medium.kind == "video":
        element = f"<video controls {mark} playsinline>{source}{_tracks(recording, language)}</video>"
    else:
        element = f"<audio controls {mark}>{source}</audio>"
    beneath = (
        f'<details class="transkrip"><summary>{texts(language)["transcript"]}</summary>{transcript}</details>'
        if transcript
        else ""
    )
    return f'<figure class="{medium.kind}">{element}<figcaption>{escape(title)}</figcaption>{beneath}</figure>\n'


def _tracks(recording: Recording, language: str) -> str:
    """The module's own language is shown by default; other languages are named by their code."""
    label = texts(language)["captions"]
    return "".join(
        f'<track src="{escape(track.path)}" kind="captions" srclang="{escape(track.language or language)}"'
        f' label="{escape(f"{label} ({track.language})" if track.language else label)}"'
        f"{'' if track.language else ' default'}>"
        for track in recording.tracks
    )
