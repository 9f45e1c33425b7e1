"""What the web process asks of us: one call to answer, as a message on a Valkey list."""

from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

QUEUE = "lazo:media:calls"
Lines = Annotated[list[str], Field(max_length=20)]


class Note(BaseModel):
    """The record the vet will write, each part line by line."""

    diagnosis: Lines = Field(default_factory=list)
    treatment: Lines = Field(default_factory=list)
    prescription: Lines = Field(default_factory=list)
    notes: Lines = Field(default_factory=list)


class Script(BaseModel):
    """What the vet says in the visitor's language; ``{pet}`` stands for the animal's name."""

    model_config = ConfigDict(extra="ignore")

    vet_name: str = ""
    greeting: str
    ask_photo: str
    thanks_photo: str
    observations: Lines
    note: Note
    goodbye: str

    def about(self, pet: str) -> "Script":
        """The same with the animal's name in its places."""
        named = self.model_dump_json().replace("{pet}", pet.replace("\\", "").replace('"', "'"))
        return Script.model_validate_json(named)


class Call(BaseModel):
    """One visitor waits in ``room``; ``user`` is the vet we speak for."""

    model_config = ConfigDict(extra="ignore")

    room: str
    consultation: UUID
    user: UUID
    name: str = ""
    locale: str = "en"
    pet: str
    script: Script
    signaling_url: str = ""
    ticket: str = ""
    pace: Annotated[float, Field(gt=0, le=4)] = 1.0
