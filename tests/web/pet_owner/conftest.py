"""Appointments of the town, and a look at pages without what differs from one to the next."""

import pytest

from domain.payments.gateways.sandbox import SandboxGateway
from kit.db import Database
from tests.factories.places import Town
from tests.factories.stories import SITE, Teller
from tests.web.conftest import SECRET


@pytest.fixture
async def story(db: Database, town: Town) -> Teller:
    return Teller(db, town, SandboxGateway(db, SECRET.encode(), SITE))
