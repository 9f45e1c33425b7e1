"""Reviews of completed appointments. Apart from money: nothing here reads or writes a payment."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from domain.booking import appointments
from domain.booking.models import AppointmentStatus
from domain.reviews.events import ReviewsChanged
from domain.reviews.models import PractitionerRating, Review
from domain.reviews.schemas import WriteReview
from kit import clock, events
from kit.actor import Actor
from kit.db import Scope, scoped
from kit.errors import Conflict, NotFound
from kit.i18n import N_

EDITABLE = timedelta(days=14)


class NotReviewableYet(Conflict):
    """Only a completed appointment can be reviewed."""

    code = "not_reviewable"
    title = N_("You can write a review once the consultation is completed")


class ReviewClosed(Conflict):
    """The days in which a review can be edited are over."""

    code = "review_closed"
    title = N_("This review can no longer be changed")


@dataclass(frozen=True, slots=True)
class Rating:
    """The published aggregate; ``average`` is None for somebody new."""

    average: float | None
    count: int


async def write(session: AsyncSession, actor: Actor, appointment_id: UUID, data: WriteReview) -> Review:
    """Write the review of one's completed appointment, or edit it within two weeks.

    Raises NotFound (not theirs), NotReviewableYet, ReviewClosed.
    """
    appointment = await appointments.get(session, actor, appointment_id)
    if appointment.pet_owner_id != actor.person:
        raise NotFound
    if appointment.status != AppointmentStatus.COMPLETED:
        raise NotReviewableYet
    review = await of_appointment(session, appointment_id)
    if review is None:
        review = Review(
            appointment_id=appointment.id, practitioner_id=appointment.practitioner_id, author_id=actor.person,
            author_name=short_name(actor.name), rating=data.rating, body=data.body, locale=actor.locale,
        )  # fmt: skip
        session.add(review)
    else:
        if clock.now() > review.created_at + EDITABLE:
            raise ReviewClosed
        review.rating, review.body, review.edited_at = data.rating, data.body, clock.now()
    await session.flush()
    await recount(session, review.practitioner_id)
    return review


def short_name(name: str) -> str:
    """``Ana Torres`` signs as ``Ana T.``: strangers need no more."""
    first, _, rest = name.partition(" ")
    return f"{first} {rest[0]}." if rest else first


async def recount(session: AsyncSession, practitioner_id: UUID) -> None:
    """Recompute a vet's aggregate from what is published now."""
    async with scoped(session, Scope.system()):
        row = (
            await session.execute(
                select(func.count(), func.coalesce(func.sum(Review.rating), 0)).where(
                    Review.practitioner_id == practitioner_id, Review.hidden_at.is_(None)
                )
            )
        ).one()
        await session.execute(
            insert(PractitionerRating)
            .values(practitioner_id=practitioner_id, count=row[0], total=row[1])
            .on_conflict_do_update(index_elements=["practitioner_id"], set_={"count": row[0], "total": row[1]})
        )
        await events.publish(session, ReviewsChanged(practitioner_id))


async def rating_of(session: AsyncSession, practitioner_id: UUID) -> Rating:
    """A vet's aggregate."""
    row = await session.get(PractitionerRating, practitioner_id, populate_existing=True)
    if row is None or row.count == 0:
        return Rating(None, 0)
    return Rating(round(row.total / row.count, 2), row.count)


async def of_appointment(session: AsyncSession, appointment_id: UUID) -> Review | None:
    """The review of an appointment, if there is one."""
    return (await session.scalars(select(Review).where(Review.appointment_id == appointment_id))).one_or_none()


async def published(session: AsyncSession, practitioner_id: UUID, limit: int = 20) -> Sequence[Review]:
    """A vet's published reviews, latest first."""
    rows = await session.scalars(
        select(Review)
        .where(Review.practitioner_id == practitioner_id, Review.hidden_at.is_(None))
        .order_by(Review.created_at.desc())
        .limit(limit)
    )
    return rows.all()


async def breakdown(session: AsyncSession, practitioner_id: UUID) -> list[tuple[int, int]]:
    """(stars, published reviews with that many), from five down to one."""
    rows = await session.execute(
        select(Review.rating, func.count())
        .where(Review.practitioner_id == practitioner_id, Review.hidden_at.is_(None))
        .group_by(Review.rating)
    )
    counts = {row[0]: row[1] for row in rows}
    return [(stars, counts.get(stars, 0)) for stars in range(5, 0, -1)]
