"""The claims of a launch: their names, their types, and the plain `Launch` that the rest of the tool works with."""

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs

import msgspec

from adapters.base import LaunchProfile
from lti_tool.errors import LaunchRefused
from lti_tool.roles import rights
from lti_tool.store import Platform

LTI = "https://purl.imsglobal.org/spec/lti/claim/"
MESSAGE_TYPE, VERSION, DEPLOYMENT = LTI + "message_type", LTI + "version", LTI + "deployment_id"
TARGET, ROLES, CONTEXT, RESOURCE_LINK = LTI + "target_link_uri", LTI + "roles", LTI + "context", LTI + "resource_link"
CUSTOM, LIS, PRESENTATION = LTI + "custom", LTI + "lis", LTI + "launch_presentation"
AGS = "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint"
AGS_SCOPE = "https://purl.imsglobal.org/spec/lti-ags/scope/"
NRPS = "https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice"
DEEP_LINKING = "https://purl.imsglobal.org/spec/lti-dl/claim/"
DL_SETTINGS = DEEP_LINKING + "deep_linking_settings"
DL_DATA, DL_ITEMS = DEEP_LINKING + "data", DEEP_LINKING + "content_items"
DL_MESSAGES = ("msg", "log", "errormsg", "errorlog")
FOR_USER = LTI + "for_user"
NOTICE_SERVICE, NOTICE = LTI + "platformnotificationservice", LTI + "notice"
ORIGINS = LTI + "origin_contexts"
NOTICE_SCOPE = "https://purl.imsglobal.org/spec/lti/scope/noticehandlers"
COPY_NOTICE, HELLO_NOTICE = "LtiContextCopyNotice", "LtiHelloWorldNotice"
GROUPS = "https://purl.imsglobal.org/spec/lti-gs/claim/groupsservice"
RESOURCE_LAUNCH, DEEP_LINKING_LAUNCH = "LtiResourceLinkRequest", "LtiDeepLinkingRequest"
REVIEW_LAUNCH = "LtiSubmissionReviewRequest"
#: Both names of the data-privacy launch are in use (it was renamed between the drafts).
PRIVACY_LAUNCHES = frozenset({"LtiDataPrivacyLaunchRequest", "DataPrivacyLaunchRequest"})
MESSAGES = PRIVACY_LAUNCHES | {RESOURCE_LAUNCH, DEEP_LINKING_LAUNCH, REVIEW_LAUNCH}

#: The custom value in which deep linking puts the id of a module.
MODULE = "jampel_module"
LONGEST_ID = 255
_SCALARS = (str, int, float)
MOST_ROLES = 100


class Ags(msgspec.Struct, frozen=True):
    """Where grades go (AGS 2.0 section 3.1): the line item, the list of line items, and the scopes granted."""

    line_item: str = ""
    line_items: str = ""
    scopes: tuple[str, ...] = ()


class Notices(msgspec.Struct, frozen=True):
    """Where a platform takes subscriptions to notices, and the kinds it has (Platform Notification Service 1.0)."""

    url: str = ""
    kinds: tuple[str, ...] = ()


NO_AGS, NO_NOTICES = Ags(), Notices()


class DeepLinking(msgspec.Struct, frozen=True):
    """The settings of a deep-linking request (Deep Linking 2.0 section 4.4.1).

    `data` is present exactly when the platform sent it: `has_data` tells an absent value from an empty one. A platform
    that says nothing of line items takes them when it lets us send scores; else a column would stay empty for ever.
    """

    return_url: str
    accept_types: tuple[str, ...]
    accept_multiple: bool
    accept_line_item: bool
    has_data: bool
    data: str
    title: str = ""


class Launch(msgspec.Struct, frozen=True, kw_only=True):
    """A launch that passed every check.

    `registration` is the xAPI registration (UUID), the same whenever this subject returns to this resource link;
    `subject` is empty for an anonymous launch; `roles` are ours (learner, teacher, admin), empty is no rights;
    `form_token` lets the holder answer a deep-linking launch once; `for_user` is whom the launch is about when it is
    somebody else.
    """

    id: str
    registration: str
    platform: Platform
    deployment_id: str
    message_type: str
    subject: str
    roles: frozenset[str]
    at: datetime
    nip_text: str | None = None
    name: str | None = None
    context_id: str = ""
    context_title: str = ""
    resource_link_id: str = ""
    resource_link_title: str = ""
    custom: Mapping[str, str] = msgspec.field(default_factory=dict)
    ags: Ags = Ags()
    nrps_url: str = ""
    groups_url: str = ""
    notices: Notices = NO_NOTICES
    deep_linking: DeepLinking | None = None
    return_url: str = ""
    locale: str = ""
    form_token: str = ""
    for_user: str = ""

    @property
    def module(self) -> str:
        """The id of the module that deep linking put into the link; empty when there is none."""
        return self.custom.get(MODULE, "")

    def __repr__(self) -> str:
        return f"Launch({self.id}, {self.message_type})"  # the rest is personal


class KeptDeepLinking(msgspec.Struct, frozen=True):
    """What is kept of a deep-linking launch until the teacher has chosen, enough to show the choosing page again."""

    deployment_id: str
    settings: DeepLinking
    context_title: str = ""
    locale: str = ""


def kept_deep_linking(launch: Launch) -> str:
    """The deep-linking part of `launch` as JSON, to be kept with it."""
    if launch.deep_linking is None:
        return ""
    kept = KeptDeepLinking(launch.deployment_id, launch.deep_linking, launch.context_title, launch.locale)
    return msgspec.json.encode(kept).decode()


def read_launch(
    claims: Mapping[str, Any],
    platform: Platform,
    profile: LaunchProfile,
    *,
    launch_id: str,
    registration: str,
    now: datetime,
) -> Launch:
    """The launch in verified `claims` (LTI 1.3 section 5.3 and 5.4, Deep Linking 2.0 section 4.4).

    Raises LaunchRefused when a required claim is missing or a claim has the wrong type.
    """
    message_type = _message_type(claims)
    context, link = _object(claims, CONTEXT), _object(claims, RESOURCE_LINK)
    context_id, link_id = _text(context, "id"), _text(link, "id")
    if CONTEXT in claims and not 0 < len(context_id) <= LONGEST_ID:
        raise LaunchRefused("launch.context_id", "context without id")
    deep_linking = _deep_linking(claims) if message_type == DEEP_LINKING_LAUNCH else None
    private = message_type in PRIVACY_LAUNCHES
    if deep_linking is None and not private and not 0 < len(link_id) <= LONGEST_ID:
        raise LaunchRefused("launch.resource_link", "resource_link.id missing")
    roles = _roles(claims, platform)
    if deep_linking is not None and not roles & {"teacher", "admin"}:
        raise LaunchRefused("launch.teachers_only", "deep linking without a teaching role", status=403)
    presentation, lis = _object(claims, PRESENTATION), _object(claims, LIS)
    _text(lis, "person_sourcedid")
    return Launch(
        id=launch_id,
        registration=registration,
        platform=platform,
        deployment_id=claims[DEPLOYMENT],
        message_type=message_type,
        subject=_subject(claims, platform),
        roles=roles,
        at=now,
        nip_text=profile.person_id(claims),
        name=_text(claims, "name") or None,
        context_id=context_id,
        context_title=_text(context, "title") or _text(context, "label"),
        resource_link_id="" if private else link_id,  # who asks what is kept does not enrol by it
        resource_link_title=_text(link, "title"),
        custom=_custom(claims, profile),
        ags=_ags(claims),
        nrps_url=_text(_object(claims, NRPS), "context_memberships_url"),
        groups_url=_text(_object(claims, GROUPS), "context_groups_url"),
        notices=_notices(claims),
        deep_linking=deep_linking,
        return_url=_text(presentation, "return_url"),
        locale=_text(presentation, "locale"),
        form_token=secrets.token_urlsafe(32) if deep_linking else "",
        for_user=_for_whom(claims, message_type, roles),
    )


def _for_whom(claims: Mapping[str, Any], message_type: str, roles: frozenset[str]) -> str:
    if message_type == REVIEW_LAUNCH:
        return _reviewed(claims)
    return _person_asked(claims, roles) if message_type in PRIVACY_LAUNCHES else ""


def _reviewed(claims: Mapping[str, Any]) -> str:
    """Whose work is to be shown (Submission Review Message 1.0 section 3.3)."""
    user = _text(_object(claims, FOR_USER), "user_id")
    if not 0 < len(user) <= LONGEST_ID:
        raise LaunchRefused("launch.for_user", "for_user.user_id missing")
    return user


def _person_asked(claims: Mapping[str, Any], roles: frozenset[str]) -> str:
    """Whose data an administrator asks for in a data-privacy launch; empty when people ask for their own."""
    user = _text(_object(claims, FOR_USER), "user_id")
    if len(user) > LONGEST_ID:
        raise LaunchRefused("launch.subject_broken", "for_user.user_id is too long")
    if user and user != claims.get("sub") and "admin" not in roles:
        raise LaunchRefused("launch.admins_only", "data of somebody else without an administrator's role", status=403)
    return user


def _message_type(claims: Mapping[str, Any]) -> str:
    if claims.get(VERSION) != "1.3.0":
        raise LaunchRefused("launch.version", "version is not 1.3.0")
    message_type = claims.get(MESSAGE_TYPE)
    if not isinstance(message_type, str) or message_type not in MESSAGES:
        raise LaunchRefused("launch.message_type", "message type missing or not offered")
    return message_type


def _subject(claims: Mapping[str, Any], platform: Platform) -> str:
    if "sub" not in claims:
        if platform.anonymous:
            return ""
        raise LaunchRefused("launch.subject_missing", "no sub, and the platform is not set to anonymous launches")
    subject = claims["sub"]
    if not isinstance(subject, str) or not 0 < len(subject) <= LONGEST_ID:
        raise LaunchRefused("launch.subject_broken", "sub is not a string of 1 to 255 characters")
    return subject


def _roles(claims: Mapping[str, Any], platform: Platform) -> frozenset[str]:
    if ROLES not in claims:
        raise LaunchRefused("launch.roles", "roles claim missing")
    return rights(_texts(claims, ROLES)[:MOST_ROLES], platform.role_rules)


def _custom(claims: Mapping[str, Any], profile: LaunchProfile) -> dict[str, str]:
    """Custom values as text; variables that the platform left unfilled and values that are no text are left out.

    Moodle keeps the address of a link that came in a Common Cartridge and drops its custom values: there the address
    names the module.
    """
    target, unfilled = _text(claims, TARGET), profile.unresolved_variable_prefix
    named = parse_qs(target.partition("?")[2].partition("#")[0]).get(MODULE, []) if "?" in target else []
    values = {MODULE: named[0]} if named else {}
    for name, value in _object(claims, CUSTOM).items():
        if isinstance(value, _SCALARS) and not (text := str(value)).startswith(unfilled):
            values[name] = text
    return values


def _ags(claims: Mapping[str, Any]) -> Ags:
    if AGS not in claims:
        return NO_AGS
    endpoint = _object(claims, AGS)
    return Ags(_text(endpoint, "lineitem"), _text(endpoint, "lineitems"), _texts(endpoint, "scope"))


def _notices(claims: Mapping[str, Any]) -> Notices:
    """What the platform offers, when it also lets us ask for it."""
    if NOTICE_SERVICE not in claims:
        return NO_NOTICES
    service = _object(claims, NOTICE_SERVICE)
    url, scopes = _text(service, "platform_notification_service_url"), _texts(service, "scope")
    kinds = _texts(service, "notice_types_supported")
    return Notices(url, kinds) if url and NOTICE_SCOPE in scopes else NO_NOTICES


def _deep_linking(claims: Mapping[str, Any]) -> DeepLinking:
    settings = _object(claims, DL_SETTINGS)
    return_url, accept = _text(settings, "deep_link_return_url"), _texts(settings, "accept_types")
    if not return_url or not accept or not _texts(settings, "accept_presentation_document_targets"):
        raise LaunchRefused("launch.deep_linking_settings", "a required deep linking setting is missing")
    if "ltiResourceLink" not in accept:
        raise LaunchRefused("launch.deep_linking_types", "the platform does not accept ltiResourceLink here")
    return DeepLinking(
        return_url,
        accept,
        _flag(settings, "accept_multiple", True),
        _flag(settings, "accept_lineitem", AGS_SCOPE + "score" in _ags(claims).scopes),
        "data" in settings,
        _text(settings, "data"),
        _text(settings, "title"),
    )


def _object(claims: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = claims.get(name, {})
    if not isinstance(value, dict):
        raise _wrong_type(name)
    return value


def _text(claims: Mapping[str, Any], name: str) -> str:
    value = claims.get(name, "")
    if value is None:  # some platforms send null for an empty optional text
        return ""
    if not isinstance(value, str):
        raise _wrong_type(name)
    return value


def _texts(claims: Mapping[str, Any], name: str) -> tuple[str, ...]:
    value = claims.get(name, [])
    if not isinstance(value, list) or not all(isinstance(member, str) for member in value):
        raise _wrong_type(name)
    return tuple(value)


def _flag(settings: Mapping[str, Any], name: str, default: bool) -> bool:
    value = settings.get(name, default)
    if isinstance(value, str) and value in ("true", "false"):  # seen in the field
        return value == "true"
    if not isinstance(value, bool):
        raise _wrong_type(name)
    return value


def _wrong_type(name: str) -> LaunchRefused:
    return LaunchRefused("launch.claim_type", f"claim {name} has the wrong type", claim=name.rsplit("/", 1)[-1])
