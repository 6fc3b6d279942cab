"""The LTI platform behind the sandbox's pages: starts launches, answers authentication, takes deep-linking answers."""

import json
import re
import secrets
from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple

import msgspec

from lti_tool.errors import ToolError
from lti_tool.sandbox.access import Access, FetchJwks
from lti_tool.sandbox.addresses import Addresses
from lti_tool.sandbox.links import check_answer, links_of
from lti_tool.sandbox.messages import Messages
from lti_tool.sandbox.model import TEACHER, Course, ResourceLink, Tool, User
from lti_tool.sandbox.notices import Notices
from lti_tool.sandbox.personality import STRICT, Personality, load_personality
from lti_tool.sandbox.registrations import Registrations
from lti_tool.sandbox.store import SandboxStore
from lti_tool.sandbox.tokens import DEEP_LINKING, LTI, Judgement, SigningKey, claimed, new_key_id, new_pem

HINT_SECONDS = 600
DEEP_LINK_LEEWAY = 60
_TAGS = re.compile(r"<[^>]*>?")


class Answer(NamedTuple):
    """The answer to an authentication request: `fields` to post to the tool's `url`."""

    url: str
    fields: dict[str, str]


class Platform:
    """One LMS: `issuer` is its base URL, `tool` the first tool, `fetch_jwks` reads a tool's keys, and `personality`
    says how it behaves.

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
        fetch_jwks: FetchJwks,
        personality: Personality | None = None,
    ) -> None:
        self.personality = personality or load_personality(STRICT)
        self.addresses = Addresses(issuer, self.personality.paths)
        self.store = store
        self._clock = clock
        store.keep_tool(tool)
        self.key = SigningKey(*store.keep_key(new_key_id(), new_pem))
        self.access = Access(store, self.addresses, self.personality.token, clock=clock, fetch_jwks=fetch_jwks)
        self.registrations = Registrations(store, self.addresses, self.personality, key=self.key, clock=clock)
        self.notices = Notices(store, self.addresses.issuer, self.key, clock)
        self._messages = Messages(store, self.addresses, self.personality)

    @property
    def language(self) -> str:
        """What its people read: its pages are in it, and tools hear of it at each launch."""
        return self._messages.language

    def speak(self, language: str) -> None:
        """Changes the language of its people to `language`, `id` or `en`."""
        self._messages.language = language

    @property
    def issuer(self) -> str:
        """The base URL."""
        return self.addresses.issuer

    def now(self) -> float:
        """The present as a Unix time."""
        return self._clock().timestamp()

    def login_form(self, tool: Tool, user: User | None, course: Course, link: ResourceLink | None) -> dict[str, str]:
        """The fields of the third-party-initiated login (LTI 1.3 Security 5.1.1); `link` None asks for deep linking.

        Without `user` the session is over, which Moodle notices only later: it sends the hint 0.
        """
        hint = secrets.token_urlsafe(16)
        body: dict[str, object] = {
            "user": user.id if user else "",
            "course": course.id,
            "link": link.id if link else "",
            "tool": tool.deployment_id,
        }
        self.store.put_ticket(hint, "hint", body, self.now() + HINT_SECONDS)
        cmid = {"cmid": int(link.id)} if link else {}
        deep_link = tool.deep_link_url or tool.launch_url
        return {
            "iss": self.issuer,
            "login_hint": user.id if user else "0",
            "target_link_uri": tool.launch_url if link else deep_link,
            "lti_message_hint": json.dumps(cmid | {"launchid": hint}) if self.personality.auth.json_hint else hint,
            "client_id": tool.client_id,
            "lti_deployment_id": tool.deployment_id,
        }

    def authenticate(self, request: dict[str, str], user: User | None) -> Answer:
        """Answers an OpenID Connect authentication request (OpenID Connect Core, 3.1.2).

        Raises ToolError when the request is one to which the tool gets no answer.
        """
        hint = self._hint(request.get("lti_message_hint", ""))
        look = self.store.see_ticket if self.lasting_hints else self.store.take_ticket
        ticket = look(hint, "hint", self.now()) if user else None  # hints live in the session
        tool = self.store.tool(str(ticket["tool"])) if ticket else self.store.client(request.get("client_id", ""))
        if tool is None or request.get("redirect_uri") not in tool.redirects:
            raise _bad_request("client_id, redirect_uri")
        state = request.get("state", "")
        if self.personality.auth.strips_state_tags:
            state = _TAGS.sub("", state)
        fields = {"state": state} if state else {}
        wrong = self._wrong(request, tool, user, ticket)
        if wrong or ticket is None or user is None:
            return Answer(request["redirect_uri"], fields | self._error(wrong))
        claims = self._message(tool, user, ticket) | self._registered(tool, user, request["nonce"])
        return Answer(request["redirect_uri"], fields | {"id_token": self.key.sign(claims)})

    def _hint(self, text: str) -> str:
        """The value in a message hint: the hint itself, or one member of it where it is JSON."""
        if not self.personality.auth.json_hint:
            return text
        try:
            hint = json.loads(text)
        except ValueError:
            return ""
        return str(hint.get("launchid", "")) if isinstance(hint, dict) else ""

    def _wrong(
        self, request: dict[str, str], tool: Tool, user: User | None, ticket: dict[str, object] | None
    ) -> list[str]:
        """The names of the parameters that are not as they must be."""
        auth = self.personality.auth
        fixed = {"scope": "openid", "response_type": "id_token", "response_mode": "form_post"}
        wrong = [name for name, value in fixed.items() if request.get(name) != value]
        needed = ("nonce",) if auth.state_optional else ("nonce", "state")
        wrong += [name for name in needed if not request.get(name)]
        if request.get("prompt", "") not in (("none", "") if auth.prompt_optional else ("none",)):
            wrong.append("prompt")
        if ticket is None:
            wrong.append("lti_message_hint")
        if request.get("client_id") != tool.client_id:
            wrong.append("client_id")
        if user is None or request.get("login_hint") != user.id or (ticket and ticket["user"] != user.id):
            wrong.append("login_hint")
        return wrong

    def _error(self, wrong: list[str]) -> dict[str, str]:
        """The error that the tool gets for the parameters `wrong`; raises ToolError when the tool gets none."""
        posted = self.personality.auth.posted
        silent = [name for name in wrong if name not in posted]
        if silent:
            raise _bad_request(", ".join(silent))
        return {"error": posted[wrong[0]], "error_description": ", ".join(wrong)}

    def _registered(self, tool: Tool, user: User, nonce: str) -> dict[str, Any]:
        """The claims that OpenID Connect Core 2 asks of every id_token."""
        behaviour, issued = self.personality.id_token, int(self.now())
        listed: dict[str, object] = {"aud": [tool.client_id], "azp": tool.client_id}
        return {
            "iss": self.issuer,
            "sub": user.id,
            "iat": issued,
            "exp": issued + behaviour.seconds,
            "nonce": nonce,
            f"{LTI}version": "1.3.0",
            **(listed if behaviour.audience_list else {"aud": tool.client_id}),
        }

    def _message(self, tool: Tool, user: User, ticket: dict[str, object]) -> dict[str, Any]:
        course = self.store.course(str(ticket["course"]))
        link = self.store.link(str(ticket["link"])) if ticket["link"] else None
        if course is None or (ticket["link"] and link is None):
            raise _bad_request("course")
        if link is not None:
            return self._messages.resource_link(tool, user, link, course)
        if user.role != TEACHER:
            raise _bad_request("role")
        return self._messages.deep_linking(tool, user, course, self._clock())

    def accept_links(self, token: str, session: str = "") -> tuple[str, int]:
        """Adds what a deep-linking response (LTI-DL 2.0, 4) brings; returns the course and how many were added.

        A one-use value says which teacher and course it answers: `data` of our request, or `session` from the return
        address. The session cookie is Lax and does not come along when the tool's frame posts. Raises ToolError when
        the response is not signed by the tool, not an answer to our request, or used twice.
        """
        behaviour = self.personality.deep_linking
        tool = self.store.client(str(claimed(token).get("iss", "")))
        if tool is None:
            raise ToolError("sandbox.bad_deep_link", "iss", reason="iss")
        audience = self.issuer if behaviour.checks_answer else None
        judgement = Judgement(issuer=tool.client_id, audience=audience, leeway=DEEP_LINK_LEEWAY)
        claims = self.access.claims(token, tool, judgement)
        check_answer(claims, tool, behaviour)
        answered = str(claims.get(f"{DEEP_LINKING}data", "")) if behaviour.data else session
        ticket = self.store.take_ticket(answered, "deep_linking", self.now())
        teacher = self.store.user(str(ticket["user"])) if ticket else None
        if ticket is None or ticket["tool"] != tool.deployment_id or teacher is None or teacher.role != TEACHER:
            raise ToolError("sandbox.bad_deep_link", "data", reason="data")
        made = links_of(claims, tool, str(ticket["course"]), behaviour)
        for link, column in made:
            self.store.add_link(link, column)
        return str(ticket["course"]), len(made)

    def copy_course(self, course: Course) -> Course:
        """A copy of `course` with activities and columns of their own, empty of grades; its tools are told of it."""
        copied = Course(secrets.token_hex(4), f"{course.label} 2", f"{course.title} 2")
        self.store.fill([copied], [])
        columns = {item.resource_link: item for item in self.store.line_items(course.id)}
        links = self.store.links(course.id)
        for link in links:
            column = columns.get(link.id)
            item = msgspec.structs.replace(column, id="", course=copied.id) if column else None
            self.store.add_link(msgspec.structs.replace(link, id="", course=copied.id), item)
        for number in dict.fromkeys(link.tool for link in links):
            tool = self.store.tool(number)
            if tool is not None:
                self.notices.copied(tool, copied, course)
        return copied


def _bad_request(reason: str) -> ToolError:
    return ToolError("sandbox.bad_auth_request", reason, reason=reason)
