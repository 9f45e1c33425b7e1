"""The chat of a consultation; stays readable with the appointment."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from domain.consultations.models import ChatMessage, Consultation
from kit import clock, ids
from kit.errors import NotFound, field_error
from kit.i18n import N_

MAX_LENGTH = 4000


async def post(
    session: AsyncSession, consultation_id: UUID, user_id: UUID, body: str, client_id: str,
    file_id: UUID | None = None,
) -> ChatMessage:  # fmt: skip
    """Say something; the same ``client_id`` twice is one message. System scope; the caller has proved their seat."""
    text = body.strip()
    if (not text and file_id is None) or len(text) > MAX_LENGTH:
        raise field_error("body", "length", N_("Write a message of up to 4,000 characters"))
    consultation = await session.get(Consultation, consultation_id)
    if consultation is None or user_id not in (consultation.pet_owner_id, consultation.practitioner_user_id):
        raise NotFound
    role = "pet_owner" if user_id == consultation.pet_owner_id else "practitioner"
    await session.execute(
        insert(ChatMessage)
        .values(
            id=ids.new_id(), created_at=clock.now(), clinic_id=consultation.clinic_id,
            consultation_id=consultation_id, sender_id=user_id, sender_role=role, client_id=client_id[:60],
            body=text, file_id=file_id,
        )
        .on_conflict_do_nothing()
    )  # fmt: skip
    return (
        await session.scalars(
            select(ChatMessage).where(
                ChatMessage.consultation_id == consultation_id, ChatMessage.sender_id == user_id,
                ChatMessage.client_id == client_id[:60],
            )
        )
    ).one()  # fmt: skip


async def history(session: AsyncSession, consultation_id: UUID) -> Sequence[ChatMessage]:
    """Everything said, in order."""
    rows = await session.scalars(
        select(ChatMessage)
        .where(ChatMessage.consultation_id == consultation_id)
        .order_by(ChatMessage.created_at, ChatMessage.id)
    )
    return rows.all()
