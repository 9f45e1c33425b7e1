"""People: signing up, and reading one's own data."""

from collections.abc import Collection
from uuid import UUID

import phonenumbers
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from domain.accounts.errors import EmailTaken, WrongCredentials
from domain.accounts.events import PersonRegistered
from domain.accounts.models import User
from domain.accounts.schemas import EditPerson, Preferences, Register
from kit import events, passwords
from kit.errors import NotFound, field_error
from kit.i18n import N_


async def register(session: AsyncSession, data: Register) -> User:
    """A new pet owner; raises EmailTaken (the sign-up form says so: the same address cannot get two accounts)."""
    user = User(
        email=data.email, name=data.name, locale=data.locale, time_zone=data.time_zone, country=data.country,
        password_hash=await passwords.hash_password(data.password),
    )  # fmt: skip
    session.add(user)
    try:
        await session.flush()
    except IntegrityError as error:
        raise EmailTaken from error
    await events.publish(session, PersonRegistered(user.id))
    return user


async def check_password(session: AsyncSession, email: str, password: str) -> User:
    """The person with these credentials; raises WrongCredentials, in the same time for known and unknown."""
    user = (await session.scalars(select(User).where(func.lower(User.email) == email.lower()))).one_or_none()
    right = await passwords.verify(user.password_hash if user else None, password)
    if user is None or not right or user.disabled_at is not None:
        raise WrongCredentials
    return user


async def get(session: AsyncSession, user_id: UUID) -> User:
    """One person; raises NotFound."""
    user = await session.get(User, user_id)
    if user is None:
        raise NotFound
    return user


async def by_handle(session: AsyncSession, handle: str) -> User:
    """A demo persona by its handle; raises NotFound."""
    user = (await session.scalars(select(User).where(User.handle == handle))).one_or_none()
    if user is None:
        raise NotFound
    return user


async def prefer(session: AsyncSession, user_id: UUID, data: Preferences) -> User:
    """Keep the language, zone or theme somebody chose."""
    user = await get(session, user_id)
    for name in data.model_fields_set:
        value = getattr(data, name)
        if value is not None:
            setattr(user, name, value)
    await session.flush()
    return user


async def names(session: AsyncSession, user_ids: Collection[UUID | None]) -> dict[UUID, str]:
    """The names of these people, by id."""
    rows = await session.execute(select(User.id, User.name).where(User.id.in_({one for one in user_ids if one})))
    return {row[0]: row[1] for row in rows}


async def edit(session: AsyncSession, user_id: UUID, data: EditPerson) -> User:
    """Change one's own name, phone and zone.

    The number is kept as +<country><number>; one written without a country is of the person's own. Raises InvalidRequest.
    """
    user = await get(session, user_id)
    user.phone = _international(data.phone, user.country) if data.phone else ""
    user.name, user.time_zone = data.name, data.time_zone
    await session.flush()
    return user


def _international(written: str, country: str) -> str:
    try:
        number = phonenumbers.parse(written, country)
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not phonenumbers.is_valid_number(number):
        raise field_error("phone", "value_error", N_("Write a phone number with its area code"))
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
