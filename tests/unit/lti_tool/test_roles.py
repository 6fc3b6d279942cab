"""Roles: the course speaks first, and who has no known role has no rights."""

import pytest

from lti_tool.roles import rights

V = "http://purl.imsglobal.org/vocab/lis/v2/"


@pytest.mark.parametrize(
    ("roles", "expected"),
    [
        ([V + "membership#Learner"], {"learner"}),
        ([V + "membership#Instructor"], {"teacher"}),
        ([V + "membership/Instructor#TeachingAssistant"], {"teacher"}),
        ([V + "membership/Instructor#Grader", V + "membership#Learner"], {"teacher", "learner"}),
        ([V + "membership#Manager"], {"teacher"}), (["Learner"], {"learner"}), (["Instructor"], {"teacher"}),
        ([V + "membership#Learner", V + "system/person#Administrator"], {"learner"}),
        ([V + "membership#Instructor", V + "institution/person#Administrator"], {"teacher"}),
        ([V + "institution/person#Administrator"], {"admin"}), ([V + "system/person#SysAdmin"], {"admin"}),
        ([V + "institution/person#Student"], {"learner"}), ([V + "institution/person#Instructor"], set()),
        ([V + "membership#Mentor"], set()), ([], set()),
        (["", "x", V, "http://evil.example/membership#Instructor"], set()),
        (["instructor"], set()), ([V + "membership#instructor"], set()), ([V + "membershipX#Instructor"], set()),
    ],
)  # fmt: skip
def test_roles_become_rights(roles: list[str], expected: set[str]) -> None:
    assert rights(roles) == expected
