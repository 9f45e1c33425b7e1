"""What an installation settles for itself before anything starts: settings, secret, ports, and being the only one."""

import fcntl
import json
import os
import secrets
import socket
from contextlib import ExitStack
from pathlib import Path

from pydantic import SecretStr, ValidationError

from cli import databases
from cli.problems import SetupError
from kit.settings import Settings

SIDE_PORTS = ("signaling_port", "media_port", "smtp_port")
ALIASES = {"database_url": "DATABASE_URL", "redis_url": "REDIS_URL"}


def settings() -> Settings:
    """Read the environment, with a secret of its own in demo mode; raises SetupError naming the wrong variable."""
    try:
        found = Settings.load()
    except ValidationError as problem:
        first = problem.errors()[0]
        name = str(first["loc"][0]) if first["loc"] else ""
        variable = f"{ALIASES.get(name, name if name.isupper() else f'LAZO_{name.upper()}')}: " if name else ""
        raise SetupError(f"{variable}{first['msg'].removeprefix('Value error, ')}. Fix: correct or unset it") from None
    changes: dict[str, object] = {"database_url": databases.for_sqlalchemy(found.database_url)}
    if found.is_demo and not found.secret.get_secret_value():
        changes["secret"] = SecretStr(own_secret(found.data_dir))
    return changed(found, changes)


def changed(before: Settings, changes: dict[str, object]) -> Settings:
    """Return the settings with some of them changed, and what follows from those derived anew."""
    given = {name: getattr(before, name) for name in before.model_fields_set} | changes
    return Settings(**{ALIASES.get(name, name): value for name, value in given.items()})


def own_secret(data_dir: Path) -> str:
    """Return the demo installation's secret, made once and readable by its user only."""
    path = _usable(data_dir) / "secret"
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(48))
    except FileExistsError:
        pass
    text = path.read_text().strip()
    if len(text) < 32:
        raise SetupError(f"{path} was cut short. Fix: remove it; people sign in again")
    return text


def only_one(data_dir: Path) -> int:
    """Hold the data directory until this process ends and return the lock's descriptor; raises SetupError."""
    path = _usable(data_dir) / "lock"
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        pid = path.read_text().strip() or "unknown"
        os.close(descriptor)
        raise SetupError(
            f"Lazo already runs with {data_dir} (process {pid}). Fix: stop it, or set LAZO_DATA_DIR to another directory",
        ) from None
    os.truncate(descriptor, 0)
    os.write(descriptor, str(os.getpid()).encode())
    return descriptor


def with_ports(before: Settings) -> Settings:
    """Give the side processes ports: those set, else those of last time, else free ones; raises SetupError if taken."""
    if not is_free(before.http_host, before.http_port):
        other = free_port(before.http_host)
        raise SetupError(
            f"Port {before.http_port} is busy. Fix: stop what uses it, or take another: LAZO_HTTP_PORT={other} make run",
        )
    changes: dict[str, object] = {}
    remembered = before.data_dir / "ports.json"
    last = _remembered(remembered)
    with ExitStack() as held:
        for name in SIDE_PORTS:
            if name in before.model_fields_set:
                if not is_free("127.0.0.1", getattr(before, name)):
                    raise SetupError(
                        f"Port {getattr(before, name)} is busy. Fix: unset LAZO_{name.upper()} to get a free one"
                    )
                continue
            changes[name] = _hold_port(held, last.get(name, 0))
    if changes != last:
        remembered.write_text(json.dumps(changes))
    return changed(before, changes)


def check_redis(url: str) -> None:
    """Return when the server of REDIS_URL answers; raises SetupError otherwise. Our own was waited for."""
    if url.startswith("unix://"):
        return
    import redis  # noqa: PLC0415  # only where one was given

    try:
        with redis.Redis.from_url(url, socket_connect_timeout=3, socket_timeout=3) as client:
            client.ping()
    except (redis.RedisError, ValueError, OSError) as problem:
        reason = str(problem).splitlines()[0].rstrip(".")
        raise SetupError(
            f"REDIS_URL: {reason}. Fix: correct it or start that server, or unset REDIS_URL to use the built-in Valkey",
        ) from None


def is_free(host: str, port: int) -> bool:
    """True when a server may listen there; raises SetupError when this user may not, or the host is not ours."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except PermissionError:
            raise SetupError(f"Port {port} is for root. Fix: LAZO_HTTP_PORT={free_port(host)} make run") from None
        except socket.gaierror:
            raise SetupError(f"LAZO_HTTP_HOST: {host} is no address of this machine. Fix: unset it") from None
        except OSError:
            return False
    return True


def free_port(host: str) -> int:
    """Return a port nobody listens on, near the default one when possible."""
    for port in (8090, 8888, 0):
        with socket.socket() as probe:
            try:
                probe.bind((host, port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    return 8090


def _hold_port(held: ExitStack, wanted: object) -> int:
    for port in (wanted if isinstance(wanted, int) else 0, 0):
        probe = held.enter_context(socket.socket())
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            continue
        return int(probe.getsockname()[1])
    raise SetupError("No free port is left on this machine. Fix: close something")


def _remembered(path: Path) -> dict[str, object]:
    try:
        found = json.loads(path.read_text())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _usable(data_dir: Path) -> Path:
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        if not os.access(data_dir, os.W_OK | os.X_OK):
            raise PermissionError(13, "it may not be written to")
    except OSError as problem:
        raise SetupError(
            f"{data_dir} cannot be used ({problem.strerror}). Fix: set LAZO_DATA_DIR to a directory of yours"
        ) from None
    return data_dir
