"""The web application of the sandbox LMS."""

import secrets

from flask import Flask

from lti_tool.sandbox.platform import Platform
from lti_tool.sandbox.web import oidc, pages, services
from xapi.words import DEFAULT_LANGUAGE, translate


def create_sandbox(platform: Platform, language: str = DEFAULT_LANGUAGE) -> Flask:
    """A Flask application for `platform`, with its pages in `language`."""
    app = Flask("lti_tool.sandbox", static_url_path="/statis")
    app.config.update(
        SECRET_KEY=secrets.token_bytes(32),
        SESSION_COOKIE_NAME="lms_contoh",
        # A tool that stores values goes to the LMS from a page of its own: only a cookie without Lax comes along.
        SESSION_COOKIE_SAMESITE="None" if platform.storage else "Lax",
        SESSION_COOKIE_SECURE=platform.storage,
        MAX_CONTENT_LENGTH=1024 * 1024,
    )
    app.jinja_env.globals["_"] = lambda text, **params: translate("lti_tool", language, text, params)
    app.jinja_env.globals["language"] = language
    app.extensions["sandbox"] = platform
    for blueprint in (pages.PAGES, oidc.OIDC, services.SERVICES):
        app.register_blueprint(blueprint)
    return app
