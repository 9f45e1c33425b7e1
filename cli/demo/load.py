"""Fills an empty database with the demo: four countries, their vets and animals, and a year of visits."""

from collections import Counter
from datetime import timedelta

from sqlalchemy import select, update

from cli.demo import content, history, people
from domain import reactions, wiring
from domain.directory import listeners, offers
from domain.payments.gateways.sandbox import SandboxGateway
from domain.payouts import payouts
from domain.practitioners.models import Practitioner
from kit import clock, events
from kit.db import Database, Scope
from kit.money import Money
from kit.outbox import OutboxItem, OutboxState
from kit.settings import Settings

BATCH = 20


async def load(settings: Settings) -> None:
    """Load everything; what the past would have mailed is not mailed again."""
    wiring.install(settings)
    quiet = {
        kind: tuple(r for r in listening if r not in (listeners.time_changed, listeners.vet_changed))
        for kind, listening in reactions.REACTIONS.items()
    }
    events.install(quiet)
    database = Database(settings.database_url, pool_size=2)
    try:
        await _play(database, settings)
    finally:
        events.install(reactions.REACTIONS)
        await database.close()


async def _play(database: Database, settings: Settings) -> None:
    async with database.begin(Scope.system()) as session:
        await people.catalogues(session)
        await session.flush()
        cast = await people.everybody(session)
    gateway = SandboxGateway(database, settings.secret_key, settings.public_url)
    stage = history.Stage(database, gateway, cast, settings.public_url, Counter())
    began = clock.now()
    for row in sorted(content.rows("visits_*.toml", "visits"), key=lambda visit: -visit["days_ago"]):
        await history.past_visit(stage, row)
    for row in content.rows("upcoming.toml", "appointments"):
        await history.live_appointment(stage, row)
    for row in content.rows("upcoming.toml", "withdrawals"):
        actor = stage.practitioner(row["vet"])
        with clock.at(began - timedelta(hours=row["requested_hours_ago"])):
            async with database.begin(Scope.clinic(actor.clinic, actor.person)) as session:
                await payouts.request(
                    session, actor, Money(row["amount_minor"], row["currency"]), "CBU 0000003100010000000001"
                )
    await _settle(database)


async def _settle(database: Database) -> None:
    """The directory as it is now; letters and notifications of the past count as sent."""
    async with database.begin(Scope.system()) as session:
        await session.execute(
            update(OutboxItem)
            .where(OutboxItem.state == OutboxState.WAITING, OutboxItem.due_at <= clock.now())
            .values(state=OutboxState.DONE, finished_at=clock.now())
        )
        vets = list((await session.scalars(select(Practitioner.id))).all())
        for start in range(0, len(vets), BATCH):
            await offers.refresh(session, vets[start : start + BATCH])


