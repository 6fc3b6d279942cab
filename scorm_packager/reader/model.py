"""What a package says about itself, in types: organizations, resources, sequencing, courses, activities."""

from collections.abc import Iterator
from typing import Literal

import msgspec

from scorm_packager.reader.kinds import Found
from scorm_packager.reader.xml import Document, Note

Edition = Literal["1.2", "2nd", "3rd", "4th", "1.0", "1.1", "1.3", ""]


class Objective(msgspec.Struct, frozen=True, kw_only=True):
    """A learning objective of an item; `least` is its minNormalizedMeasure, `reads` and `writes` global objectives."""

    id: str
    primary: bool = False
    by_measure: bool = False
    least: float | None = None
    reads: tuple[str, ...] = ()
    writes: tuple[str, ...] = ()


class Sequencing(msgspec.Struct, frozen=True, kw_only=True):
    """The basics of IMS simple sequencing for one activity, with the defaults of the standard.

    `rules` counts sequencing and rollup rules, which this model does not keep in detail. `time_limit` is the duration
    of an attempt as it is written (ISO 8601).
    """

    choice: bool = True
    choice_exit: bool = True
    flow: bool = False
    forward_only: bool = False
    tracked: bool = True
    completion_set_by_content: bool = False
    objective_set_by_content: bool = False
    attempt_limit: int | None = None
    time_limit: str = ""
    objectives: tuple[Objective, ...] = ()
    rules: int = 0


class Item(msgspec.Struct, kw_only=True):
    """One activity of an organization. `resource` is the identifierref, "" for a folder; `line` counts from 1.

    `mastery` is 0–1 whatever the standard writes; `data`, `prerequisites`, `time_limit` and `time_action` are as the
    manifest has them; `completion` is the least progress measure of SCORM 2004.
    """

    id: str
    title: str = ""
    resource: str = ""
    parameters: str = ""
    visible: bool = True
    mastery: float | None = None
    prerequisites: str = ""
    time_limit: str = ""
    time_action: str = ""
    data: str = ""
    completion: float | None = None
    sequencing: Sequencing | None = None
    hidden_controls: tuple[str, ...] = ()
    items: tuple["Item", ...] = ()
    line: int = 0

    def walk(self) -> Iterator["Item"]:
        """This item and all below it, in the order of the manifest."""
        yield self
        for item in self.items:
            yield from item.walk()


class Organization(msgspec.Struct, kw_only=True):
    """A tree of activities."""

    id: str
    title: str = ""
    items: tuple[Item, ...] = ()
    sequencing: Sequencing | None = None
    global_to_system: bool = True
    line: int = 0

    def walk(self) -> Iterator[Item]:
        """All its items, in the order of the manifest."""
        for item in self.items:
            yield from item.walk()


class File(msgspec.Struct, frozen=True):
    """A file that a resource lists: `href` as it is written, `name` in the container, "" for one on the web."""

    href: str
    name: str
    line: int = 0


class Resource(msgspec.Struct, kw_only=True):
    """A resource. `scorm_type` is `sco` or `asset`, or what else stands there; `base` is all xml:base that apply.

    `launch` is the file that opens it, without query; `query` what follows it, with `?` or `#`.
    """

    id: str
    type: str = ""
    scorm_type: str = ""
    href: str = ""
    base: str = ""
    launch: str = ""
    query: str = ""
    files: tuple[File, ...] = ()
    dependencies: tuple[str, ...] = ()
    line: int = 0


class Manifest(msgspec.Struct, kw_only=True):
    """An IMS manifest: SCORM or Common Cartridge. `default` is the organization that is launched."""

    id: str
    schema: str = ""
    schema_version: str = ""
    title: str = ""
    description: str = ""
    language: str = ""
    default: str = ""
    organizations: tuple[Organization, ...] = ()
    resources: tuple[Resource, ...] = ()

    def resource(self, mark: str) -> Resource | None:
        """The resource with this identifier."""
        return next((each for each in self.resources if each.id == mark), None)

    @property
    def launched(self) -> Organization | None:
        """The default organization, or the first when the default is not there."""
        named = (each for each in self.organizations if each.id == self.default)
        return next(named, self.organizations[0] if self.organizations else None)

    def scos(self) -> list[tuple[Item, Resource]]:
        """The items of the launched organization that open a resource, with it, in order."""
        items = self.launched.walk() if self.launched else ()
        resources = {each.id: each for each in reversed(self.resources)}
        pairs = [(item, resources.get(item.resource)) for item in items if item.resource]
        return [(item, resource) for item, resource in pairs if resource is not None]


class AssignableUnit(msgspec.Struct, kw_only=True):
    """An AU of cmi5, with the defaults of the standard."""

    id: str
    titles: dict[str, str] = {}
    descriptions: dict[str, str] = {}
    url: str = ""
    launch: str = ""
    move_on: str = "NotApplicable"
    mastery: float | None = None
    launch_method: str = "AnyWindow"
    activity_type: str = ""
    launch_parameters: str = ""
    entitlement_key: str = ""
    objectives: tuple[str, ...] = ()
    line: int = 0


class Block(msgspec.Struct, kw_only=True):
    """A block of cmi5, or the whole course; `parts` are AUs and blocks in order."""

    id: str
    titles: dict[str, str] = {}
    descriptions: dict[str, str] = {}
    parts: tuple["AssignableUnit | Block", ...] = ()
    line: int = 0

    def units(self) -> Iterator[AssignableUnit]:
        """All AUs, in order."""
        for part in self.parts:
            if isinstance(part, Block):
                yield from part.units()
            else:
                yield part


class Activity(msgspec.Struct, kw_only=True):
    """An activity of tincan.xml; `launch` is as it is written, by language."""

    id: str
    type: str = ""
    names: dict[str, str] = {}
    descriptions: dict[str, str] = {}
    launch: dict[str, str] = {}
    line: int = 0


class Package(msgspec.Struct, kw_only=True):
    """A package as far as it could be read.

    `edition` is what it was taken for, "" when that is unknown; `declared` is what it says itself. One of `manifest`,
    `course` and `activities` is set, by its kind. `notes` says what had to be overlooked or guessed.
    """

    found: Found
    edition: Edition = ""
    declared: str = ""
    document: Document | None = None
    manifest: Manifest | None = None
    course: Block | None = None
    activities: tuple[Activity, ...] = ()
    notes: tuple[Note, ...] = ()

    @property
    def title(self) -> str:
        """What a person calls it, "" when it has no name."""
        if self.manifest is not None:
            launched = self.manifest.launched
            return (launched.title if launched else "") or self.manifest.title
        texts = self.course.titles if self.course else self.activities[0].names if self.activities else {}
        return next(iter(texts.values()), "")
