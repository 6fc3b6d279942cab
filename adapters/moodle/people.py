"""Who is enrolled in a course, in parts, with the NIP where the institution writes it."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from adapters.moodle.answers import Row, fields_of, moment, plain, rows, whole
from adapters.moodle.service import Moodle
from adapters.remote import IdentityMapping
from xapi.intake import Identity

ENROLLED = "core_enrol_get_enrolled_users"
AT_ONCE = 200
OVERLAP = 20  # rows asked for twice, so that who leaves meanwhile makes nobody be skipped
IDENTITY = IdentityMapping(nip_fields=("idnumber", "username", "nip"), account_field="id", name_field="fullname")
_OF_USERS = frozenset({"id", "username", "idnumber", "email", "department", "institution", "city", "address"})
_GUEST = "guest"


@dataclass(frozen=True, slots=True)
class Member:
    """A person of a course: `number` in Moodle, `who` they are, and when they last opened the course (0: never or not
    shown, `hidden` tells which). `accounts` are further names of the same person, (home page, name)."""

    number: int
    who: Identity = field(repr=False)
    seen: int
    hidden: bool
    accounts: tuple[tuple[str, str], ...] = field(default=(), repr=False)


def members(moodle: Moodle, course: int, home: str, nip_fields: tuple[str, ...], *, after: int = 0) -> Iterator[Member]:
    """The people of `course` with a number above `after`, in the order of their numbers.

    Moodle leaves out of each part those whom the account may not see, so a short part is not the last one. Raises
    MoodleError when the course cannot be read.
    """
    wanted = [*sorted({"id", "username", "fullname", "lastcourseaccess", *nip_fields} & _ASKED)]
    if set(nip_fields) - _OF_USERS:
        wanted.append("customfields")
    at, last = 0, 0
    while listed := rows(moodle.ask(ENROLLED, courseid=course, options=_part(wanted, at))):
        fresh = [row for row in listed if whole(row.get("id")) > last]
        for row in fresh:
            if whole(row.get("id")) > after and row.get("username") != _GUEST:
                yield member_of(row, home, nip_fields)
        if not fresh:
            return
        last = max(whole(row.get("id")) for row in fresh)
        at += AT_ONCE - OVERLAP


_ASKED = _OF_USERS | {"fullname", "lastcourseaccess"}


def _part(wanted: list[str], at: int) -> list[dict[str, str]]:
    said = {"userfields": ",".join(wanted), "sortby": "id", "limitfrom": str(at), "limitnumber": str(AT_ONCE)}
    return [{"name": name, "value": value} for name, value in said.items()]


def member_of(row: Row, home: str, nip_fields: tuple[str, ...]) -> Member:
    """The person that Moodle describes by `row`."""
    said = {name: plain(value) for name, value in row.items() if isinstance(value, str)}
    fields = fields_of(row.get("customfields")) | said | {"id": str(whole(row.get("id")))}
    mapping = IdentityMapping(nip_fields=nip_fields, account_field="id", name_field="fullname")
    return Member(
        number=whole(row.get("id")),
        who=mapping.identity(fields, home),
        seen=moment(row.get("lastcourseaccess")),
        hidden="lastcourseaccess" not in row,
        accounts=_accounts(said.get("username", ""), home),
    )


def _accounts(username: str, home: str) -> tuple[tuple[str, str], ...]:
    """What else names the person: packages know the user name at the origin of the page, logstore_xapi at the address.

    A user name of digits could be the number of somebody else.
    """
    if not username or username.isdigit():
        return ()
    origin = "/".join(home.split("/")[:3])
    return tuple((place, username) for place in sorted({home, origin}))
