"""What repair can do, in one table; the sentences stand in the catalogues under the same keys."""

REPAIRS = (
    "error:repair.folder",
    "error:repair.name",
    "error:repair.junk",
    "error:repair.text",
    "error:repair.prefix",
    "error:repair.version",
    "error:repair.schema",
    "error:repair.scormtype",
    "error:repair.spelling",
    "error:repair.order",
    "error:repair.repeated",
    "error:repair.id",
    "error:repair.default",
    "error:repair.href",
    "error:repair.unlisted",
    "error:repair.missing",
    "error:repair.locations",
    "error:repair.base",
    "error:repair.mapinfo",
    "error:repair.title",
)
CODES = frozenset(key.removeprefix("error:") for key in REPAIRS)
