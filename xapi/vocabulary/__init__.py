"""The IRIs Jampel writes and reads, filed by the profile that owns them: a module for each, and Jampel's own here."""

from typing import Final

from xapi.vocabulary.activity_streams import TYPE_EVENT, TYPE_PAGE
from xapi.vocabulary.adl import (
    ANSWERED,
    ATTENDED,
    COMPLETED,
    EXPERIENCED,
    FAILED,
    INITIALIZED,
    PASSED,
    TERMINATED,
    TYPE_INTERACTION,
    TYPE_MODULE,
    VOIDED,
)

__all__ = [
    "ANSWERED", "ATTENDED", "COMPLETED", "EXPERIENCED", "EXT_ASSIGNED", "EXT_AWAITS", "EXT_BENTUK", "EXT_CERTIFICATE",
    "EXT_COMPETENCY", "EXT_DAYS", "EXT_EVIDENCE", "EXT_IMPLEMENTS", "EXT_INTERNATIONAL", "EXT_JP", "EXT_LEVEL",
    "EXT_MODULE_VERSION", "EXT_ORGANISER", "EXT_QUANTITY", "EXT_ROLE", "EXT_STANDARD", "EXT_STATUS",
    "EXT_VOID_REASON", "EXT_ZONE", "FAILED", "INITIALIZED", "JAMPEL", "PASSED", "TERMINATED", "TYPE_EVENT",
    "TYPE_INTERACTION", "TYPE_MODULE", "TYPE_PAGE", "VERB_REVIEWED", "VOIDED",
]  # fmt: skip

# Owner: Jampel. Each is listed with meaning and type in docs/reference/vocabulary.md.
JAMPEL: Final = "https://w3id.org/jampel/"
VERB_REVIEWED: Final = JAMPEL + "verbs/reviewed"

EXT_JP: Final = JAMPEL + "extensions/jp"
"""Integer: JP in hundredths, so 200 is 2 JP."""
EXT_BENTUK: Final = JAMPEL + "extensions/bentuk"
"""Text: the slug of the form of competence development, `e-learning` for example."""
EXT_INTERNATIONAL: Final = JAMPEL + "extensions/international"
"""Boolean: the activity was international."""
EXT_CERTIFICATE: Final = JAMPEL + "extensions/certificate-number"
"""Text: the number printed on the certificate."""
EXT_EVIDENCE: Final = JAMPEL + "extensions/evidence-sha256"
"""Text: SHA-256 of the evidence file, 64 hex digits."""
EXT_DAYS: Final = JAMPEL + "extensions/days"
"""Number of days, for the forms that are paid per day."""
EXT_QUANTITY: Final = JAMPEL + "extensions/quantity"
"""Integer: how many months or semesters, for the forms that are paid by them."""
EXT_ASSIGNED: Final = JAMPEL + "extensions/assigned"
"""Boolean: the institution sent the learner; false when the learner enrolled."""
EXT_COMPETENCY: Final = JAMPEL + "extensions/competency"
"""Text: the competency that the activity serves, by its code or name; several are parted by semicolons."""
EXT_LEVEL: Final = JAMPEL + "extensions/competency-level"
"""Integer from 1 to 9: the level of the competency at which someone was tested."""
EXT_STANDARD: Final = JAMPEL + "extensions/job-standard"
"""Text: the job standard (standar kompetensi jabatan) that the activity serves, by its code or name."""
EXT_ORGANISER: Final = JAMPEL + "extensions/organiser"
"""Text: who held the activity; an institution, never a person."""
EXT_ZONE: Final = JAMPEL + "extensions/time-zone"
"""Text: WIB, WITA, WIT or an IANA name; the zone of the place, in which the day of the activity is counted."""
EXT_AWAITS: Final = JAMPEL + "extensions/awaits-implementation"
"""Boolean: the pass is held until the evidence of the implementation has been validated."""
EXT_IMPLEMENTS: Final = JAMPEL + "extensions/implements"
"""IRI of the activity whose pass waited for the implementation that this statement records."""
EXT_MODULE_VERSION: Final = JAMPEL + "extensions/module-version"
"""Text: the version of the module that was learnt."""
EXT_STATUS: Final = JAMPEL + "extensions/review-status"
"""Text of a review: Ditinjau, Disetujui, Ditolak or Perbaikan."""
EXT_ROLE: Final = JAMPEL + "extensions/reviewer-role"
"""Text of a review: the role in which the validator decided."""
EXT_VOID_REASON: Final = JAMPEL + "extensions/void-reason"
"""Text of a statement that voids another: why."""
