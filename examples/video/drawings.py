"""Small drawings (SVG fragments on a stage of 854 x 480) that the scenes of the videos are composed of."""

WIDTH, HEIGHT = 854, 480
NAVY, TEAL, AMBER, RED, INK = "#12355b", "#0b6e6e", "#8a5a00", "#a4262c", "#1b2733"
PALE, SEA, ICE, SAND = "#f3f7fa", "#9cc9dd", "#bfe3f2", "#ecd9a8"
FONT = "'DejaVu Sans', Arial, sans-serif"


def words(
    x: float, y: float, text: str, size: int = 30, colour: str = INK, anchor: str = "middle", bold: bool = False
) -> str:
    """A line of text; `size` in pixels."""
    weight = ' font-weight="700"' if bold else ""
    return f'<text x="{x}" y="{y}" font-size="{size}" fill="{colour}" text-anchor="{anchor}"{weight}>{text}</text>'


def box(x: float, y: float, width: float, height: float, colour: str, radius: int = 12) -> str:
    """A filled rectangle with round corners."""
    return f'<rect x="{x}" y="{y}" width="{width}" height="{height}" rx="{radius}" fill="{colour}"/>'


def sea(level: float = 320, waves: int = 0) -> str:
    """Water from `level` down to the caption band; `waves` in pixels is the height of the swell."""
    steps = "".join(f" q 35 {-waves} 70 0 t 70 0" for _ in range(7))
    return f'<path d="M-20 {level}{steps} V 400 H -20 z" fill="{SEA}"/>'


def island(x: float, y: float = 330) -> str:
    """A small island with two palms."""
    return (
        f'<g transform="translate({x} {y})"><path d="M-90 0q90-70 180 0z" fill="{SAND}"/>'
        f'<path d="M-20-30q6-50-4-84M24-28q-2-40 10-70" fill="none" stroke="#6b4a1f" stroke-width="8"/>'
        f'<path d="M-24-114q-40-14-56 14 36-16 56-14 40-18 58 12-36-18-58-12z'
        f'M34-98q-34-12-48 12 30-14 48-12 34-16 50 10-30-16-50-10z" fill="{TEAL}"/></g>'
    )


def office(x: float, y: float = 330) -> str:
    """A public office with a flagpole and a counter window."""
    return (
        f'<g transform="translate({x} {y})"><rect x="-100" y="-120" width="200" height="120" fill="#ffffff" '
        f'stroke="{NAVY}" stroke-width="5"/><path d="M-120-120L0-176l120 56z" fill="{NAVY}"/>'
        f'<rect x="-70" y="-86" width="60" height="46" fill="{ICE}" stroke="{NAVY}" stroke-width="4"/>'
        f'<rect x="24" y="-86" width="48" height="86" fill="{TEAL}"/>'
        f'<path d="M136 0v-170" stroke="{INK}" stroke-width="5"/><path d="M138-168h54v18h-54z" fill="#c8102e"/>'
        f'<path d="M138-150h54v18h-54z" fill="#ffffff" stroke="#b9c4cf" stroke-width="1"/></g>'
    )


def boat(x: float, y: float = 318, load: str = "") -> str:
    """An open wooden boat; `load` is drawn inside it."""
    return (
        f'<g transform="translate({x} {y})">{load}<path d="M-96-16h192l-30 44h-128z" fill="#7a4f24"/>'
        f'<path d="M-96-16h192l-5 9h-182z" fill="{SAND}"/></g>'
    )


def shore() -> str:
    """An island across the water, and a beach on this side to stand on."""
    return sea() + island(130) + f'<path d="M300 400q40-82 150-82h424v82z" fill="{SAND}"/>'


def person(x: float, y: float = 330, colour: str = TEAL, mood: str = "", scarf: str = "") -> str:
    """A standing person; `mood` is senang, cemas or empty; `scarf` is the colour of a head scarf."""
    mouth = {"senang": "M-8-96q8 9 16 0", "cemas": "M-8-91q8-8 16 0"}.get(mood, "M-7-94h14")
    return (
        f'<g transform="translate({x} {y})"><path d="M-28 0v-44q0-28 28-28t28 28V0z" fill="{colour}"/>'
        f'<circle cy="-100" r="26" fill="#c98d5e"/>'
        '<circle cx="-9" cy="-105" r="3"/><circle cx="9" cy="-105" r="3"/>'
        f'<path d="{mouth}" fill="none" stroke="{INK}" stroke-width="3"/>'
        f"{_headdress(scarf)}</g>"
    )


def _headdress(scarf: str) -> str:
    if not scarf:
        return f'<path d="M-27-106q4-28 27-28t27 28q-27-16-54 0z" fill="{INK}"/>'
    return (
        f'<path fill-rule="evenodd" d="M-32-98q0-42 32-42t32 42q0 22 12 44q-44 22-88 0q12-22 12-44z'
        f'M-20-102q0 22 20 22t20-22q0-18-20-18t-20 18z" fill="{scarf}"/>'
    )


def mother(x: float, y: float = 330, mood: str = "") -> str:
    """The mother from the island, the heroine of the journey."""
    return person(x, y, RED, mood, scarf=AMBER)


def paper(x: float, y: float, lines: int = 4, mark: str = "") -> str:
    """A sheet with `lines` lines; `mark` is benar, salah or empty."""
    rows = "".join(
        f'<path d="M-30 {-44 + 20 * row}h{60 if row % 2 == 0 else 42}" stroke="#8fa5b8" stroke-width="6"/>'
        for row in range(lines)
    )
    sign = {
        "benar": f'<circle cx="40" cy="54" r="24" fill="{TEAL}"/><path d="M28 54l9 10 16-20" fill="none" '
        'stroke="#fff" stroke-width="6"/>',
        "salah": f'<circle cx="40" cy="54" r="24" fill="{RED}"/><path d="M31 45l18 18M49 45l-18 18" '
        'stroke="#fff" stroke-width="6"/>',
    }.get(mark, "")
    return (
        f'<g transform="translate({x} {y})"><rect x="-48" y="-70" width="96" height="130" rx="6" fill="#ffffff" '
        f'stroke="{NAVY}" stroke-width="4"/>{rows}{sign}</g>'
    )


def phone(x: float, y: float, text: str) -> str:
    """A phone with one short message."""
    return (
        f'<g transform="translate({x} {y})"><rect x="-56" y="-100" width="112" height="190" rx="14" fill="{INK}"/>'
        f'<rect x="-48" y="-84" width="96" height="154" fill="#ffffff"/>'
        f'<rect x="-42" y="-60" width="84" height="62" rx="8" fill="{ICE}"/>{words(0, -22, text, 20, NAVY)}</g>'
    )


def clock(x: float, y: float, hour: float) -> str:
    """A clock that shows `hour` (0 to 12, fractions allowed)."""
    return (
        f'<g transform="translate({x} {y})"><circle r="62" fill="#ffffff" stroke="{NAVY}" stroke-width="8"/>'
        f'<path d="M0 0V-28" stroke="{INK}" stroke-width="8" transform="rotate({hour * 30})"/>'
        f'<path d="M0 0V-46" stroke="{RED}" stroke-width="5" transform="rotate({hour % 1 * 360})"/></g>'
    )


def fish(x: float, y: float, scale: float = 1.0, colour: str = "#37607f") -> str:
    """A fish that looks to the left."""
    return (
        f'<g transform="translate({x} {y}) scale({scale})" fill="{colour}"><path d="M0 0c22-26 62-26 88-4l26-18v44'
        'L88 4C62 26 22 26 0 0z"/><circle cx="20" cy="-5" r="4" fill="#ffffff"/></g>'
    )


def chest(x: float, y: float, layers: list[str], closed: bool = False) -> str:
    """An insulated fish chest, filled from the bottom with `layers` (es or ikan)."""
    parts = ['<path d="M0 0h300v-230h-22v208H22v-208H0z" fill="#6f99b5"/>']
    level = -22
    for layer in layers:
        level -= 40
        if layer == "es":
            parts.append(f'<rect x="22" y="{level}" width="256" height="40" fill="{ICE}"/>')
            parts += [f'<path d="M{40 + 44 * n} {level + 14}l14-6 8 12-14 8z" fill="#7fbfdc"/>' for n in range(6)]
        else:
            parts += [fish(34 + 122 * n, level + 20, 0.95) for n in range(2)]
    if closed:
        parts.append(f'<rect x="-12" y="-256" width="324" height="28" rx="8" fill="{NAVY}"/>')
    return f'<g transform="translate({x} {y})">{"".join(parts)}</g>'


def thermometer(x: float, y: float, degrees: int) -> str:
    """A thermometer from 0 to 30 degrees Celsius."""
    height = 20 + degrees * 6
    colour = RED if degrees > 10 else TEAL
    return (
        f'<g transform="translate({x} {y})"><rect x="-16" y="-220" width="32" height="230" rx="16" fill="#ffffff" '
        f'stroke="{INK}" stroke-width="4"/>'
        f'<rect x="-8" y="{-height}" width="16" height="{height}" fill="{colour}"/>'
        f'<circle cy="14" r="28" fill="{colour}" stroke="{INK}" stroke-width="4"/>'
        f"{words(44, -height + 12, f'{degrees} °C', 38, colour, 'start', True)}</g>"
    )


def bars(x: float, y: float, values: list[tuple[str, float, str]]) -> str:
    """Bars side by side: label, height in pixels, colour."""
    return "".join(
        box(x + 120 * n, y - height, 84, height, colour, 6) + words(x + 42 + 120 * n, y + 32, label, 26)
        for n, (label, height, colour) in enumerate(values)
    )
