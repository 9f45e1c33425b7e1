"""Languages (to be completed by the design-system branch)."""


def N_(message: str) -> str:  # noqa: N802
    """Mark ``message`` for extraction; it is translated where it is shown."""
    return message
