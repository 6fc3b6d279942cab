"""The JP of a year in a notebook: the report, one figure down to its evidence, what looks odd, and a file to send.

    python examples/audit_buku_catatan.py [DATA_FOLDER YEAR]

Jupyter (with jupytext), VS Code and Spyder open this file as cells; as a script it runs from top to bottom.
DATA_FOLDER is that of an installation, as `jampel --data` names it: take a restored backup, because a report brings the
ledger up to date first. Without one, sixty made-up employees and their year are recorded into a new folder.
"""

# %% Which installation, and which year
import sys
import tempfile
from collections import Counter
from datetime import datetime
from pathlib import Path

from lti_tool.services import open_services
from lti_tool.settings import load_settings
from lti_tool.simulation import simulate
from xapi.audit.anomalies import find_anomalies
from xapi.audit.report import report
from xapi.audit.report_dress import Dress
from xapi.audit.report_formats import table_text
from xapi.audit.report_scope import Scope
from xapi.audit.report_write import write_report
from xapi.audit.trail import trail_of_person

GIVEN = [] if "ipykernel" in sys.modules else sys.argv[1:]
YEAR = int(GIVEN[1]) if len(GIVEN) > 1 else 2025
FOLDER = Path(GIVEN[0] if GIVEN else tempfile.mkdtemp(prefix="jampel-contoh-"))

services = open_services(
    load_settings(FOLDER) if GIVEN else load_settings(FOLDER, {})
)  # made-up people stay in the folder
if not GIVEN:
    print(simulate(services, 60, YEAR), "catatan buatan")
services.bring_ledger_up_to_date()

# %% Everybody, by office: raw, converted, capped and accepted JP side by side
offices = report(services.ledger, services.people, YEAR, "opd")
print(table_text(offices))

# %% Rows are plain values, JP in hundredths: `pandas.DataFrame(below.rows)` takes them as they are
below = report(services.ledger, services.people, YEAR, "pegawai", scope=Scope(met=False))
print(f"{len(below.rows)} dari {offices.totals['employees']} pegawai belum mencapai target")
print("JP diterima:", sum(int(str(row["accepted"])) for row in below.rows) / 100)

# %% One figure, down to its evidence: the statement, the rule that priced it, and what became of it
for row in below.rows[-1:]:
    found = trail_of_person(services.ledger, services.people, str(row["person"]), YEAR)
    print(f"{found.total('accepted') / 100:g} JP dari target {found.minimum / 100:g} JP, aturan {found.rules_version}")
    for entry in found.entries[:5]:
        print(f"  {entry.day} {entry.form}: {entry.raw_jp / 100:g} menjadi {entry.accepted / 100:g} JP, {entry.fate}")

# %% What an auditor should look at; `one.sentence()` says it in words
odd = find_anomalies(services.ledger, services.people, YEAR)
for kind, count in Counter(one.kind for one in odd.rows).most_common():
    print(f"{kind}: {count}")

# %% A file to send. `jampel audit report` writes the same under a seal that `jampel audit verify` proves
made = Dress(made_at=datetime.now(services.zone), institution=services.institution.name)
with Path(f"rekap-{YEAR}.xlsx").open("wb") as file:
    write_report(offices, "xlsx", file, made)
print("Ditulis:", file.name)

# %% When all is done
services.close()
