"""Where a link of a page may lead: another page of the module, a PDF to download, or outside in another window."""

from urllib.parse import unquote

from scorm_packager.course import ASSET_FOLDER
from scorm_packager.source.context import Context
from scorm_packager.source.recordings import Place

OUTSIDE = ("http://", "https://", "mailto:", "tel:")


def is_download(target: str) -> bool:
    """Whether a link leads to a PDF of the module, which a learner may take along."""
    return target.removeprefix("../").startswith("dokumen/") and target.endswith(".pdf")


def link_attributes(href: str, context: Context, line: int) -> dict[str, str]:
    """The attributes of a link to `href`, written in the file of `context` at `line`; none after a fault."""
    target = unquote(href)
    if target.lower().startswith(OUTSIDE):
        return {"target": "_blank", "rel": "noopener noreferrer"}
    if target in context.pages:
        return {"href": f"#{context.pages[target]}", "data-page": context.pages[target]}
    if is_download(target):
        path = context.media.find(target, Place(context.file, line))
        if path is None:
            return {}
        context.media.used.add(path)
        return {"href": f"{ASSET_FOLDER}/{path}", "download": ""}
    context.findings.add(Place(context.file, line).finding("link.broken", target=target[:120]))
    return {}
