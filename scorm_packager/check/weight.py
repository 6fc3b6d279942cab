"""How heavy a package is: one line of facts."""

import msgspec

from scorm_packager.reader.container import Container

#: Bits a second of the link that the seconds are told for.
SLOW_LINK = 512_000


class Weight(msgspec.Struct, frozen=True, kw_only=True):
    """`packed` is what is uploaded and `unpacked` what lies on the disk, in bytes; `seconds` at 512 kbps."""

    files: int
    packed: int
    unpacked: int
    seconds: int
    biggest: tuple[tuple[str, int], ...]


def weigh(container: Container) -> Weight:
    """The weight of `container` with its three biggest files."""
    sizes = container.files
    biggest = sorted(sizes.items(), key=lambda pair: (-pair[1], pair[0]))[:3]
    return Weight(
        files=len(sizes),
        packed=container.packed,
        unpacked=sum(sizes.values()),
        seconds=-(-container.packed * 8 // SLOW_LINK),
        biggest=tuple(biggest),
    )
