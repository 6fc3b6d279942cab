"""Moodle 4.x: launches, packages, and what people completed there, pulled through its web services."""

from adapters.base import Adapter, System
from adapters.http import HTTP_OPTIONS
from adapters.moodle.check import MoodleCheck
from adapters.moodle.options import OPTIONS
from adapters.moodle.people import IDENTITY
from adapters.moodle.profile import PRESET, PROFILE
from adapters.moodle.pull import MoodlePull
from adapters.moodle.statements import LogStore
from adapters.moodle.steps import upload_steps
from adapters.remote import N_, Door

__all__ = ["ADAPTER", "PRESET", "PROFILE"]

DOORS = (
    Door(
        name="LTI 1.3",
        confirmed="yes",
        text=N_("Dicoba pada Moodle 4.5.6: peluncuran, nilai (AGS), daftar peserta (NRPS), deep linking."),
    ),
    Door(
        name="SCORM 1.2, 2004",
        confirmed="yes",
        text=N_("Dicoba pada Moodle 4.5.6. Paket diunggah oleh orang: Moodle tidak punya layanan web untuk itu."),
    ),
    Door(
        name="REST",
        confirmed="yes",
        text=N_("Dicoba pada Moodle 4.5.6: kursus, peserta, penyelesaian, nilai, jejak SCORM."),
    ),
    Door(
        name="logstore_xapi",
        confirmed="partly",
        text=N_("Plugin pihak ketiga. Bentuk pernyataannya dibaca dari sumbernya, belum dicoba langsung."),
    ),
    Door(
        name="customcert",
        confirmed="partly",
        text=N_("Plugin pihak ketiga, 4.4.10 atau lebih baru. Jawabannya dibaca dari sumbernya."),
    ),
    Door(
        name="tool_certificate",
        confirmed="no",
        text=N_("Sertifikat Moodle Workplace tidak punya layanan web yang menyebut nomornya."),
    ),
)

ADAPTER: Adapter = System(
    name="moodle",
    title="Moodle",
    product_families=("moodle",),
    launch_profile=PROFILE,
    package_preset=PRESET,
    pull=MoodlePull(),
    identity=IDENTITY,
    check=MoodleCheck(),
    options=(*HTTP_OPTIONS, *OPTIONS),
    doors=DOORS,
    statements=LogStore(),
    upload_steps=upload_steps,
)
