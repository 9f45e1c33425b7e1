"""Moving the business clock of a demo, for every process at once: they read the shift with each transaction."""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from kit import clock

MOVE = text("update clock_shift set seconds = seconds + :seconds returning seconds")


async def advance(session: AsyncSession, seconds: int) -> None:
    """Let business time jump by ``seconds``."""
    shift = (await session.execute(MOVE, {"seconds": seconds})).scalar_one()
    clock.set_shift(int(shift))
