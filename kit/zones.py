"""Wall time becomes an instant here and nowhere else (features TZ-3).

Rule for a wall time that a zone skips (a gap): the first instant that exists after it. For one that happens
twice (a fold): an opening takes the first, a closing takes the second. A day is [its first instant, the next
day's first instant): it may lack 00:00 and may last 23, 24 or 25 hours.
"""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from babel.core import get_global

Edge = Literal["opening", "closing"]
MINUTES_A_DAY = 1440


@lru_cache(maxsize=1)
def _names() -> frozenset[str]:
    return frozenset(name for name in available_timezones() if "/" in name and not name.startswith(("Etc/", "posix/")))


def is_zone(name: str) -> bool:
    """True for an ``Area/City`` name; abbreviations such as ``CET`` mean different things to different programs."""
    return name in _names()


def canonical(name: str) -> str:
    """The name in use now: browsers still say ``America/Buenos_Aires`` for ``America/Argentina/Buenos_Aires``."""
    return str(get_global("zone_aliases").get(name, name))


@lru_cache(maxsize=512)
def zone(name: str) -> ZoneInfo:
    """The zone of that name; raises ValueError for an unknown one."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"unknown time zone {name!r}") from None


@lru_cache(maxsize=65536)
def instant(zone_name: str, day: date, minute: int, edge: Edge = "opening") -> datetime:
    """The instant of ``minute`` minutes of wall time after ``day`` 00:00 in the zone (1500 is 01:00 the next day)."""
    place = zone(zone_name)
    wall = datetime.combine(day, time()) + timedelta(minutes=minute)
    found = wall.replace(tzinfo=place, fold=0 if edge == "opening" else 1).astimezone(UTC)
    if found.astimezone(place).replace(tzinfo=None) == wall:
        return found
    return _end_of_gap(place, wall)


def _end_of_gap(place: ZoneInfo, wall: datetime) -> datetime:
    """The first instant after the gap that swallows ``wall``, to the second, by bisection."""
    low = wall.replace(tzinfo=place, fold=1).astimezone(UTC)
    high = wall.replace(tzinfo=place, fold=0).astimezone(UTC)
    low, high = min(low, high), max(low, high)
    before = low.astimezone(place).utcoffset()
    while high - low > timedelta(seconds=1):
        middle = low + (high - low) // 2
        if middle.astimezone(place).utcoffset() == before:
            low = middle
        else:
            high = middle
    return high.replace(microsecond=0)


def day_bounds(zone_name: str, day: date) -> tuple[datetime, datetime]:
    """[first instant of the local day, first instant of the next)."""
    return instant(zone_name, day, 0), instant(zone_name, day + timedelta(days=1), 0)


def local_day(zone_name: str, moment: datetime) -> date:
    """The calendar day it is there at ``moment``."""
    return local(zone_name, moment).date()


def local(zone_name: str, moment: datetime) -> datetime:
    """``moment`` (aware) as wall time there."""
    if moment.tzinfo is None:
        raise ValueError("a naive datetime is not an instant")
    return moment.astimezone(zone(zone_name))
