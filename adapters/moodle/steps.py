"""How a package gets into a Moodle, and how an administrator opens it for us: the screens, in their order.

Moodle 4.5 has no web service that makes an activity with a file: core_courseformat_create_module makes only modules
with FEATURE_QUICKCREATE, which SCORM lacks, and webservice/upload.php ends in the files of the token's own account.
So a person uploads the package; names of screens are those of Moodle in English.
"""

from collections.abc import Sequence

from adapters.remote import N_, Step


def upload_steps(file: str, home: str) -> Sequence[Step]:
    """How to put the package `file` into the Moodle at `home`, click by click."""
    return [
        (N_("Buka kursusnya di %(home)s sebagai pengajar, nyalakan Edit mode di kanan atas."), {"home": home}),
        (N_("Add an activity or resource › SCORM package."), {}),
        (N_("SCORM 2004 di Moodle: satu paket memuat satu SCO (jampel pack --lms moodle45)."), {}),
        (N_("Name: nama modul. Package: seret %(file)s ke kotak Package file."), {"file": file}),
        (N_("Grade › Grading method: Highest grade; Maximum grade: 100."), {}),
        (
            N_(
                "Completion conditions › Add requirements: centang Require status, Passed, dan Completed; tambah "
                "Receive a passing grade bila modulnya bernilai."
            ),
            {},
        ),
        (N_("Save and return to course, lalu Preview › Enter sebagai peserta uji."), {}),
        (
            N_(
                "Course › More › Course completion › Condition: Activity completion: centang aktivitas ini, supaya "
                "penyelesaian kursus tercatat."
            ),
            {},
        ),
    ]
