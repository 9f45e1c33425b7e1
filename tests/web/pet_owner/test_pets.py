"""Animals: half a minute to add one, and what is not known is said to be not known."""

from tests.factories.places import Town
from tests.web.conftest import ClientAs, post


async def test_a_name_and_a_kind_are_enough(client_as: ClientAs, town: Town) -> None:
    nour = await client_as("nour", language="en")
    assert "No animal yet" not in await (await (await client_as("ana")).get("/pets")).text()
    answer = await post(nour, "/pets/new", name="Mishmish", species="cat", sex="unknown", neutered="unknown")
    assert answer.status == 303
    page = await (await nour.get(answer.headers["Location"])).text()
    assert "Mishmish" in page


async def test_errors_keep_what_was_typed(client_as: ClientAs, town: Town) -> None:
    ana = await client_as("ana")
    answer = await post(ana, "/pets/new", name="Rex", species="", weight_kg="heavy", birth_on="2999-01-01")
    page = await answer.text()
    assert answer.status == 422
    assert 'value="Rex"' in page
    assert 'value="heavy"' in page
    assert page.count("Write a number, such as 4.5") == 2, "in the summary and at the field"
    assert page.count("Answer this question") == 2


async def test_facts_can_be_completed(client_as: ClientAs, town: Town) -> None:
    ana = await client_as("ana")
    before = await (await ana.get(f"/pets/{town.pet_id}")).text()
    assert "Not known" in before
    sent = await post(
        ana, f"/pets/{town.pet_id}/edit", name="Toby", species="dog", sex="male", neutered="yes", weight_kg="12.5",
        birth_on="2020-03-01", birth_is_estimated="1", notes="Allergic to penicillin",
    )  # fmt: skip
    assert sent.status == 303
    after = await (await ana.get(f"/pets/{town.pet_id}")).text()
    for words in ("Male, neutered", "12.5 kg", "about", "Allergic to penicillin"):
        assert words in after


async def test_back_to_the_booking_after_adding(client_as: ClientAs, town: Town) -> None:
    ana = await client_as("ana")
    for target, leads_to in (("/book/1", "/book/1"), ("https://elsewhere.test/", "/pets/")):
        answer = await post(ana, "/pets/new", name="Kira", species="dog", next=target)
        assert answer.headers["Location"].startswith(leads_to)
