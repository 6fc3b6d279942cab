"""The records that frame the members of a zip (APPNOTE 6.3.9, 4.3 and 4.5.3), always the same for the same content.

Times are the first that a zip can say, names are plain ASCII, and nothing depends on where a member lies but the list
at the end: so a member can be taken from one zip into another byte for byte.
"""

import struct
from collections.abc import Sequence

import msgspec

STORED, DEFLATED = 0, 8
_NEWEST_PLAIN, _NEWEST_LARGE = 20, 45  # the version a reader needs: 2.0, or 4.5 for large files
_UNIX = 3
_PLAIN_FILE = 0o100644 << 16
_FIRST_DAY = (1 << 5) | 1  # 1 January 1980, the first day a zip can say
_FULL_2, _FULL_4 = 0xFFFF, 0xFFFFFFFF
_LARGE = 0xFFF00000  # from this size on a file is written as large, deflated or not

_LOCAL = struct.Struct("<4s5H3I2H")
_CENTRAL = struct.Struct("<4s6H3I5H2I")
_END = struct.Struct("<4s4H2IH")
_END_LARGE = struct.Struct("<4sQ2H2I4Q")
_LOCATOR = struct.Struct("<4sIQI")


class Member(msgspec.Struct, frozen=True):
    """A file in a zip: `size` bytes packed to `packed`, its record beginning at `offset`."""

    name: str
    method: int
    crc: int
    packed: int
    size: int
    offset: int = 0

    @property
    def end(self) -> int:
        """Where the next record begins."""
        return self.offset + len(local_record(self)) + self.packed


def local_record(member: Member) -> bytes:
    """What stands before the content of `member`; its length depends on name and size alone."""
    large = member.size >= _LARGE
    extra = struct.pack("<2H2Q", 1, 16, member.size, member.packed) if large else b""
    packed, size = (_FULL_4, _FULL_4) if large else (member.packed, member.size)
    name = member.name.encode("ascii")
    version = _NEWEST_LARGE if large else _NEWEST_PLAIN
    head = _LOCAL.pack(
        b"PK\3\4", version, 0, member.method, 0, _FIRST_DAY, member.crc, packed, size, len(name), len(extra)
    )
    return head + name + extra


def closing_records(members: Sequence[Member], start: int) -> bytes:
    """The list of `members` and the end of the zip, from the offset `start` on."""
    directory = b"".join(map(_central_record, members))
    end = start + len(directory)
    large = b""
    if len(members) >= _FULL_2 or end >= _FULL_4:
        count = len(members)
        versions = (_UNIX << 8 | _NEWEST_LARGE, _NEWEST_LARGE)
        large = _END_LARGE.pack(b"PK\6\6", 44, *versions, 0, 0, count, count, len(directory), start)
        large += _LOCATOR.pack(b"PK\6\7", 0, end, 1)
    count, length, place = min(len(members), _FULL_2), min(len(directory), _FULL_4), min(start, _FULL_4)
    return directory + large + _END.pack(b"PK\5\6", 0, 0, count, count, length, place, 0)


def _central_record(member: Member) -> bytes:
    sizes = [member.size, member.packed] if member.size >= _LARGE else []
    places = [member.offset] if member.offset >= _FULL_4 else []
    wide = [*sizes, *places]
    extra = struct.pack(f"<2H{len(wide)}Q", 1, 8 * len(wide), *wide) if wide else b""
    version = _NEWEST_LARGE if wide else _NEWEST_PLAIN
    name = member.name.encode("ascii")
    head = _CENTRAL.pack(
        *(b"PK\1\2", _UNIX << 8 | version, version, 0, member.method, 0, _FIRST_DAY, member.crc),
        *((_FULL_4, _FULL_4) if sizes else (member.packed, member.size)),
        *(len(name), len(extra), 0, 0, 0, _PLAIN_FILE, _FULL_4 if places else member.offset),
    )
    return head + name + extra
