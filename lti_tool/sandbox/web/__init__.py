"""The web application of the sandbox LMS."""

import secrets

from flask import Flask

from lti_tool.sandbox.personality import Paths
from lti_tool.sandbox.platform import Platform
from lti_tool.sandbox.web import line_items, notices, oidc, pages, registration, roster, scores
from lti_tool.sandbox.web.answers import Refused, refused_answer
from xapi.words import translate


def create_sandbox(platform: Platform) -> Flask:
    """A Flask application for `platform`, with its pages in the language of its people."""
    language = platform.language
    app = Flask("lti_tool.sandbox", static_url_path="/statis")
    app.config.update(
        SECRET_KEY=secrets.token_bytes(32),
        SESSION_COOKIE_NAME="lms_contoh",
        # A tool that stores values goes to the LMS from a page of its own: only a cookie without Lax comes along. Nor
        # does Firefox send one with Lax to a frame that has been at the tool; without a word it sends the cookie, and
        # Chromium takes it for Lax.
        SESSION_COOKIE_SAMESITE="None" if platform.storage else None,
        SESSION_COOKIE_SECURE=platform.storage,
        MAX_CONTENT_LENGTH=1024 * 1024,
    )
    app.jinja_env.globals["_"] = lambda text, **params: translate("lti_tool", language, text, params)
    app.jinja_env.globals["language"] = language
    app.extensions["sandbox"] = platform
    for blueprint in (pages.PAGES, oidc.OIDC, registration.TOOLS):
        app.register_blueprint(blueprint)
    _mount(app, platform.personality.paths)
    app.register_error_handler(Refused, refused_answer)
    return app


def _mount(app: Flask, paths: Paths) -> None:
    """The endpoints of the platform where its personality has them."""
    rules = (
        (paths.configuration, registration.configuration, ("GET",)),
        (paths.registration, registration.register, ("GET", "POST", "PUT")),
        (paths.auth, oidc.authenticate, ("GET", "POST")),
        (paths.launch, oidc.launch, ("GET",)),
        (paths.jwks, oidc.jwks, ("GET",)),
        (paths.token, oidc.token, ("POST",)),
        (paths.deep_link_return, oidc.deep_link_return, ("POST",)),
        (paths.line_items, line_items.all_of, ("GET",)),
        (paths.line_items, line_items.add, ("POST",)),
        (paths.line_item, line_items.one, ("GET",)),
        (paths.line_item, line_items.change, ("PUT",)),
        (paths.line_item, line_items.remove, ("DELETE",)),
        (f"{paths.line_item}/scores", scores.put, ("POST",)),
        (f"{paths.line_item}/results", scores.results, ("GET",)),
        (paths.memberships, roster.members, ("GET",)),
        (paths.groups, roster.groups, ("GET",)),
        (paths.notices, notices.catalogue, ("GET",)),
        (paths.notices, notices.subscribe, ("PUT",)),
    )
    for rule, view, methods in (one for one in rules if one[0]):
        app.add_url_rule(rule, f"{view.__module__}.{view.__name__}".replace(".", "-"), view, methods=list(methods))
