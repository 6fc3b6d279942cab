"""Numbers of certificates, where the Moodle has the plugin Custom certificate in a version that tells them (4.4.10).

The certificates of Moodle Workplace (tool_certificate, mod_coursecertificate) have no web service that lists them.
"""

from collections.abc import Mapping

from adapters.moodle.answers import moment, plain, rows, whole
from adapters.moodle.service import Moodle
from xapi.identity import contains_nip

ISSUES = "mod_customcert_list_issues"
KIND = "customcert"
_AT_ONCE = 500
_MOST_PARTS = 400
_MOST_NUMBER = 100

Issued = Mapping[tuple[int, int], str]
"""The number of a certificate by instance of the activity and by person."""


def certificates(moodle: Moodle, since: int, most: int = _MOST_PARTS) -> Issued:
    """The certificates given since `since` (seconds since 1970), in at most `most` parts. Raises MoodleError."""
    found: dict[tuple[int, int], str] = {}
    for part in range(most):
        listed = rows(
            moodle.ask(ISSUES, timecreatedfrom=since, includepdf=False, limit=_AT_ONCE, offset=part * _AT_ONCE)
        )
        for row in listed:
            issue, person = row.get("issue"), row.get("user")
            if isinstance(issue, Mapping) and isinstance(person, Mapping) and moment(issue.get("timecreated")):
                code = plain(issue.get("code"))[:_MOST_NUMBER]
                if code and not contains_nip(code):
                    key = (whole(issue.get("customcertid")), whole(person.get("id")))
                    found.setdefault(key, code)  # the newest come first
        if len(listed) < _AT_ONCE:
            break
    return found
