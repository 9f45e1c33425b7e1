"""Hours, services, plan and profile as a vet changes them."""


from sqlalchemy import select

from domain.practitioners.models import Practitioner, PractitionerState, Service, WorkingHours
from kit import zones
from kit.db import Database, Scope
from tests.factories.places import ZONE, Town
from tests.factories.stories import Teller
from tests.web.conftest import ClientAs, post

WEEK = {f"{edge}_{day}": "" for day in range(7) for edge in ("opens", "closes")}
RULES = {"min_notice_minutes": 30, "buffer_minutes": 10}


async def hours(db: Database, town: Town) -> list[tuple[int, int, int]]:
    async with db.begin(Scope.system()) as session:
        rows = await session.scalars(select(WorkingHours).where(WorkingHours.practitioner_id == town.practitioner_id))
        return sorted((row.weekday, row.opens_minute, row.closes_minute) for row in rows)


async def test_a_week_has_several_windows_a_day_and_may_pass_midnight(
    client_as: ClientAs, db: Database, town: Town
) -> None:
    sosa = await client_as("sosa")
    week = WEEK | {"opens_0": ["09:00", "16:00", ""], "closes_0": ["13:00", "20:00", ""], "opens_4": "22:00", "closes_4": "02:00"}
    assert (await post(sosa, "/vet/hours", **week, **RULES)).status == 303
    assert await hours(db, town) == [(0, 540, 780), (0, 960, 1200), (4, 1320, 1560)]
    page = await (await sosa.get("/vet/hours")).text()
    assert 'value="22:00"' in page
    assert "next day" in page


async def test_a_wrong_week_is_shown_again_as_it_was_typed(client_as: ClientAs, db: Database, town: Town) -> None:
    sosa = await client_as("sosa")
    before = await hours(db, town)
    half = await post(sosa, "/vet/hours", **WEEK | {"opens_2": "09:00"}, **RULES)
    assert half.status == 422
    page = await half.text()
    assert "Write both times of Wednesday" in page
    assert 'value="09:00"' in page
    over = {"opens_1": ["09:00", "10:00"], "closes_1": ["12:00", "11:00"]}
    overlap = await post(sosa, "/vet/hours", **WEEK | over, **RULES)
    assert overlap.status == 422
    assert "overlap" in await overlap.text()
    assert (await post(sosa, "/vet/hours", **WEEK | {"opens_1": "aa", "closes_1": "bb"}, **RULES)).status == 422
    assert await hours(db, town) == before


async def test_a_preview_stores_nothing(client_as: ClientAs, db: Database, town: Town) -> None:
    sosa = await client_as("sosa")
    before = await hours(db, town)
    answer = await post(sosa, "/vet/hours/preview", **WEEK, **RULES)
    assert answer.status == 200
    page = await answer.text()
    assert "not saved yet" in page
    assert page.count("offer__count faint") == 7, "closed on all seven days"
    assert await hours(db, town) == before


async def test_a_day_off_names_what_stays_booked(client_as: ClientAs, story: Teller) -> None:
    appointment = await story.booked(hours=30)
    sosa = await client_as("sosa")
    day = zones.local_day(ZONE, appointment.starts_at)
    added = await post(sosa, "/vet/hours/exceptions", day=day, kind="closed", reason="Congress")
    assert added.status == 303
    page = await (await sosa.get("/vet/hours")).text()
    assert "Still booked:" in page
    assert f"/vet/appointments/{appointment.id}" in page
    wrong = await post(sosa, "/vet/hours/exceptions", day=day, kind="open")
    assert wrong.status == 422
    assert "Write both the opening and the closing time" in await wrong.text()
    assert (await post(sosa, "/vet/hours/exceptions", day="", kind="closed")).status == 422


async def test_a_price_is_read_as_the_vet_writes_it(client_as: ClientAs, db: Database, town: Town) -> None:
    sosa = await client_as("sosa")
    service = {"name": "Second opinion", "specialty": "general", "mode": "video", "duration_minutes": 40}
    assert (await post(sosa, "/vet/services/new", **service, price="12,500.5")).status == 303
    for price in ("12.505", "abc", "-1", "1e5"):
        refused = await post(sosa, "/vet/services/new", **service, price=price)
        assert refused.status == 422, price
        assert f'value="{price}"' in await refused.text()
    missing = await post(sosa, "/vet/services/new", **service | {"name": ""}, price="10")
    assert missing.status == 422
    async with db.begin(Scope.system()) as session:
        made = (await session.scalars(select(Service).where(Service.name == "Second opinion"))).one()
    assert (made.price_minor, made.currency, made.duration_minutes) == (1_250_050, "ARS", 40)
    assert (await post(sosa, f"/vet/services/{made.id}", **service | {"name": "Opinion"}, price="99")).status == 303
    assert (await post(sosa, f"/vet/services/{made.id}/remove")).status == 303
    assert (await sosa.get(f"/vet/services/{made.id}")).status == 404


async def test_dinars_have_three_decimals(client_as: ClientAs) -> None:
    farah = await client_as("farah")
    service = {"name": "Night visit", "specialty": "general", "mode": "video", "duration_minutes": 20}
    assert (await post(farah, "/vet/services/new", **service, price="12.505")).status == 303
    assert "12.505" in await (await farah.get("/vet/services")).text()


async def test_a_plan_counts_from_now_on_and_an_unknown_one_does_not_exist(client_as: ClientAs) -> None:
    sosa = await client_as("sosa")
    assert (await post(sosa, "/vet/profile/plan", plan="premium")).status == 303
    page = await (await sosa.get("/vet/profile")).text()
    assert 'value="premium"' not in page
    assert 'value="pro"' in page
    assert (await post(sosa, "/vet/profile/plan", plan="gold")).status == 404


async def test_a_withdrawal_is_reserved_at_once_and_never_beyond_what_there_is(
    client_as: ClientAs, story: Teller
) -> None:
    appointment = await story.booked()
    await story.met(appointment)
    await story.confirm(story.ana(), appointment.id)
    await story.confirm(story.sosa(), appointment.id)
    sosa = await client_as("sosa")
    asked = {"currency": "ARS", "destination": "CBU 28505909"}
    for amount, words in (("0", "above zero"), ("999999", "There is a problem"), ("ten", "in figures"), ("1.005", "fewer decimals")):
        refused = await post(sosa, "/vet/earnings/withdrawals", amount=amount, **asked)
        assert refused.status == 422
        assert words in await refused.text(), amount
    assert (await post(sosa, "/vet/earnings/withdrawals", amount="14,800.00", **asked)).status == 303
    page = await (await sosa.get("/vet/earnings")).text()
    assert "We are checking it" in page
    again = await post(sosa, "/vet/earnings/withdrawals", amount="0.01", **asked)
    assert again.status == 422


async def test_a_vet_under_review_reads_so_calmly(client_as: ClientAs, db: Database, town: Town) -> None:
    async with db.begin(Scope.system()) as session:
        vet = await session.get_one(Practitioner, town.practitioner_id)
        vet.state = PractitionerState.PENDING
    sosa = await client_as("sosa")
    for path in ("/vet", "/vet/profile"):
        assert "under review" in await (await sosa.get(path)).text()
    assert (await sosa.get("/vet/hours")).status == 200


async def test_words_of_the_profile_are_saved_and_too_many_are_refused(client_as: ClientAs) -> None:
    sosa = await client_as("sosa")
    assert (await post(sosa, "/vet/profile", headline="Cats first", bio="Long years.")).status == 303
    assert "Cats first" in await (await sosa.get("/vet/profile")).text()
    assert (await post(sosa, "/vet/profile", headline="x" * 201, bio="kept")).status == 422


