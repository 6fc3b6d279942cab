"""Equations of Word become MathML where they stood; what has no form keeps its letters and is named."""

from pathlib import Path

import pytest
from lxml import etree

from scorm_packager.findings import Findings
from scorm_packager.source.module import check_module
from scorm_packager.source.omml import DEEPEST, Equation
from tests.unit.scorm_packager.office_files import docx, paragraph

M = 'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'


def run(text: str) -> str:
    return f"<m:r><m:t>{text}</m:t></m:r>"


def e(inside: str, name: str = "e") -> str:
    return f"<m:{name}>{inside}</m:{name}>"


def mathml(inside: str) -> tuple[str, list[str]]:
    equation = Equation()
    found = equation.mathml(etree.fromstring(f"<m:oMath {M}>{inside}</m:oMath>"), block=False)
    etree.fromstring(found)
    return found.partition(">")[2].removeprefix("<mrow>").removesuffix("</mrow></math>"), equation.unknown


X, Y = run("x"), run("2")
MX, MY = "<mrow><mi>x</mi></mrow>", "<mrow><mn>2</mn></mrow>"


@pytest.mark.parametrize(
    ("inside", "wanted"),
    [
        (run("a1,5+b≤c"), "<mi>a</mi><mn>1,5</mn><mo>+</mo><mi>b</mi><mo>≤</mo><mi>c</mi>"),
        ('<m:r><m:rPr><m:sty m:val="p"/></m:rPr><m:t>sin</m:t></m:r>', "<mi>sin</mi>"),
        ("<m:r><m:rPr><m:nor/></m:rPr><m:t>bila &lt;</m:t></m:r>", "<mtext>bila &lt;</mtext>"),
        (f"<m:f>{e(X, 'num')}{e(Y, 'den')}</m:f>", f"<mfrac>{MX}{MY}</mfrac>"),
        (
            f'<m:f><m:fPr><m:type m:val="noBar"/></m:fPr>{e(X, "num")}{e(Y, "den")}</m:f>',
            f'<mfrac linethickness="0">{MX}{MY}</mfrac>',
        ),
        (f"<m:sSup>{e(X)}{e(Y, 'sup')}</m:sSup>", f"<msup>{MX}{MY}</msup>"),
        (f"<m:sSubSup>{e(X)}{e(Y, 'sub')}{e(X, 'sup')}</m:sSubSup>", f"<msubsup>{MX}{MY}{MX}</msubsup>"),
        (f"<m:rad><m:radPr><m:degHide/></m:radPr><m:deg/>{e(X)}</m:rad>", f"<msqrt>{MX}</msqrt>"),
        (f"<m:rad>{e(Y, 'deg')}{e(X)}</m:rad>", f"<mroot>{MX}{MY}</mroot>"),
        (
            f'<m:nary><m:naryPr><m:chr m:val="∑"/><m:limLoc m:val="undOvr"/></m:naryPr>'
            f"{e(X, 'sub')}{e(Y, 'sup')}{e(X)}</m:nary>",
            f"<mrow><munderover><mo>∑</mo>{MX}{MY}</munderover>{MX}</mrow>",
        ),
        (
            f"<m:nary><m:naryPr><m:subHide/><m:supHide/></m:naryPr><m:sub/><m:sup/>{e(X)}</m:nary>",
            f"<mrow><mo>∫</mo>{MX}</mrow>",
        ),
        (
            f'<m:d><m:dPr><m:begChr m:val="{{"/><m:endChr m:val=""/></m:dPr>{e(X)}{e(Y)}</m:d>',
            f'<mrow><mo stretchy="true">{{</mo>{MX}<mo stretchy="true">|</mo>{MY}</mrow>',
        ),
        (f"<m:func>{e(X, 'fName')}{e(Y)}</m:func>", f"<mrow>{MX}<mo>\u2061</mo>{MY}</mrow>"),
        (f'<m:acc><m:accPr><m:chr m:val="\u20d7"/></m:accPr>{e(X)}</m:acc>',
          f'<mover accent="true">{MX}<mo>→</mo></mover>'),
        (f"<m:m><m:mr>{e(X)}{e(Y)}</m:mr></m:m>", f"<mtable><mtr><mtd>{MX}</mtd><mtd>{MY}</mtd></mtr></mtable>"),
        (f"<m:eqArr>{e(X)}</m:eqArr>", f"<mtable><mtr><mtd>{MX}</mtd></mtr></mtable>"),
        (f"<m:limLow>{e(X)}{e(Y, 'lim')}</m:limLow>", f"<munder>{MX}{MY}</munder>"),
        (f"<m:borderBox>{e(X)}</m:borderBox>", f'<menclose notation="box">{MX}</menclose>'),
        (
            f"<m:sPre>{e(X, 'sub')}{e(Y, 'sup')}{e(X)}</m:sPre>",
            f"<mmultiscripts>{MX}<mprescripts/>{MX}{MY}</mmultiscripts>",
        ),
    ],
)  # fmt: skip
def test_each_form_of_an_equation_has_its_own(inside: str, wanted: str) -> None:
    assert mathml(inside) == (wanted, [])


def test_an_unknown_or_too_deep_part_keeps_its_letters_and_is_named() -> None:
    assert mathml(f"<m:baru>{X}</m:baru>") == (MX, ["baru"])
    deep = run("z")
    for _level in range(DEEPEST + 10):
        deep = f"<m:sSup>{e(deep)}{e(Y, 'sup')}</m:sSup>"
    found, unknown = mathml(deep)
    assert "<mi>z</mi>" in found
    assert unknown


def test_equations_stand_in_their_places_in_the_page(module_folder: Path) -> None:
    line = (
        f"<w:p><w:r><w:t>Luas </w:t></w:r><m:oMath {M}><m:sSup>{e(run('r'))}{e(Y, 'sup')}</m:sSup></m:oMath>"
        f"<w:r><w:t> saja</w:t></w:r></w:p>"
    )
    alone = f"<w:p><m:oMathPara {M}><m:oMath><m:baru>{run('a&lt;b')}</m:baru></m:oMath></m:oMathPara></w:p>"
    docx(module_folder / "isi" / "03-a.docx", paragraph("x") + line + alone)
    findings = Findings()
    module = check_module(module_folder, findings)
    assert module is not None, findings.errors
    html = module.course.pages[2].html
    assert 'Luas <math display="inline" alttext="r2"><mrow><msup><mrow><mi>r</mi></mrow>' in html
    assert "</math> saja</p>" in html
    assert (
        '<math display="block" alttext="a&lt;b"><mrow><mrow><mi>a</mi><mo>&lt;</mo><mi>b</mi></mrow></mrow></math>'
        in html
    )
    assert [(one.code, one.params["number"], one.params["names"]) for one in findings.warnings] == [
        ("document.math", 2, "baru")
    ]
    assert not list((module_folder / ".jampel").rglob("*.docx"))


def test_a_document_without_equations_is_read_as_it_is(module_folder: Path) -> None:
    docx(module_folder / "isi" / "03-a.docx", paragraph("rumus0n tetap kata"))
    module = check_module(module_folder, Findings())
    assert module is not None
    assert "rumus0n tetap kata" in module.course.pages[2].html
