"""What a person may choose for a build, and the formats that cannot keep it."""

from pathlib import Path

import pytest

from scorm_packager.build import build_package
from scorm_packager.errors import PackagerError
from scorm_packager.formats.choices import control_documents
from scorm_packager.options import BuildOptions, RecordTarget
from scorm_packager.scaffold import new_module

LRS = RecordTarget(endpoint="https://lrs.contoh.go.id/xapi/", key="k", secret="rahasia")
REFUSED = [
    ("web", BuildOptions(multi_sco=True), "--multi-sco"),
    ("web", BuildOptions(control_docs=Path()), "--control-docs"),
    ("cc", BuildOptions(multi_sco=True), "--multi-sco"),
    ("cc13", BuildOptions(control_docs=Path()), "--control-docs"),
    ("cc", BuildOptions(lrs=LRS), "--lrs"),
    ("web", BuildOptions(lrs=LRS), "--lrs"),
    ("cmi5", BuildOptions(lrs=LRS), "--lrs"),
    ("cmi5", BuildOptions(control_docs=Path()), "--control-docs"),
    ("tincan", BuildOptions(multi_sco=True), "--multi-sco"),
]


@pytest.mark.parametrize(("name", "options", "choice"), REFUSED, ids=[f"{row[0]}{row[2]}" for row in REFUSED])
def test_a_choice_that_a_format_cannot_keep_is_refused_before_anything_is_written(
    tmp_path: Path, name: str, options: BuildOptions, choice: str
) -> None:
    module = new_module(tmp_path / "modul")
    with pytest.raises(PackagerError, match="format.no_choice") as refused:
        build_package(module, name, tmp_path / "keluar", options)
    assert refused.value.params["option"] == choice
    assert "rahasia" not in str(refused.value)
    assert [path.name for path in tmp_path.iterdir()] == ["modul"]


def test_records_are_of_the_whole_module_and_do_not_go_with_a_sco_for_each_page(tmp_path: Path) -> None:
    with pytest.raises(PackagerError, match="format.choices_clash"):
        build_package(new_module(tmp_path / "modul"), "scorm12", tmp_path / "a", BuildOptions(lrs=LRS, multi_sco=True))


def test_control_documents_are_the_wanted_ones_and_what_belongs_to_them(tmp_path: Path) -> None:
    (tmp_path / "common").mkdir()
    for name in ("a.xsd", "b.dtd", "lain.txt", "common/c.xsd"):
        (tmp_path / name).write_text("x")
    names = [entry.name for entry in control_documents(tmp_path, ("a.xsd",), ("*.dtd", "common/*.xsd"))]
    assert names == ["a.xsd", "b.dtd", "common/c.xsd"]
    with pytest.raises(PackagerError, match="package.no_control_doc"):
        control_documents(tmp_path, ("a.xsd", "hilang.xsd"))
