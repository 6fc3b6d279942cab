"""Chooses the tables for a kind of package and its edition."""

from functools import lru_cache

from scorm_packager.check.grammar import Vocabulary
from scorm_packager.check.tables_cmi5 import COURSE_STRUCTURE
from scorm_packager.check.tables_cp import (
    ADLCP12,
    ADLCP_3,
    ADLCP_4,
    ADLSEQ_3,
    ADLSEQ_4,
    CP12,
    CP_3,
    CP_4,
    NAVIGATION,
    XML_12,
    XML_ATTRIBUTES,
    cartridge_table,
)
from scorm_packager.check.tables_imsss import SEQUENCING
from scorm_packager.check.tables_metadata import METADATA_12, METADATA_12_OTHER, METADATA_2004
from scorm_packager.namespaces import CC

_COMMON_2004 = (NAVIGATION, SEQUENCING, METADATA_2004, XML_ATTRIBUTES)
SCORM: dict[str, tuple[Vocabulary, ...]] = {
    "1.2": (CP12, ADLCP12, METADATA_12, METADATA_12_OTHER, XML_12),
    "2nd": (CP_3, ADLCP_3, ADLSEQ_3, *_COMMON_2004),
    "3rd": (CP_3, ADLCP_3, ADLSEQ_3, *_COMMON_2004),
    "4th": (CP_4, ADLCP_4, ADLSEQ_4, *_COMMON_2004),
}


@lru_cache(maxsize=8)
def tables_for(kind: str, edition: str) -> tuple[Vocabulary, ...]:
    """The tables, that of the descriptor's root first; empty when there are none for this kind."""
    if kind == "scorm":
        return SCORM.get(edition, ())
    if kind == "cmi5":
        return (COURSE_STRUCTURE,)
    if kind == "cc":
        return (cartridge_table(CC.get(edition, CC["1.1"])), XML_ATTRIBUTES)
    return ()
