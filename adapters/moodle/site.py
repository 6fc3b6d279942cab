"""The Moodle itself: its address as it calls itself, its release, and which functions the service offers."""

from collections.abc import Mapping
from dataclasses import dataclass

from adapters.errors import AdapterError
from adapters.moodle import certificates, completions, contents, courses, people, scorm
from adapters.moodle.answers import is_true, plain, rows, whole
from adapters.moodle.service import SITE_INFO, Moodle

NEEDED = (SITE_INFO, courses.COURSES, people.ENROLLED, completions.COURSE)
"""Without these nothing can be pulled."""
USEFUL = (
    completions.ACTIVITIES, completions.GRADES, contents.CONTENTS, scorm.IN_COURSES, scorm.SCOES, scorm.TRACKS,
)  # fmt: skip
"""Without one of these a part is left out."""
OF_PLUGINS = (certificates.ISSUES, certificates.PLACE)
"""Only with the plugin Custom certificate."""


@dataclass(frozen=True, slots=True)
class Site:
    """`home` without a slash at the end, `release` as Moodle writes it, `functions` of the service, the number of the
    account, and whether completion is switched on for the site (None: not told)."""

    home: str
    name: str
    release: str
    version: int
    functions: frozenset[str]
    account: int
    completion: bool | None

    def missing(self, wanted: tuple[str, ...] = NEEDED) -> list[str]:
        """Those of `wanted` that the service does not offer."""
        return [name for name in wanted if name not in self.functions]


def site_of(moodle: Moodle) -> Site:
    """What Moodle says of itself. Raises MoodleError, AdapterError."""
    answer = moodle.ask(SITE_INFO)
    said = answer if isinstance(answer, Mapping) else {}
    home = str(said.get("siteurl") or "").strip().rstrip("/")
    if not home.startswith(("http://", "https://")):
        raise AdapterError("moodle.no_moodle", "no siteurl")
    features = {str(row.get("name")): is_true(row.get("value")) for row in rows(said.get("advancedfeatures"))}
    return Site(
        home=home,
        name=plain(said.get("sitename")),
        release=plain(said.get("release")),
        version=whole(str(said.get("version", "")).split(".")[0]),
        functions=frozenset(str(row.get("name")) for row in rows(said.get("functions"))) | {SITE_INFO},
        account=whole(said.get("userid")),
        completion=features.get("enablecompletion"),
    )
