"""The statements of the browser as a file, with the same filter: at once where they are few, else by the worker."""

from io import BytesIO

from flask import Blueprint, Response, abort, make_response, redirect, request, send_file

from lti_tool.browse.export import FORMS, about_statements, few, file_name, write_statements
from lti_tool.web import statement_filter as filters
from lti_tool.web.admin import note
from lti_tool.web.context import services
from lti_tool.web.language import language
from lti_tool.web.session import keep_to
from lti_tool.web.task_pages import start

blueprint = Blueprint("admin_statement_file", __name__, url_prefix="/admin/pernyataan")
keep_to(blueprint, "admin")


@blueprint.get("/unduh.<form>")
def download(form: str) -> Response:
    """All statements that fit the filter in the address, newest first; a filter that means nothing is told there."""
    if form not in FORMS:
        abort(404)
    values = filters.values_of(request.args)
    try:
        wanted = filters.wanted_of(values)
    except filters.Fault:
        return make_response(redirect(filters.address(values), 303))
    note("statement.export", form, " ".join(values))
    found = few(services(), wanted)
    if found is None:
        return start("statements", about_statements(wanted, form))
    body = BytesIO()
    write_statements(services(), found, form, body, language())
    body.seek(0)
    name = file_name(services(), form)
    answer = send_file(body, "application/octet-stream", as_attachment=True, download_name=name)
    answer.headers["Cache-Control"] = "no-store"
    return answer
