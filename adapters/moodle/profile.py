"""Moodle 4.x in launches and packages: every way in which it differs from the standards, in one place.

Read and tried on Moodle 4.5; file names are under its `mod/lti/`.
"""

from adapters.base import LaunchProfile
from scorm_packager.preset import Preset

_AGS = "https://purl.imsglobal.org/spec/lti-ags/scope/"
_NRPS = "https://purl.imsglobal.org/spec/lti-nrps/scope/"
# the labels of the tool's settings page, as Moodle shows them in English
_GRADES = "Services > IMS LTI Assignment and Grade Services > Use this service for grade sync only"
_COLUMNS = "Services > IMS LTI Assignment and Grade Services > Use this service for grade sync and column management"
_ROSTER = "Services > IMS LTI Names and Role Provisioning > Use this service to retrieve members' information"

PROFILE = LaunchProfile(
    name="moodle",
    # launch.php runs before the login: an expired session sends login_hint=0, and auth.php then fails
    anonymous_login_hints=frozenset({"0", ""}),
    # NRPS runs names through format_string(); the id_token does not
    member_names_escaped=True,
    member_roles_short=True,
    # services.php compares the whole Accept header: `*/*`, lists and `;q=` are answered 400
    strict_single_accept=True,
    # token.php and DELETE answer JSON or nothing under text/html
    services_content_type_text_html=True,
    # the Link header of line items has typographic quotes and `&amp;`
    link_header_lenient=True,
    # results with `limit` end in a PHP error (404) as soon as there is a grade; without it all come at once
    results_at_once=True,
    # token.php has no leeway: an iat one second in its future is answered 400
    token_backdate_seconds=10,
    # a refused score is answered 400 with the body `[]`; the text is only in the reason phrase
    error_text_in_reason=True,
    # a timestamp not later than the stored one, a teacher's manual grade included, is answered 409; whole seconds count
    needs_strictly_rising_timestamps=True,
    timestamp_resolution_seconds=1.0,
    stale_score_statuses=frozenset({409}),
    # InProgress, Pending or no scoreGiven set the grade to nothing
    wipes_grade_without_score=True,
    # a teacher, someone not enrolled or unknown: 400; another tool's item: 404
    not_gradable_statuses=frozenset({400, 404}),
    # the site setting gradepointmax is 100; a fraction or more makes the activity form refuse to save
    line_item_maximum=100,
    line_item_integer=True,
    line_item_label_ignored=True,
    # PUT without resourceLinkId uncouples the item from its activity
    line_item_keeps_resource_link=True,
    # auth.php compares the redirect URI byte for byte and runs state through strip_tags
    redirect_uri_exact=True,
    strip_state_html=True,
    launch_post_error=True,
    # on the same key the value set on the tool hides the deep-linked one; objects give an error page
    tool_custom_wins=True,
    custom_scalars_only=True,
    title_limit=255,
    # contentitem_return.php and the activity form read neither `available` nor `submission`
    keeps_windows=False,
    platform_storage=False,
    # auth.php takes each hint once; launch.php makes a new one for whoever is logged in; the view was logged already
    restart_page="launch.php?id={id}&triggerview=0",
    restart_member="cmid",
    # registration answers 200, the tool then waits as "pending" until an administrator activates it
    registration_statuses=frozenset({200, 201}),
    awaits_activation=True,
    # curlsecurityblockedhosts and curlsecurityallowedport
    private_jwks_blocked=True,
    key_fetch_settings="Site administration > General > Security > HTTP security: cURL blocked hosts list, cURL allowed"
    " ports list",
    scope_settings=(
        (_AGS + "lineitem", _COLUMNS),
        (_AGS + "lineitem.readonly", _GRADES),
        (_AGS + "score", _GRADES),
        (_AGS + "result.readonly", _GRADES),
        (_NRPS + "contextmembership.readonly", _ROSTER),
    ),
    configuration_path="/mod/lti/openid-configuration.php",
)

# Moodle's setting scorm12standard keeps 4096 characters of cmi.suspend_data. Its restore knows cartridges by the text
# of the namespaces of 1.0 and 1.1 alone; cmi5 and Tin Can need a plugin.
# Its object for SCORM 2004 stays terminated once a SCO has ended, until the whole player page is loaded again
# (datamodels/scorm_13.js; the one for 1.2 begins anew).
PRESET = Preset(
    name="moodle45",
    title="Moodle 4.5",
    cannot_read=("cc13", "cmi5", "tincan"),
    one_sco=("scorm2004-3", "scorm2004-4"),
)
