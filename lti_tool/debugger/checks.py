"""The checks of logins and launches by name and in their order, and which of them an error code belongs to."""

from typing import NamedTuple

from xapi.words import translate

LOGIN: dict[str, tuple[str, ...]] = {
    "parameters": ("login.parameter_missing", "login.parameter_twice", "login.hint_too_large"),
    "login_target": ("login.target_foreign",),
    "login_platform": ("login.platform_unknown", "login.platform_ambiguous"),
    "login_deployment": ("launch.deployment_refused", "login.deployment_unknown"),
    "pace": ("login.too_many",),
}
LAUNCH: dict[str, tuple[str, ...]] = {
    "answer": ("launch.platform_error", "launch.form_too_large"),
    "state": ("launch.state_missing",),
    "cookie": ("launch.cookie_missing",),
    "flow": ("launch.state_unknown",),
    "token": ("launch.token_too_large", "launch.token_malformed", "launch.json"),
    "nonce": ("launch.nonce",),
    "platform": ("launch.platform_unknown",),
    "issuer": ("launch.issuer",),
    "audience": ("launch.audience",),
    "kid": ("launch.kid_missing",),
    "algorithm": ("launch.algorithm",),
    "key": ("launch.keys_unreachable", "launch.kid_unknown", "launch.key_unfit"),
    "signature": ("launch.signature",),
    "times": ("launch.time_missing", "launch.from_the_future", "launch.expired", "launch.lifetime"),
    "deployment": (
        "launch.deployment_missing",
        "launch.deployment_other",
        "launch.deployment_refused",
        "launch.deployment_pending",
    ),
    "target": ("launch.target_foreign",),
    "message": (
        "launch.version",
        "launch.message_type",
        "launch.claim_type",
        "launch.context_id",
        "launch.resource_link",
        "launch.roles",
        "launch.teachers_only",
        "launch.admins_only",
        "launch.for_user",
        "launch.subject_missing",
        "launch.subject_broken",
        "launch.deep_linking_settings",
        "launch.deep_linking_types",
    ),
    "saved": (),
}
#: The check that a code nobody listed is put to, by the last part that a launch had.
_AFTER = {"": "answer", "flow": "token", "token": "nonce", "platform": "kid", "message": "saved"}


class Judged(NamedTuple):
    """One check: its `name`, and `good`, `bad`, or `untried` when an earlier one refused."""

    name: str
    state: str


def judged(kind: str, code: str, reached: str) -> list[Judged]:
    """Every check of a login or launch (`kind`) that ended with `code` (empty: let in) after it had `reached`."""
    checks = LOGIN if kind == "login" else LAUNCH
    if not code:
        return [Judged(name, "good") for name in checks]
    otherwise = next(iter(checks)) if kind == "login" else _AFTER.get(reached, "answer")
    refusing = next((name for name, codes in checks.items() if code in codes), otherwise)
    names = list(checks)
    at = names.index(refusing)
    return [Judged(name, "good" if i < at else "bad" if i == at else "untried") for i, name in enumerate(names)]


def title(name: str, language: str) -> str:
    """What the check `name` is called."""
    return {
        "parameters": translate("lti_tool", language, "Isian login lengkap"),
        "login_target": translate("lti_tool", language, "Alamat tujuan milik Jampel"),
        "login_platform": translate("lti_tool", language, "LMS terdaftar"),
        "login_deployment": translate("lti_tool", language, "Deployment dikenal"),
        "pace": translate("lti_tool", language, "Jumlah login wajar"),
        "answer": translate("lti_tool", language, "LMS tidak menolak"),
        "state": translate("lti_tool", language, "State dikirim kembali"),
        "cookie": translate("lti_tool", language, "Cookie kembali dari peramban"),
        "flow": translate("lti_tool", language, "State berlaku dan belum dipakai"),
        "token": translate("lti_tool", language, "Format pesan (JWT)"),
        "nonce": translate("lti_tool", language, "Nonce dari login yang sama"),
        "platform": translate("lti_tool", language, "LMS menyala"),
        "issuer": translate("lti_tool", language, "Issuer (iss)"),
        "audience": translate("lti_tool", language, "Client ID (aud)"),
        "kid": translate("lti_tool", language, "Nama kunci (kid)"),
        "algorithm": translate("lti_tool", language, "Algoritma tanda tangan"),
        "key": translate("lti_tool", language, "Kunci publik LMS"),
        "signature": translate("lti_tool", language, "Tanda tangan"),
        "times": translate("lti_tool", language, "Waktu (iat, exp, nbf)"),
        "deployment": translate("lti_tool", language, "Deployment disetujui"),
        "target": translate("lti_tool", language, "Alamat tujuan (target_link_uri)"),
        "message": translate("lti_tool", language, "Isi pesan LTI"),
        "saved": translate("lti_tool", language, "Tersimpan"),
    }[name]
