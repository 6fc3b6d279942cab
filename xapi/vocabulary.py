"""The IRIs Jampel writes and reads: verbs, activity types and extensions, grouped by the profile that owns them."""

from typing import Final

# Owner: ADL, https://registry.tincanapi.com and the xAPI specification (voided: Data 2.3.2).
_ADL_VERBS: Final = "http://adlnet.gov/expapi/verbs/"
INITIALIZED: Final = _ADL_VERBS + "initialized"
EXPERIENCED: Final = _ADL_VERBS + "experienced"
ANSWERED: Final = _ADL_VERBS + "answered"
COMPLETED: Final = _ADL_VERBS + "completed"
PASSED: Final = _ADL_VERBS + "passed"
FAILED: Final = _ADL_VERBS + "failed"
TERMINATED: Final = _ADL_VERBS + "terminated"
ATTENDED: Final = _ADL_VERBS + "attended"
VOIDED: Final = _ADL_VERBS + "voided"

TYPE_MODULE: Final = "http://adlnet.gov/expapi/activities/module"
TYPE_INTERACTION: Final = "http://adlnet.gov/expapi/activities/cmi.interaction"

# Owner: Activity Streams 1.0.
TYPE_PAGE: Final = "http://activitystrea.ms/schema/1.0/page"
TYPE_EVENT: Final = "http://activitystrea.ms/schema/1.0/event"

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
EXT_MODULE_VERSION: Final = JAMPEL + "extensions/module-version"
"""Text: the version of the module that was learnt."""
EXT_STATUS: Final = JAMPEL + "extensions/review-status"
"""Text of a review: Ditinjau, Disetujui, Ditolak or Perbaikan."""
EXT_ROLE: Final = JAMPEL + "extensions/reviewer-role"
"""Text of a review: the role in which the validator decided."""
EXT_VOID_REASON: Final = JAMPEL + "extensions/void-reason"
"""Text of a statement that voids another: why."""
