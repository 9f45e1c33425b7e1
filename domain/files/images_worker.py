"""Reads a picture on stdin, writes ``{"width", "height"}``, a newline and a WebP on stdout; exits 1 if it cannot.

Runs with 512 MiB of memory and ten seconds of processor time, so that a hostile file ends only this process.
"""

import io
import json
import resource
import sys
import warnings

from PIL import Image, ImageCms, ImageOps

FORMATS = ("JPEG", "PNG", "GIF", "WEBP")
MAX_PIXELS = 40_000_000
SIDE = 1600
QUALITY = 80


def main() -> None:
    """Convert, or leave with status 1."""
    resource.setrlimit(resource.RLIMIT_AS, (768 << 20, 768 << 20))
    resource.setrlimit(resource.RLIMIT_CPU, (10, 10))
    warnings.simplefilter("error")
    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    try:
        sys.stdout.buffer.write(convert(sys.stdin.buffer.read()))
    except Exception:  # noqa: BLE001
        sys.exit(1)


def convert(raw: bytes) -> bytes:
    """The answer for one picture."""
    with Image.open(io.BytesIO(raw), formats=FORMATS) as source:
        if source.width * source.height > MAX_PIXELS:
            raise ValueError("too many pixels")
        profile = source.info.get("icc_profile")
        upright = ImageOps.exif_transpose(source)
        upright.thumbnail((SIDE, SIDE))
        has_alpha = "A" in upright.getbands() or "transparency" in upright.info
        plain = upright.convert("RGBA" if has_alpha else "RGB")
        if profile and not has_alpha:
            plain = _to_srgb(plain, profile)
    out = io.BytesIO()
    plain.save(out, "WEBP", quality=QUALITY, method=4, exif=b"", icc_profile=None)
    return json.dumps({"width": plain.width, "height": plain.height}).encode() + b"\n" + out.getvalue()


def _to_srgb(picture: Image.Image, profile: bytes) -> Image.Image:
    try:
        converted = ImageCms.profileToProfile(
            picture, ImageCms.ImageCmsProfile(io.BytesIO(profile)), ImageCms.createProfile("sRGB"), outputMode="RGB"
        )
    except ImageCms.PyCMSError:
        return picture
    return converted or picture


if __name__ == "__main__":
    main()
