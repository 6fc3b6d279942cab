"""What each scope lets a credential do: one table of scopes and resources (xAPI 1.0.3 Communication 4.2)."""

from typing import Final, Literal, NamedTuple

Resource = Literal["statements", "state", "profiles", "known"]
Right = Literal["read", "read mine", "write"]


class Rights(NamedTuple):
    """What a scope may do with each resource.

    `known` is what the LRS knows by its statements: the resources agents and activities, which are only read. About is
    open to everyone.
    """

    statements: frozenset[Right]
    state: frozenset[Right]
    profiles: frozenset[Right]
    known: frozenset[Right]


NO: Final[frozenset[Right]] = frozenset()
READ: Final[frozenset[Right]] = frozenset({"read"})
MINE: Final[frozenset[Right]] = frozenset({"read mine"})
WRITE: Final[frozenset[Right]] = frozenset({"write"})
BOTH: Final = READ | WRITE

RIGHTS: Final = {
    #                              statements state profiles agents, activities
    "all": Rights(                 BOTH,      BOTH, BOTH,    READ),
    "all/read": Rights(            READ,      READ, READ,    READ),
    "statements/write": Rights(    WRITE,     NO,   NO,      NO),
    "statements/read": Rights(     READ,      NO,   NO,      NO),
    "statements/read/mine": Rights(MINE,      NO,   NO,      NO),
    "state": Rights(               NO,        BOTH, NO,      NO),
    "profile": Rights(             NO,        NO,   BOTH,    READ),
    "module": Rights(              WRITE,     NO,   NO,      NO),
}  # fmt: skip
"""The scopes that a credential can have; PUT, POST and DELETE are `write`, GET and HEAD `read`.

`read mine` is reading those statements whose authority is the credential's own. `module` writes within the limits of
`ModuleGrant` and stands alone: no other scope can be added to it.
"""
SCOPES: Final = frozenset(RIGHTS)
MODULE: Final = "module"


def scopes_that(resource: Resource, *rights: Right) -> frozenset[str]:
    """The scopes that have at least one of `rights` on `resource`."""
    return frozenset(scope for scope, may in RIGHTS.items() if getattr(may, resource) & set(rights))
