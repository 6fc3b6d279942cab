"""Manifests of SCORM 2004 and cmi5 against the publishers' XSDs, and the rules that the XSDs do not know.

The rules are those that ADL publishes for content aggregations (SCORM 2004 CAM), and what Moodle 4.5 needs besides.
"""

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from scorm_packager.build import build_package
from scorm_packager.course import Course, Page, Question, TrueFalse
from scorm_packager.formats.cmi5 import write_structure
from scorm_packager.formats.parts import Cut, cut_course
from scorm_packager.formats.scorm12_manifest import write_manifest as write_scorm12
from scorm_packager.formats.scorm2004_manifest import FOURTH, THIRD, Edition, write_manifest
from scorm_packager.options import BuildOptions
from scorm_packager.preset import Preset
from scorm_packager.scaffold import new_module
from scorm_packager.schema import load_schema
from tests.conformance.xsds import folder_of, has_lom, schema_of

pytestmark = pytest.mark.conformance

EDITIONS = {"scorm2004-3": THIRD, "scorm2004-4": FOURTH}
NS = {
    "cp": "http://www.imsglobal.org/xsd/imscp_v1p1",
    "adlcp": "http://www.adlnet.org/xsd/adlcp_v1p3",
    "imsss": "http://www.imsglobal.org/xsd/imsss",
    "cmi5": "https://w3id.org/xapi/profiles/cmi5/v1/CourseStructure.xsd",
}
TYPE = "{http://www.adlnet.org/xsd/adlcp_v1p3}scormType"
#: What XML 1.0 can hold, and a title can.
TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn")), min_size=1, max_size=60).filter(
    lambda text: text.strip() == text and "\ufffe" not in text and "\uffff" not in text
)


def make_course(title: str, description: str, points: list[list[int]], mastery: int) -> Course:
    """A course with a page for each of `points`, and on it a question worth each number."""
    questions: dict[str, Question] = {
        f"q{page}-{number}": TrueFalse(id=f"q{page}-{number}", prompt="<p>?</p>", points=worth, answer=True)
        for page, worths in enumerate(points)
        for number, worth in enumerate(worths)
    }
    pages = tuple(
        Page(
            id=f"p-{page:02}",
            title=f"{title} {page}",
            html="<section></section>",
            questions=tuple(f"q{page}-{number}" for number in range(len(worths))),
        )
        for page, worths in enumerate(points)
    )
    return Course(
        id="modul-uji",
        iri="https://contoh.go.id/modul/uji",
        version="1.0.0",
        digest="0" * 64,
        title=title,
        language="id",
        description=description,
        jp=100,
        bentuk="e-learning",
        mastery=mastery if questions else None,
        competency=description,
        authors=(),
        institution="Contoh",
        licence=description[:20],
        minutes=45,
        pages=pages,
        questions=questions,
    )


COURSES = st.builds(
    make_course,
    TEXT,
    st.one_of(st.just(""), TEXT),
    st.lists(st.lists(st.integers(1, 9), max_size=3), min_size=1, max_size=4),
    st.integers(0, 100),
)
FEW = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def parts_of(course: Course, multi_sco: bool) -> tuple[Cut, BuildOptions]:
    options = BuildOptions(multi_sco=multi_sco, preset=Preset(name="uji", metadata=has_lom(), mastery_score=True))
    return cut_course(course, (), "scorm12", options), options


def found(root: etree._Element, path: str) -> list[etree._Element]:
    return root.findall(path, NS)


def schema_or_fail(name: str, require: Callable[[str], str]) -> etree.XMLSchema:
    schema = schema_of(name)
    if schema is None:
        if name != "cmi5":
            require("node_modules")
        pytest.skip(f"no XSDs of {name}: set SCORM_SCHEMAS to a folder that has {name}/")
    return schema


@pytest.mark.parametrize(("name", "edition"), EDITIONS.items(), ids=EDITIONS)
@given(course=COURSES, multi_sco=st.booleans())
@FEW
def test_every_manifest_of_scorm_2004_is_valid_and_keeps_the_rules(
    name: str, edition: Edition, require: Callable[[str], str], course: Course, multi_sco: bool
) -> None:
    schema = schema_or_fail(name, require)
    cut, options = parts_of(course, multi_sco)
    body = write_manifest(course, cut, options, edition)
    root = etree.fromstring(body)
    schema.validate(root)
    assert [str(fault) for fault in schema.error_log] == []
    keeps_the_rules(root, cut)
    assert b"mapInfo" not in body  # Moodle 4.5 on PHP 8 cannot import it
    assert f"<schemaversion>{edition.version}</schemaversion>".encode() in body
    assert body.startswith(b'<?xml version="1.0" encoding="UTF-8"?>\n<manifest xmlns="http://www.imsglobal.org/')


def keeps_the_rules(root: etree._Element, cut: Cut) -> None:
    """What ADL's rules for a content aggregation demand and the XSDs let through."""
    ids = [element.get("identifier") for element in root.iter() if element.get("identifier")]
    assert len(ids) == len(set(ids))
    organizations = found(root, "cp:organizations")[0]
    assert organizations.get("default") in [one.get("identifier") for one in found(organizations, "cp:organization")]
    resources = {one.get("identifier"): one for one in found(root, "cp:resources/cp:resource")}
    items = found(root, ".//cp:item")
    assert len(items) == len(cut.parts)
    for item in items:
        resource = resources[item.get("identifierref")]
        assert resource.get(TYPE) == "sco"
        assert resource.get("href") in [file.get("href") for file in found(resource, "cp:file")]
        assert len(found(item, "imsss:sequencing/imsss:objectives/imsss:objective")) == 0
        delivery = found(item, "imsss:sequencing/imsss:deliveryControls")[0]
        assert delivery.attrib == {"completionSetByContent": "true", "objectiveSetByContent": "true"}
        assert item.findtext("cp:title", namespaces=NS)
    for resource in resources.values():
        assert resource.get(TYPE) in ("sco", "asset")
        assert all(one.get("identifierref") in resources for one in found(resource, "cp:dependency"))
    control = found(root, ".//cp:organization/imsss:sequencing/imsss:controlMode")[0]
    assert control.attrib == {"choice": "true", "flow": "true"}
    listed = {file.get("href") for file in found(root, ".//cp:file")}
    assert listed == {entry.name for entry in cut.entries}


def test_a_completion_threshold_is_text_in_the_third_edition_and_attributes_in_the_fourth() -> None:
    course = make_course("Uji", "", [[1]], 70)
    cut, options = parts_of(course, False)
    third, fourth = (
        etree.fromstring(write_manifest(course, cut, options, edition)).find(".//adlcp:completionThreshold", NS)
        for edition in (THIRD, FOURTH)
    )
    assert third is not None
    assert fourth is not None
    assert (third.text, dict(third.attrib)) == ("1.0", {})
    assert fourth.text is None
    assert dict(fourth.attrib) == {
        "completedByMeasure": "true",
        "minProgressMeasure": "1.0",
        "progressWeight": "1.0",
    }


@pytest.mark.parametrize("mastery", [0, 7, 70, 100])
def test_the_last_objective_carries_the_pass_mark_of_the_module(mastery: int) -> None:
    """Moodle takes the mark from the last objective, and 100 % from one without."""
    course = make_course("Uji", "", [[1], [2]], mastery)
    cut, options = parts_of(course, False)
    root = etree.fromstring(write_manifest(course, cut, options, FOURTH))
    marks = [one.text for one in found(root, ".//imsss:minNormalizedMeasure")]
    assert [float(mark or "") for mark in marks] == [mastery / 100]
    assert found(root, ".//imsss:primaryObjective")[0].get("satisfiedByMeasure") == "true"


def test_a_module_without_questions_has_no_pass_mark() -> None:
    course = make_course("Uji", "", [[], []], 70)
    for multi_sco in (False, True):
        cut, options = parts_of(course, multi_sco)
        assert b"objectives>" not in write_manifest(course, cut, options, THIRD)
        assert b"masteryScore" not in write_structure(course, cut.parts)


@given(points=st.lists(st.lists(st.integers(1, 9), max_size=3), min_size=2, max_size=5), share=st.floats(0, 1))
@settings(max_examples=30, deadline=None)
def test_the_rolled_up_measure_of_many_scos_is_the_score_of_the_module(points: list[list[int]], share: float) -> None:
    """SN 4.6.1: the sum of measure times weight, over the sum of the weights; an unknown measure counts as 0."""
    course = make_course("Uji", "", points, 70)
    cut, options = parts_of(course, True)
    root = etree.fromstring(write_manifest(course, cut, options, FOURTH))
    rules = found(root, ".//cp:item/imsss:sequencing/imsss:rollupRules")
    weights = [float(rule.get("objectiveMeasureWeight")) for rule in rules]
    graded = [rule.get("rollupObjectiveSatisfied") == "true" for rule in rules]
    total = sum(map(sum, points))
    assert graded == [bool(worths) for worths in points]
    if total:
        measures = [share if number % 2 else 0.0 for number in range(len(points))]
        rolled = sum(measure * weight for measure, weight in zip(measures, weights, strict=True)) / sum(weights)
        whole = sum(measure * sum(worths) for measure, worths in zip(measures, points, strict=True)) / total
        assert rolled == pytest.approx(whole, abs=0.001)
        assert found(root, ".//cp:organization/imsss:sequencing//imsss:minNormalizedMeasure")[0].text == "0.7"


@given(course=COURSES, multi_sco=st.booleans())
@FEW
def test_every_cmi5_course_is_valid_and_says_when_to_move_on(
    require: Callable[[str], str], course: Course, multi_sco: bool
) -> None:
    schema = schema_or_fail("cmi5", require)
    cut, _options = parts_of(course, multi_sco)
    root = etree.fromstring(write_structure(course, cut.parts))
    schema.validate(root)
    assert [str(fault) for fault in schema.error_log] == []
    units = found(root, "cmi5:au")
    ids = [element.get("id") for element in (*found(root, "cmi5:course"), *units)]
    assert len(ids) == len(set(ids))
    assert course.iri in ids
    for unit, part in zip(units, cut.parts, strict=True):
        assert unit.get("moveOn") == ("Completed" if part.mastery is None else "CompletedAndPassed")
        assert unit.get("masteryScore") == (None if part.mastery is None else f"{part.mastery / 100:g}")
        assert unit.findtext("cmi5:url", namespaces=NS) in {entry.name for entry in cut.entries}


@given(course=COURSES, multi_sco=st.booleans())
@FEW
def test_every_manifest_of_scorm_12_is_valid_also_with_a_sco_for_each_page(
    require: Callable[[str], str], course: Course, multi_sco: bool
) -> None:
    folder = folder_of("scorm12")
    if folder is None:
        require("node_modules")
        pytest.fail("no XSDs of SCORM 1.2")
    cut, options = parts_of(course, multi_sco)
    schema = load_schema(folder)
    root = etree.fromstring(write_scorm12(course, cut, options))
    schema.validate(root)
    assert [str(fault) for fault in schema.error_log] == []
    assert len(root.findall(".//{*}item")) == len(cut.parts)


@pytest.mark.parametrize("name", EDITIONS)
def test_a_package_with_control_documents_holds_what_its_manifest_names(
    name: str, require: Callable[[str], str], tmp_path: Path
) -> None:
    schema_or_fail(name, require)
    options = BuildOptions(control_docs=folder_of(name), preset=Preset(name="uji", metadata=has_lom()))
    package = build_package(new_module(tmp_path / "modul"), name, tmp_path / "a.zip", options).path
    with zipfile.ZipFile(package) as opened:
        names = set(opened.namelist())
        root = etree.fromstring(opened.read("imsmanifest.xml"))
    named = root.get("{http://www.w3.org/2001/XMLSchema-instance}schemaLocation", "").split()
    assert len(named) >= 10
    assert set(named[1::2]) <= names
    assert set(named[::2]) <= set(root.nsmap.values())
    assert schema_or_fail(name, require).validate(root)
    listed = {file.get("href") for file in found(root, ".//cp:file")}
    extra = names - listed - {"imsmanifest.xml"}
    assert listed <= names
    assert all(Path(one).suffix in (".xsd", ".dtd") for one in extra)


def test_the_schemas_catch_a_wrong_order(require: Callable[[str], str]) -> None:
    """The schemas are really in force."""
    course = make_course("Uji", "", [[1]], 70)
    cut, options = parts_of(course, False)
    for name, edition in EDITIONS.items():
        root = etree.fromstring(write_manifest(course, cut, options, edition))
        assert schema_or_fail(name, require).validate(root)
        sequencing = root.find(".//cp:item/imsss:sequencing", NS)
        assert sequencing is not None
        sequencing.insert(0, sequencing[-1])
        assert not schema_or_fail(name, require).validate(root)
