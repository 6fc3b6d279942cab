"""Makes photographs smaller with Pillow, when it is installed and a person asked for it."""

import warnings
from pathlib import Path

from scorm_packager.course import Asset
from scorm_packager.edition.light import Lighten
from scorm_packager.errors import PackagerError

WIDEST = 1280  # pixels: the screen of a phone held sideways, twice over
QUALITY = 70
WORTH_IT = 60_000  # bytes; a smaller picture loses more than it saves
KINDS = {".jpg": "JPEG", ".jpeg": "JPEG", ".webp": "WEBP"}


def picture_lightener(room: Path) -> Lighten:
    """What makes a JPEG or WebP smaller, writing to files in `room`; drawings and PNGs stay as they are.

    Raises PackagerError `light.no_pillow` when Pillow is not installed.
    """
    try:
        from PIL import Image, ImageOps  # an extra: only who asks for it needs it
    except ImportError as cause:
        raise PackagerError("light.no_pillow", str(cause)) from cause

    def lighten(asset: Asset) -> Path | None:
        kind = KINDS.get(Path(asset.path).suffix.lower())
        if kind is None or asset.size < WORTH_IT:
            return None
        target = room / f"{asset.sha256}{Path(asset.path).suffix}"
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error")  # a picture that is a bomb warns first
                with Image.open(asset.source, formats=[kind]) as picture:
                    picture.thumbnail((WIDEST, WIDEST * 4))
                    upright = ImageOps.exif_transpose(picture)  # how the camera was held is not written again
                    upright.convert("RGB").save(target, kind, quality=QUALITY, optimize=True)
        except (OSError, ValueError, Warning, Image.DecompressionBombError):
            return None  # it stays as it is
        return target if target.stat().st_size < asset.size else None

    return lighten
