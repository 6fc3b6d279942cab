"""Copies entries of a zip as they lie there, compressed, under the same or another name."""

import struct
import zipfile
from copy import copy
from typing import BinaryIO

from scorm_packager.errors import PackagerError

LOCAL_HEADER = struct.Struct("<4s5H3L2H")
PIECE = 1 << 20
DATA_DESCRIPTOR = 0x08
#: From here on a size needs the longer fields of zip64.
LARGE = 0xFFFF_FFFF


def copy_entry(source: zipfile.ZipFile, info: zipfile.ZipInfo, target: zipfile.ZipFile, name: str) -> None:
    """Append the entry `info` of `source` to `target` as `name`: the same bytes, date and attributes.

    Raises PackagerError when the entry's own header is not where the directory says.
    """
    file = _stream(source)
    file.seek(info.header_offset)
    header = file.read(LOCAL_HEADER.size)
    if len(header) < LOCAL_HEADER.size or header[:4] != b"PK\x03\x04":
        raise PackagerError("archive.broken", f"no header for {info.filename!r}", path=info.filename)
    fields = LOCAL_HEADER.unpack(header)
    file.seek(fields[9] + fields[10], 1)
    twin = copy(info)
    twin.filename = twin.orig_filename = name
    twin.extra, twin.comment = b"", b""
    twin.flag_bits &= ~DATA_DESCRIPTOR
    out = _stream(target)
    twin.header_offset = target.start_dir
    out.seek(target.start_dir)
    out.write(twin.FileHeader(zip64=info.file_size >= LARGE or info.compress_size >= LARGE))
    _copy(file, out, info)
    target.start_dir = out.tell()
    target.filelist.append(twin)
    target.NameToInfo[name] = twin
    target._didModify = True  # type: ignore[attr-defined]  # makes it write the directory at the end


def _copy(file: BinaryIO, out: BinaryIO, info: zipfile.ZipInfo) -> None:
    left = info.compress_size
    while left:
        piece = file.read(min(PIECE, left))
        if not piece:
            raise PackagerError("archive.broken", f"{info.filename!r} is cut off", path=info.filename)
        out.write(piece)
        left -= len(piece)


def _stream(package: zipfile.ZipFile) -> BinaryIO:
    stream = package.fp
    if stream is None:  # pragma: no cover - both are open while their blocks last
        raise PackagerError("archive.broken", "closed", path=str(package.filename))
    return stream  # type: ignore[return-value]
