"""The transcript of one person as a download, for the person and for the auditor."""

from io import BytesIO

from flask import Response, abort, make_response

from lti_tool.report_dress import dress_of
from lti_tool.seal_subjects import about_transcript
from lti_tool.web.context import services
from lti_tool.web.language import language
from lti_tool.web.sealed_download import sealed_answer
from xapi.audit.report_write import MEDIA_TYPES
from xapi.audit.trail import Trail
from xapi.audit.transcript import transcript_csv, write_transcript

SEALED = ("pdf", "csv", "json")


def transcript(trail: Trail, kind: str, *, with_validator: bool = False, sealed: bool = False) -> Response:
    """`trail` as `pdf` or `csv`, or made anew and `sealed` in a zip; 404 for any other kind.

    The name of the file names nobody.
    """
    rules = services().ledger.rules()
    if sealed and kind in SEALED:
        about = about_transcript(trail.year, trail.person, with_validator=with_validator)
        return sealed_answer(services(), f"transkrip-jp-{trail.year}.{kind}", kind, language(), about)
    if kind == "csv":
        body = transcript_csv(trail, rules, language(), with_validator=with_validator).encode()
    elif kind == "pdf":
        paper = BytesIO()
        write_transcript(trail, rules, paper, dress_of(services()), language())
        body = paper.getvalue()
    else:
        abort(404)
    answer = make_response(body)
    answer.headers["Content-Type"] = MEDIA_TYPES[kind]
    answer.headers["Content-Disposition"] = f'attachment; filename="transkrip-jp-{trail.year}.{kind}"'
    return answer
