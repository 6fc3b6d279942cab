"""What `jampel doctor` says about clocks: this machine's, and those of the LMSs as they were last seen."""

from lti_tool.console import say
from lti_tool.doctor.network import MOST_SKEW
from lti_tool.doctor.own_clock import is_synchronised, own_error
from lti_tool.services import Services


def say_clock(services: Services) -> bool:
    """Says how the clocks are; whether this machine's is wrong."""
    observed = services.lti.observed.all()
    ahead = {one.name: observed[one.id].ahead for one in services.lti.platforms.list() if one.id in observed}
    wrong = own_error(ahead.values())
    if wrong:
        say("SALAH jam server ini melenceng %(seconds)s detik menurut semua LMS: nyalakan NTP (chrony, timesyncd).",
            seconds=wrong)  # fmt: skip
        return True
    for name, seconds in ahead.items():
        if abs(seconds) > MOST_SKEW:
            say("PERINGATAN jam %(name)s berbeda %(seconds)s detik dari server ini: betulkan yang melenceng.",
                name=name, seconds=seconds)  # fmt: skip
    if is_synchronised() is False:
        say("PERINGATAN jam server ini tidak diselaraskan (NTP mati): peluncuran ditolak bila melenceng satu menit.")
    else:
        say("Jam server ini terjaga.")
    return False
