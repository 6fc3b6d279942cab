"""Numbers of certificates, where the Moodle has the plugin Custom certificate in a version that tells them (4.4.10).

The certificates of Moodle Workplace (tool_certificate, mod_coursecertificate) have no web service that lists them.
"""

from collections.abc import Mapping

from adapters.moodle.answers import plain, rows, whole
from adapters.moodle.service import Moodle, MoodleError
from xapi.identity import contains_nip

ISSUES = "mod_customcert_list_issues"
PLACE = "core_course_get_course_module_by_instance"
_AT_ONCE = 500
_MOST_PARTS = 400
_MOST_NUMBER = 100

Issued = Mapping[tuple[int, int], str]
"""The number of a certificate by course and person."""


def certificates(moodle: Moodle, since: int) -> Issued:
    """The certificates given since `since` (seconds since 1970). Raises MoodleError."""
    courses: dict[int, int] = {}
    found: dict[tuple[int, int], str] = {}
    for part in range(_MOST_PARTS):
        listed = rows(
            moodle.ask(ISSUES, timecreatedfrom=since, includepdf=False, limit=_AT_ONCE, offset=part * _AT_ONCE)
        )
        for row in listed:
            issue, person = row.get("issue"), row.get("user")
            if isinstance(issue, Mapping) and isinstance(person, Mapping):
                course = _course_of(moodle, whole(issue.get("customcertid")), courses)
                code = plain(issue.get("code"))[:_MOST_NUMBER]
                if course and code and not contains_nip(code):
                    found.setdefault((course, whole(person.get("id"))), code)  # the newest come first
        if len(listed) < _AT_ONCE:
            break
    return found


def _course_of(moodle: Moodle, instance: int, known: dict[int, int]) -> int:
    """The course that a certificate belongs to; 0 when the account may not see it."""
    if instance not in known:
        try:
            answer = moodle.ask(PLACE, module="customcert", instance=instance)
        except MoodleError as error:
            if error.whole:
                raise
            answer = None
        module = answer.get("cm") if isinstance(answer, Mapping) else None
        known[instance] = whole(module.get("course")) if isinstance(module, Mapping) else 0
    return known[instance]
