"""The packager and the adapters may not read the audit's rule table; what they know of forms agrees with it here."""

from adapters.cells import FORM_NAMES
from adapters.layouts import BPS_CODES, KINDS
from scorm_packager.forms import FORMS
from xapi.audit.rules import load_rules


def test_a_module_may_declare_exactly_the_forms_that_the_rule_table_pays() -> None:
    for edition in load_rules().editions:
        assert sorted(FORMS) == sorted(edition.forms)


def test_every_other_name_of_a_form_in_a_sheet_leads_to_one_of_them() -> None:
    assert {*FORM_NAMES.values(), *KINDS.values()} <= set(FORMS)


def test_the_codes_of_bps_are_those_of_the_rule_table() -> None:
    for edition in load_rules().editions:
        assert {form.bps: slug for slug, form in edition.forms.items() if form.bps[1:]} == BPS_CODES
