"""The front door. Commands import what they need when they are called: ``lazo --help`` is quick."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from cli.problems import SetupError

if TYPE_CHECKING:
    from kit.settings import Settings

app = typer.Typer(
    name="lazo",
    help="Vet care in one place. `lazo dev` starts everything on this machine.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
demo = typer.Typer(help="Demo data.", no_args_is_help=True)
app.add_typer(demo, name="demo")


@app.command()
def dev() -> None:
    """Start everything: database, cache, the five processes; stop it all with Ctrl-C."""
    from cli import dev as whole  # noqa: PLC0415

    raise typer.Exit(whole.run())


@app.command()
def http() -> None:
    """Run the HTTP process: pages and JSON API."""
    _run("http")


@app.command()
def signaling() -> None:
    """Run the signaling process: the rooms of video visits."""
    _run("signaling")


@app.command()
def media() -> None:
    """Run the media process."""
    _run("media")


@app.command()
def scheduler() -> None:
    """Run the scheduler: everything that happens by itself when it is due."""
    _run("scheduler")


@app.command()
def mail() -> None:
    """Run the process that catches mail in demo mode."""
    _run("mail")


@app.command()
def migrate() -> None:
    """Bring the database of DATABASE_URL to the newest migration."""
    from cli import databases  # noqa: PLC0415

    settings = _settings(needs_database=True)
    with _one_line():
        newest, found = databases.newest_revision(), databases.look(settings.database_url)
    if found.revision != newest:
        databases.migrate(settings.database_url)
    typer.echo(f"The database is at {newest}" + ("" if found.revision != newest else " already"))


@app.command()
def migration(message: Annotated[str, typer.Argument(help="What changes")]) -> None:
    """Write the next migration from the tables in the code."""
    from cli import migrations  # noqa: PLC0415

    with _one_line():
        typer.echo(f"Wrote migrations/versions/{migrations.write(message)}")


@demo.command("load")
def demo_load() -> None:
    """Load demo data into the migrated database of DATABASE_URL, once."""
    from cli import databases, demodata  # noqa: PLC0415

    settings = _settings(needs_database=True)
    with _one_line():
        found = databases.look(settings.database_url)
        loaded = demodata.load_once(settings, found.demo)
    typer.echo("Demo data is loaded" if loaded else "There was nothing to load")


@app.command()
def doctor() -> None:
    """Check this machine and say what to do about what is missing."""
    from cli import doctor as examination  # noqa: PLC0415

    raise typer.Exit(examination.run())


@app.command()
def health(process: Annotated[str, typer.Argument(help="http, signaling, media, scheduler or mail")]) -> None:
    """Exit with 0 while that process has turns (for a container's health check)."""
    from cli import processes  # noqa: PLC0415

    settings = _settings()
    age = processes.heartbeat_age(settings.data_dir, process)
    if age is None or age > 4 * processes.HEARTBEAT_SECONDS:
        typer.echo(f"{process}: " + ("never ran here" if age is None else f"no turn for {age:.0f} s"), err=True)
        raise typer.Exit(1)


def _run(name: str) -> None:
    from cli import processes  # noqa: PLC0415

    settings = _settings(needs_database=name != "mail", needs_redis=name != "mail")
    processes.run(name, settings, ready=lambda: typer.echo(f"{name} is ready", err=True))


def _settings(*, needs_database: bool = False, needs_redis: bool = False) -> "Settings":
    from cli import installation  # noqa: PLC0415

    with _one_line():
        settings = installation.settings()
        if needs_database and not settings.database_url:
            raise SetupError(
                "DATABASE_URL is not set. Fix: set it to postgresql://user:password@host/name, or run: lazo dev"
            )
        if needs_redis and not settings.redis_url:
            raise SetupError("REDIS_URL is not set. Fix: set it to redis://host:6379/0, or run: lazo dev")
    return settings


@contextmanager
def _one_line() -> Iterator[None]:
    """Tell a problem of the machine or its settings in one line, and end with 1."""
    try:
        yield
    except SetupError as problem:
        typer.echo(f"lazo: {problem}", err=True)
        raise typer.Exit(1) from None
