"""Any LMS that keeps the standards: what to assume when nothing more is known."""

from adapters.base import Adapter, LaunchProfile, System
from scorm_packager.preset import GENERIC

ADAPTER: Adapter = System(
    name="generic",
    title="LMS umum",
    launch_profile=LaunchProfile(),
    package_preset=GENERIC,
)
