"""What a page must know to send its statements to an LRS beside the LMS's own data."""

from scorm_packager.course import Course
from scorm_packager.options import RecordTarget
from scorm_packager.player import WITH_RECORDS
from xapi.vocabulary import EXT_BENTUK, EXT_COMPETENCY, EXT_JP, EXT_MODULE_VERSION, EXT_STANDARD


def declared(course: Course) -> dict[str, object]:
    """The context extensions that a record of `course` carries: its JP in hundredths, its form, its version, and the
    codes of its competencies and its job standard where it has them."""
    always = {EXT_JP: course.jp, EXT_BENTUK: course.bentuk, EXT_MODULE_VERSION: course.version}
    told = {EXT_COMPETENCY: course.competency_code, EXT_STANDARD: course.standard}
    return always | {name: text for name, text in told.items() if text}


def sends_records(format_name: str) -> bool:
    """Whether packages of the format named so can send records beside the LMS's own data: the SCORM formats."""
    return format_name.startswith(WITH_RECORDS)


def records_config(course: Course, transport: str, target: RecordTarget | None) -> dict[str, object]:
    """The part `records` of a page's configuration; empty without a target, or where the transport has no records."""
    if target is None or transport not in WITH_RECORDS:
        return {}
    return {
        "records": {
            "endpoint": target.endpoint,
            "key": target.key,
            "secret": target.secret,
            "home": target.home,
            "activity": course.iri,
            "extensions": declared(course),
        }
    }
