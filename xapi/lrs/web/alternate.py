"""The alternate request syntax of 1.0.3: a form in a POST that stands for another request (Communication 1.3).

For browsers that could send neither headers nor methods across sites. xAPI 2.0 has it no more.
"""

from io import BytesIO
from urllib.parse import parse_qsl, urlencode

from werkzeug import Request

from xapi.errors import LrsError
from xapi.lrs.web.exchange import JSON, LATEST, VERSION_HEADER, asked_version, read_body, require_length

_FORM = "application/x-www-form-urlencoded"
_HEADERS = {  # form parameters that are headers, in lower case, and where WSGI has them
    "authorization": "HTTP_AUTHORIZATION",
    "x-experience-api-version": "HTTP_X_EXPERIENCE_API_VERSION",
    "content-type": "CONTENT_TYPE",
    "if-match": "HTTP_IF_MATCH",
    "if-none-match": "HTTP_IF_NONE_MATCH",
}
_LENGTH = "content-length"  # that of the content before it became a form; nothing depends on it
_DROPPED = ("HTTP_TRANSFER_ENCODING", "wsgi.input_terminated", "werkzeug.request")
_METHODS = ("GET", "HEAD", "PUT", "POST", "DELETE")
_WITH_CONTENT = ("PUT", "POST")
_MOST_FIELDS = 50


def meant_request(request: Request, most: int) -> Request:
    """The request that `request` stands for: another one when it is written in the alternate syntax, or itself.

    LrsError 400 when the syntax is broken or the version has it no more, 413 beyond `most` bytes.
    """
    if request.method != "POST" or "method" not in request.args or request.mimetype != _FORM:
        return request
    named = request.headers.get(VERSION_HEADER)
    if named is not None and asked_version(request) != LATEST:
        raise _broken("not in this version")
    require_length(request)
    meant = _rewritten(request, _fields(read_body(request, most)))
    if asked_version(meant) == "2.0.0":
        raise _broken("not in this version")
    return meant


def _fields(body: bytes) -> dict[str, str]:
    try:
        pairs = parse_qsl(
            body.decode("utf-8"), keep_blank_values=True, strict_parsing=True, errors="strict",
            max_num_fields=_MOST_FIELDS,
        )  # fmt: skip
    except ValueError as cause:
        raise _broken("the form is malformed") from cause
    fields = dict(pairs)
    if len(fields) < len(pairs):
        raise _broken("a form parameter stands twice")
    return fields


def _rewritten(request: Request, fields: dict[str, str]) -> Request:
    method = request.args["method"]
    if method not in _METHODS or len(request.args) > 1 or len(request.args.getlist("method")) > 1:
        raise _broken("method is unknown or not the only parameter")
    content = fields.pop("content", None)
    if (content is None) == (method in _WITH_CONTENT):
        raise _broken("content is missing, or there though the method has none")
    environ = {key: value for key, value in request.environ.items() if key not in _DROPPED}
    environ["CONTENT_TYPE"] = JSON if content is not None else ""
    for name in [name for name in fields if name.lower() in _HEADERS]:
        environ[_HEADERS[name.lower()]] = fields.pop(name).encode().decode("latin-1")
    for name in [name for name in fields if name.lower() == _LENGTH]:
        del fields[name]
    body = (content or "").encode()
    environ |= {
        "REQUEST_METHOD": method,
        "QUERY_STRING": urlencode(fields),
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": BytesIO(body),
    }
    meant = Request(environ)
    if meant.mimetype.startswith("multipart/"):
        raise _broken("attachments in parts")
    return meant


def _broken(detail: str) -> LrsError:
    return LrsError("lrs.alternate", detail, status=400)
