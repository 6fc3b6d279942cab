"""Reads a module folder into a course: every fault is found, and nothing is written."""

import hashlib
import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec

from scorm_packager.course import ASSET_FOLDER, Asset, Course, Page, Pool, Question
from scorm_packager.errors import PackagerError
from scorm_packager.findings import Finding, Findings, ModuleProblems
from scorm_packager.hearing import Hear, nobody
from scorm_packager.names import is_safe_path, safer_path, slug
from scorm_packager.notes import FileNotes, Notebook
from scorm_packager.source.context import Context
from scorm_packager.source.files import ModuleFiles
from scorm_packager.source.markdown import Renderer
from scorm_packager.source.media import Media
from scorm_packager.source.pages import MARKDOWN, better_kind, is_page, read_other
from scorm_packager.source.picture_sizes import with_picture_sizes
from scorm_packager.source.recordings import Place
from scorm_packager.source.settings import SETTINGS_FILE, Settings, read_settings
from scorm_packager.study_time import jp_minutes, study_minutes, whole_minutes

PAGES = "isi"
MODULE_IRI = "https://w3id.org/jampel/modul"
HASH_WORKERS = 2
LONGEST_TITLE = 200


class Module(msgspec.Struct, frozen=True):
    """A module that was read without errors: the course, the files that go with it, and what to look at."""

    course: Course
    assets: tuple[Asset, ...]
    warnings: tuple[Finding, ...]


def read_module(folder: Path, cache: Path | None = None, *, hear: Hear = nobody) -> Module:
    """The module in `folder`; raises ModuleProblems with every fault, or PackagerError when there is no folder.

    `cache` is a folder for notes about files that were read before and have not changed since. `hear` is told how far
    documents are.
    """
    findings = Findings()
    try:
        module = check_module(folder, findings, cache, hear=hear)
    except OSError as cause:
        raise PackagerError("file.not_read", str(cause), path=str(cause.filename)) from cause
    if module is None:
        raise ModuleProblems(findings.all())
    return module


def check_module(folder: Path, findings: Findings, cache: Path | None = None, *, hear: Hear = nobody) -> Module | None:
    """Like `read_module`, but the faults go to `findings` and the module is None when there are errors."""
    files = ModuleFiles(folder, FileNotes(Notebook(cache), folder))
    settings = _settings(files, findings)
    media = Media(files, findings, settings.language if settings else "id", hear=hear)
    names = _page_names(files, settings, findings)
    pages, questions, pools = _read_pages(files, names, settings, media, findings)
    _check_whole(settings, questions, findings)
    _warn_unused(files, names, media, findings)
    if findings.errors or settings is None:
        return None
    media.workroom.prune()
    assets = _hash_assets(files, _package_files(files, media))
    files.notes.keep()
    asked = len(questions) - sum(len(pool.questions) - pool.draw for pool in pools)
    minutes = study_minutes(pages, asked, media.seconds)
    _warn_time(settings, minutes, findings)
    sources = [SETTINGS_FILE, *(f"{PAGES}/{name}" for name in names), *media.read]
    course = msgspec.structs.replace(
        _course(settings, pages, questions, digest=_digest(files, sources, assets), minutes=minutes),
        media=media.media,
        pools=pools,
    )
    return Module(with_picture_sizes(course, assets), assets, findings.warnings)


def _settings(files: ModuleFiles, findings: Findings) -> Settings | None:
    if not files.exists(SETTINGS_FILE) or not files.is_inside(SETTINGS_FILE):
        lone = [name for name in files.names if is_page(name.lower()) or better_kind(name)]
        if lone and not any(name.startswith(f"{PAGES}/") for name in files.names):
            findings.add(Finding("module.only_documents", file=lone[0], params={"count": len(lone)}))
        else:
            findings.add(Finding("module.no_settings", file=SETTINGS_FILE))
        return None
    text = files.read_text(SETTINGS_FILE, findings)
    return None if text is None else read_settings(text, findings)


def _page_names(files: ModuleFiles, settings: Settings | None, findings: Findings) -> list[str]:
    """The page files in order, as named in `isi/`; names that cannot be pages become findings."""
    inside = [name for name in files.names if name.startswith(f"{PAGES}/")]
    there = [name.removeprefix(f"{PAGES}/") for name in inside if is_page(name)]
    for name in inside:
        if better := better_kind(name):
            findings.add(Finding("page.kind", file=name, params={"better": better}))
    wanted = list(settings.pages) if settings and settings.pages is not None else there
    names: list[str] = []
    line = settings.line("halaman") if settings and settings.pages is not None else 0
    for name in wanted:
        path = f"{PAGES}/{name}"
        if name.startswith("/") or "\\" in name or ".." in name.split("/"):
            findings.add(Finding("path.outside", file=SETTINGS_FILE, line=line, params={"path": name[:120]}))
        elif name not in there:
            findings.add(Finding("page.missing", file=SETTINGS_FILE, line=line, params={"page": name[:120]}))
        elif not files.is_inside(path):
            findings.add(Finding("path.outside", file=path, params={"path": path}))
        elif not is_safe_path(name):
            findings.add(Finding("path.unsafe", file=path, params={"path": name, "better": safer_path(name)}))
        elif name in names or _page_id(name) in map(_page_id, names):
            findings.add(Finding("page.twice", file=SETTINGS_FILE, line=line, params={"page": name}))
        else:
            names.append(name)
    if not wanted and (settings or inside or not files.names):
        findings.add(Finding("page.none", file=PAGES))
    return names


def _page_id(name: str) -> str:
    return f"p-{slug(os.path.splitext(name)[0])}"


def _read_pages(
    files: ModuleFiles, names: Sequence[str], settings: Settings | None, media: Media, findings: Findings
) -> tuple[list[Page], dict[str, Question], tuple[Pool, ...]]:
    ids = {name: _page_id(name) for name in names}
    pages: list[Page] = []
    questions: dict[str, Question] = {}
    places: dict[str, Place] = {}
    pools: list[Pool] = []
    for name in names:
        context = Context(f"{PAGES}/{name}", settings.language if settings else "id", findings, media, ids)
        if not name.endswith(MARKDOWN):
            pages += read_other(context, ids[name])
            continue
        text = files.read_text(context.file, findings)
        if text is None:
            continue
        title, html = _render_page(text, context)
        for question, place in context.questions:
            if question is None:
                continue
            if question.id in questions:
                other = places[question.id]
                findings.add(place.finding("question.id_twice", id=question.id, other=f"{other.file}:{other.line}"))
            questions.setdefault(question.id, question)
            places.setdefault(question.id, place)
        for pool, place in context.pools:
            if any(pool.id == other.id for other in pools):
                findings.add(place.finding("bank.id_twice", id=pool.id))
            pools.append(pool)
        found = tuple(question.id for question, _place in context.questions if question)
        pages.append(Page(id=ids[name], title=title, html=html, questions=found))
    return pages, questions, tuple(pools)


def _render_page(text: str, context: Context) -> tuple[str, str]:
    """Title and HTML of a page; the first line that is not empty must be `# Title`."""
    lines = text.split("\n")
    start = next((index for index, line in enumerate(lines) if line.strip()), 0)
    title = lines[start].removeprefix("# ").strip().rstrip("#").strip() if lines[start].startswith("# ") else ""
    if not title:
        context.findings.add(Finding("page.no_title", file=context.file, line=start + 1))
    elif len(title) > LONGEST_TITLE:
        context.findings.add(
            Finding("page.title_long", file=context.file, line=start + 1, params={"most": LONGEST_TITLE})
        )
    body = "\n".join(lines[start + 1 :]) if title else text
    html = Renderer(context).block(body, start + 2 if title else 1)
    if title and not html:
        context.findings.add(Finding("page.empty", level="warning", file=context.file, line=start + 1))
    return title, f"<section>\n{html}\n</section>"


def _check_whole(settings: Settings | None, questions: dict[str, Question], findings: Findings) -> None:
    if settings is None:
        return
    judged = any(question.points for question in questions.values())
    if judged and settings.mastery is None:
        findings.add(Finding("module.mastery_missing", file=SETTINGS_FILE, line=1, params={"count": len(questions)}))
    if not judged and settings.mastery is not None and not findings.errors:
        findings.add(Finding("module.mastery_without_questions", file=SETTINGS_FILE, line=settings.line("kelulusan")))


def _warn_unused(files: ModuleFiles, names: Sequence[str], media: Media, findings: Findings) -> None:
    used = {SETTINGS_FILE, *(f"{PAGES}/{name}" for name in names), *media.used, *media.read}
    for name in files.names:
        if name not in used and "/" in name:
            findings.add(Finding("file.unused", level="warning", file=name))
    lower: dict[str, str] = {}
    for name in sorted(media.used | media.documents):
        if lower.setdefault(name.lower(), name) != name:
            findings.add(Finding("path.case_twins", file=name, params={"other": lower[name.lower()]}))


def _warn_time(settings: Settings, minutes: float, findings: Findings) -> None:
    if jp_minutes(settings.jp) > minutes:
        findings.add(
            Finding(
                "module.jp_too_long",
                level="warning",
                file=SETTINGS_FILE,
                line=settings.line("jp"),
                params={
                    "jp": f"{settings.jp / 100:g}",
                    "wanted": whole_minutes(jp_minutes(settings.jp)),
                    "estimate": whole_minutes(minutes),
                },
            )
        )


def _package_files(files: ModuleFiles, media: Media) -> dict[str, Path]:
    """Where each file of the package lies, by its path there: those of the folder, and those made of documents."""
    return {**{f"{ASSET_FOLDER}/{path}": files.path(path) for path in media.used}, **media.made}


def _hash_assets(files: ModuleFiles, sources: Mapping[str, Path]) -> tuple[Asset, ...]:
    """Each file with its SHA-256, from the notes of an earlier build when it is surely the same file."""
    before = {path: source.stat() for path, source in sources.items()}
    digests = {path: known for path, status in before.items() if (known := files.notes.digest(status))}
    unknown = [path for path in before if path not in digests]
    with ThreadPoolExecutor(HASH_WORKERS) as pool:
        digests |= zip(unknown, pool.map(lambda path: _sha256(sources[path]), unknown), strict=True)
    for path, status in before.items():
        files.notes.note_digest(status, digests[path])
    return tuple(
        Asset(path=path, source=sources[path], size=before[path].st_size, sha256=digests[path])
        for path in sorted(sources)
    )


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _digest(files: ModuleFiles, texts: Sequence[str], assets: Sequence[Asset]) -> str:
    """SHA-256 over names and contents of all sources, in the order of their names."""
    parts = {path: _sha256(files.path(path)) for path in texts}
    parts |= {asset.path.removeprefix(f"{ASSET_FOLDER}/"): asset.sha256 for asset in assets}
    whole = hashlib.sha256()
    for path in sorted(parts):
        whole.update(f"{parts[path]}  {path}\n".encode())
    return whole.hexdigest()


def _course(
    settings: Settings, pages: list[Page], questions: dict[str, Question], *, digest: str, minutes: float
) -> Course:
    return Course(
        id=settings.id,
        iri=settings.iri or f"{MODULE_IRI}/{slug(settings.institution, 'instansi')}/{settings.id}",
        version=settings.version,
        digest=digest,
        title=settings.title,
        language=settings.language,
        description=settings.description,
        jp=settings.jp,
        bentuk=settings.bentuk,
        mastery=settings.mastery,
        competency=settings.competency,
        competency_code=settings.competency_code,
        standard=settings.standard,
        authors=settings.authors,
        institution=settings.institution,
        licence=settings.licence,
        minutes=settings.minutes or whole_minutes(minutes),
        pages=tuple(pages),
        questions={name: settings.rules.applied(question) for name, question in questions.items()},
        rounds=settings.rules.rounds,
        review=settings.rules.review,
        watch=settings.watch,
    )
