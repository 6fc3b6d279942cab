"""Values to copy into a platform that is registered by hand: the same addresses under each system's own field names."""

import json

import msgspec

from lti_tool.registration.request import DESCRIPTION, NAME, SCOPES, Addresses


class Field(msgspec.Struct, frozen=True):
    """One field over there: its `label` as the system shows it, and the `value` to copy (lines for a list)."""

    label: str
    value: str


class System(msgspec.Struct, frozen=True):
    """A system to register by hand: the menu that leads there, its fields, and a document where it takes one.

    `tried` says whether somebody did it with a real installation.
    """

    name: str
    title: str
    menu: str
    fields: tuple[Field, ...]
    document: str = ""
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
        "Admin › Developer Keys › + Developer Key › + LTI Key › Enter JSON / Paste JSON",
        (Field("Key Name", NAME), Field("Redirect URIs", ours.launch)),
        document=json.dumps(canvas_document(ours), ensure_ascii=False, indent=2),
    )


def canvas_document(ours: Addresses) -> dict[str, object]:
    """The LTI key of Canvas as the JSON that its form takes."""
    placement = {
        "placement": "assignment_selection",
        "message_type": "LtiDeepLinkingRequest",
        "target_link_uri": ours.launch,
        "text": NAME,
    }
    return {
        "title": NAME,
        "description": DESCRIPTION["id"],
        "target_link_uri": ours.launch,
        "oidc_initiation_url": ours.login,
        "public_jwk_url": ours.jwks,
        "scopes": list(SCOPES),
        "extensions": [
            {
                "domain": ours.domain,
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
        "developer.blackboard.com › My Apps › Register a new LTI 1.3 application; "
        "Administrator Panel › LTI Tool Providers › Register LTI 1.3 Tool",
        (
            Field("Application Name", NAME),
            Field("Domain(s)", ours.domain),
            Field("My Integration supports LTI 1.3", "✓"),
            Field("Login Initiation URL", ours.login),
            Field("Tool Redirect URL(s)", ours.launch),
            Field("Tool JWKS URL", ours.jwks),
            Field("Signing Algorithm", "RS256"),
            Field("Deep Linking Content Tool · Target Link URI", ours.launch),
            Field("User Fields to Send", "Role in Course, Name"),
            Field("Allow grade service access", "Yes"),
            Field("Allow Membership Service Access", "Yes"),
        ),
    )


def _openedx(ours: Addresses) -> System:
    return System(
        "openedx",
        "Open edX",
        "Studio › Advanced Settings › lti_consumer; Unit › Advanced › LTI Consumer › Edit",
        (
            Field("LTI Version", "LTI 1.3"),
            Field("Tool Launch URL", ours.launch),
            Field("Registered Redirect URIs", json.dumps([ours.launch])),
            Field("Tool Initiate Login URL", ours.login),
            Field("Tool Public Key Mode", "Keyset URL"),
            Field("Tool Keyset URL", ours.jwks),
            Field("Enable LTI NRPS", "True"),
            Field("Deep Linking", "True"),
            Field("Deep Linking Launch URL", ours.launch),
            Field("LTI Assignment and Grades Service", "Allow tools to submit grades only (declarative)"),
        ),
    )


def _d2l(ours: Addresses) -> System:
    return System(
        "d2l",
        "D2L Brightspace",
        "Admin Tools › Manage Extensibility › LTI Advantage › Register Tool › Standard",
        (
            Field("Name", NAME),
            Field("Domain", ours.base_url),
            Field("Redirect URLs", ours.launch),
            Field("OpenID Connect Login URL", ours.login),
            Field("Target Link URI", ours.launch),
            Field("Keyset URL", ours.jwks),
            Field("Extensions", "Assignment and Grade Services, Deep Linking, Names and Role Provisioning Services"),
            Field("Substitution Parameters · Security Settings", "Name, Org Defined Id"),
        ),
    )
