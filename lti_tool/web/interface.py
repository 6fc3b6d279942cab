"""The description of the LRS's HTTP interface: for programs as OpenAPI, and as a page to read."""

from functools import cache
from typing import Any

from flask import Blueprint, Response, jsonify, render_template, url_for

from lti_tool.version import VERSION
from lti_tool.web.context import services
from xapi.lrs.openapi import document

blueprint = Blueprint("interface", __name__)


@blueprint.get("/openapi.json")
def openapi() -> Response:
    """The OpenAPI document, with the address of this installation."""
    return jsonify(document(f"{services().settings.base_url}/xapi", VERSION))


@blueprint.get("/dokumen/antarmuka")
def page() -> str:
    """The same to read."""
    described = _described()
    return render_template(
        "interface.html",
        endpoint=f"{services().settings.base_url}/xapi/",
        openapi=url_for("interface.openapi"),
        info=described["info"],
        credentials=described["components"]["securitySchemes"],
        error=described["components"]["schemas"]["Error"]["properties"],
        resources=[(path, _operations(described, methods)) for path, methods in described["paths"].items()],
    )


@cache
def _described() -> dict[str, Any]:
    return document("/xapi", VERSION)


def _operations(described: dict[str, Any], methods: dict[str, Any]) -> list[dict[str, Any]]:
    """The methods of one path, with answers in place of references."""
    return [
        {
            "method": method.upper(),
            "summary": operation["summary"],
            "parameters": operation["parameters"],
            "bodies": list(operation.get("requestBody", {}).get("content", {})),
            "answers": [
                (status, _resolved(described, answer)["description"])
                for status, answer in operation["responses"].items()
            ],
        }
        for method, operation in methods.items()
        if method != "head"
    ]


def _resolved(described: dict[str, Any], answer: dict[str, Any]) -> dict[str, Any]:
    if "$ref" not in answer:
        return answer
    return described["components"]["responses"][answer["$ref"].rpartition("/")[2]]
