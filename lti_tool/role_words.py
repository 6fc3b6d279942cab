"""Says in plain words what roles of an LMS count as, and why: for the tester on the page and in the command."""

from lti_tool.roles import ADMIN, LEARNER, NOTHING, TEACHER, Heard, Verdict
from xapi.words import translate


def meaning_name(meaning: str, language: str) -> str:
    """The name of one of our roles, or of having none."""
    names = {
        LEARNER: translate("lti_tool", language, "peserta"),
        TEACHER: translate("lti_tool", language, "pengajar"),
        ADMIN: translate("lti_tool", language, "admin LMS"),
        NOTHING: translate("lti_tool", language, "tanpa hak"),
    }
    return names[meaning or NOTHING]


def headline(verdict: Verdict, language: str) -> str:
    """What somebody with these roles would be."""
    if not verdict.rights:
        return translate("lti_tool", language, "Menjadi: tanpa hak. Jampel tidak membuka modul untuknya.")
    names = ", ".join(meaning_name(role, language) for role in (LEARNER, TEACHER, ADMIN) if role in verdict.rights)
    return translate("lti_tool", language, "Menjadi: %(names)s", {"names": names})


def reason(heard: Heard, language: str) -> str:
    """Why one role counted or did not."""
    if not heard.meaning:
        return translate("lti_tool", language, "tidak dikenal, jadi tidak memberi hak")
    if not heard.counted:
        return translate("lti_tool", language, "tidak dihitung: peran di kursus menang atas peran di lembaga")
    values = {"meaning": meaning_name(heard.meaning, language)}
    if heard.by_rule:
        return translate("lti_tool", language, "dihitung sebagai %(meaning)s menurut aturan LMS ini", values)
    if heard.in_context:
        return translate("lti_tool", language, "peran di kursus, dihitung sebagai %(meaning)s", values)
    return translate("lti_tool", language, "peran di lembaga, dihitung sebagai %(meaning)s", values)


def reasons(verdict: Verdict, language: str) -> list[tuple[str, str]]:
    """Every role with its reason."""
    return [(one.role, reason(one, language)) for one in verdict.heard]
