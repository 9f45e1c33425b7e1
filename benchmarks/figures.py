"""One JSON line per figure, with its rival measured in the same run."""

import json
import statistics
import time
from collections.abc import Awaitable, Callable


def show(name: str, value: float, unit: str, rival: str, rival_value: float) -> None:
    """Print a figure; ``ratio`` is how many times the rival's value ours is."""
    print(
        json.dumps(
            {
                "name": name, "value": round(value, 4), "unit": unit, "rival": rival,
                "rival_value": round(rival_value, 4), "ratio": round(value / rival_value, 5) if rival_value else None,
            }
        ),
        flush=True,
    )  # fmt: skip


def median_ms(work: Callable[[], object], times: int) -> float:
    """The median milliseconds of ``times`` runs."""
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        taken.append((time.perf_counter() - began) * 1000)
    return statistics.median(taken)


async def median_ms_async(work: Callable[[], Awaitable[object]], times: int) -> float:
    """The same for a coroutine function."""
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        await work()
        taken.append((time.perf_counter() - began) * 1000)
    return statistics.median(taken)
