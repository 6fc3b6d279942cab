"""Checks that no other installed distribution owns one of Jampel's import names."""

from collections.abc import Mapping, Sequence

OUR_NAMES = ("xapi", "scorm_packager", "adapters", "lti_tool")
DISTRIBUTION = "jampel"


def foreign_owners(installed: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """The distributions other than Jampel that own one of our import names, by name.

    `installed` is what `importlib.metadata.packages_distributions()` gives: import name → distributions.
    """
    owners = {name: sorted({owner for owner in installed.get(name, ()) if owner != DISTRIBUTION}) for name in OUR_NAMES}
    return {name: others for name, others in owners.items() if others}
