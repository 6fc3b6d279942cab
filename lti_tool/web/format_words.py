"""The formats of packages in words: what each is called, and which LMS it is for."""

from flask_babel import gettext as _

#: In the order in which people should think of them; formats of other distributions follow.
ORDER = ("scorm12", "scorm2004-4", "scorm2004-3", "cmi5", "tincan", "cc", "cc13", "web")


def format_title(form: str) -> str:
    """The name of a format as people know it."""
    names = {
        "scorm12": "SCORM 1.2",
        "scorm2004-3": _("SCORM 2004 edisi 3"),
        "scorm2004-4": _("SCORM 2004 edisi 4"),
        "cmi5": "cmi5",
        "tincan": _("xAPI (TinCan)"),
        "cc": "Common Cartridge 1.1",
        "cc13": "Common Cartridge 1.3",
        "web": _("Folder untuk dibuka tanpa LMS"),
    }
    return names.get(form, form)


def format_advice(form: str) -> str:
    """For which LMS a format is, in a sentence or two."""
    advice = {
        "scorm12": _("Untuk Moodle, aplikasi Moodle, dan hampir semua LMS lain. Pilih ini bila ragu."),
        "scorm2004-3": _(
            "Untuk LMS yang meminta SCORM 2004, terutama yang lama. Moodle memutarnya, aplikasi Moodle tidak."
        ),
        "scorm2004-4": _("Untuk LMS baru yang meminta SCORM 2004. Moodle memutarnya, aplikasi Moodle tidak."),
        "cmi5": _("Untuk LMS dengan dukungan cmi5; catatannya paling rinci. Moodle 4.5 tidak dapat memutarnya."),
        "tincan": _("Untuk LMS yang menerima paket xAPI atau TinCan dan mempunyai LRS. Moodle 4.5 tidak."),
        "cc": _(
            "Memuat tautan LTI ke pustaka ini, bukan isi modul: impor sebagai kursus di Moodle setelah LMS terdaftar."
        ),
        "cc13": _(
            "Seperti Common Cartridge 1.1, untuk Canvas dan LMS lain yang lebih baru. Moodle 4.5 tidak membacanya."
        ),
        "web": _("Zip yang dibuka dari USB atau komputer sendiri. Catatan belajar tinggal di peramban itu."),
    }
    return advice.get(form, _("Format tambahan yang dipasang di server ini."))
