"""The SCORM profile (https://w3id.org/xapi/scorm): its category activity; its verbs and types are ADL's."""

from typing import Final

PROFILE: Final = "https://w3id.org/xapi/scorm"
