"""Registration by hand: for each system the values to copy there, and the way back to the form of this tool."""

from flask import Blueprint, abort, render_template

from lti_tool.registration.manual import System, systems
from lti_tool.registration.request import Addresses
from lti_tool.web.context import services
from lti_tool.web.session import keep_to

blueprint = Blueprint("admin_manual", __name__, url_prefix="/admin/lms/manual")
keep_to(blueprint, "admin")


@blueprint.get("")
def page() -> str:
    """The systems."""
    return render_template("admin_manual.html", systems=_systems())


@blueprint.get("/<name>")
def system(name: str) -> str:
    """The values for one system."""
    found = next((one for one in _systems() if one.name == name), None)
    if found is None:
        abort(404)
    return render_template("admin_manual_system.html", system=found)


def _systems() -> tuple[System, ...]:
    return systems(Addresses(services().settings.base_url))
