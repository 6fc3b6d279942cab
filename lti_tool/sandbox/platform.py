"""The LTI platform behind the sandbox's pages: messages it sends, tokens it gives, responses it accepts."""

import secrets
from collections.abc import Callable
from datetime import datetime
from typing import Any

from lti_tool.errors import ToolError
from lti_tool.sandbox.model import TEACHER, Course, ResourceLink, Tool, User
from lti_tool.sandbox.store import SandboxStore
from lti_tool.sandbox.tokens import DEEP_LINKING, LTI, SigningKey, id_token_claims, new_pem, read_tool_token

MEMBERSHIP = "http://purl.imsglobal.org/vocab/lis/v2/membership#"
AGS = "https://purl.imsglobal.org/spec/lti-ags/"
NRPS = "https://purl.imsglobal.org/spec/lti-nrps/"
SCOPES = {
    f"{AGS}scope/lineitem",
    f"{AGS}scope/lineitem.readonly",
    f"{AGS}scope/result.readonly",
    f"{AGS}scope/score",
    f"{NRPS}scope/contextmembership.readonly",
}
ITEMS = f"{DEEP_LINKING}content_items"
HINT_SECONDS = 600
TOKEN_SECONDS = 3600
ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


class Platform:
    """One LMS with one tool. `issuer` is its base URL; `fetch_jwks` reads the tool's keys.

    `storage` and `lasting_hints` are as in `SandboxConfig`.
    """

    storage = False
    lasting_hints = False

    def __init__(
        self,
        issuer: str,
        tool: Tool,
        store: SandboxStore,
        clock: Callable[[], datetime],
        fetch_jwks: Callable[[str], dict[str, object]],
    ) -> None:
        self.issuer = issuer.rstrip("/")
        self.tool = tool
        self.store = store
        self._clock = clock
        self._fetch_jwks = fetch_jwks
        self.key = SigningKey(*store.keep_key(secrets.token_hex(8), new_pem()))

    def now(self) -> float:
        """The present as a Unix time."""
        return self._clock().timestamp()

    def login_form(self, user: User, course: Course, link: ResourceLink | None) -> dict[str, str]:
        """The fields of the third-party-initiated login (LTI 1.3 Security 5.1.1); `link` None asks for deep linking."""
        hint = secrets.token_urlsafe(16)
        body: dict[str, object] = {"user": user.id, "course": course.id, "link": link.id if link else ""}
        self.store.put_ticket(hint, "hint", body, self.now() + HINT_SECONDS)
        fields = {
            "iss": self.issuer,
            "login_hint": user.id,
            "target_link_uri": self.tool.launch_url,
            "lti_message_hint": hint,
            "client_id": self.tool.client_id,
            "lti_deployment_id": self.tool.deployment_id,
        }
        return fields | ({"lti_storage_target": "_parent"} if self.storage else {})

    def authenticate(self, request: dict[str, str], user: User) -> dict[str, str]:
        """Answers an OpenID Connect authentication request: the fields to post to the tool.

        Raises ToolError when the request is not one that may be answered at all (wrong client or redirect URI).
        """
        expected = {"client_id": self.tool.client_id, "redirect_uri": self.tool.launch_url}
        if any(request.get(name) != value for name, value in expected.items()):
            raise ToolError("sandbox.bad_auth_request", "client_id or redirect_uri", reason="client_id, redirect_uri")
        state = {"state": request["state"]} if request.get("state") else {}
        problem = self._auth_problem(request, user)
        if problem:
            return state | {"error": "invalid_request", "error_description": problem}
        look = self.store.see_ticket if self.lasting_hints else self.store.take_ticket
        ticket = look(request.get("lti_message_hint", ""), "hint", self.now())
        if ticket is None or ticket["user"] != user.id:
            return state | {"error": "login_required", "error_description": "lti_message_hint"}
        return state | {"id_token": self.key.sign(self._message(request["nonce"], user, ticket))}

    @staticmethod
    def _auth_problem(request: dict[str, str], user: User) -> str:
        fixed = {"scope": "openid", "response_type": "id_token", "response_mode": "form_post", "prompt": "none"}
        wrong = [name for name, value in fixed.items() if request.get(name) != value]
        wrong += [name for name in ("nonce", "state") if not request.get(name)]
        if request.get("login_hint") != user.id:
            wrong.append("login_hint")
        return ", ".join(wrong)

    def _message(self, nonce: str, user: User, ticket: dict[str, object]) -> dict[str, Any]:
        course = self.store.course(str(ticket["course"]))
        link = self.store.link(str(ticket["link"])) if ticket["link"] else None
        if course is None or (ticket["link"] and link is None):
            raise ToolError("sandbox.bad_auth_request", "course or link is gone", reason="course")
        claims = id_token_claims(self.issuer, self.tool.client_id, nonce, user.id, self._clock())
        claims |= self._about(user, course)
        return claims | (self._resource_link(course, link) if link else self._deep_linking(user, course))

    def _about(self, user: User, course: Course) -> dict[str, Any]:
        role = "Instructor" if user.role == TEACHER else "Learner"
        lineitems = self.url(f"lti/kursus/{course.id}/lineitems")
        return {
            "name": user.name,
            f"{LTI}deployment_id": self.tool.deployment_id,
            f"{LTI}target_link_uri": self.tool.launch_url,
            f"{LTI}roles": [MEMBERSHIP + role],
            f"{LTI}context": {"id": course.id, "label": course.label, "title": course.title, "type": ["CourseSection"]},
            f"{LTI}lis": {"person_sourcedid": user.nip, "course_section_sourcedid": ""},
            f"{LTI}tool_platform": {"guid": self.issuer, "name": "LMS Contoh", "product_family_code": "jampel-sandbox"},
            f"{AGS}claim/endpoint": {"scope": sorted(SCOPES), "lineitems": lineitems},
            f"{NRPS}claim/namesroleservice": {
                "context_memberships_url": self.url(f"lti/kursus/{course.id}/anggota"),
                "service_versions": ["2.0"],
            },
        }

    def _resource_link(self, course: Course, link: ResourceLink) -> dict[str, Any]:
        items = [item for item in self.store.line_items(course.id) if item.resource_link == link.id]
        endpoint = {"scope": sorted(SCOPES), "lineitems": self.url(f"lti/kursus/{course.id}/lineitems")}
        if len(items) == 1:
            endpoint["lineitem"] = self.url(f"lti/kursus/{course.id}/lineitems/{items[0].id}")
        return {
            f"{LTI}message_type": "LtiResourceLinkRequest",
            f"{LTI}resource_link": {"id": link.id, "title": link.title},
            f"{LTI}custom": link.custom,
            f"{LTI}launch_presentation": {
                "locale": "id",
                "document_target": "iframe",
                "return_url": self.url(f"kursus/{course.id}"),
            },
            f"{AGS}claim/endpoint": endpoint,
        }

    def _deep_linking(self, user: User, course: Course) -> dict[str, Any]:
        data = secrets.token_urlsafe(16)
        body: dict[str, object] = {"user": user.id, "course": course.id}
        self.store.put_ticket(data, "deep_linking", body, self.now() + HINT_SECONDS)
        return {
            f"{LTI}message_type": "LtiDeepLinkingRequest",
            f"{LTI}launch_presentation": {"locale": "id", "document_target": "iframe"},
            f"{DEEP_LINKING}deep_linking_settings": {
                "accept_types": ["ltiResourceLink"],
                "accept_presentation_document_targets": ["iframe", "window"],
                "accept_multiple": True,
                "accept_lineitem": True,
                "auto_create": True,
                "data": data,
                "deep_link_return_url": self.url("lti/kembali"),
            },
        }

    def accept_links(self, token: str) -> tuple[str, int]:
        """Adds what a deep-linking response (LTI-DL 2.0, 4) brings; returns the course and how many were added.

        The one-use `data` of our request says which teacher and course it answers: the session cookie is Lax and does
        not come along when the tool's frame posts. Raises ToolError when the response is not signed by the tool, not
        an answer to our request, or used twice.
        """
        claims = self._tool_claims(token, self.issuer)
        if claims.get(f"{LTI}message_type") != "LtiDeepLinkingResponse" or claims.get(f"{LTI}version") != "1.3.0":
            raise ToolError("sandbox.bad_deep_link", "message type or version", reason="message_type")
        if claims.get(f"{LTI}deployment_id") != self.tool.deployment_id or not claims.get("nonce"):
            raise ToolError("sandbox.bad_deep_link", "deployment or nonce", reason="deployment_id")
        ticket = self.store.take_ticket(str(claims.get(f"{DEEP_LINKING}data", "")), "deep_linking", self.now())
        teacher = self.store.user(str(ticket["user"])) if ticket else None
        if ticket is None or teacher is None or teacher.role != TEACHER:
            raise ToolError("sandbox.bad_deep_link", "data", reason="data")
        items = [item for item in claims.get(ITEMS, []) if item.get("type") == "ltiResourceLink"]
        for item in items:
            title = item.get("title") or self.tool.client_id
            self.store.add_link(str(ticket["course"]), title, item.get("custom", {}), item.get("lineItem"))
        return str(ticket["course"]), len(items)

    def access_token(self, form: dict[str, str]) -> dict[str, object]:
        """Answers a client-credentials request (LTI 1.3 Security 4.1); raises ToolError with the OAuth error."""
        if form.get("grant_type") != "client_credentials" or form.get("client_assertion_type") != ASSERTION:
            raise ToolError("sandbox.token_refused", "grant", reason="unsupported_grant_type")
        claims = self._tool_claims(form.get("client_assertion", ""), self.url("lti/token"))
        if claims.get("sub") != self.tool.client_id or not self._first_use(str(claims.get("jti", ""))):
            raise ToolError("sandbox.token_refused", "sub or jti", reason="invalid_client")
        scopes = sorted(set(form.get("scope", "").split()) & SCOPES)
        if not scopes:
            raise ToolError("sandbox.token_refused", "scope", reason="invalid_scope")
        token = secrets.token_hex(16)
        self.store.put_ticket(token, "access_token", {"scopes": scopes}, self.now() + TOKEN_SECONDS)
        return {"access_token": token, "token_type": "Bearer", "expires_in": TOKEN_SECONDS, "scope": " ".join(scopes)}

    def _first_use(self, jti: str) -> bool:
        if not jti or self.store.see_ticket(f"jti:{jti}", "jti", self.now()) is not None:
            return False
        self.store.put_ticket(f"jti:{jti}", "jti", {}, self.now() + TOKEN_SECONDS)
        return True

    def allows(self, authorization: str, *scopes: str) -> bool:
        """True when the bearer token of the header `authorization` holds one of `scopes`."""
        ticket = self.store.see_ticket(authorization.removeprefix("Bearer "), "access_token", self.now())
        granted = ticket["scopes"] if ticket else []
        return isinstance(granted, list) and any(scope in granted for scope in scopes)

    def _tool_claims(self, token: str, audience: str) -> dict[str, Any]:
        jwks = self._fetch_jwks(self.tool.jwks_url)
        return read_tool_token(token, jwks, issuer=self.tool.client_id, audience=audience, clock=self._clock)

    def url(self, path: str) -> str:
        """An address of this platform."""
        return f"{self.issuer}/{path}"
