"""What a page says aloud, and which of it is not ours to translate."""

from html.parser import HTMLParser

from lti_tool.registration.manual import systems
from lti_tool.registration.request import Addresses
from tests.e2e.pages.house import House

VOID = {"meta", "link", "br", "hr", "img", "input", "source", "wbr", "path", "rect", "line", "circle"}
SILENT = {"script", "style", "code", "pre", "bdi", "noscript"}
SPOKEN = ("aria-label", "title", "placeholder", "alt", "data-label", "content")


class Texts(HTMLParser):
    """What a page says: its texts, and the attributes that are read aloud, but for parts in another language."""

    def __init__(self, language: str) -> None:
        super().__init__()
        self.language, self.found = language, list[str]()
        self._silent: list[bool] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        silent = tag in SILENT or given.get("lang", self.language) != self.language
        if not silent and not any(self._silent):
            self.found += [given[name] or "" for name in SPOKEN if name in given and tag != "meta"]
        if tag not in VOID:
            self._silent.append(silent)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID and self._silent:
            self._silent.pop()

    def handle_data(self, data: str) -> None:
        if data.strip() and not any(self._silent):
            self.found.append(" ".join(data.split()))


def taken(house: House) -> set[str]:
    """Texts that are not ours to translate: names in other programs, and what rules and settings say in their own."""
    found = {house.site.services.settings.privacy.legal_basis, "Melayani warga dengan baik."}
    found |= {"Disetujui", "Ditinjau"}  # as the rule table writes them
    for system in systems(Addresses("http://localhost")):
        found |= {system.menu, *(field.label for field in (*system.fields, *system.theirs))}
    for edition in house.site.services.rules.editions:
        found |= {text for cell in edition.cells for text in (cell.value, cell.confidence)}
    for source in house.site.services.rules.sources.values():
        found |= {source, f": {source}"}
    return {" ".join(text.split()) for text in found}
