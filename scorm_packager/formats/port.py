"""The port of a format: a course and its files go in, one package comes out."""

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol, runtime_checkable

from scorm_packager.course import Asset, Course
from scorm_packager.options import BuildOptions


@runtime_checkable
class Format(Protocol):
    """One way to write a package.

    `name` is what a person types (`scorm12`). `suffix` ends the default output name: `.zip`, or empty for a folder.
    """

    @property
    def name(self) -> str: ...

    @property
    def suffix(self) -> str: ...

    def build(self, course: Course, assets: Sequence[Asset], target: Path, options: BuildOptions) -> Path:
        """Write the package to `target`, all or nothing, and return it. Raises PackagerError."""
        ...
