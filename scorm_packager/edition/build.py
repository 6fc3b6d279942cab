"""Builds other editions of a module folder: the light one, and parts below a cap."""

import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

import msgspec

from scorm_packager.build import Built, build_module
from scorm_packager.content import course_content
from scorm_packager.course import Asset, Course
from scorm_packager.edition.light import light_edition
from scorm_packager.edition.pictures import picture_lightener
from scorm_packager.edition.split import split_module
from scorm_packager.errors import PackagerError
from scorm_packager.formats.registry import find_format
from scorm_packager.options import PLAIN, BuildOptions
from scorm_packager.output import room_beside
from scorm_packager.size.folder import packed_size
from scorm_packager.source.module import Module, read_module

#: What a format may add to the content of a course: manifests and control documents.
RESERVE = 100_000
TRANSPORT = "scorm12"


class Edition(msgspec.Struct, frozen=True, kw_only=True):
    """What a person asks for: `light`, with `pictures` made smaller too, and `cap`, the most bytes of one package."""

    light: bool = False
    pictures: bool = False
    cap: int | None = None


def build_edition(
    folder: Path, format: str, output: Path | None, edition: Edition, options: BuildOptions = PLAIN
) -> tuple[Built, ...]:
    """Read the module in `folder` and write the edition as one package, or as several below the cap.

    Names are `<id>-<version>-<format>`, with `-ringan` for a light edition; the parts of `output` get `-bagian-N`
    before the suffix. Raises ModuleProblems or PackagerError; then nothing is written.
    """
    writer = find_format(format)
    if edition.cap is not None and edition.cap <= RESERVE:
        raise PackagerError("split.cap_too_small", str(edition.cap))
    with tempfile.TemporaryDirectory(prefix="jampel-ringan-") as room:
        module, mark = read_module(folder, options.cache, hear=options.hear), ""
        if edition.light:
            lightened = (
                light_edition(module, picture_lightener(Path(room))) if edition.pictures else light_edition(module)
            )
            warnings = (*lightened.module.warnings, *lightened.warnings)
            module, mark = msgspec.structs.replace(lightened.module, warnings=warnings), "-ringan"
        parts = split_module(module, edition.cap, _weigh) if edition.cap else (module,)
        targets = [_target(part.course, output, (number, len(parts)), f"{mark}-{writer.name}{writer.suffix}")
                   for number, part in enumerate(parts, 1)]  # fmt: skip
        return _build_all(parts, targets, format, options)


def _weigh(course: Course, assets: Sequence[Asset]) -> int:
    return packed_size(course_content(course, assets, TRANSPORT, PLAIN)) + RESERVE


def _target(course: Course, output: Path | None, which: tuple[int, int], ending: str) -> Path:
    if output is None:
        return Path(f"{course.id}-{course.version}{ending}")
    number, count = which
    return output if count == 1 else output.with_name(f"{output.stem}-bagian-{number}{output.suffix}")


def _build_all(
    parts: Sequence[Module], targets: Sequence[Path], format: str, options: BuildOptions
) -> tuple[Built, ...]:
    """Builds every part aside first, so that a part that fails leaves no half set."""
    if len(parts) == 1:
        return (build_module(parts[0], format, targets[0], options),)
    room = room_beside(targets[0])
    try:
        made = [
            build_module(part, format, room / target.name, options) for part, target in zip(parts, targets, strict=True)
        ]
        for target in targets:
            if target.is_dir():
                raise PackagerError("output.is_folder", f"{target} is a folder", path=str(target))
        for built, target in zip(made, targets, strict=True):
            built.path.replace(target)
    except OSError as cause:
        raise PackagerError("output.not_written", str(cause), path=str(targets[0])) from cause
    finally:
        shutil.rmtree(room, ignore_errors=True)
    return tuple(msgspec.structs.replace(built, path=target) for built, target in zip(made, targets, strict=True))
