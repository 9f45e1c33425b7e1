"""A mail is promised in the transaction of the fact, sent outside any, and told once."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select

from domain.accounts.models import User
from domain.correspondence.letters import Composer
from domain.notifications import mails, sending
from domain.notifications.models import Delivery
from kit import clock, outbox
from kit.db import Database, Scope
from kit.mail import Letter, MailRefusedError, SmtpTransport, message_id
from kit.settings import Settings
from tests.factories import post

compose = Composer("https://lazo.example", "Lazo <hola@lazo.example>")


@pytest.fixture
async def ana(db: Database) -> UUID:
    async with db.begin(Scope.system()) as session:
        person = User(email="ana@example.test", name="Ana", locale="ar", time_zone="Asia/Amman", country="JO")
        session.add(person)
        await session.flush()
        return person.id


async def promise(db: Database, person: UUID, key: str = "user:1:welcome", **context: Any) -> UUID:
    async with db.begin(Scope.public()) as session:
        await mails.tell(session, person, "welcome", key, context)
    async with db.begin(Scope.system()) as session:
        return (await session.scalars(select(Delivery.id).where(Delivery.dedup_key == key))).one()


async def state(db: Database, delivery_id: UUID) -> Delivery:
    async with db.begin(Scope.system()) as session:
        return await session.get_one(Delivery, delivery_id)


def smtp(port: int) -> SmtpTransport:
    return SmtpTransport(Settings(smtp_port=port))


class TestTelling:
    async def test_address_language_and_zone_are_those_of_the_person_then(self, db: Database, ana: UUID) -> None:
        delivery = await state(db, await promise(db, ana))
        assert (delivery.recipient, delivery.locale, delivery.time_zone) == ("ana@example.test", "ar", "Asia/Amman")
        assert delivery.state == "queued"

    async def test_the_same_fact_twice_is_one_mail(self, db: Database, ana: UUID) -> None:
        assert await promise(db, ana) == await promise(db, ana)
        async with db.begin(Scope.system()) as session:
            assert await session.scalar(select(func.count()).select_from(outbox.OutboxItem)) == 1

    async def test_nothing_is_told_of_what_was_rolled_back(self, db: Database, ana: UUID) -> None:
        async def fail() -> None:
            async with db.begin(Scope.public()) as session:
                await mails.tell(session, ana, "welcome", "k", {})
                raise RuntimeError

        with pytest.raises(RuntimeError):
            await fail()
        async with db.begin(Scope.system()) as session:
            assert await session.scalar(select(func.count()).select_from(Delivery)) == 0
            assert await session.scalar(select(func.count()).select_from(outbox.OutboxItem)) == 0

    async def test_a_disabled_account_is_told_nothing(self, db: Database, ana: UUID) -> None:
        async with db.begin(Scope.system()) as session:
            (await session.get_one(User, ana)).disabled_at = clock.now()
        async with db.begin(Scope.public()) as session:
            assert await mails.tell(session, ana, "welcome", "k", {}) is False

    async def test_others_do_not_see_it(self, db: Database, ana: UUID) -> None:
        await promise(db, ana)
        async with db.begin(Scope.public()) as session:
            assert (await session.scalars(select(Delivery))).all() == []


class TestSending:
    async def test_a_server_takes_it_once(self, db: Database, ana: UUID) -> None:
        delivery_id = await promise(db, ana)
        async with post.opened() as office:
            assert (await sending.send(db, delivery_id, compose, smtp(office.port))).outcome == "sent"
            assert (await sending.send(db, delivery_id, compose, smtp(office.port))).outcome == "already"
        (letter,) = office.taken
        assert letter["Message-ID"] == message_id("hola@lazo.example", "user:1:welcome")
        assert letter["Content-Language"] == "ar"
        plain, rich = letter.get_body(("plain",)), letter.get_body(("html",))
        assert plain is not None
        assert rich is not None
        assert 'dir="rtl"' in rich.get_content()
        kept = await state(db, delivery_id)
        assert (kept.state, kept.message_id) == ("sent", letter["Message-ID"])
        assert kept.sent_at is not None

    async def test_a_server_that_is_away_leaves_it_waiting(self, db: Database, ana: UUID) -> None:
        delivery_id = await promise(db, ana)
        async with post.opened() as office:
            port = office.port
        with pytest.raises(ConnectionError):
            await sending.send(db, delivery_id, compose, smtp(port))
        assert (await state(db, delivery_id)).state == "queued"
        async with post.opened() as office:
            await sending.send(db, delivery_id, compose, smtp(office.port))
        assert (await state(db, delivery_id)).state == "sent"

    @pytest.mark.parametrize(
        ("reply", "error"), [("451 later", ConnectionError), ("550 no such person", MailRefusedError)]
    )
    async def test_later_and_never_are_different(
        self, db: Database, ana: UUID, reply: str, error: type[Exception]
    ) -> None:
        delivery_id = await promise(db, ana)
        async with post.opened(post.PostOffice(refuse=reply)) as office:
            with pytest.raises(error):
                await sending.send(db, delivery_id, compose, smtp(office.port))
        assert (await state(db, delivery_id)).state == ("failed" if error is MailRefusedError else "queued")

    async def test_the_last_try_that_fails_says_so(self, db: Database, ana: UUID) -> None:
        delivery_id = await promise(db, ana)
        async with post.opened(post.PostOffice(refuse="451 later")) as office:
            with pytest.raises(ConnectionError):
                await sending.send(db, delivery_id, compose, smtp(office.port), is_last_try=True)
        assert (await state(db, delivery_id)).state == "failed"

    async def test_a_crash_before_the_note_sends_the_same_letter_again(self, db: Database, ana: UUID) -> None:
        delivery_id = await promise(db, ana)

        class Dies:
            async def send(self, letter: Letter) -> None:
                await smtp(office.port).send(letter)
                raise KeyboardInterrupt

        async with post.opened() as office:
            with pytest.raises(KeyboardInterrupt):
                await sending.send(db, delivery_id, compose, Dies())
            await sending.send(db, delivery_id, compose, smtp(office.port))
        assert len(office.taken) == 2
        assert len(set(office.ids)) == 1

    async def test_what_is_of_no_use_any_more_is_not_sent(self, db: Database, ana: UUID) -> None:
        delivery_id = await promise(db, ana, useless_after=clock.now().isoformat())
        async with post.opened() as office:
            assert (await sending.send(db, delivery_id, compose, smtp(office.port))).outcome == "late"
        assert office.taken == []
