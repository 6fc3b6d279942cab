"""A course between two standards: the tree of what is launched, the files, and what has to be said about them."""

from collections.abc import Iterator

import msgspec

from scorm_packager.findings import Finding


class Node(msgspec.Struct, kw_only=True):
    """One entry of the tree: a folder with `nodes`, or something that is opened at `address`.

    `address` is relative to the root of the zip, with query and parameters, or leads to the web. `tracked` says whether
    the content speaks to an LMS, `resource` names the resource it was. `mastery` and `threshold` are 0–1, `time_limit`
    is in seconds, `objectives` are the ids that the LMS gives the content, `quiet` whether the LMS may complete a
    content that says nothing. `unit` is what a cmi5 AU is told of its launch. `page` is the bridge's page once it has
    one.
    """

    id: str
    title: str
    line: int = 0
    address: str = ""
    tracked: bool = False
    resource: str = ""
    visible: bool = True
    mastery: float | None = None
    threshold: float | None = None
    data: str = ""
    time_limit: float | None = None
    time_action: str = ""
    objectives: tuple[str, ...] = ()
    quiet: bool = False
    unit: dict[str, object] | None = None
    nodes: tuple["Node", ...] = ()
    page: str = ""

    def leaves(self) -> Iterator["Node"]:
        """What can be opened at or below this node, in order."""
        if self.address:
            yield self
        for node in self.nodes:
            yield from node.leaves()


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """Files that belong together, as a resource of the old manifest listed them; `needs` names other groups."""

    id: str
    files: tuple[str, ...]
    needs: tuple[str, ...] = ()


class Tree(msgspec.Struct, kw_only=True):
    """A course to be written. `content` is what its parts speak: `12`, `2004`, `cmi5`; `said` are the notes so far."""

    title: str
    description: str
    language: str
    content: str
    mark: str
    nodes: tuple[Node, ...]
    groups: tuple[Group, ...]
    said: list[Finding]

    def leaves(self) -> list[Node]:
        """All that can be opened, in order."""
        return [leaf for node in self.nodes for leaf in node.leaves()]
