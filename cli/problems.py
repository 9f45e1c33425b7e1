"""Problems of the machine or of its settings: told in one line that says the fix, never as a traceback."""


class SetupError(Exception):
    """Lazo cannot start as things are; the message is one line and ends with the fix."""
