"""What somebody wrote is given back when the session or the form was too old, and a stranger's words never are."""

import re

HERE = {"Sec-Fetch-Site": "same-origin", "Referer": "http://localhost/admin/lms/baru?lang=id"}
WRITTEN = {
    "name": "LMS <Provinsi>",
    "issuer": "https://lms.example.go.id",
    "reason": "Baris satu.\nDua.",
    "secret": "rahasia-sekali",
}


def test_words_come_back_and_secrets_do_not(site) -> None:
    page = site.browser().post("/admin/lms/baru", data=WRITTEN, headers=HERE)
    assert page.status_code == 400
    assert 'readonly value="LMS &lt;Provinsi&gt;"' in page.text
    assert re.search(r"<textarea[^>]* readonly[^>]*>Baris satu.\nDua.</textarea>", page.text)
    assert page.text.count("readonly") == 3
    assert "rahasia-sekali" not in page.text
    assert 'href="/admin/lms/baru?lang=id" target="_blank"' in page.text


def test_words_come_back_only_to_a_page_of_this_site(site) -> None:
    def shown(**headers: str) -> bool:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        page = site.browser().post("/admin/lms/baru", data=WRITTEN, headers=sent).text
        assert ("LMS &lt;Provinsi&gt;" in page) == ("belum tersimpan" in page)
        return "belum tersimpan" in page

    assert shown(Origin="http://localhost"), "a browser that does not know Sec-Fetch-Site"
    assert not shown()
    assert not shown(Origin="null")
    assert not shown(Origin="https://jahat.example")
    assert not shown(Sec_Fetch_Site="cross-site", Origin="http://localhost")
    assert not shown(Sec_Fetch_Site="none")


def test_the_way_back_leads_only_to_this_site(site) -> None:
    for referer in ("https://jahat.example/x", "http://localhost//jahat.example", ""):
        page = site.browser().post("/admin/lms/baru", data=WRITTEN, headers=HERE | {"Referer": referer}).text
        assert "jahat" not in page
