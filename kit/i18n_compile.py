"""Compiles the gettext catalogs beside their sources; ``python -m kit.i18n_compile`` does all of them.

A process also compiles a catalog at start when its source is newer. Where the tree cannot be written, the
catalog is compiled in memory.
"""

import io
import sys
from pathlib import Path
from typing import BinaryIO

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

# Babel's own Arabic rule puts 11-99 and 100-102 in each other's place.
ARABIC_PLURAL = "(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 ? 4 : 5)"


def compile_stale(source: Path) -> BinaryIO | None:
    """The compiled catalog of ``source``, made anew when it is missing or older; None when there is no source."""
    if not source.exists():
        return None
    target = source.with_suffix(".mo")
    if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
        compiled = compiled_bytes(source)
        try:
            target.write_bytes(compiled)
        except OSError:
            return io.BytesIO(compiled)
    return io.BytesIO(target.read_bytes())


def compiled_bytes(source: Path) -> bytes:
    """``source`` as a ``.mo``; fuzzy entries are left out, so an unsure sentence is shown in English.

    Raises ValueError when an Arabic catalog has lost our plural rule (tools like to put Babel's back).
    """
    with source.open("rb") as file:
        catalog = read_po(file)
    if source.parent.parent.name == "ar" and catalog.plural_expr != ARABIC_PLURAL:
        raise ValueError(f"{source}: Plural-Forms must be nplurals=6; plural={ARABIC_PLURAL};")
    buffer = io.BytesIO()
    write_mo(buffer, catalog)
    return buffer.getvalue()


def main(directory: Path) -> int:
    """Compile every catalog under ``directory``; returns how many there are."""
    sources = sorted(directory.glob("*/LC_MESSAGES/*.po"))
    for source in sources:
        source.with_suffix(".mo").write_bytes(compiled_bytes(source))
    return len(sources)


if __name__ == "__main__":
    count = main(Path(__file__).resolve().parent.parent / "web" / "locale")
    sys.stdout.write(f"{count} catalogs compiled\n")
