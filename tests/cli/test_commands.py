"""The commands: quick to name, one line when refused, and the set-up that runs before anything is installed."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli import bootstrap, databases, doctor, installation, processes
from cli.main import app
from cli.problems import SetupError

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def plain(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An environment that sets nothing but a fresh data directory."""
    for name in list(os.environ):
        if name.startswith("LAZO_") or name in {"DATABASE_URL", "REDIS_URL"}:
            monkeypatch.delenv(name)
    monkeypatch.setenv("LAZO_DATA_DIR", str(tmp_path / "data"))
    return tmp_path / "data"


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys, cli.main; heavy = {'pydantic', 'sqlalchemy', 'aiohttp', 'alembic', 'aiortc', 'rich.console'};"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_doctor_finds_this_machine_fit(plain: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LAZO_HTTP_PORT", str(installation.free_port("127.0.0.1")))
    result = CliRunner().invoke(app, ["doctor"])
    assert result.exit_code == 0, result.output
    for name in ("Python", "Packages", "Node.js", "Chromium", "Time zones", "Disk", "Ports", "PostgreSQL", "Cache"):
        assert name in result.output


def test_doctor_says_what_to_do_and_fails(plain: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://127.0.0.1:1/lazo")
    monkeypatch.setattr(doctor, "ROOM_NEEDED", 1 << 60)
    result = CliRunner().invoke(app, ["doctor"])
    assert result.exit_code == 1
    wrong = [line for line in result.output.splitlines() if line.startswith("FIX")]
    assert [line.split()[1] for line in wrong if "Fix: " in line] == ["Disk", "PostgreSQL"]


@pytest.mark.parametrize("command", ["http", "signaling", "media", "scheduler", "migrate"])
def test_a_process_without_a_database_says_which_variable(plain: Path, command: str) -> None:
    result = CliRunner().invoke(app, [command])
    assert result.exit_code == 1
    assert "DATABASE_URL is not set. Fix: " in result.output


def test_migrate_brings_a_new_database_to_the_newest_and_then_has_nothing_to_do(
    plain: Path, server_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", server_url.replace("/postgres?", f"/lazo_migrate_{os.getpid()}?"))
    first, second = CliRunner().invoke(app, ["migrate"]), CliRunner().invoke(app, ["migrate"])
    newest = databases.newest_revision()
    assert first.output.strip() == f"The database is at {newest}"
    assert second.output.strip() == f"The database is at {newest} already"


def test_health_follows_the_heartbeat(plain: Path) -> None:
    assert CliRunner().invoke(app, ["health", "scheduler"]).exit_code == 1
    file = processes.heartbeat_file(plain, "scheduler")
    file.parent.mkdir(parents=True, exist_ok=True)
    file.touch()
    assert CliRunner().invoke(app, ["health", "scheduler"]).exit_code == 0
    os.utime(file, (1, 1))
    assert CliRunner().invoke(app, ["health", "scheduler"]).exit_code == 1


def test_the_newest_migration_is_the_one_nothing_follows(tmp_path: Path) -> None:
    (tmp_path / "0002_b.py").write_text("revision = '0002'\ndown_revision = '0001'\n")
    (tmp_path / "0001_z.py").write_text('revision: str = "0001"\ndown_revision: str | None = None\n')
    assert databases.newest_revision(tmp_path) == "0002"
    (tmp_path / "0002_c.py").write_text("revision = '0002c'\ndown_revision = '0001'\n")
    with pytest.raises(SetupError, match="Fix: alembic merge heads"):
        databases.newest_revision(tmp_path)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://u:p@h:5433/d?sslmode=require",
        "postgres://u:p@h:5433/d?sslmode=require",
        "postgresql+asyncpg://u:p@h:5433/d?sslmode=require",
    ],
)
def test_a_database_address_may_be_written_as_everywhere(url: str) -> None:
    assert databases.for_asyncpg(url) == "postgresql://u:p@h:5433/d?sslmode=require"
    assert databases.for_sqlalchemy(url) == "postgresql+asyncpg://u:p@h:5433/d?sslmode=require"


def _a_python_whose(tmp_path: Path, venv_says: str) -> Path:
    script = tmp_path / "python"
    script.write_text(f"#!/bin/sh\necho '{venv_says}' >&2\nexit 1\n")
    script.chmod(0o755)
    return script


def test_a_python_without_ensurepip_is_told_in_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(bootstrap, "PYTHON", tmp_path / ".venv/bin/python")
    monkeypatch.setattr(sys, "executable", str(_a_python_whose(tmp_path, "ensurepip is not available")))
    with pytest.raises(bootstrap.SetupStoppedError, match=r"Fix: sudo apt-get install -y python3\.\d+-venv") as caught:
        bootstrap.run()
    assert "\n" not in str(caught.value)


def test_without_chromium_an_ordinary_user_is_told_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cli.bootstrap.shutil.which", lambda _name: None)
    monkeypatch.setattr("cli.bootstrap.os.geteuid", lambda: 1000)
    with pytest.raises(bootstrap.SetupStoppedError, match="Fix: sudo apt-get install -y chromium"):
        bootstrap.chromium()


def test_set_up_needs_only_the_standard_library() -> None:
    code = "import sys, runpy; sys.argv = ['x']; sys.path = [p for p in sys.path if 'site-packages' not in p]; import cli.bootstrap"
    subprocess.run([sys.executable, "-S", "-c", code], cwd=ROOT, check=True, capture_output=True)


def test_nothing_that_is_ignored_is_tracked() -> None:
    if not (ROOT / ".git").exists():
        pytest.skip("not a checkout")
    command = ["git", "ls-files", "--cached", "--ignored", "--exclude-standard"]
    assert subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout == ""


def test_what_is_imported_before_forking_starts_no_thread_and_no_codec() -> None:
    code = (
        "import os, sys; from cli import dev; dev._import_early();"
        "print(len(os.listdir('/proc/self/task')), 'av' in sys.modules, 'numpy' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["1", "False", "False"]
