"""What reading one file of a module needs to know, and what it leaves behind."""

from collections.abc import Mapping

from scorm_packager.course import Pool, Question
from scorm_packager.findings import Findings
from scorm_packager.source.media import Media
from scorm_packager.source.recordings import Place


class Context:
    """What rendering one file needs to know. `pages` maps page files to page ids; `questions` grows."""

    def __init__(self, file: str, language: str, findings: Findings, media: Media, pages: Mapping[str, str]) -> None:
        self.file = file
        self.language = language
        self.findings = findings
        self.media = media
        self.pages = pages
        self.questions: list[tuple[Question | None, Place]] = []
        self.pools: list[tuple[Pool, Place]] = []
        self.allow_questions = True
