"""What a client may say in a room, and its shape. Anything else is dropped; the room goes on."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

LARGEST_SDP = 48 * 1024
Token = Annotated[str, StringConstraints(min_length=8, max_length=64, pattern=r"^[A-Za-z0-9_-]+$")]


class Message(BaseModel):
    """Strict: an unknown field is a malformed message."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Resume(Message):
    """Where a returning page stopped reading."""

    generation: Token
    last: int = Field(ge=0)


class Enter(Message):
    """The ``auth`` of a connection to /room; ``session`` names one page load."""

    ticket: str = Field(max_length=4096)
    session: Token
    device: str = Field(default="", max_length=80)
    audio: bool = True
    video: bool = True
    resume: Resume | None = None


class EnterLive(Message):
    """The ``auth`` of a connection to /live."""

    ticket: str = Field(max_length=8192)


class Empty(Message):
    """A message that says everything by its name."""


class Description(Message):
    """An offer or an answer for the other party."""

    epoch: int = Field(ge=1)
    type: Literal["offer", "answer"]
    sdp: str = Field(min_length=1, max_length=LARGEST_SDP, pattern=r"^v=0\r?\n")


class IceCandidate(Message):
    """As ``RTCIceCandidate.toJSON()`` gives it."""

    candidate: str = Field(max_length=1024)
    sdpMid: str | None = Field(default=None, max_length=64)  # noqa: N815 - the browser's own name
    sdpMLineIndex: int | None = Field(default=None, ge=0, le=64)  # noqa: N815
    usernameFragment: str | None = Field(default=None, max_length=256)  # noqa: N815


class Candidate(Message):
    """One way to reach the sender; null says there are no more."""

    epoch: int = Field(ge=1)
    candidate: IceCandidate | None


class Media(Message):
    """What the sender's microphone and camera do now."""

    audio: bool
    video: bool
    facing: Literal["user", "environment"] | None = None


class Quality(Message):
    """How well the sender receives: 0 nothing to 4 excellent."""

    bars: int = Field(ge=0, le=4)


class Chat(Message):
    """One line of chat; ``client_id`` makes sending it twice harmless."""

    body: str = Field(default="", max_length=4000)
    client_id: UUID
    file_id: UUID | None = None


class Sync(Message):
    """Send again everything after ``last``."""

    last: int = Field(ge=0)


class Ask(Message):
    """The practitioner asks the pet owner for something with a button."""

    kind: Literal["photo", "flip"]


class NotePreview(Message):
    """What the practitioner is writing, shown while it is written (the demonstration only)."""

    field: Literal["diagnosis", "treatment", "prescription", "notes"]
    text: str = Field(max_length=8000)
    done: bool = False


MESSAGES: dict[str, type[Message]] = {
    "description": Description,
    "candidate": Candidate,
    "media": Media,
    "quality": Quality,
    "typing": Empty,
    "chat": Chat,
    "history": Empty,
    "sync": Sync,
    "restart": Empty,
    "admit": Empty,
    "ask": Ask,
    "note.preview": NotePreview,
    "finish": Empty,
    "leave": Empty,
}

PRACTITIONER_ONLY = frozenset({"admit", "ask", "note.preview", "finish"})
