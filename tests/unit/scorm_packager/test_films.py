"""Films: what their containers say is read, and what a hostile one says costs a refusal, never more."""

import io
import json
import random
import struct
import subprocess

import pytest

from scorm_packager.film.facts import Film, FilmError
from scorm_packager.film.read import film_facts, read_film
from scorm_packager.size.advice import advice_for

SOURCES = ("-f", "lavfi", "-i", "testsrc=size=320x240:rate=10:duration=2", "-f", "lavfi", "-i", "sine=duration=2")


@pytest.fixture(scope="module")
def ffmpeg(require):
    """ffmpeg, which comes with ffprobe."""
    return require("ffprobe").replace("ffprobe", "ffmpeg")


@pytest.fixture(scope="module")
def films(ffmpeg, tmp_path_factory):
    """Two seconds of a test picture with a tone, in the containers that cameras and converters make."""
    folder = tmp_path_factory.mktemp("film")
    h264, vp8 = ("-c:v", "libx264", "-preset", "ultrafast", "-c:a", "aac"), ("-c:v", "libvpx", "-c:a", "libvorbis")
    made = {
        "slow.mp4": h264,
        "fast.mp4": (*h264, "-movflags", "+faststart"),
        "kamera.mov": h264,
        "a.webm": vp8,
        "depan.mkv": (*h264, "-cues_to_front", "1"),
    }
    for name, options in made.items():
        subprocess.run([ffmpeg, "-v", "error", *SOURCES, *options, folder / name], check=True, timeout=60)
    return folder


@pytest.mark.parametrize(
    ("name", "facts"),
    [
        ("slow.mp4", ("mp4", "H.264", "AAC", False)),
        ("fast.mp4", ("mp4", "H.264", "AAC", True)),
        ("kamera.mov", ("mp4", "H.264", "AAC", False)),
        ("a.webm", ("webm", "VP8", "Vorbis", False)),
        ("depan.mkv", ("webm", "H.264", "AAC", True)),
    ],
)
def test_a_film_says_what_it_is(films, require, name: str, facts: tuple) -> None:
    film = film_facts(films / name)
    assert (film.container, film.video, film.audio, film.fast_start) == facts
    asked = [require("ffprobe"), "-v", "error", "-show_entries", "format=duration,size", "-of", "json", films / name]
    told = json.loads(subprocess.run(asked, check=True, capture_output=True, timeout=30).stdout)["format"]
    assert (film.width, film.height, film.bytes) == (320, 240, int(told["size"]))
    assert film.seconds == pytest.approx(float(told["duration"]), abs=0.1)
    assert film.keyframes
    assert film.kbps == round(int(told["size"]) * 8 / film.seconds / 1000)


@pytest.mark.parametrize("name", ["fast.mp4", "a.webm"])
def test_a_damaged_film_is_refused_or_read_and_never_crashes(films, name: str) -> None:
    whole = (films / name).read_bytes()
    dice = random.Random(7)
    for cut in dice.sample(range(len(whole)), 40):
        _read(whole[:cut])
    for _try in range(300):
        broken = bytearray(whole)
        for _byte in range(dice.randint(1, 8)):
            broken[dice.randrange(min(len(broken), 4000))] = dice.randrange(256)
        _read(bytes(broken))


def _read(body: bytes) -> Film | None:
    try:
        return read_film(io.BytesIO(body), len(body))
    except FilmError:
        return None


def box(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I4s", len(content) + 8, kind) + content


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"bukan film",
        box(b"ftyp", b"isom"),
        box(b"ftyp", b"isom") + box(b"moov", b""),
        box(b"ftyp", b"isom") + struct.pack(">I4sQ", 1, b"moov", 1 << 63),
        box(b"ftyp", b"isom") + box(b"moov", box(b"mvhd", struct.pack(">IIIIQ", 1 << 24, 0, 0, 0, 0) + bytes(40))),
        box(b"ftyp", b"isom") + box(b"moov", box(b"mvhd", struct.pack(">IIIII", 0, 0, 0, 1, 0xFFFFFFFF))),
        b"\x1a\x45\xdf\xa3" + b"\x00" * 40,
        b"\x1a\x45\xdf\xa3\x80\x18\x53\x80\x67\x08\xff",
        b"\x1a\x45\xdf\xa3\xff",
    ],
)
def test_what_is_no_film_is_refused(body: bytes) -> None:
    with pytest.raises(FilmError):
        read_film(io.BytesIO(body), len(body))


def test_a_film_of_a_million_boxes_is_left_after_some() -> None:
    body = box(b"ftyp", b"isom") + box(b"free", b"") * 200_000
    with pytest.raises(FilmError):
        read_film(io.BytesIO(body), len(body))


def test_a_heavy_film_gets_commands_that_make_what_they_promise(films, ffmpeg, tmp_path) -> None:
    film = film_facts(films / "slow.mp4")
    (tmp_path / "video").mkdir()
    (tmp_path / "video" / "film.mp4").write_bytes((films / "slow.mp4").read_bytes())
    heavy = Film(container="mp4", video="H.264", audio="AAC", width=1920, height=1080, seconds=2.0, bytes=5_000_000)
    assert [advice.remedy for advice in advice_for("a.mp4", heavy)] == ["480p", "240p", "audio"]
    commands = {advice.remedy: advice.command for advice in advice_for("video/film.mp4", film)}
    assert "video/film.ringan.mp4" in commands["faststart"]
    for remedy, target in (("faststart", "film.ringan.mp4"), ("audio", "film.ringan.m4a")):
        arguments = commands[remedy].replace("ffmpeg", ffmpeg, 1).split(" ")
        subprocess.run([*arguments, "-v", "error"], cwd=tmp_path, check=True, timeout=60)
        made = film_facts(tmp_path / "video" / target)
        assert made.fast_start
        assert made.video == ("" if remedy == "audio" else "H.264")
    assert (tmp_path / "video" / "film.mp4").read_bytes() == (films / "slow.mp4").read_bytes()
