"""Refuses the choices that a format cannot keep, before anything is written."""

from pathlib import Path
from urllib.parse import urlsplit

from scorm_packager.archive import Entry
from scorm_packager.errors import PackagerError
from scorm_packager.options import BuildOptions

NEAR = ("localhost", "127.0.0.1", "::1")


def check_choices(
    name: str, options: BuildOptions, *, parts: bool = False, control_docs: bool = False, records: bool = False
) -> None:
    """Raise PackagerError when `options` ask the format `name` for what it does not know.

    `parts`: it can make each page a part of its own. `control_docs`: it has control documents. `records`: its packages
    can send statements beside what the LMS keeps.
    """
    asked = {
        "--multi-sco": options.multi_sco and not parts,
        "--control-docs": options.control_docs is not None and not control_docs,
        "--lrs": options.lrs is not None and not records,
    }
    for option, refused in asked.items():
        if refused:
            raise PackagerError("format.no_choice", f"{name} knows no {option}", name=name, option=option)
    if options.lrs is not None and options.multi_sco:  # the credential is for the module, and no page is the module
        raise PackagerError("format.choices_clash", "records are of the whole", one="--lrs", other="--multi-sco")


def launch_address(name: str, options: BuildOptions) -> str:
    """Where the tool of `options` is launched (LTI); raises PackagerError when it is missing or no web address.

    Plain http is for this machine alone: a launch carries who the learner is.
    """
    if options.tool_url is None:
        raise PackagerError("format.no_tool_url", f"{name} needs the tool's address", name=name)
    if not _is_address(options.tool_url):
        raise PackagerError("format.tool_url_bad", "not an https address", name=name)
    return options.tool_url.rstrip("/") + "/lti/launch"


def _is_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        return False
    known = parts.scheme == "https" or (parts.scheme == "http" and host in NEAR)
    bare = "@" not in parts.netloc and not parts.query and not parts.fragment
    return known and bool(host) and bare and text.isascii() and text.isprintable() and " " not in text


def control_documents(folder: Path, wanted: tuple[str, ...], more: tuple[str, ...] = ()) -> list[Entry]:
    """The files `wanted` of `folder`, for LMSs that look for them at the root of the zip, and what matches `more`.

    Raises PackagerError when one of `wanted` is not there.
    """
    for name in wanted:
        if not (folder / name).is_file():
            raise PackagerError("package.no_control_doc", f"{folder} has no {name}", path=str(folder), name=name)
    found = {path.relative_to(folder).as_posix() for pattern in more for path in folder.glob(pattern) if path.is_file()}
    return [Entry(name, folder / name) for name in sorted(found | set(wanted))]
