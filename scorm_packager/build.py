"""From a module folder to a package in one call."""

from pathlib import Path

import msgspec

from scorm_packager.course import Course
from scorm_packager.edition.names import is_light
from scorm_packager.findings import Finding
from scorm_packager.formats.registry import find_format
from scorm_packager.options import PLAIN, BuildOptions
from scorm_packager.source.module import Module, read_module
from scorm_packager.source.settings import SETTINGS_FILE

DEFAULT_FORMAT = "scorm12"
#: Above these bytes a package is hard to upload and to learn from over a slow link, and many LMSs refuse it.
HEAVY, VERY_HEAVY = 50_000_000, 100_000_000


class Built(msgspec.Struct, frozen=True):
    """A package that was written: where, of which course, how large (bytes), and what to look at."""

    path: Path
    course: Course
    size: int
    warnings: tuple[Finding, ...]


def build_package(
    folder: Path,
    format: str = DEFAULT_FORMAT,
    output: Path | None = None,
    options: BuildOptions = PLAIN,
) -> Built:
    """Read the module in `folder` and write it as `format`.

    `output` defaults to `<id>-<version>-<format>` with the format's suffix in the working folder. Raises
    ModuleProblems with every fault of the module, or PackagerError; then nothing is written and what was at `output` is
    unchanged.
    """
    return build_module(read_module(folder, options.cache, hear=options.hear), format, output, options)


def build_module(module: Module, format: str, output: Path | None, options: BuildOptions) -> Built:
    """Write a module that was read as `format`, as `build_package` does. Raises PackagerError."""
    writer = find_format(format)
    target = output or Path(f"{module.course.id}-{module.course.version}-{writer.name}{writer.suffix}")
    path = writer.build(module.course, module.assets, target, options)
    size = _size(path)
    read = (one for one in module.warnings if not (one.code == "file.unused" and is_light(one.file)))
    warnings = (*read, *_preset_warnings(module, size, options, writer.name), *_heavy(module, size))
    return Built(path, module.course, size, warnings)


def _size(path: Path) -> int:
    files = [path] if path.is_file() else [file for file in path.rglob("*") if file.is_file()]
    return sum(file.stat().st_size for file in files)


def _preset_warnings(module: Module, size: int, options: BuildOptions, format_name: str) -> list[Finding]:
    """What the LMS will not take: a format that it does not know, several SCOs in it, or a package of this size."""
    preset = options.preset
    lms: dict[str, str | int] = {"lms": preset.title or preset.name}
    found: list[Finding] = []
    if format_name in preset.cannot_read:
        params = lms | {"format": format_name}
        found.append(Finding("package.lms_cannot", level="warning", file=SETTINGS_FILE, params=params))
    if options.multi_sco and format_name in preset.one_sco:
        params = lms | {"format": format_name}
        found.append(Finding("package.lms_one_sco", level="warning", file=SETTINGS_FILE, params=params))
    if preset.max_upload is not None and size > preset.max_upload:
        params = lms | {"id": module.course.id, "size": size // 1_000_000, "most": preset.max_upload // 1_000_000}
        found.append(Finding("package.too_large", level="warning", file=SETTINGS_FILE, params=params))
    return found


def _heavy(module: Module, size: int) -> list[Finding]:
    """What people on a slow link will suffer from, and what to do about it."""
    if size <= HEAVY:
        return []
    code = "error:package.very_heavy" if size > VERY_HEAVY else "error:package.heavy"
    minutes = round(size * 8 / 512_000 / 60)
    params: dict[str, str | int] = {"id": module.course.id, "size": size // 1_000_000, "minutes": minutes}
    return [Finding(code.removeprefix("error:"), level="warning", file=SETTINGS_FILE, params=params)]
