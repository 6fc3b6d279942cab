"""Asks the web services of a Moodle, one function at a time, and tells its refusals apart.

REST server of Moodle 4.5 (`webservice/rest/server.php`): every answer has status 200, a refusal is an object with
`exception`, `errorcode` and `message`. A closed REST server answers 403 with an empty page.
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple, Protocol

from adapters.errors import AdapterError

PATH = "webservice/rest/server.php"
SITE_INFO = "core_webservice_get_site_info"

_SETTINGS = {"moodlewsrestformat": "json", "moodlewssettingraw": "1"}
"""Raw texts: without a filter Moodle takes the markup out of a name in two languages and leaves both, run together."""
_NO_FUNCTION = frozenset({"accessexception", "servicenotavailable", "invalidfunction"})
_BAD_PERSON = frozenset(
    {
        "userdeleted", "usernotconfirmed", "suspended", "guestsarenotallowed", "invaliduser", "usernotenroled",
        "notingroup", "accessdenied",
    }
)  # fmt: skip


class _Problem(NamedTuple):
    """A code of ours, and the errorcodes of Moodle 4.5 that mean it."""

    code: str
    says: frozenset[str] = frozenset()


_PROBLEMS = (
    _Problem("moodle.token", frozenset({"invalidtoken", "invalidtimedtoken", "passwordisexpired"})),
    _Problem(
        "moodle.account",
        frozenset(
            {
                "wsaccessuserdeleted", "wsaccessuserunconfirmed", "wsaccessusersuspended", "wsaccessuserexpired",
                "wsaccessusernologin", "forcepasswordchangenotice", "sitepolicynotagreed", "usernotfullysetup",
            }
        ),
    ),
    _Problem("moodle.closed", frozenset({"sitemaintenance", "upgraderunning"})),
    _Problem("moodle.function", _NO_FUNCTION),
    _Problem(
        "moodle.permission",
        frozenset({"nopermissions", "cannotviewreport", "nopermissiontoviewgrades", "requiredpermission"}),
    ),
    _Problem("moodle.course", frozenset({"errorcoursecontextnotvalid", "requireloginerror", "coursehidden"})),
)  # fmt: skip
_OTHER = _Problem("moodle.refused")
_ENDS = ("moodle.token", "moodle.account", "moodle.closed")
_CODES = {says: problem.code for problem in _PROBLEMS for says in problem.says}


class Post(Protocol):
    """Sends a form and returns the JSON of the answer; raises AdapterError `remote.*`."""

    def __call__(self, form: Mapping[str, str]) -> object: ...


class MoodleError(AdapterError):
    """Moodle refused. `says` is its own errorcode; `person`: only the person asked about is concerned, not the course;
    `whole`: nothing else will be answered either."""

    def __init__(self, code: str, says: str, function: str) -> None:
        super().__init__(code, f"{function}: {says}", function=function, says=says)
        self.says = says

    @property
    def person(self) -> bool:
        """Whether it concerns one person and not the course."""
        return self.says in _BAD_PERSON

    @property
    def whole(self) -> bool:
        """Whether the run must end."""
        return self.code in _ENDS


class Moodle:
    """The web services of one Moodle, reached by `post` with `token`."""

    def __init__(self, post: Post, token: str) -> None:
        self._post = post
        self._token = token
        self.asked = 0

    def ask(self, function: str, **parameters: object) -> object:
        """What `function` answers to `parameters` (numbers, texts, lists and objects of them).

        Raises MoodleError when Moodle refuses, AdapterError `remote.*` when it does not answer.
        """
        form = {"wstoken": self._token, "wsfunction": function, **_SETTINGS}
        for name, value in parameters.items():
            form.update(_flat(name, value))
        self.asked += 1
        answer = self._post(form)
        if isinstance(answer, Mapping) and ("errorcode" in answer or "exception" in answer):
            says = str(answer.get("errorcode") or answer.get("exception") or "?")[:60]
            raise MoodleError(_code(says, function), says, function)
        return answer

    def alive(self) -> bool:
        """Whether Moodle answers at all: a crash over one person is not an outage."""
        try:
            self.ask(SITE_INFO)
        except AdapterError:
            return False
        return True


def _code(says: str, function: str) -> str:
    if says in _NO_FUNCTION and function == SITE_INFO:  # which every service has: so it is the token or the service
        return "moodle.token"
    return _CODES.get(says, _OTHER.code)


def _flat(name: str, value: object) -> Iterator[tuple[str, str]]:
    """A parameter as PHP reads it from a form: `options[0][name]`."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _flat(f"{name}[{key}]", inner)
    elif isinstance(value, (list, tuple)):
        for index, inner in enumerate(value):
            yield from _flat(f"{name}[{index}]", inner)
    else:
        yield name, str(int(value)) if isinstance(value, bool) else str(value)
