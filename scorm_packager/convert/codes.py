"""What a conversion can say of itself, in one table; the sentences stand in the catalogues under the same keys."""

from typing import Literal

Fate = Literal["kept", "close", "lost"]
_ROWS: tuple[tuple[str, Fate], ...] = (
    ("error:convert.files", "kept"),
    ("error:convert.bridged", "kept"),
    ("error:convert.edition", "kept"),
    ("error:convert.mastery", "kept"),
    ("error:convert.threshold", "kept"),
    ("error:convert.data", "kept"),
    ("error:convert.time_limit", "kept"),
    ("error:convert.move_on", "kept"),
    ("error:convert.unit", "kept"),
    ("error:convert.pages", "close"),
    ("error:convert.documents", "close"),
    ("error:convert.unit_satisfied", "close"),
    ("error:convert.unit_window", "close"),
    ("error:convert.status", "close"),
    ("error:convert.suspend", "close"),
    ("error:convert.record", "close"),
    ("error:convert.leaf", "close"),
    ("error:convert.time_by_content", "close"),
    ("error:convert.title", "close"),
    ("error:convert.asset_opened", "close"),
    ("error:convert.language", "close"),
    ("error:convert.prerequisites", "lost"),
    ("error:convert.sequencing", "lost"),
    ("error:convert.navigation", "lost"),
    ("error:convert.attempts", "lost"),
    ("error:convert.untracked", "lost"),
    ("error:convert.hidden", "lost"),
    ("error:convert.shared_data", "lost"),
    ("error:convert.fourth_only", "lost"),
    ("error:convert.organizations", "lost"),
    ("error:convert.submanifest", "lost"),
    ("error:convert.metadata", "lost"),
    ("error:convert.outside", "lost"),
    ("error:convert.missing_file", "lost"),
    ("error:convert.statements", "lost"),
    ("error:convert.unit_objectives", "lost"),
    ("error:convert.left_out", "close"),
)
FATES: dict[str, Fate] = {key.removeprefix("error:"): fate for key, fate in _ROWS}


def fate_of(code: str) -> Fate:
    """Whether what a finding tells of was kept, is close to what it was, or is lost."""
    return FATES[code]
