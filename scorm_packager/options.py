"""What a person may choose for one build, beside the module itself: the LMS, control documents, records, SCOs."""

from pathlib import Path

import msgspec

from scorm_packager.hearing import Hear, nobody
from scorm_packager.preset import GENERIC, Preset


class RecordTarget(msgspec.Struct, frozen=True, kw_only=True):
    """An LRS that a package sends its statements to, beside the LMS's own data.

    `endpoint` is the address of the LRS (`https://…/xapi/`). `key` and `secret` belong to a credential that can only
    write statements of this one module: whoever has the package can read them. `home` is the `homePage` of the
    learners' accounts; empty means the origin of the LMS that the package is opened in.
    """

    endpoint: str
    key: str
    secret: str
    home: str = ""

    def __repr__(self) -> str:
        return f"RecordTarget({self.endpoint!r}, …)"


class BuildOptions(msgspec.Struct, frozen=True, kw_only=True):
    """The choices of one build.

    `preset` says how the LMS wants its packages. `control_docs` is a folder of XSDs to put in. `lrs` is where the
    package sends statements itself. `multi_sco` makes every page a SCO of its own, in the formats that know SCOs.
    `tool_url` is the public address of the running tool, for the formats that hold a link to it. `cache` is a folder
    for notes of earlier builds, which make the next one faster and never different. `hear` is told how far documents
    are, which take the most time.
    """

    preset: Preset = GENERIC
    control_docs: Path | None = None
    lrs: RecordTarget | None = None
    multi_sco: bool = False
    tool_url: str | None = None
    cache: Path | None = None
    hear: Hear = nobody


PLAIN = BuildOptions()
