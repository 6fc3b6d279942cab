"""Sets right what is wrong about a person, inside a transaction."""

from collections.abc import Mapping

from sqlalchemy import Connection, update

from xapi.errors import PeopleError
from xapi.identity import parse_nip
from xapi.people.store.employments import FIELDS, histories, write_history
from xapi.people.store.identities import Identities
from xapi.people.store.tables import nip


def correct(connection: Connection, institution: str, who: str, changes: Mapping[str, str]) -> None:
    """Changes the name, the newest number, or fields of the last employment of a person.

    Raises PeopleError `people.nip_taken`, `people.no_employment`, or what is wrong with a number.
    """
    identities = Identities(connection, institution)
    if "name" in changes:
        identities.rename(who, changes["name"])
    if "nip" in changes:
        _renumber(identities, who, parse_nip(changes["nip"]).digits)
    work = {name: value for name, value in changes.items() if name in FIELDS}
    if work:
        known = histories(connection, institution, [who])
        if who not in known:
            raise PeopleError("people.no_employment", "no employment to set right")
        last = known[who][-1]._replace(**work)
        write_history(connection, institution, known, {who: [*known[who][:-1], last]})


def _renumber(identities: Identities, who: str, number: str) -> None:
    owner = identities.of_nip(number)
    if owner not in (None, who):
        raise PeopleError("people.nip_taken", "another person has this NIP")
    known = identities.nips_of(who)
    if not known:
        identities.add_nip(who, number)
    elif number not in known:
        mine = (nip.c.institution == identities.institution, nip.c.person == who, nip.c.nip == known[-1])
        identities.connection.execute(update(nip).where(*mine).values(nip=number))
