"""Demo data is loaded once; a load that was cut short is never taken for a whole one."""

import asyncio
import inspect
from collections.abc import Awaitable
from importlib import import_module

from cli import databases
from cli.problems import SetupError
from kit.settings import Settings

MODULE = "cli.demo.load"
LOADING, LOADED = "loading", "loaded"


def load_once(settings: Settings, so_far: str) -> bool:
    """Load unless it was loaded (``so_far`` is what the database is marked with); raises SetupError if half loaded."""
    if so_far == LOADED:
        return False
    if so_far == LOADING:
        raise SetupError("DATABASE_URL: an earlier load of demo data was cut short. Fix: empty that database")
    try:
        module = import_module(MODULE)
    except ModuleNotFoundError as missing:
        if missing.name not in (MODULE, MODULE.rpartition(".")[0]):
            raise
        return False
    databases.mark_demo(settings.database_url, LOADING)
    loading = module.load(settings)
    if inspect.isawaitable(loading):
        asyncio.run(_whole(loading))
    databases.mark_demo(settings.database_url, LOADED)
    return True


async def _whole(loading: Awaitable[object]) -> None:
    await loading
