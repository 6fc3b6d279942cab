"""Editions: a light one leaves nothing out without words, and parts are whole modules whose sums are exact."""

import io

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from scorm_packager.course import Asset, decode_course
from scorm_packager.edition.build import RESERVE, Edition, build_edition
from scorm_packager.edition.light import light_edition
from scorm_packager.edition.pictures import picture_lightener
from scorm_packager.edition.split import shares, split_module
from scorm_packager.errors import PackagerError
from scorm_packager.film.read import film_facts
from scorm_packager.source.module import read_module


def make_heavy(folder, make_film) -> None:
    """The film of the module as it comes from a camera."""
    (folder / "video" / "film.mp4").write_bytes(make_film() + b"\0\0\0\x08free" * 1000)


def test_a_lighter_file_beside_the_original_takes_its_place(module_folder, make_film) -> None:
    make_heavy(module_folder, make_film)
    (module_folder / "video" / "film.ringan.mp4").write_bytes(make_film())
    whole = read_module(module_folder)
    light = light_edition(whole)
    (film,) = [asset for asset in light.module.assets if asset.path == "aset/video/film.mp4"]
    assert film.source.name == "film.ringan.mp4"
    assert film.size == len(make_film())
    assert light.module.course.pages == whole.course.pages
    assert light.module.course.digest != whole.course.digest
    assert (light.module.course.id, light.module.course.iri) == (whole.course.id, whole.course.iri)
    assert [one for one in light.module.warnings if "ringan" in one.file] == []


def test_a_film_without_a_lighter_file_gives_way_to_its_transcript_and_says_so(module_folder, make_film) -> None:
    make_heavy(module_folder, make_film)
    light = light_edition(read_module(module_folder))
    html = light.module.course.pages[0].html
    assert "<video" not in html
    assert "Ini edisi ringan" in html
    assert '<details class="transkrip" open>' in html
    assert [asset.path for asset in light.module.assets] == ["aset/gambar/peta.svg"]
    assert light.module.course.media == ()
    assert decode_course(msgspec.json.encode(light.module.course)) == light.module.course


def test_a_film_becomes_its_sound_when_that_lies_beside_it(module_folder, make_film, monkeypatch) -> None:
    make_heavy(module_folder, make_film)
    (module_folder / "video" / "film.ringan.m4a").write_bytes(make_film(20))
    whole = read_module(module_folder)
    facts = msgspec.structs.replace(film_facts(module_folder / "video" / "film.ringan.m4a"), audio="AAC")
    monkeypatch.setattr("scorm_packager.edition.light.film_facts", lambda _path: facts)
    light = light_edition(whole).module
    assert '<audio controls preload="none"' in light.course.pages[0].html
    assert "aset/video/film.ringan.m4a" in [asset.path for asset in light.assets]
    (medium,) = light.course.media
    assert (medium.kind, medium.seconds) == ("audio", 20.0)
    assert f'data-medium="{medium.id}"' in light.course.pages[0].html


@pytest.mark.parametrize("body", [b"bukan film", b"x" * 1_000_000])
def test_a_lighter_file_that_is_no_film_or_heavier_is_not_taken(module_folder, make_film, body: bytes) -> None:
    make_heavy(module_folder, make_film)
    (module_folder / "video" / "film.ringan.mp4").write_bytes(body)
    light = light_edition(read_module(module_folder))
    assert all(asset.source.name != "film.ringan.mp4" for asset in light.module.assets)
    assert [one.code for one in light.warnings] == (["light.not_a_film"] if len(body) < 100 else [])


def test_a_lighter_drawing_is_checked_like_its_original(module_folder) -> None:
    drawing = module_folder / "gambar" / "peta.svg"
    drawing.write_text(drawing.read_text(encoding="utf-8").replace("M0 0", "M0 0" * 200), encoding="utf-8")
    bad = '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
    (module_folder / "gambar" / "peta.ringan.svg").write_text(bad, encoding="utf-8")
    light = light_edition(read_module(module_folder))
    assert all(asset.source.name != "peta.ringan.svg" for asset in light.module.assets)
    assert [(one.level, one.file) for one in light.warnings] == [("warning", "gambar/peta.ringan.svg")]


def test_a_lighter_file_that_links_elsewhere_is_not_followed(module_folder, make_film, tmp_path) -> None:
    make_heavy(module_folder, make_film)
    (tmp_path / "rahasia").write_bytes(make_film())
    (module_folder / "video" / "film.ringan.mp4").symlink_to(tmp_path / "rahasia")
    light = light_edition(read_module(module_folder))
    assert all(asset.source.name != "film.ringan.mp4" for asset in light.module.assets)


def test_photographs_are_made_smaller_only_when_asked_and_the_original_stays(module_folder, tmp_path) -> None:
    noise = Image.effect_noise((1600, 1200), 90).convert("RGB")
    body = io.BytesIO()
    noise.save(body, "JPEG", quality=95)
    photo = module_folder / "gambar" / "foto.jpg"
    photo.write_bytes(body.getvalue())
    page = module_folder / "isi" / "01-awal.md"
    page.write_text(page.read_text(encoding="utf-8") + "\n![Foto](gambar/foto.jpg)\n", encoding="utf-8")
    sizes = [
        build_edition(module_folder, "scorm12", tmp_path / f"{name}.zip", edition)[0].size
        for name, edition in (("a", Edition(light=True)), ("b", Edition(light=True, pictures=True)))
    ]
    assert sizes[1] < sizes[0] * 0.7
    assert photo.read_bytes() == body.getvalue()


def test_a_photograph_of_a_camera_held_upright_stays_upright_when_it_is_made_smaller(tmp_path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # Exif 2.3, 4.6.4: lies on its right side
    photo = tmp_path / "foto.jpg"
    Image.effect_noise((640, 480), 90).save(photo, "JPEG", quality=95, exif=exif)
    (tmp_path / "room").mkdir()
    asset = Asset(path="aset/foto.jpg", source=photo, size=photo.stat().st_size, sha256="0" * 64)
    lighter = picture_lightener(tmp_path / "room")(asset)
    assert lighter
    with Image.open(lighter) as picture:
        assert picture.size == (480, 640)


def pages_of(count: int, folder) -> None:
    """A module of `count` pages, each with a picture of its own of some 30 kB, and a link to the next."""
    for number in range(1, count + 1):
        following = f"{number % count + 1:02}-bab.md"
        shape = "".join(f'<path d="M{i} {number}h1v1z"/>' for i in range(1500))
        svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">{shape}</svg>\n'
        (folder / "gambar" / f"g{number}.svg").write_text(svg, encoding="utf-8")
        text = f"# Bab {number}\n\n{'kata ' * 100 * number}\n\n![G](gambar/g{number}.svg)\n\n[Terus]({following})\n"
        (folder / "isi" / f"{number:02}-bab.md").write_text(text, encoding="utf-8")


@pytest.fixture
def long_module(module_folder):
    for old in (module_folder / "isi").iterdir():
        old.unlink()
    pages_of(6, module_folder)
    settings = module_folder / "modul.toml"
    settings.write_text(settings.read_text(encoding="utf-8").replace("kelulusan = 70\n", ""), encoding="utf-8")
    return module_folder


def by_files(course, assets) -> int:
    return sum(asset.size for asset in assets) + 1000


def test_parts_are_whole_modules_in_order_whose_sums_are_exact(long_module) -> None:
    module = read_module(long_module)
    cap = 1000 + 2 * max(asset.size for asset in module.assets)
    parts = split_module(module, cap, by_files)
    assert [len(part.course.pages) for part in parts] == [2, 2, 2]
    assert [page.id for part in parts for page in part.course.pages] == [page.id for page in module.course.pages]
    assert sum(part.course.jp for part in parts) == module.course.jp
    assert len({part.course.id for part in parts} | {part.course.iri for part in parts}) == 6
    assert len({part.course.digest for part in parts}) == 3
    assert parts[0].course.title.endswith("(bagian 1 dari 3)")
    assert all(len(part.assets) == 2 for part in parts)
    assert all(by_files(part.course, part.assets) <= cap for part in parts)


def test_a_link_into_another_part_becomes_words(long_module) -> None:
    module = read_module(long_module)
    parts = split_module(module, 1000 + 2 * max(asset.size for asset in module.assets), by_files)
    assert "data-page" in parts[0].course.pages[0].html
    assert "Terus (ada di bagian 2)" in parts[0].course.pages[1].html
    assert "data-page" not in parts[0].course.pages[1].html


def test_a_module_that_fits_is_left_whole(module_folder) -> None:
    module = read_module(module_folder)
    assert split_module(module, 10_000_000, by_files) == (module,)


def test_questions_and_the_pass_mark_go_with_their_page(module_folder) -> None:
    module = read_module(module_folder)
    parts = split_module(module, 1000, lambda course, _assets: 1000 * len(course.pages))
    assert [(len(part.course.questions), part.course.mastery) for part in parts] == [(0, None), (1, 70)]
    assert [len(part.course.media) for part in parts] == [1, 0]


def test_a_page_that_is_too_heavy_alone_is_named(long_module) -> None:
    with pytest.raises(PackagerError) as refused:
        split_module(read_module(long_module), 2000, by_files)
    assert (refused.value.code, refused.value.params["page"]) == ("split.page_too_large", "Bab 1")


def test_too_few_jp_to_divide_are_said(long_module) -> None:
    settings = long_module / "modul.toml"
    settings.write_text(settings.read_text(encoding="utf-8").replace("jp = 0.05", "jp = 0.02"), encoding="utf-8")
    module = read_module(long_module)
    with pytest.raises(PackagerError) as refused:
        split_module(module, 1000 + max(asset.size for asset in module.assets), by_files)
    assert refused.value.code == "split.jp_too_small"


@settings(max_examples=60, deadline=None)
@given(weights=st.lists(st.integers(0, 10_000), min_size=1, max_size=30), extra=st.integers(0, 5000))
def test_shares_are_exact_and_nobody_gets_nothing(weights: list[int], extra: int) -> None:
    whole = len(weights) + extra
    found = shares(whole, weights)
    assert sum(found) == whole
    assert min(found) >= 1
    assert all(
        a <= b for (x, a) in zip(weights, found, strict=True) for (y, b) in zip(weights, found, strict=True) if x < y
    )


def test_a_part_that_fails_leaves_no_half_set(long_module, tmp_path) -> None:
    target = tmp_path / "hasil" / "paket.zip"
    target.parent.mkdir()
    (target.parent / "paket-bagian-2.zip").mkdir()
    weight = build_edition(long_module, "scorm12", tmp_path / "utuh.zip", Edition())[0].size
    with pytest.raises(PackagerError):
        build_edition(long_module, "scorm12", target, Edition(cap=weight - 3000 + RESERVE))
    assert [path.name for path in target.parent.iterdir()] == ["paket-bagian-2.zip"]
    (target.parent / "paket-bagian-2.zip").rmdir()
    made = build_edition(long_module, "scorm12", target, Edition(cap=weight - 3000 + RESERVE))
    assert sorted(path.name for path in target.parent.iterdir()) == sorted(built.path.name for built in made)
    assert len(made) == 2
