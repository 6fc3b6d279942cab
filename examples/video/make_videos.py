"""Makes the videos of the example modules, with captions and transcripts, from the drawings in `scenes.py`.

    python examples/video/make_videos.py            # all three
    python examples/video/make_videos.py es-dan-ikan

Needs ffmpeg with libx264, and rsvg-convert (librsvg2-bin) or chromium to turn drawings into pictures.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import drawings as d
from scenes import FILMS, Film, Scene

MODULES = Path(__file__).resolve().parent.parent / "modul"
FADE = 0.4  # seconds of cross-fade between two scenes
RATE = 12  # frames a second: stills with fades need no more
LONGEST = 60.0  # seconds
LARGEST = 1_500_000  # bytes
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def draw(scene: Scene) -> str:
    """The scene as a whole SVG: heading band, drawing, band with the words."""
    first = 446 if len(scene.lines) == 1 else 426
    band = d.box(0, 388, d.WIDTH, 92, d.NAVY, 0) if 'y="388"' not in scene.art else ""
    text = "".join(d.words(d.WIDTH / 2, first + 38 * n, line, 32, "#ffffff") for n, line in enumerate(scene.lines))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{d.WIDTH}" height="{d.HEIGHT}" '
        f'viewBox="0 0 {d.WIDTH} {d.HEIGHT}" font-family="{d.FONT}">'
        f"{d.box(0, 0, d.WIDTH, d.HEIGHT, d.PALE, 0)}{scene.art}{d.box(0, 0, d.WIDTH, 70, d.NAVY, 0)}{band}"
        f"{d.words(d.WIDTH / 2, 48, scene.heading, 36, '#ffffff', bold=True)}{text}</svg>"
    )


def rasterise(svg: Path, png: Path) -> None:
    """Write `svg` as `png`, one pixel to a unit; raises SystemExit when no program for it is installed."""
    browser = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if shutil.which("rsvg-convert"):
        command = ["rsvg-convert", "-o", str(png), str(svg)]
    elif browser:
        command = [
            browser,
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--hide-scrollbars",
            f"--window-size={d.WIDTH},{d.HEIGHT}",
            f"--screenshot={png}",
            svg.as_uri(),
        ]
    else:
        raise SystemExit("rsvg-convert (librsvg2-bin) or chromium is needed to make the pictures")
    subprocess.run(command, check=True, capture_output=True, timeout=60)


def encode(pictures: list[Path], seconds: list[float], target: Path) -> None:
    """Join `pictures`, each shown for its `seconds`, with cross-fades into the H.264 file `target`."""
    command = ["ffmpeg", "-y", "-loglevel", "error"]
    for picture, shown in zip(pictures, seconds, strict=True):
        command += ["-loop", "1", "-framerate", str(RATE), "-t", f"{shown + FADE:.2f}", "-i", str(picture)]
    steps, last, start = [], "[0:v]", 0.0
    for number, shown in enumerate(seconds[:-1], 1):
        start += shown
        steps.append(f"{last}[{number}:v]xfade=transition=fade:duration={FADE}:offset={start:.2f}[v{number}]")
        last = f"[v{number}]"
    steps.append(f"{last}format=yuv420p,trim=duration={sum(seconds):.2f}[out]")
    command += [
        "-filter_complex",
        ";".join(steps),
        "-map",
        "[out]",
        "-c:v",
        "libx264",
        "-preset",
        "slow",
        "-crf",
        "24",
        "-profile:v",
        "main",
        "-r",
        str(RATE),
        "-movflags",
        "+faststart",
        "-map_metadata",
        "-1",
        "-fflags",
        "+bitexact",
        "-flags:v",
        "+bitexact",
        "-threads",
        "1",
        str(target),
    ]
    subprocess.run(command, check=True, timeout=300)


def stamp(seconds: float) -> str:
    """`seconds` as WebVTT writes time."""
    return f"00:{int(seconds // 60):02d}:{seconds % 60:06.3f}"


def heading(scene: Scene) -> str:
    """The heading of the scene with a point after its number."""
    return scene.heading.replace("  ", ". ")


def spoken(scene: Scene) -> str:
    """The words of the scene as one line, without the signs that only the eye needs."""
    return " ".join(scene.lines).replace("✗", "Gesekan:").replace("✓", "Perbaikan:").rstrip(".") + "."


def captions(film: Film) -> str:
    """The WebVTT file of `film`; the cues stand high so that they never cover the words in the picture."""
    cues, start = ["WEBVTT", "Language: id"], 0.0
    for scene in film.scenes:
        end = start + scene.seconds
        times = f"{stamp(start)} --> {stamp(end - 0.05)} line:20%"
        cues.append(f"\n{times}\n{heading(scene)}\n{spoken(scene)}")
        start = end
    return "\n".join(cues) + "\n"


def transcript(film: Film) -> str:
    """The transcript of `film` in Markdown: what is seen and what is written, scene by scene."""
    length = round(sum(scene.seconds for scene in film.scenes))
    parts = [f"# Transkrip: {film.title}", f"Video tanpa suara, {length} detik. Semua gambar dibuat untuk modul ini."]
    parts += [f"- **{heading(scene)}** – {spoken(scene)} *(Gambar: {scene.seen})*" for scene in film.scenes]
    return "\n\n".join(parts[:2]) + "\n\n" + "\n".join(parts[2:]) + "\n"


def make(film: Film) -> None:
    """Write the film, its captions and its transcript into the module; raises SystemExit beyond the limits."""
    folder = MODULES / film.module / "video"
    folder.mkdir(parents=True, exist_ok=True)
    seconds = [scene.seconds for scene in film.scenes]
    if sum(seconds) > LONGEST:
        raise SystemExit(f"{film.name}: {sum(seconds):.1f} s is longer than {LONGEST:.0f} s")
    with tempfile.TemporaryDirectory() as work:
        pictures = []
        for number, scene in enumerate(film.scenes):
            svg, png = Path(work, f"{number:02d}.svg"), Path(work, f"{number:02d}.png")
            svg.write_text(draw(scene), encoding="utf-8")
            rasterise(svg, png)
            pictures.append(png)
        encode(pictures, seconds, folder / f"{film.name}.mp4")
    (folder / f"{film.name}.vtt").write_text(captions(film), encoding="utf-8")
    (folder / f"{film.name}.md").write_text(transcript(film), encoding="utf-8")
    size = (folder / f"{film.name}.mp4").stat().st_size
    if size > LARGEST:
        raise SystemExit(f"{film.name}: {size} bytes is more than {LARGEST}")
    print(f"{film.module}/video/{film.name}.mp4: {sum(seconds):.1f} s, {size / 1000:.0f} kB")


if __name__ == "__main__":
    wanted = sys.argv[1:]
    unknown = set(wanted) - {film.name for film in FILMS}
    if unknown:
        raise SystemExit(f"unknown video: {', '.join(sorted(unknown))}")
    for each in FILMS:
        if not wanted or each.name in wanted:
            make(each)
