"""What the rules of this institution pay for learning without an LMS, and how many modules can be studied."""

from collections.abc import Iterator

from adapters.babel.rows import FIXED
from adapters.babel.rules import rule_of
from adapters.remote import N_, CheckLine, Connection


class RulesCheck:
    """Looks at the rules and the library: no system of Babel can be asked."""

    def lines(self, connection: Connection) -> Iterator[CheckLine]:
        """As in `SystemCheck`."""
        today = connection.clock().astimezone(connection.zone).date()
        for form in FIXED:
            rule = rule_of(form, today, connection) if form in connection.forms else None
            if rule is None or rule.national_jp is None:
                text = N_("Aturan JP tidak membayar %(form)s dengan JP tetap: isi kolom JP.")
                yield CheckLine(state="missing", text=text, params={"form": form})
            elif rule.month_cap is None:
                text = N_("%(form)s: %(jp)s JP setiap kali.")
                yield CheckLine(state="ok", text=text, params={"form": form, "jp": f"{rule.national_jp / 100:g}"})
            else:
                text = N_("%(form)s: %(jp)s JP setiap kali, paling banyak %(most)s kali sebulan.")
                params = {"form": form, "jp": f"{rule.national_jp / 100:g}", "most": rule.month_cap}
                yield CheckLine(state="ok", text=text, params=params)
        modules = len({module.iri for module in connection.modules.values()})
        if modules:
            yield CheckLine(
                state="ok", text=N_("Pustaka: %(n)s modul dapat disebut di kolom Modul."), params={"n": modules}
            )
        else:
            text = N_("Pustaka kosong: tambahkan modul supaya kolom Modul dapat dipakai.")
            yield CheckLine(state="missing", text=text)
