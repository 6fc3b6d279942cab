"""What a piece of long work is called, in the reader's language."""

from flask_babel import gettext as _

from lti_tool.tasks.model import Task
from lti_tool.web.language import language
from xapi.audit.anomaly_kinds import KINDS as FINDINGS
from xapi.audit.report_columns import TITLES
from xapi.words import translate


def task_title(task: Task) -> str:
    """What was asked for, with the form of its file."""
    about = task.about
    form = about.get("form", "").upper()
    if about.get("sealed") and form:
        form = _("%(form)s bersegel", form=form)
    match task.kind:
        case "report":
            title = translate("xapi", language(), TITLES[about["by"]], {"year": about["year"]})
        case "findings":
            kind = FINDINGS.get(about["kinds"])
            name = translate("xapi", language(), kind.title) if kind else _("Semua temuan")
            title = _("%(name)s, tahun %(year)s", name=name, year=about["year"])
        case "competency":
            title = _("Peta kompetensi")
        case "rules":
            title = _("Uji lapisan %(name)s, tahun %(year)s", name=about["name"], year=about["year"])
        case "statements":
            title = _("Pernyataan xAPI")
        case "subject_copy":
            title = _("Salinan data seseorang (%(person)s)", person=about["person"][:8])
        case "roster_check":
            title = _("Memeriksa daftar pegawai")
        case "roster_import":
            title = _("Impor daftar pegawai")
        case "examination":
            title = _("Periksa sambungan ke %(name)s", name=about["name"])
        case _:
            title = _("Hitung ulang semua JP")
    return f"{title} ({form})" if form else title
