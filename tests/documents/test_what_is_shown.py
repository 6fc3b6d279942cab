"""What counts as a shown command: blocks, markers, comments, and what is no command."""

from tools.shown_commands import pages, shown_in

PAGE = """# Judul

Jalankan `jampel serve`.

```
$ jampel check paket.zip   # yang salah
paket.zip baik
$ jampel pack modul \\
    --lms moodle45
```

<!-- contoh: lewati, perlu root -->
```sh
sudo systemctl reload nginx
```

<!-- contoh: keluar 0 atau 1 -->

    jampel audit anomalies --year 2026
    ini keluarannya
```toml
jampel lti list = 1
```
    jampel lti list
"""


def test_commands_are_read_with_their_markers_and_nothing_else_is() -> None:
    assert [(one.line, one.words, one.skipped, one.codes) for one in shown_in(PAGE)] == [
        (6, ["jampel", "check", "paket.zip"], "", (0,)),
        (8, ["jampel", "pack", "modul", "--lms", "moodle45"], "", (0,)),
        (14, ["sudo", "systemctl", "reload", "nginx"], "perlu root", (0,)),
        (19, ["jampel", "audit", "anomalies", "--year", "2026"], "", (0, 1)),
        (24, ["jampel", "lti", "list"], "", (0,)),
    ]


def test_a_marker_holds_for_the_next_block_alone() -> None:
    page = "<!-- contoh: lewati, perlu orang -->\nLalu:\n\n    jampel lti list\n"
    assert [one.skipped for one in shown_in(page)] == [""]


def test_most_of_what_the_documents_show_is_run() -> None:
    """A marker is for what cannot be run, not for what is hard to prepare."""
    shown = [one for path in pages() for one in shown_in(path.read_text(encoding="utf-8"))]
    ours = [one for one in shown if "jampel" in one.words[0]]
    assert len(ours) > 120
    assert sum(bool(one.skipped) for one in ours) < len(ours) / 3
