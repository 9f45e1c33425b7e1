"""``python -m cli``: the same as ``lazo``."""

from cli.main import app

app(prog_name="lazo")
