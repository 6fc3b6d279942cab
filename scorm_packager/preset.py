"""A preset: how a package is written for one LMS, as a value that adapters supply."""

import msgspec


class Preset(msgspec.Struct, frozen=True, kw_only=True):
    """How to write a package for an LMS.

    `name` is what a person types (`--lms moodle45`), `title` what they read. `metadata` writes a small LOM record.
    `mastery_score` writes `adlcp:masteryscore`: off by default, because an LMS then overwrites the lesson status from
    the score alone at LMSFinish, also of a learner who has only begun, while the player passes nobody before the end.
    `max_upload` is the largest upload in bytes, for a warning, or None. `cannot_read` names the formats that the LMS
    does not play as it comes, `one_sco` those of which it records only the first SCO of a sitting, for warnings too.
    """

    name: str
    title: str = ""
    metadata: bool = True
    mastery_score: bool = False
    max_upload: int | None = None
    cannot_read: tuple[str, ...] = ()
    one_sco: tuple[str, ...] = ()


GENERIC = Preset(name="generic", title="Umum")
