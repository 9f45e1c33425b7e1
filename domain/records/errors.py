"""What can stand in the way of writing a record."""

from kit.errors import Conflict, DomainError
from kit.i18n import N_


class NoteSigned(Conflict):
    """A signed record is never edited."""

    code = "note_signed"
    title = N_("This record is signed and can no longer be changed")


class NoteConflict(DomainError):
    """It was saved from another place since; ``current`` holds that version, so that nothing typed is lost."""

    status = 409
    code = "note_conflict"
    title = N_("This record was changed in another window")


class NoteIncomplete(DomainError):
    """A record is signed with a diagnosis and a plan."""

    status = 422
    code = "note_incomplete"
    title = N_("Write the diagnosis and the treatment before you sign")
