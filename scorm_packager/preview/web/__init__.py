"""The pages of the preview: the module as a learner sees it, with its faults beside it, and nothing recorded."""

import mimetypes
from html import escape
from pathlib import Path
from typing import Any

from flask import Flask, Response, abort, jsonify, request, send_file, send_from_directory

from scorm_packager.content import INDEX
from scorm_packager.preview.desk import Desk, View
from xapi.words import translate

PACKAGE = "scorm_packager"
STATIC = Path(__file__).parent.parent / "static"
OWN = "pratinjau"  # no page or file of a course has this as the first part of its path
POLICY = (
    "default-src 'self'; img-src 'self' data:; style-src 'self'; style-src-attr 'unsafe-inline'; object-src 'none'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)
TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".vtt": "text/vtt; charset=utf-8",
    ".webp": "image/webp",
    ".opus": "audio/ogg",
    ".m4a": "audio/mp4",
}


def create_app(desk: Desk, language: str) -> Flask:
    """The application that shows what `desk` knows, speaking `language` to the author."""
    app = Flask(__name__, static_folder=None)

    @app.before_request
    def _only_this_computer() -> None:
        """A page of another site that had its name point here would otherwise read the module."""
        if request.host.rsplit(":", 1)[0] not in ("127.0.0.1", "localhost"):
            abort(403)

    @app.after_request
    def _headers(response: Response) -> Response:
        response.headers["Cache-Control"] = "no-store"
        response.headers["Content-Security-Policy"] = POLICY
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "no-referrer"
        # the pages of a long module are scripts, which a page of any site could else load and read
        response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
        return response

    @app.get("/")
    def index() -> Response:
        return Response(_page(desk.view, language), mimetype="text/html")

    @app.get(f"/{OWN}/keadaan")
    def state() -> Response:
        return jsonify(_state(desk.view, language))

    @app.get(f"/{OWN}/<name>")
    def own(name: str) -> Response:
        return send_from_directory(STATIC, name)

    @app.get("/<path:name>")
    def file(name: str) -> Response:
        return _file(desk.view, name)

    return app


def _file(view: View, name: str) -> Response:
    entry = view.files.get(name)
    if entry is None or name == INDEX:
        abort(404)
    suffix = Path(name).suffix.lower()
    kind = TYPES.get(suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"
    if isinstance(entry.content, bytes):
        return Response(entry.content, content_type=kind)
    if not entry.content.is_file():  # removed since it was read; the next look will say so
        abort(404)
    return send_file(entry.content.absolute(), mimetype=kind, conditional=True)


def _state(view: View, language: str) -> dict[str, Any]:
    rows = [finding.row(language) for finding in view.findings]
    return {
        "version": view.version,
        "stale": view.stale,
        "errors": [row["message"] for row in rows if row["level"] == "error"],
        "warnings": [row["message"] for row in rows if row["level"] == "warning"],
    }


def _words(language: str) -> dict[str, str]:
    return {
        "preview": translate(PACKAGE, language, "Pratinjau: tidak ada yang dicatat."),
        "stale": translate(PACKAGE, language, "Yang tampil adalah versi terakhir yang baik."),
        "errors": translate(PACKAGE, language, "Perlu dibetulkan"),
        "warnings": translate(PACKAGE, language, "Perlu diperhatikan"),
        "gone": translate(PACKAGE, language, "Pratinjau berhenti. Jalankan lagi: jampel modul preview"),
        "nothing": translate(PACKAGE, language, "Modul belum dapat ditampilkan"),
    }


def _page(view: View, language: str) -> str:
    """The page of the course with the preview's own script behind it, or a page that waits for a good version."""
    attributes = "".join(f' data-{name}="{escape(text)}"' for name, text in _words(language).items())
    style = f'<link rel="stylesheet" href="/{OWN}/preview.css">'
    script = (
        f'<script src="/{OWN}/preview.js" id="pratinjau-skrip" data-version="{view.version}" lang="{escape(language)}"'
        f"{attributes}></script>"
    )
    found = view.files.get(INDEX)
    if found is not None and isinstance(found.content, bytes):
        head, _end, body = found.content.decode("utf-8").partition("</head>")
        body, _end, _rest = body.rpartition("</body>")
        return f"{head}{style}\n</head>{body}{script}\n</body>\n</html>\n"
    title = escape(_words(language)["nothing"])
    return f"""<!DOCTYPE html>
<html lang="{escape(language)}">
<head>
<meta charset="utf-8">
<title>{title}</title>
<link rel="icon" href="data:,">
{style}
</head>
<body>
<main class="pratinjau-kosong"><h1>{title}</h1></main>
{script}
</body>
</html>
"""
