"""The demo vet writes the record like any vet: through the records slice, in her clinic's scope."""

import logging

from domain.consultations.models import Consultation
from domain.records import notes
from domain.records.schemas import SaveNote
from kit.actor import Actor, Role
from kit.db import Database, Scope
from kit.errors import DomainError
from media.calls import Call

log = logging.getLogger(__name__)


class Record:
    """The note of one consultation."""

    def __init__(self, database: Database, call: Call) -> None:
        self._database, self._call = database, call

    async def write(self) -> bool:
        """Save and sign the whole note; False where there is nothing to write on (the visit was cancelled)."""
        try:
            async with self._database.begin(Scope.system()) as session:
                consultation = await session.get(Consultation, self._call.consultation)
            if consultation is None:
                return False
            actor = Actor(Role.PRACTITIONER, user_id=self._call.user, clinic_id=consultation.clinic_id)
            async with self._database.begin(Scope.clinic(consultation.clinic_id, self._call.user)) as session:
                parts = {name: "\n".join(lines) for name, lines in self._call.script.note}
                written = await notes.of_appointment(session, consultation.appointment_id)
                version = written.version if written else 0
                note = await notes.save(session, actor, consultation.appointment_id, SaveNote(version=version, **parts))
                await notes.sign(session, actor, consultation.appointment_id, note.version)
        except DomainError as refusal:
            log.warning("the note was refused: %s", refusal.code)
            return False
        return True
