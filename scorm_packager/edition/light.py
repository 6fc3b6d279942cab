"""The light edition: lighter files that lie beside the originals, and words in the place of films that have none."""

import hashlib
import re
from collections.abc import Callable
from html import escape
from pathlib import Path

import msgspec

from scorm_packager.course import ASSET_FOLDER, Asset, Course, Medium, Page
from scorm_packager.edition.names import MARK, light_name
from scorm_packager.film.read import film_facts, is_film
from scorm_packager.findings import Finding
from scorm_packager.source.module import Module

VOICE = ".m4a"
FILM = re.compile(
    r'<video\b[^>]*>(?:(?!</video>).)*?<source\b[^>]*\bsrc="(aset/[^"]+)"(?:(?!</video>).)*</video>', re.DOTALL
)
MEDIUM = re.compile(r'data-medium="([^"]+)"')
TITLE = re.compile(r'\btitle="([^"]*)"')
TRANSCRIPT = '<details class="transkrip">'
WORDS = {
    "id": "Ini edisi ringan: video “{title}” tidak ikut. Isinya ada di transkrip di bawah ini.",
    "en": "This is a light edition: the video “{title}” is left out. Its transcript below says the same.",
}
#: What makes a picture lighter: from an asset to a file that is smaller, or None.
Lighten = Callable[[Asset], Path | None]


class LightModule(msgspec.Struct, frozen=True):
    """A light edition, and what a person should know of it."""

    module: Module
    warnings: tuple[Finding, ...]


def light_edition(module: Module, lighten: Lighten = lambda _asset: None) -> LightModule:
    """The light edition of `module`.

    A file `nama.ringan.ext` beside `nama.ext` takes its place when it is smaller and is what it says. A film without
    one becomes the sound `nama.ringan.m4a` when that lies there, else it is left out when it has a transcript, and its
    place says so. `lighten` may make other pictures smaller. The course keeps id, IRI, pages and questions, so it
    counts as the same module; its digest is another.
    """
    return _Edition(module, lighten).make()


class _Edition:
    def __init__(self, module: Module, lighten: Lighten) -> None:
        self._course = module.course
        self._module = module
        self._assets = {asset.path: asset for asset in module.assets}
        self._lighten = lighten
        self._warnings: list[Finding] = []
        self._changed: list[str] = []

    def make(self) -> LightModule:
        for path, asset in list(self._assets.items()):
            self._assets[path] = self._lighter(asset)
        media = {medium.id: medium for medium in self._course.media}
        pages = [self._page(page, media) for page in self._course.pages]
        course = msgspec.structs.replace(
            self._course, pages=tuple(pages), media=tuple(media.values()), digest=self._digest()
        )
        kept = _still_named(course, self._assets.values())
        warnings = tuple(one for one in self._module.warnings if not _is_of_light_file(one))
        module = Module(course, kept, warnings)
        return LightModule(module, tuple(self._warnings))

    def _lighter(self, asset: Asset) -> Asset:
        beside = asset.source.with_name(light_name(asset.source.name))
        if _is_plain(beside) and beside.stat().st_size < asset.size:
            if not is_film(beside.name) or film_facts(beside) is not None:
                return self._replaced(asset, beside)
            name = light_name(asset.path.removeprefix(f"{ASSET_FOLDER}/"))
            self._warnings.append(Finding("light.not_a_film", level="warning", file=name))
        smaller = self._lighten(asset)
        return self._replaced(asset, smaller) if smaller is not None else asset

    def _replaced(self, asset: Asset, source: Path) -> Asset:
        body = source.read_bytes()
        digest = hashlib.sha256(body).hexdigest()
        self._changed.append(f"{digest}  {asset.path}")
        return msgspec.structs.replace(asset, source=source, size=len(body), sha256=digest)

    def _page(self, page: Page, media: dict[str, Medium]) -> Page:
        html, at = "", 0
        for found in FILM.finditer(page.html):
            after = page.html[found.end() : page.html.find("</figure>", found.end())]
            html += page.html[at : found.start()] + self._film(found, TRANSCRIPT in after, media)
            at = found.end()
        html += page.html[at:]
        if html != page.html:
            html = html.replace(TRANSCRIPT, '<details class="transkrip" open>')
        return msgspec.structs.replace(page, html=html)

    def _film(self, found: re.Match[str], has_transcript: bool, media: dict[str, Medium]) -> str:
        """What stands in the place of a film: itself when it became lighter, its sound, or words."""
        path, mark = found[1], MEDIUM.search(found[0])
        original = self._module_asset(path)
        if original is None or self._assets[path].source != original.source:
            return found[0]
        medium = media.get(mark[1]) if mark else None
        voice = original.source.with_name(f"{original.source.stem}{MARK}{VOICE}")
        title = (TITLE.search(found[0]) or [None, ""])[1] or ""
        if _is_plain(voice) and (sound := film_facts(voice)) is not None and sound.audio:
            return self._sound(path, voice, title, (medium, sound.seconds, media))
        if not has_transcript:
            name = path.removeprefix(f"{ASSET_FOLDER}/")
            self._warnings.append(Finding("light.film_stays", level="warning", file=name))
            return found[0]
        if medium is not None:
            media.pop(medium.id)
        self._changed.append(f"-  {path}")
        words = WORDS["en" if self._course.language.startswith("en") else "id"].format(title=title)
        return f'<div class="catatan"><p>{words}</p></div>'

    def _sound(self, path: str, voice: Path, title: str, of: tuple[Medium | None, float, dict[str, Medium]]) -> str:
        medium, seconds, media = of
        place = f"{path.rpartition('.')[0]}{MARK}{VOICE}"
        blank = Asset(path=place, source=voice, size=0, sha256="")
        self._assets[place] = self._replaced(blank, voice)
        mark = ""
        if medium is not None:
            media[medium.id] = msgspec.structs.replace(medium, kind="audio", seconds=seconds)
            mark = f' data-medium="{escape(medium.id)}"'
        return f'<audio controls preload="none"{mark} title="{title}"><source src="{place}" type="audio/mp4"></audio>'

    def _module_asset(self, path: str) -> Asset | None:
        return next((asset for asset in self._module.assets if asset.path == path), None)

    def _digest(self) -> str:
        whole = f"{self._course.digest}  ringan\n" + "".join(f"{line}\n" for line in sorted(self._changed))
        return hashlib.sha256(whole.encode()).hexdigest()


def _still_named(course: Course, assets: object) -> tuple[Asset, ...]:
    """The files that a page or a question still names: a film that is left out takes its captions with it."""
    text = "".join(page.html for page in course.pages) + msgspec.json.encode(course.questions).decode()
    return tuple(sorted((one for one in assets if one.path in text), key=lambda one: one.path))  # type: ignore[attr-defined]


def _is_of_light_file(finding: Finding) -> bool:
    return finding.code == "file.unused" and Path(finding.file).stem.endswith(MARK)


def _is_plain(path: Path) -> bool:
    """A file of the folder itself: a link may lead anywhere."""
    return path.is_file() and not path.is_symlink()
