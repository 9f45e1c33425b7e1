"""A signed record on paper. The text travels as data, so that nothing a person wrote is ever read as markup."""

import asyncio
import json
from dataclasses import dataclass
from pathlib import Path

import typst

SOURCE = Path(__file__).parent / "record.typ"


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is printed: words already in the reader's language, dates already written out."""

    locale: str
    direction: str
    title: str
    reference: str
    facts: list[tuple[str, str]]
    sections: list[tuple[str, str]]
    footer: str


async def render(sheet: Sheet, fonts: Path) -> bytes:
    """The PDF (PDF/UA-1, A4). ``fonts`` holds faces for Latin and Arabic."""
    data = json.dumps(
        {
            "locale": sheet.locale, "direction": sheet.direction, "title": sheet.title,
            "reference": sheet.reference, "facts": sheet.facts, "sections": sheet.sections, "footer": sheet.footer,
        }
    )  # fmt: skip
    return await asyncio.to_thread(_compile, data, fonts)


def _compile(data: str, fonts: Path) -> bytes:
    made = typst.compile(
        SOURCE, font_paths=[fonts], sys_inputs={"data": data}, format="pdf", pdf_standards=["ua-1"],
        ignore_system_fonts=True,
    )  # fmt: skip
    if not isinstance(made, bytes):
        raise TypeError("one document is one file")
    return made
