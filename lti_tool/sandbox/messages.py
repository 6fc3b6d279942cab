"""The claims of the messages that the sandbox LMS sends, by its personality."""

import secrets
from datetime import datetime
from typing import Any

from lti_tool.sandbox.addresses import Addresses
from lti_tool.sandbox.model import (
    AGS,
    GROUP_SCOPE,
    MEMBER_SCOPE,
    NOTICE_SCOPE,
    NRPS,
    TEACHER,
    Course,
    ResourceLink,
    Tool,
    User,
)
from lti_tool.sandbox.notices import KINDS
from lti_tool.sandbox.personality import IdToken, Personality
from lti_tool.sandbox.store import SandboxStore
from lti_tool.sandbox.tokens import DEEP_LINKING, LTI
from xapi.words import DEFAULT_LANGUAGE

MEMBERSHIP = "http://purl.imsglobal.org/vocab/lis/v2/membership#"
ENDPOINT = f"{AGS}claim/endpoint"
ROSTER = f"{NRPS}claim/namesroleservice"
GROUPS = "https://purl.imsglobal.org/spec/lti-gs/claim/groupsservice"
NOTICES = f"{LTI}platformnotificationservice"
ANSWER_SECONDS = 600


class Messages:
    """Makes the claims of an id_token for one platform; `language` is the one its people read."""

    language = DEFAULT_LANGUAGE

    def __init__(self, store: SandboxStore, addresses: Addresses, personality: Personality) -> None:
        self._store = store
        self._addresses = addresses
        self._personality = personality

    def resource_link(self, tool: Tool, user: User, link: ResourceLink, course: Course) -> dict[str, Any]:
        """LtiResourceLinkRequest (LTI 1.3 Core, 5.3)."""
        claims = self._about(tool, user, course)
        items = [item for item in self._store.line_items(course.id) if item.resource_link == link.id]
        if len(items) == 1 and ENDPOINT in claims:
            claims[ENDPOINT]["lineitem"] = self._addresses.line_item(items[0])
        return claims | {
            f"{LTI}message_type": "LtiResourceLinkRequest",
            f"{LTI}target_link_uri": tool.launch_url,
            f"{LTI}resource_link": {"id": link.id, "title": link.title} | self._described(""),
            f"{LTI}custom": self._custom(tool, link.custom, course),
            f"{LTI}launch_presentation": {
                "locale": self.language,
                "document_target": "iframe",
                "return_url": f"{self._addresses.issuer}/kursus/{course.id}",
            },
        }

    def deep_linking(self, tool: Tool, user: User, course: Course, now: datetime) -> dict[str, Any]:
        """LtiDeepLinkingRequest (Deep Linking 2.0, 4.4); the answer is known by a value that is used once."""
        answer = secrets.token_urlsafe(16)
        body: dict[str, object] = {"user": user.id, "course": course.id, "tool": tool.deployment_id}
        self._store.put_ticket(answer, "deep_linking", body, now.timestamp() + ANSWER_SECONDS)
        presentation = {"locale": self.language}
        if self._personality.id_token.deep_linking_return_url:
            presentation["document_target"] = "iframe"
        return self._about(tool, user, course) | {
            f"{LTI}message_type": "LtiDeepLinkingRequest",
            f"{LTI}target_link_uri": tool.deep_link_url or tool.launch_url,
            f"{LTI}custom": self._custom(tool, {}, course),
            f"{LTI}launch_presentation": presentation,
            f"{DEEP_LINKING}deep_linking_settings": self._settings(tool, course, answer),
        }

    def _settings(self, tool: Tool, course: Course, answer: str) -> dict[str, Any]:
        behaviour = self._personality.deep_linking
        settings: dict[str, Any] = {
            "accept_types": ["ltiResourceLink"],
            "accept_presentation_document_targets": list(behaviour.targets),
            "accept_multiple": True,
            "auto_create": behaviour.data,
            "deep_link_return_url": self._addresses.of("deep_link_return"),
        }
        if behaviour.data:
            return settings | {"accept_lineitem": True, "data": answer}
        query = f"?course={course.id}&id={tool.deployment_id}&sesskey={answer}"
        settings["deep_link_return_url"] += query
        offers = dict.fromkeys(("can_confirm", "accept_copy_advice", "accept_unsigned"), False)
        return settings | offers | {"title": tool.name, "text": ""}

    def _about(self, tool: Tool, user: User, course: Course) -> dict[str, Any]:
        """What every message says of the person, the course, the platform and its services."""
        known = self._personality
        role = "Instructor" if user.role == TEACHER else "Learner"
        context = {"id": course.id, "label": course.label, "title": course.title}
        claims: dict[str, Any] = {
            f"{LTI}deployment_id": tool.deployment_id,
            f"{LTI}roles": [MEMBERSHIP + role],
            f"{LTI}context": context | {"type": list(known.id_token.context_types)},
            f"{LTI}lis": {"person_sourcedid": user.nip, "course_section_sourcedid": ""},
            f"{LTI}tool_platform": {
                "guid": self._addresses.issuer,
                "name": "LMS Contoh",
                "version": known.product_version,
                "product_family_code": known.product_family,
            }
            | self._described("Platform LTI kecil untuk mencoba"),
        }
        return claims | self._names(tool, user) | self._services(tool, course)

    def _described(self, text: str) -> dict[str, str]:
        return {"description": text} if self._personality.id_token.descriptions else {}

    def _names(self, tool: Tool, user: User) -> dict[str, Any]:
        if not tool.shares_name:
            return {}
        claims: dict[str, Any] = names_of(user, self._personality.id_token)
        if self._personality.id_token.user_name:
            claims[f"{LTI}ext"] = {"user_username": user.id, "lms": "moodle-2"}
        return claims

    def _services(self, tool: Tool, course: Course) -> dict[str, Any]:
        claims: dict[str, Any] = {}
        grades = [scope for scope in tool.scopes if scope.startswith(AGS)]
        if grades:
            lineitems = self._addresses.line_items(course.id, tool.deployment_id)
            claims[ENDPOINT] = {"scope": grades, "lineitems": lineitems}
        if MEMBER_SCOPE in tool.scopes and self._offers_roster(tool, course):
            address = self._addresses.memberships(course.id, tool.deployment_id)
            claims[ROSTER] = {"context_memberships_url": address, "service_versions": ["1.0", "2.0"]}
        return claims | self._further_services(tool, course)

    def _further_services(self, tool: Tool, course: Course) -> dict[str, Any]:
        """Course Groups Service 1.0 and Platform Notification Service 1.0, where this platform has them."""
        claims: dict[str, Any] = {}
        paths = self._personality.paths
        if paths.groups and GROUP_SCOPE in tool.scopes:
            claims[GROUPS] = {
                "scope": [GROUP_SCOPE],
                "context_groups_url": self._addresses.groups(course.id),
                "service_versions": ["1.0"],
            }
        if paths.notices and NOTICE_SCOPE in tool.scopes:
            claims[NOTICES] = {
                "service_versions": ["1.0"],
                "platform_notification_service_url": self._addresses.notices(tool.deployment_id),
                "scope": [NOTICE_SCOPE],
                "notice_types_supported": list(KINDS),
            }
        return claims

    def _offers_roster(self, tool: Tool, course: Course) -> bool:
        used = any(link.tool == tool.deployment_id for link in self._store.links(course.id))
        return used or not self._personality.roster.needs_activity

    def _custom(self, tool: Tool, own: dict[str, str], course: Course) -> dict[str, str]:
        """The custom parameters of a tool and those of an activity, `own`."""
        behaviour = self._personality.id_token
        custom = own | tool.custom if behaviour.tool_custom_wins else tool.custom | own
        if behaviour.custom_lower_case:
            custom = {name.lower(): value for name, value in custom.items()} | custom
        if behaviour.custom_service_addresses:
            address = self._addresses.memberships(course.id, tool.deployment_id)
            custom = custom | {"context_memberships_url": address}
        return custom


def names_of(user: User, behaviour: IdToken) -> dict[str, str]:
    """The name of a person, whole and, where the platform does that, in two parts."""
    given, _, family = user.name.partition(" ")
    return {"name": user.name} | ({"given_name": given, "family_name": family} if behaviour.split_names else {})
