"""A report from the page together with its seal, in one zip: a browser saves one file at a time."""

import zipfile
from io import BytesIO

from flask import Response, make_response

from lti_tool.sealing import SealDesk
from lti_tool.services import Services
from xapi.audit.report_scope import Scope
from xapi.audit.report_write import Form
from xapi.audit.seal.form import SUFFIX


def sealed_zip(
    services: Services, name: str, form: Form, language: str, *, year: int, by: str, scope: Scope
) -> Response:  # fmt: skip
    """The report as the file `name`, with its seal inside or beside it.

    Raises AuditError as `SealDesk.report` does.
    """
    desk = SealDesk(services)
    written = desk.write(desk.report(year, by, scope), form, language)
    body = BytesIO()
    with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr(name, written.content)
        if written.seal is not None:
            packed.writestr(name + SUFFIX, written.seal)
    answer = make_response(body.getvalue())
    answer.headers["Content-Type"] = "application/zip"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.zip"'
    return answer
