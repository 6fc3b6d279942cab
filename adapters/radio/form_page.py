"""A form as one HTML page, to print from any browser, also one without a network."""

from collections.abc import Iterator
from html import escape

from adapters.radio.form_words import (
    CODE,
    COLUMNS,
    DIGITS,
    GROUPS,
    HEADING,
    OFFICER,
    about,
    instructions,
    lines_of,
    say,
)
from adapters.radio.plan import Form

_STYLE = """
@page { size: A4; margin: 12mm }
* { box-sizing: border-box }
body { font: 10pt/1.3 system-ui, sans-serif; color: #000; margin: 1rem auto; max-width: 186mm }
@media print { body { margin: 0 } }
header { display: flex; justify-content: space-between; align-items: flex-start; gap: 1rem }
h1 { font-size: 14pt; margin: 0 0 .3rem } h2 { font-size: 9pt; margin: 0; font-weight: 600; text-transform: uppercase }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .1rem .8rem; margin: 0 0 .6rem } dd { margin: 0 }
dt { font-weight: 600 }
.code { border: 2px solid #000; padding: .3rem .7rem; text-align: center; white-space: nowrap }
.code b { display: block; font: 700 17pt/1.1 ui-monospace, monospace; letter-spacing: .05em }
table { border-collapse: collapse; width: 100%; table-layout: fixed }
col:nth-child(1) { width: 9mm } col:nth-child(2) { width: 70mm } col:nth-child(4) { width: 17mm }
col:nth-child(5) { width: 40mm }
thead { display: table-header-group } tr { break-inside: avoid; height: 8.5mm }
th, td { border: 1px solid #000; padding: 0 1.2mm; text-align: left; vertical-align: middle; overflow-wrap: anywhere }
thead tr { height: auto } th { padding: .8mm 1.2mm; font-size: 8.5pt }
.again td { border: 0; height: 5mm; font-size: 8pt; text-align: right }  /* on every page that is printed */
td.nip { padding: 0 .6mm; white-space: nowrap; font-family: ui-monospace, monospace }
td.nip i { display: inline-block; width: 3.45mm; height: 6mm; border: .25mm solid #888; vertical-align: middle }
td.nip i.part { margin-left: 1.2mm }
p { margin: .4rem 0; font-size: 9pt } footer { break-inside: avoid; margin-top: .8rem }
.line { border-bottom: 1px solid #000; height: 1.2cm; width: 90mm }
"""


def page_of(form: Form, language: str) -> bytes:
    """The page, in `language`; every text in it is text, never markup."""
    return "\n".join(_page(form, language)).encode()


def _page(form: Form, language: str) -> Iterator[str]:
    yield f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
    yield f"<title>{escape(form.code)} {escape(form.title)}</title><style>{_STYLE}</style></head><body>"
    yield f"<header><div><h2>{escape(say(HEADING, language))}</h2><h1>{escape(form.title)}</h1></div>"
    yield f'<div class="code">{escape(say(CODE, language))}<b>{escape(form.code)}</b></div></header><dl>'
    for what, said in about(form, language):
        yield f"<dt>{escape(what)}</dt><dd>{escape(said)}</dd>"
    yield "</dl>"
    fill, keep = instructions(form, language)
    yield f"<p>{escape(fill)}</p><table>{'<col>' * len(COLUMNS)}<thead>"
    yield f'<tr class="again"><td colspan="{len(COLUMNS)}">{escape(form.code)} · {escape(form.place)}</td></tr><tr>'
    for head in COLUMNS:
        yield f"<th>{escape(say(head, language))}</th>"
    yield "</tr></thead><tbody>"
    for number, nip, name in lines_of(form):
        shown = escape(nip) or _boxes()
        yield f'<tr><td>{number}</td><td class="nip">{shown}</td><td>{escape(name)}</td><td></td><td></td></tr>'
    yield f"</tbody></table><footer><p>{escape(keep)}</p><p>{escape(say(OFFICER, language))}</p>"
    yield '<div class="line"></div></footer></body></html>'


def _boxes() -> str:
    return "".join('<i class="part"></i>' if at in GROUPS else "<i></i>" for at in range(DIGITS))
