"""Values to copy into a platform that is registered by hand: the same addresses under each system's own field names."""

import json

import msgspec

from lti_tool.claims import NOTICE_SCOPE
from lti_tool.registration.request import DESCRIPTION, NAME, SCOPES, Addresses


class Field(msgspec.Struct, frozen=True):
    """One field over there: its `label` as the system shows it, and the `value` to copy (lines for a list)."""

    label: str
    value: str


class System(msgspec.Struct, frozen=True):
    """A system to register by hand: the menu that leads there, its fields, and a document where it takes one.

    `theirs` are what to enter in our own form where the system does not show it. `sources` are the pages of its
    makers that the names come from, and `tried` says whether somebody did it with a real installation.
    """

    name: str
    title: str
    menu: str
    fields: tuple[Field, ...]
    document: str = ""
    theirs: tuple[Field, ...] = ()
    sources: tuple[str, ...] = ()
    tried: bool = False


def systems(ours: Addresses) -> tuple[System, ...]:
    """The systems we know the fields of, with our addresses filled in."""
    return (_moodle(ours), _canvas(ours), _blackboard(ours), _openedx(ours), _d2l(ours))


def _moodle(ours: Addresses) -> System:
    return System(
        "moodle",
        "Moodle",
        "Site administration › Plugins › External tool › Manage tools › configure a tool manually",
        (
            Field("Tool name", NAME),
            Field("Tool URL", ours.launch),
            Field("LTI version", "LTI 1.3"),
            Field("Public key type", "Keyset URL"),
            Field("Public keyset", ours.jwks),
            Field("Initiate login URL", ours.login),
            Field("Redirection URI(s)", ours.launch),
            Field("Tool configuration usage", "Show in activity chooser and as a preconfigured tool"),
            Field("Default launch container", "Embed, without blocks"),
            Field("Supports Deep Linking", "✓"),
            Field("Content Selection URL", ours.launch),
            Field("IMS LTI Assignment and Grade Services", "Use this service for grade sync and column management"),
            Field(
                "IMS LTI Names and Role Provisioning",
                "Use this service to retrieve members' information as per privacy settings",
            ),
            Field("Share launcher's name with tool", "Always"),
            Field("Share launcher's email with tool", "Never"),
            Field("Accept grades from the tool", "Always"),
        ),
        tried=True,
    )


def _canvas(ours: Addresses) -> System:
    return System(
        "canvas",
        "Canvas",
        "Admin › Developer Keys › + Developer Key › + LTI Key › Method: Paste JSON; "
        "State: On; Settings › Apps › + App › By Client ID",
        (Field("Key Name", NAME), Field("Redirect URIs", ours.launch)),
        document=json.dumps(canvas_document(ours), ensure_ascii=False, indent=2),
        theirs=(
            Field("Issuer (Platform ID)", "https://canvas.instructure.com"),
            Field("OIDC authorization", "https://sso.canvaslms.com/api/lti/authorize_redirect"),
            Field("Token", "https://canvas.instructure.com/login/oauth2/token"),
            Field("JWKS", "https://sso.canvaslms.com/api/lti/security/jwks"),
            Field("Host", "….instructure.com"),
        ),
        sources=(
            "https://developerdocs.instructure.com/services/canvas/external-tools/lti/file.lti_dev_key_config",
            "https://developerdocs.instructure.com/services/canvas/external-tools/lti/file.pns",
        ),
    )


def canvas_document(ours: Addresses) -> dict[str, object]:
    """The LTI key of Canvas as the JSON that its form takes.

    The privacy level `name_only` sends the name and the number of the person in the SIS, and no e-mail address.
    """
    placement = {
        "placement": "assignment_selection",
        "message_type": "LtiDeepLinkingRequest",
        "target_link_uri": ours.launch,
        "text": NAME,
        "enabled": True,
    }
    return {
        "title": NAME,
        "description": DESCRIPTION["id"],
        "target_link_uri": ours.launch,
        "oidc_initiation_url": ours.login,
        "public_jwk_url": ours.jwks,
        "scopes": [*SCOPES, NOTICE_SCOPE],
        "extensions": [
            {
                "domain": ours.domain,
                "tool_id": "jampel",
                "platform": "canvas.instructure.com",
                "privacy_level": "name_only",
                "settings": {
                    "text": NAME,
                    "icon_url": ours.logo,
                    "placements": [placement, placement | {"placement": "link_selection"}],
                },
            }
        ],
        "custom_fields": {},
    }


def _blackboard(ours: Addresses) -> System:
    return System(
        "blackboard",
        "Blackboard Learn",
        "developer.anthology.com › + › Register a REST or LTI application; "
        "Administrator Panel › Integrations › LTI Tool Providers › Register LTI 1.3/Advantage Tool; "
        "Tool Status: Approved; Manage Placements › Create Placement",
        (
            Field("Application Name", NAME),
            Field("Description", DESCRIPTION["en"]),
            Field("Domain(s)", ours.domain),
            Field("My Integration supports LTI 1.3", "✓"),
            Field("Login Initiation URL", ours.login),
            Field("Tool Redirect URL(s)", ours.launch),
            Field("Tool JWKS URL", ours.jwks),
            Field("Signing Algorithm", "RS256"),
            Field("Custom Parameters", "–"),
            Field("User Fields to Send", "Role in Course, Name"),
            Field("Allow grade service access", "Yes"),
            Field("Allow Membership Service Access", "Yes"),
            Field("Placement › Type", "Deep Linking content tool"),
            Field("Placement › Target Link URI", ours.launch),
        ),
        theirs=(Field("Issuer (Platform ID)", "https://blackboard.com"), Field("Client ID", "Application ID")),
        sources=(
            "https://docs.anthology.com/docs/developer-portal/creating-new-rest-or-lti-application",
            "https://docs.anthology.com/docs/blackboard/lti/1.3/register-an-application",
        ),
    )


def _openedx(ours: Addresses) -> System:
    return System(
        "openedx",
        "Open edX",
        "Studio › Settings › Advanced Settings › advanced_modules: lti_consumer; Unit › Advanced › LTI Consumer › Edit",
        (
            Field("LTI Version", "LTI 1.3"),
            Field("Tool Launch URL", ours.launch),
            Field("Registered Redirect URIs", json.dumps([ours.launch])),
            Field("Tool Initiate Login URL", ours.login),
            Field("Tool Public Key Mode", "Keyset URL"),
            Field("Tool Keyset URL", ours.jwks),
            Field("Enable LTI NRPS", "True"),
            Field("Deep linking", "True"),
            Field("Deep Linking Launch URL", ours.launch),
            Field("LTI Assignment and Grades Service", "Allow tools to submit grades only (declarative)"),
            Field("Scored", "True"),
            Field("Request user's full name", "True"),
            Field("Request user's email", "False"),
        ),
        sources=("https://github.com/openedx/xblock-lti-consumer",),
    )


def _d2l(ours: Addresses) -> System:
    return System(
        "d2l",
        "D2L Brightspace",
        "Admin Tools › Manage Extensibility › LTI Advantage › Register Tool › Standard; "
        "Admin Tools › External Learning Tools › LTI Advantage › New Deployment",
        (
            Field("Name", NAME),
            Field("Domain", ours.base_url),
            Field("Redirect URLs", ours.launch),
            Field("OpenID Connect Login URL", ours.login),
            Field("Target Link URI", ours.launch),
            Field("Keyset URL", ours.jwks),
            Field(
                "Extensions",
                "Assignment and Grade Services, Deep Linking, Names and Role Provisioning Services, "
                "Platform Notification Service",
            ),
            Field(
                "Deployment › Security Settings",
                "User Information: Name, User ID, Org Defined Id; Org Unit Information; Link Information",
            ),
            Field("Deployment › Anonymous", "–"),
        ),
        theirs=(Field("Audience", "Brightspace OAuth2 Audience"),),
        sources=(
            "https://community.d2l.com/brightspace/kb/articles/23662-tool-registration-deployment-and-links",
            "https://community.d2l.com/brightspace/kb/articles/23764-security-settings-for-lti-advantage-1-3",
            "https://community.d2l.com/brightspace/kb/articles/26215-platform-notification-service-with-lti-1-3",
        ),
    )
