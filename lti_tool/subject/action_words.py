"""The actions of the record of processing in the words of people."""

from xapi.words import translate


def action_name(action: str, language: str) -> str:
    """What is said of `action`, one of `xapi.people.subject.ACTIONS`; another one stays as it is."""
    known = {
        "export": translate("lti_tool", language, "salinan diberikan"),
        "freeze": translate("lti_tool", language, "pemrosesan ditunda"),
        "unfreeze": translate("lti_tool", language, "pemrosesan dilanjutkan"),
        "correct": translate("lti_tool", language, "data dibetulkan"),
        "erase": translate("lti_tool", language, "dihapus"),
        "refuse": translate("lti_tool", language, "permintaan ditolak"),
        "merge": translate("lti_tool", language, "dua data digabungkan"),
        "unmerge": translate("lti_tool", language, "penggabungan dibatalkan"),
        "match_refused": translate("lti_tool", language, "bukan orang yang sama"),
        "import": translate("lti_tool", language, "daftar pegawai diimpor"),
        "retention": translate("lti_tool", language, "dimusnahkan sesuai masa simpan"),
        "affected": translate("lti_tool", language, "daftar terdampak dibuat"),
        "restore": translate("lti_tool", language, "dihapus lagi sesudah pemulihan"),
    }
    return known.get(action, action)
