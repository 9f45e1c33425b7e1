"""What comes in and goes out about records."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints

from domain.accounts.schemas import Input

Prose = Annotated[str, StringConstraints(max_length=20_000)]


class SaveNote(Input):
    """The whole note as it stands in the editor, on top of the version that was read (0 for a new one)."""

    version: Annotated[int, Field(ge=0)]
    template_code: Annotated[str, StringConstraints(max_length=60)] = ""
    diagnosis: Prose = ""
    treatment: Prose = ""
    prescription: Prose = ""
    notes: Prose = ""
    internal_notes: Prose = ""


class NoteDraftOut(BaseModel):
    """The note to its author: with what only the clinic reads."""

    id: UUID
    version: int
    state: str
    template_code: str
    diagnosis: str
    treatment: str
    prescription: str
    notes: str
    internal_notes: str
    saved_at: datetime | None


class RecordOut(BaseModel):
    """A signed record to the pet owner. Internal notes are not part of it, not even empty."""

    id: UUID
    pet_id: UUID
    appointment_id: UUID
    clinic_name: str
    author_name: str
    diagnosis: str
    treatment: str
    prescription: str
    notes: str
    signed_at: datetime


def draft_out(note: Any, internal: str) -> NoteDraftOut:
    """The wire form of a note for its author."""
    return NoteDraftOut(
        id=note.id, version=note.version, state=note.state, template_code=note.template_code,
        diagnosis=note.diagnosis, treatment=note.treatment, prescription=note.prescription, notes=note.notes,
        internal_notes=internal, saved_at=note.saved_at,
    )  # fmt: skip
