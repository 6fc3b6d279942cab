"""What is done at the request of a data subject, the same for the command and for the page (UU 27/2022)."""

from collections.abc import Mapping
from typing import IO, TYPE_CHECKING, NamedTuple

from lti_tool.subject.erase import end_grants
from lti_tool.subject.export import gather, write_copy
from lti_tool.tasks.model import About, Task
from lti_tool.tasks.steps import GATHER, Tell
from xapi.identity import mask_nips_in

if TYPE_CHECKING:
    from lti_tool.services import Services

COPY, CORRECTION, SUSPENSION = "UU 27/2022 pasal 7 dan 32", "UU 27/2022 pasal 6", "UU 27/2022 pasal 41"
#: What may be asked for, and be refused for a reason (art. 15 and 33).
REQUESTS = ("export", "freeze", "correct", "erase")


class Copied(NamedTuple):
    """What a copy holds."""

    statements: int
    credits: int


def basis_of(law: str, reason: str) -> str:
    """What the record of processing keeps: a number that somebody wrote into the reason is masked."""
    return f"{law}; {mask_nips_in(reason)}" if reason else law


def copy_to(
    services: "Services", person: str, target: IO[bytes], *, language: str, reason: str = "", decided_by: str = ""
) -> Copied:
    """Writes the copy of everything about `person` as a zip into `target`, and notes that it was given.

    What is about others is left out (art. 33). Raises PeopleError `people.unknown_person`.
    """
    made, contents = gather(services, person)
    write_copy(target, made, contents, language)
    services.people.subjects.note("export", services.clock(), person_id=person, basis=basis_of(COPY, reason),
                                  decided_by=decided_by)  # fmt: skip
    return Copied(len(made["statements"]), len(made["credits"]))


def about_copy(person: str, reason: str) -> About:
    """What is asked for with the work `subject_copy`."""
    return {"person": person, "reason": mask_nips_in(reason)}


def copy_subject(services: "Services", task: Task, target: IO[bytes], tell: Tell) -> str:
    """The work `subject_copy`: a person's copy, under their pseudonym."""
    person, reason = task.about["person"], task.about["reason"]
    tell(GATHER)
    services.bring_ledger_up_to_date()
    copy_to(services, person, target, language=task.language, reason=reason, decided_by=task.account)
    return copy_name(person)


def copy_name(person: str) -> str:
    """What the file of a copy is called: nobody's name and number."""
    return f"salinan-{person[:8]}.zip"


def suspend(services: "Services", person: str, *, reason: str, decided_by: str) -> bool:
    """Suspends the processing of a person's data, and ends what their open pages may write; False when it was
    suspended already."""
    subjects = services.people.subjects
    done = subjects.freeze(person, services.clock(), basis=basis_of(SUSPENSION, reason), decided_by=decided_by)
    end_grants(services, subjects.require_record(person))
    return done


def resume(services: "Services", person: str, *, reason: str, decided_by: str) -> bool:
    """Ends the suspension; False when there was none."""
    return services.people.subjects.unfreeze(
        person, services.clock(), basis=basis_of(SUSPENSION, reason), decided_by=decided_by
    )


def correct(
    services: "Services", person: str, changes: Mapping[str, str], *, reason: str, decided_by: str
) -> None:  # fmt: skip
    """Sets right what is wrong; the record keeps which fields, and not what they said. Raises PeopleError."""
    services.people.subjects.correct(
        person, changes, services.clock(), basis=basis_of(CORRECTION, reason), decided_by=decided_by
    )


def refuse(services: "Services", person: str, request: str, *, reason: str, decided_by: str) -> None:
    """Writes to the record that a request (one of REQUESTS) is refused, and why."""
    services.people.subjects.note("refuse", services.clock(), person_id=person, basis=mask_nips_in(reason),
                                  decided_by=decided_by, detail=request)  # fmt: skip
