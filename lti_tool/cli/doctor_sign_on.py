"""What `jampel doctor` says about the single sign-on."""

from lti_tool.console import N_, say, words
from lti_tool.oidc.desk import BACK_PATH, END_PATH
from lti_tool.oidc.examine import NO_LOGOUT, NO_S256, examine
from lti_tool.oidc.provider import Provider
from lti_tool.services import Services
from lti_tool.settings import preferred_language
from xapi.words import explain

WEAK = {
    NO_LOGOUT: N_(
        "penyedia tidak menyebut back-channel logout: siapa yang keluar di sana tetap masuk di sini "
        "sampai sesinya habis"
    ),
    NO_S256: N_("penyedia tidak menyebut PKCE S256; Jampel tetap mengirimkannya"),
}


def say_sign_on(services: Services) -> bool:
    """Says how the single sign-on is, when there is one; whether something is wrong."""
    settings, http = services.settings, services.lti_parts.http
    if not settings.oidc.issuer:
        return False
    provider = Provider(settings.oidc.issuer, http, services.clock)
    found = examine(settings.oidc, settings.oidc_secret, provider, http)
    for error in found.wrong:
        say("SALAH masuk tunggal: %(sentence)s", sentence=explain(error, preferred_language()))
    for weakness in found.weak:
        say("PERINGATAN masuk tunggal: %(weakness)s.", weakness=words(WEAK[weakness]))
    if not found.wrong:
        say("Masuk tunggal %(issuer)s menjawab dan cocok dengan pengaturan.", issuer=settings.oidc.issuer)
    say("Alamat Jampel untuk penyedia: kembali %(back)s, back-channel logout %(end)s, sesudah keluar %(home)s",
        back=f"{settings.base_url}{BACK_PATH}", end=f"{settings.base_url}{END_PATH}",
        home=f"{settings.base_url}/")  # fmt: skip
    return bool(found.wrong)
