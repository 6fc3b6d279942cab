"""Builders of statements by published profiles: each returns a dict that `Recorder.record` takes.

`adl` has a function for each verb of ADL's vocabulary, `attendance` one for classes; `cmi5`, `scorm` and `video` have a
class for a session, which knows the order that its profile demands. What breaks a MUST of the profile is refused with
StatementError `statement.profile_rule`, its JSON path and clause, before anything is recorded.
"""

from xapi.builders.parts import account, activity, duration, score

__all__ = ["account", "activity", "duration", "score"]
