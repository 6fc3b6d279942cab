"""The packager and the adapters may not read the audit's rule table; what they know of forms agrees with it here."""

from adapters.attendance import FORM_NAMES
from scorm_packager.forms import FORMS
from xapi.audit.rules import load_rules


def test_a_module_may_declare_exactly_the_forms_that_the_rule_table_pays() -> None:
    for edition in load_rules().editions:
        assert sorted(FORMS) == sorted(edition.forms)


def test_every_other_name_of_a_form_in_a_sheet_leads_to_one_of_them() -> None:
    assert set(FORM_NAMES.values()) <= set(FORMS)
