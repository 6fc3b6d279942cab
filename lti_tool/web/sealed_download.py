"""A file from the page together with its seal, in one zip: a browser saves one file at a time."""

import zipfile
from io import BytesIO

from flask import Response, make_response

from lti_tool.sealing import SealDesk
from lti_tool.services import Services
from xapi.audit.seal.form import SUFFIX, About


def sealed_answer(
    services: Services, name: str, form: str, language: str, about: About
) -> Response:  # fmt: skip
    """What a seal says this `about` as the file `name`: JSON with the seal inside, else a zip with both files.

    Raises AuditError as `SealDesk.draft` does.
    """
    desk = SealDesk(services)
    written = desk.write(desk.draft(about), form, language)
    if written.seal is None:
        answer = make_response(written.content)
        answer.headers["Content-Type"] = "application/json"
        answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        return answer
    body = BytesIO()
    with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr(name, written.content)
        packed.writestr(name + SUFFIX, written.seal)
    answer = make_response(body.getvalue())
    answer.headers["Content-Type"] = "application/zip"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.zip"'
    return answer
