"""The application factory: blueprints, security, languages and error pages around the services."""

import hashlib
import secrets
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from argon2 import PasswordHasher
from flask import Flask, request, url_for
from flask_login import LoginManager
from flask_wtf.csrf import CSRFProtect

from lti_tool.accounts import Accounts
from lti_tool.lms_origins import LmsOrigins
from lti_tool.secret_files import secret, secret_text
from lti_tool.version import VERSION
from lti_tool.watch.readiness import Readiness
from lti_tool.watch.tally import Tally
from lti_tool.web import (
    admin,
    admin_access,
    admin_credentials,
    admin_doctor,
    admin_forwarding,
    admin_home,
    admin_invites,
    admin_keys,
    admin_manual,
    admin_matches,
    admin_people,
    admin_privacy,
    admin_roles,
    admin_roster,
    admin_scores,
    admin_statement_file,
    admin_statements,
    admin_subject,
    audit,
    audit_anomalies,
    audit_competency,
    audit_rules,
    canvas,
    class_page,
    evidence_file,
    figures,
    health,
    home,
    interface,
    learn,
    login,
    lti,
    metrics,
    notices,
    own_account,
    picker,
    pustaka,
    pustaka_download,
    pustaka_upload,
    pustaka_versions,
    register,
    saya,
    saya_competency,
    saya_data,
    sign_on,
    sign_on_end,
    task_pages,
)
from lti_tool.web.admin_menu import admin_menu
from lti_tool.web.asgi import Gateway
from lti_tool.web.context import ACCOUNTS, SERVICES
from lti_tool.web.headers import GENERAL_LIMIT, init_headers
from lti_tool.web.language import init_language
from lti_tool.web.player_shell import player_address
from lti_tool.web.problems import init_problems
from lti_tool.web.proxies import BehindProxy, networks_of
from lti_tool.web.session import Sessions, init_session
from lti_tool.web.watch import Watch, init_watch
from xapi.lrs.web import Application as LrsApplication
from xapi.lrs.web import BodyLimits, knows

if TYPE_CHECKING:
    from lti_tool.services import Services

COOKIE = "jampel_session"
PAGES = (
    home,
    interface,
    health,
    metrics,
    login,
    sign_on,
    sign_on_end,
    own_account,
    learn,
    pustaka,
    pustaka_upload,
    pustaka_versions,
    pustaka_download,
    saya,
    saya_competency,
    saya_data,
    audit,
    audit_competency,
    audit_anomalies,
    audit_rules,
    evidence_file,
    admin_home,
    admin,
    admin_people,
    admin_roster,
    admin_matches,
    admin_privacy,
    admin_subject,
    admin_roles,
    admin_statements,
    admin_statement_file,
    admin_access,
    admin_credentials,
    admin_forwarding,
    admin_scores,
    class_page,
    admin_keys,
    admin_invites,
    admin_manual,
    admin_doctor,
    notices,
    canvas,
    task_pages,
)
FORM_LIMIT = 1024 * 1024


def create_app(services: "Services", hasher: PasswordHasher | None = None, tally: Tally | None = None) -> Flask:
    """The WSGI application of the tool around `services`.

    `hasher` replaces argon2's defaults in tests; `tally` counts requests, by default for this process alone.
    """
    app = Flask("lti_tool.web", static_folder="static", template_folder="templates")
    app.extensions[SERVICES] = services
    app.extensions[ACCOUNTS] = Accounts(services.house, services.clock, services.ids, hasher)
    secure = services.settings.base_url.startswith("https://")
    app.config.update(
        SECRET_KEY=secret(services.settings.data / "secrets", "web.key"),
        SESSION_COOKIE_NAME=f"__Host-{COOKIE}" if secure else COOKIE,  # no other host of the domain can set it
        SESSION_COOKIE_SECURE=secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        MAX_CONTENT_LENGTH=GENERAL_LIMIT,
        MAX_FORM_MEMORY_SIZE=FORM_LIMIT,
        WTF_CSRF_TIME_LIMIT=None,  # the token lives as long as the session it is bound to
        PREFERRED_URL_SCHEME="https" if secure else "http",
    )
    app.session_interface = Sessions()
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    _mount_lrs(app, services)
    if secure:  # https ends at a reverse proxy, which tells the browser's own address
        app.wsgi_app = BehindProxy(app.wsgi_app, networks_of(services.settings.server.trusted_proxies))  # type: ignore[method-assign]
    _install(app, services)
    _watch(app, services, tally or Tally())
    return app


def gateway_of(app: Flask, services: "Services") -> Gateway:
    """`app` for the event loop of a server."""
    limits = services.settings.limits

    def admits(environ: dict[str, Any]) -> bool:
        return knows(environ, services.credentials, services.clock())

    most = max(limits.lrs_body, limits.lrs_attachments)
    return Gateway(app, admits, most, in_loop=services.statements.is_local)


def _mount_lrs(app: Flask, services: "Services") -> None:
    """The LRS answers before Flask: most requests are statements, which need nothing of what pages need."""
    limits = services.settings.limits
    app.wsgi_app = LrsApplication(  # type: ignore[method-assign,assignment]
        services.lrs,
        services.credentials,
        services.clock,
        limits=BodyLimits(limits.lrs_body, limits.lrs_attachments, limits.module_body),
        rest=app.wsgi_app,
        origins=LmsOrigins(
            services.lti.platforms.list, services.settings.lrs.cors_origins, services.settings.base_url, services.clock
        ),
    )


def _watch(app: Flask, services: "Services", tally: Tally) -> None:
    """Counts and names every request, from outside everything else."""
    app.extensions[metrics.TALLY] = tally
    app.extensions[health.READINESS] = Readiness(services)
    secret_text(services.settings.data / "secrets", metrics.TOKEN_FILE)  # there before a monitor wants it
    access_log = services.settings.log.access
    watched = Watch(app.wsgi_app, tally, secrets.token_hex(4), access_log=access_log)
    app.wsgi_app = watched  # type: ignore[method-assign]


def _install(app: Flask, services: "Services") -> None:
    login_manager = LoginManager()
    login_manager.session_protection = None  # a session token is a secret of its own; phones change their address
    login_manager.init_app(app)
    init_session(login_manager)
    init_watch(app)
    locale = str(resources.files("lti_tool") / "locale")
    init_language(app, locale, services.institution.time_zone)
    limits = services.settings.limits
    init_headers(app, upload_limit=limits.upload, secure=services.settings.base_url.startswith("https://"))
    csrf = CSRFProtect(app)
    init_problems(app)
    _describe(app, services)
    launches = lti.blueprint(services, learn.open_launch, picker.open_picker, picker.reopen_picker)
    csrf.exempt(launches)  # authenticated by what each request carries, not by a cookie
    csrf.exempt(saya.enter)
    csrf.exempt(class_page.blueprint)
    csrf.exempt(notices.blueprint)
    csrf.exempt(sign_on_end.blueprint)
    registrations = register.blueprint(services)
    csrf.exempt(registrations)  # its form carries a signed ticket: no cookie survives in that frame
    app.register_blueprint(launches)
    app.register_blueprint(registrations)
    for part in PAGES:
        app.register_blueprint(part.blueprint)


def _describe(app: Flask, services: "Services") -> None:
    """What every template may use."""

    @lru_cache(maxsize=64)
    def fingerprint(name: str) -> str:
        body = (resources.files("lti_tool.web") / "static" / name).read_bytes()
        return hashlib.sha256(body).hexdigest()[:10]

    @lru_cache(maxsize=256)
    def static_at(_root: str, name: str) -> str:
        return url_for("static", filename=name, v=fingerprint(name))

    @lru_cache(maxsize=256)
    def player_file_at(_root: str, name: str) -> str:
        return player_address(name)

    for filter_ in (figures.ledger_day, figures.iso_day, figures.source_name, figures.fate_name):
        app.template_filter(filter_.__name__)(filter_)
    app.jinja_env.globals.update(
        static=lambda name: static_at(request.script_root, name),  # an address depends on nothing else
        player_file=lambda name: player_file_at(request.script_root, name),
        review_name=figures.review_name,
        institution=services.institution,
        version=VERSION,
        doors=home.doors,
        admin_menu=admin_menu,
        learners_way=sign_on.learners_way,
        in_language=home.in_language,
    )
