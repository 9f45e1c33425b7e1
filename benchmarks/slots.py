"""The slot list of one vet for 30 days: our sweep over minutes, against aware datetimes stepped and tested one by one.

Both must give the same times. The weekly hours, exceptions and taken times are the same objects.
"""

import random
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.figures import median_ms, show
from domain.booking import intervals
from domain.booking.availability import Timetable
from domain.practitioners.models import Practitioner, WorkingHours
from kit import clock, zones

ZONE = "America/Argentina/Buenos_Aires"
FROM = datetime(2027, 3, 1, 3, tzinfo=UTC)
TO = FROM + timedelta(days=30)
DURATION = 30
WEEK = [(day, a, b) for day in range(5) for a, b in ((540, 780), (900, 1140))] + [(5, 600, 780)]


def taken() -> list[tuple[datetime, datetime]]:
    chance = random.Random(12345)
    starts = [FROM + timedelta(days=chance.randrange(30), hours=9 + chance.randrange(9)) for _ in range(60)]
    return [(start, start + timedelta(minutes=30)) for start in starts]


def table(busy: list[tuple[datetime, datetime]]) -> Timetable:
    vet = Practitioner(min_notice_minutes=0, buffer_minutes=0, slot_step_minutes=15, horizon_days=3650)
    hours = [WorkingHours(weekday=day, opens_minute=a, closes_minute=b) for day, a, b in WEEK]
    spans = [(intervals.minute_of(a), intervals.minute_of(b)) for a, b in busy]
    return Timetable(vet, ZONE, hours, [], intervals.merge(spans))


def stepped(busy: list[tuple[datetime, datetime]]) -> list[datetime]:
    place, length, step = ZoneInfo(ZONE), timedelta(minutes=DURATION), timedelta(minutes=15)
    found, day = [], FROM.astimezone(place).date()
    while day <= TO.astimezone(place).date():
        for weekday, opens, closes in WEEK:
            if weekday != day.weekday():
                continue
            midnight = datetime(day.year, day.month, day.day)  # noqa: DTZ001
            at = (midnight + timedelta(minutes=opens)).replace(tzinfo=place).astimezone(UTC)
            end = (midnight + timedelta(minutes=closes)).replace(tzinfo=place).astimezone(UTC)
            while at + length <= end:
                if FROM <= at < TO and not any(a < at + length and at < b for a, b in busy):
                    found.append(at)
                at += step
        day += timedelta(days=1)
    return found


def main() -> None:
    busy = taken()
    with clock.at(FROM):
        ours = table(busy)
        if [slot.starts_at for slot in ours.slots(FROM, TO, DURATION)] != stepped(busy):
            raise SystemExit("the two lists differ")
        zones.instant.cache_clear()
        swept = median_ms(lambda: list(ours.slots(FROM, TO, DURATION)), 300)
        naive = median_ms(lambda: stepped(busy), 30)
    show("slots.vet_30_days", swept, "ms", "aware datetimes, each step tested against each appointment", naive)


if __name__ == "__main__":
    main()
