"""The audit's pages in a real browser: nothing that axe finds, light and dark, wide and narrow, in every state."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from werkzeug.serving import make_server

from lti_tool.web.testing import PASSWORD, Site

pytestmark = pytest.mark.e2e
RUN_AXE = """
async () => {
    const rules = {type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']};
    const found = await axe.run(document, {runOnly: rules, resultTypes: ['violations'], preload: false});
    return found.violations.map(one => one.id + ': ' + one.nodes[0].target);
}"""
PAGES = ("/audit/?tahun=2026", "/audit/pegawai?tahun=2026&capaian=0", "/audit/?tahun=2026&status=x", "/audit/tinjauan")


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[Site, str]]:
    site = Site(tmp_path / "data")
    server = make_server("127.0.0.1", 0, site.app)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield site, f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    site.close()


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 360)])
def test_axe_finds_nothing_on_the_audits_pages(served, chromium: Any, require: Any, scheme: str, width: int) -> None:
    site, address = served
    axe = (Path(require("node_modules")) / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
    for serial, (name, jp) in enumerate((("Siti", 2400), ("Budi", 700)), start=1):
        person = site.employ(name, serial, opd=f"Dinas Kelautan dan Perikanan Bagian {serial}")
        site.credit(person, jp)
    site.credit(person, 300, source="sheet")
    site.staff("auditor")
    context = chromium.new_context(color_scheme=scheme, viewport={"width": width, "height": 800}, bypass_csp=True)
    page = context.new_page()
    page.goto(f"{address}/masuk")
    page.fill("[name=username]", "auditor")
    page.fill("[name=password]", PASSWORD)
    page.click("main button")
    found = []
    for path in (*PAGES, f"/audit/orang/{person}?tahun=2026"):
        page.goto(address + path)
        page.evaluate(axe)
        found += [f"{path} {one}" for one in page.evaluate(RUN_AXE)]
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
    context.close()
    assert found == []
