"""Appointments of the town at any point of their story."""

import pytest

from domain.payments.gateways.sandbox import SandboxGateway
from kit.db import Database
from tests.factories.places import Town
from tests.factories.stories import SITE, Teller
from tests.web.conftest import SECRET


@pytest.fixture
async def story(db: Database, town: Town) -> Teller:
    return Teller(db, town, SandboxGateway(db, SECRET.encode(), SITE))
