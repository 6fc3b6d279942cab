"""One line of a log: a JSON object, or words for a terminal, of a record of the standard library's logging."""

import logging
import traceback
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Literal

import msgspec

from lti_tool.logs.context import current_request
from lti_tool.logs.mask import mask, visible
from xapi.errors import JampelError

Kind = Literal["json", "text"]
#: What a caller may add to a line by `extra`; anything else that a library adds stays out.
EXTRAS = ("status", "ms", "code", "reference", "part", "kind", "count")
_FRAMES = 30


class LineFormatter(logging.Formatter):
    """Formats records as lines of `kind`; `program` is which of our programs speaks, `institution` for whom.

    Every text goes through the mask. An exception becomes its type, its masked message and where it happened, without
    the source lines.
    """

    def __init__(self, kind: Kind = "json", program: str = "", institution: str = "") -> None:
        super().__init__()
        self._kind = kind
        self._fixed = {"program": program, "institution": institution}

    def format(self, record: logging.LogRecord) -> str:
        """The line for `record`, without its newline."""
        try:
            fields = self._fields(record)
            return self._json(fields) if self._kind == "json" else self._text(fields)
        except Exception as cause:  # noqa: BLE001 - a log must never break what it tells of
            return f'{{"level":"error","logger":"jampel.logs","event":"unwritable: {type(cause).__name__}"}}'

    def _fields(self, record: logging.LogRecord) -> dict[str, Any]:
        moment = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        fields: dict[str, Any] = {
            "time": moment.replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": mask(_message(record)),
            **{name: value for name, value in self._fixed.items() if value},
            "pid": record.process,
        }
        note = current_request()
        if note is not None:
            fields |= {"request": note.id, "method": note.method, "route": note.route}
        for name in EXTRAS:
            if (value := getattr(record, name, None)) is not None:
                fields[name] = mask(value) if isinstance(value, str) else value
        if record.exc_info and record.exc_info[1] is not None:
            fields["error"] = _error(record.exc_info[1], record.exc_info[2])
        return fields

    @staticmethod
    def _json(fields: dict[str, Any]) -> str:
        try:
            return msgspec.json.encode(fields, enc_hook=str).decode()
        except UnicodeEncodeError:  # half of a surrogate pair, out of somebody's input
            return msgspec.json.encode(_encodable(fields), enc_hook=str).decode()

    @staticmethod
    def _text(fields: dict[str, Any]) -> str:
        rest = dict(fields)
        error = rest.pop("error", None)
        head = f"{rest.pop('time')} {rest.pop('level'):<8}{rest.pop('logger')}: {visible(str(rest.pop('event')))}"
        told = [f"{name}={visible(str(value))}" for name, value in rest.items() if name not in ("program", "pid")]
        lines = [" ".join([head, *told])]
        if error is not None:
            lines += [f"  {error['type']}: {visible(error['message'])}"]
            lines += [f"    {visible(frame)}" for frame in error["trace"]]
        return "\n".join(lines)


def _message(record: logging.LogRecord) -> str:
    try:
        return record.getMessage()
    except Exception:  # noqa: BLE001 - arguments that do not fit, or whose text cannot be made
        return str(record.msg)


def _error(error: BaseException, trace: TracebackType | None) -> dict[str, Any]:
    told: dict[str, Any] = {"type": type(error).__name__, "message": mask(_text_of(error))}
    if isinstance(error, JampelError):
        told["code"] = error.code
    told["trace"] = [
        f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(trace)[-_FRAMES:]
    ]
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if cause is not None and cause is not error:
        told["cause"] = f"{type(cause).__name__}: {mask(_text_of(cause))}"
    return told


def _text_of(error: BaseException) -> str:
    try:
        return str(error)
    except Exception:  # noqa: BLE001 - whatever its __str__ does
        return ""


def _encodable(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode()
    if isinstance(value, dict):
        return {name: _encodable(one) for name, one in value.items()}
    return [_encodable(one) for one in value] if isinstance(value, list) else value
