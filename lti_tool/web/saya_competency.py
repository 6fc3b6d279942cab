"""A learner's own map of competencies, beside their JP."""

from flask import Blueprint, Response, abort, make_response, render_template, url_for

from lti_tool.competency_maps import map_of_person
from lti_tool.web.competency_view import item_rows, map_file, other_names, person_chart
from lti_tool.web.context import services
from lti_tool.web.session import learner
from xapi.audit.competencies import PersonMap, Proof

blueprint = Blueprint("saya_competency", __name__, url_prefix="/saya/kompetensi")


@blueprint.get("/")
def page() -> Response:
    """What the learner's position needs, and what they have shown of it."""
    if learner() is None:
        return make_response(render_template("my_jp_closed.html"), 401)
    found = _own()
    return make_response(
        render_template(
            "my_competency.html",
            found=found,
            rows=item_rows(found, _address) if found else [],
            others=other_names(found) if found else [],
            chart=person_chart(found) if found else None,
            origin=services().people.standards.origin(),
            years=services().settings.competency.valid_years,
        )
    )


@blueprint.get("/peta.<kind>")
def download(kind: str) -> Response:
    """The same as CSV or Excel."""
    if learner() is None:
        return make_response(render_template("my_jp_closed.html"), 401)
    found = _own()
    return map_file([found], kind) if found is not None else abort(404)


def _address(proof: Proof) -> str:
    if proof.kind != "credit":
        return ""
    return url_for("saya.evidence", statement=proof.statement_id, tahun=proof.day.year)


def _own() -> PersonMap | None:
    alias = learner() or ""
    return map_of_person(services(), services().people.canonical().get(alias, alias))
