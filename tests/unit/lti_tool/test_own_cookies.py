"""The one cookie of a launch among all that a browser has gathered."""

import pytest

from lti_tool.web.own_cookies import OwnCookies


@pytest.mark.parametrize(
    ("header", "found"),
    [
        ("jampel_lti_a=satu", "satu"),
        ("lain=1; jampel_lti_a=satu; jampel_lti_b=dua", "satu"),
        ("lain=1;jampel_lti_a=satu", "satu"),
        ("jampel_lti_a=satu; jampel_lti_a=dua", "satu"),
        ("xjampel_lti_a=satu", ""),
        ('lain="a; b"; jampel_lti_ab=satu', ""),
        ("jampel_lti_a", ""),
        ("jampel_lti_a=", ""),
        (";;;", ""),
        ("", ""),
    ],
)
def test_the_first_cookie_of_exactly_that_name_is_found(header: str, found: str) -> None:
    assert OwnCookies(header).get("jampel_lti_a", "") == found
