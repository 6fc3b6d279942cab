"""The table `[soal]` of `modul.toml`: how often questions may be tried, and what is shown at the end."""

import difflib
from collections.abc import Mapping
from typing import Any

import msgspec

from scorm_packager.course import Question, Review
from scorm_packager.findings import Findings
from scorm_packager.source.recordings import Place

MOST = 99
REVIEWS: dict[str, Review] = {"lengkap": "full", "jawaban": "own", "tidak": "none"}
KEYS = ("percobaan", "putaran", "acak", "tinjau")


class QuestionRules(msgspec.Struct, frozen=True, kw_only=True):
    """What holds for all questions of a module that say nothing else; None is no limit."""

    attempts: int | None = None
    rounds: int | None = None
    shuffle: bool = False
    review: Review = "full"

    def applied(self, question: Question) -> Question:
        """`question` with these rules where it has none of its own."""
        changes: dict[str, Any] = {}
        if question.points and question.attempts is None:
            changes["attempts"] = self.attempts
        if getattr(question, "shuffle", False) is None:
            changes["shuffle"] = self.shuffle
        return msgspec.structs.replace(question, **changes) if changes else question


def read_rules(table: object, place: Place, findings: Findings) -> QuestionRules:
    """The rules in `table`, set at `place`; faults become findings."""

    def finding(code: str, **params: str | int) -> None:
        findings.add(place.finding(code, **params))

    def whole(key: str) -> int | None:
        value = given.get(key)
        if value is None or (isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= MOST):
            return value
        finding("module.not_whole", key=f"soal.{key}", least=1, most=MOST)
        return None

    if not isinstance(table, Mapping):
        finding("module.not_table", key="soal")
        return QuestionRules()
    given: Mapping[str, Any] = table
    for key in given:
        if key not in KEYS:
            close = difflib.get_close_matches(key.lower(), KEYS, 1, cutoff=0.4)
            finding("module.key_unknown_close", key=f"soal.{key}", meant=f"soal.{close[0] if close else KEYS[0]}")
    shuffle = given.get("acak", False)
    if not isinstance(shuffle, bool):
        finding("module.not_yes_no", key="soal.acak")
    review = given.get("tinjau", "lengkap")
    if not isinstance(review, str) or review not in REVIEWS:
        finding("module.review_unknown", value=str(review)[:40], known=", ".join(REVIEWS))
    return QuestionRules(
        attempts=whole("percobaan"),
        rounds=whole("putaran"),
        shuffle=shuffle is True,
        review=REVIEWS.get(review, "full") if isinstance(review, str) else "full",
    )
