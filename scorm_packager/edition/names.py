"""The naming rule of lighter files: `video/layanan.ringan.mp4` lies beside `video/layanan.mp4`."""

from pathlib import PurePosixPath

MARK = ".ringan"


def light_name(path: str) -> str:
    """The name of the lighter file beside `path`."""
    whole = PurePosixPath(path)
    return str(whole.with_name(f"{whole.stem}{MARK}{whole.suffix}"))


def is_light(path: str) -> bool:
    """Whether `path` is the name of a lighter file."""
    return PurePosixPath(path).stem.endswith(MARK)
