"""Red flags: answers that mean a clinic now. The questions are versioned data in the catalogue."""

from typing import Any

from domain.booking.errors import RedFlag
from domain.catalog import red_flags
from kit import i18n


def check(answers: dict[str, bool], species: str) -> dict[str, Any]:
    """What is stored of the answers; raises RedFlag with the advice for the first answer that says emergency.

    Unknown codes are ignored; a question that was not answered is stored as not asked.
    """
    questions = {q.code: q for q in red_flags.for_species(species)}
    locale = i18n.current()
    raised = [questions[code] for code, yes in answers.items() if yes and code in questions]
    if raised:
        raise RedFlag(
            flags=[{"code": q.code, "question": q.text[locale], "advice": q.advice[locale]} for q in raised],
            advice=raised[0].advice[locale],
        )
    return {
        "version": red_flags.version(),
        "answers": {code: answers[code] for code in questions if code in answers},
    }
