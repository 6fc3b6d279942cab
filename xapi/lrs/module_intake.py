"""Statements from inside packages name people by their LMS accounts: here those become the institution's pseudonyms."""

from collections.abc import Callable, Sequence

from xapi.errors import LrsError, PeopleError, StatementError
from xapi.intake import Intake
from xapi.lrs.access import require_granted
from xapi.lrs.compose import FIELDS, put_together
from xapi.lrs.principal import Principal
from xapi.lrs.transfer.admission import Admission
from xapi.validation.facts import ParsedStatement
from xapi.validation.parse import validate_text

Parsed = Sequence[tuple[ParsedStatement, str]]


def module_intake(intake: Intake, institution: str) -> Callable[[Principal, Parsed], Parsed]:
    """What turns the statements of a module's credential into those that may be stored, by `intake`.

    Only the credentials of `institution` (id, 32 hex), whose people `intake` knows; all others pass as they are. A
    statement that the credential may not write makes nobody known (LrsError 403); one with a NIP anywhere but as the
    name of the actor's account is refused (StatementError).
    """

    def admit(principal: Principal, batch: Parsed) -> Parsed:
        if principal.module is None or principal.institution != institution:
            return batch
        for parsed, _ in batch:
            require_granted(principal, parsed)
        admission = Admission(intake)  # of this request alone: who is erased must not be remembered
        several = len(batch) > 1
        return [
            (_admitted(admission, parsed, f"$[{place}]" if several else "$"), statement_id)
            for place, (parsed, statement_id) in enumerate(batch)
        ]

    return admit


def _admitted(admission: Admission, parsed: ParsedStatement, at: str) -> ParsedStatement:
    """One statement with pseudonyms; `at` is its place in the request, for errors."""
    fields = FIELDS.decode(parsed.body)
    for name in ("stored", "authority"):  # ours are written when it is stored
        fields.pop(name, None)
    try:
        return validate_text(put_together(admission.admit(fields)))
    except PeopleError as error:
        if error.code == "people.frozen":
            raise LrsError("lrs.frozen", error.detail, status=403) from error
        if error.code != "intake.nip_left":
            raise LrsError("lrs.module", error.detail, status=403) from error
        path = at + str(error.params.get("path", "$")).removeprefix("$")
        raise StatementError("statement.nip", error.detail, path=path, clause="Jampel: NIP") from error
