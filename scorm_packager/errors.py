"""Errors of the packager; the tree is drawn in `xapi.errors`."""

from xapi.errors import JampelError


class PackagerError(JampelError):
    """A module, a question or a package cannot be read or written; `params` name file and line."""

    package = "scorm_packager"
