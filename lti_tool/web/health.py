"""The pages that a monitor asks: whether this process lives, and whether the installation can work."""

from flask import Blueprint, Response, current_app, jsonify

from lti_tool.version import VERSION
from lti_tool.watch.readiness import Readiness
from lti_tool.web.metrics import may_look

blueprint = Blueprint("health", __name__)
READINESS = "jampel_readiness"


@blueprint.get("/healthz")
def page() -> Response:
    """`{"status": "ok"}` whenever this process answers; it asks nothing else, so it costs nothing."""
    return jsonify(status="ok", version=VERSION)


@blueprint.get("/healthz/siap")
def ready() -> Response:
    """`{"status": "ready"}`, or 503 `{"status": "unready"}`; whoever may read the figures is told about each part."""
    readiness: Readiness = current_app.extensions[READINESS]
    state = readiness.state()
    told: dict[str, object] = {"status": "ready" if state.ready else "unready"}
    if may_look():
        told |= {"parts": state.parts, "warnings": state.warnings}
    answer = jsonify(told)
    answer.status_code = 200 if state.ready else 503
    return answer
