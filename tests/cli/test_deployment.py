"""The compose file against the compose schema and against what it says of itself; our commands as plain processes."""

import ipaddress
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import check_jsonschema
import jsonschema
import pytest
import yaml

from cli import databases, processes
from kit.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
OURS = ("migrate", "http", "signaling", "media", "scheduler")
THEIRS = ("proxy", "postgres", "valkey", "turn", "storage", "mail")
SECRET = re.compile(r"(SECRET|PASSWORD|ACCESS_KEY)")


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    """The file, with its anchors resolved."""
    loaded: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    return loaded


def test_the_file_follows_the_compose_schema(compose: dict[str, Any]) -> None:
    path = Path(check_jsonschema.__path__[0]) / "builtin_schemas" / "vendor" / "compose-spec.json"
    validator = jsonschema.Draft202012Validator(json.loads(path.read_text()))
    assert [error.message for error in validator.iter_errors(compose)] == []
    broken = {**compose, "services": {**compose["services"], "http": {"imagine": "this"}}}
    assert not validator.is_valid(broken)


def test_every_service_of_the_picture_is_there_and_looked_after(compose: dict[str, Any]) -> None:
    services = compose["services"]
    assert set(services) == {*OURS, *THEIRS}
    for name, service in services.items():
        assert "healthcheck" in service or name == "migrate", name
        assert ":" in service["image"], name
        assert not service["image"].endswith(":latest"), name
        assert not service.get("privileged"), name
    for name in OURS:
        assert services[name]["read_only"]
        assert services[name]["cap_drop"] == ["ALL"]
        assert services[name]["image"] == services["http"]["image"]
    for service in services.values():
        for other in service.get("depends_on", {}):
            assert other in services


def test_secrets_come_from_the_environment_and_have_no_default(compose: dict[str, Any]) -> None:
    text = (ROOT / "docker-compose.yml").read_text()
    asked = set(re.findall(r"\$\{(\w+):\?", text))
    for name in set(re.findall(r"(?<!\$)\$\{(\w+)", text)):
        if SECRET.search(name) and name != "LAZO_SMTP_PASSWORD":
            assert name in asked, name
    assert not [found for found in re.findall(r"\$\{(\w+):-[^}]+\}", text) if SECRET.search(found)]
    example = set(re.findall(r"^(\w+)=", (ROOT / "deploy/env.example").read_text(), re.MULTILINE))
    assert example == asked


def test_only_proxy_and_turn_face_the_internet(compose: dict[str, Any]) -> None:
    for name, service in compose["services"].items():
        for port in service.get("ports", []):
            assert name == "proxy" or str(port).startswith("127.0.0.1:"), name
    assert compose["networks"]["inside"]["internal"]


def test_every_variable_given_to_our_processes_is_one_they_read(compose: dict[str, Any]) -> None:
    known = {f"LAZO_{name.upper()}" for name in Settings.model_fields} | {"DATABASE_URL", "REDIS_URL"}
    assert set(compose["services"]["http"]["environment"]) <= known


def test_files_the_compose_file_mounts_exist(compose: dict[str, Any]) -> None:
    for service in compose["services"].values():
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            assert (ROOT / source).is_file() if source.startswith("./") else source in compose["volumes"]


def test_the_image_holds_every_package_and_runs_as_nobody_special() -> None:
    text = (ROOT / "Dockerfile").read_text()
    for package in ("kit", "domain", "api", "web", "signaling", "media", "scheduler", "migrations", "cli"):
        assert re.search(rf"^COPY {package} {package}$", text, re.MULTILINE)
        assert f"!{package}\n" in (ROOT / ".dockerignore").read_text()
    assert text.index("USER 10001") < text.index("ENTRYPOINT")
    assert "--require-hashes" in text
    assert "npm ci --ignore-scripts" in text


@pytest.mark.parametrize(
    "address",
    [
        *("0.0.0.1", "10.1.2.3", "100.64.0.1", "127.0.0.1", "169.254.169.254", "172.16.0.1", "192.0.0.8"),
        *("192.0.2.1", "192.88.99.1", "192.168.1.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1"),
        *("240.0.0.1", "255.255.255.255", "::", "::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::a00:1"),
        *("100::1", "2001:db8::1", "2002:7f00:1::", "fc00::1", "fe80::1", "ff02::1"),
    ],
)
def test_the_relay_refuses_special_addresses(address: str) -> None:
    found = ipaddress.ip_address(address)
    for line in (ROOT / "deploy/turnserver.conf").read_text().splitlines():
        key, _, value = line.partition("=")
        if key == "denied-peer-ip":
            low, _, high = value.partition("-")
            first, last = ipaddress.ip_address(low), ipaddress.ip_address(high or low)
            if first.version == found.version and int(first) <= int(found) <= int(last):
                return
    pytest.fail(f"{address} may be a peer")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _environment(compose: dict[str, Any], name: str, given: dict[str, str]) -> dict[str, str]:
    """Return the service's environment with variables filled in, as compose does, for servers on this machine."""
    values = {"LAZO_SECRET": "s" * 40, "LAZO_HOST": "vet.example.com", "LAZO_MAIL_FROM": "Lazo <hola@vet.example.com>"}

    def fill(match: re.Match[str]) -> str:
        variable, _, default = match.group(1).partition(":-")
        return values.get(variable.partition(":?")[0], default)

    raw = compose["services"][name]["environment"]
    filled = {key: re.sub(r"\$\{([^}]*)\}", fill, str(value)) for key, value in raw.items()}
    return {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **filled, **given}


@pytest.mark.parametrize("name", OURS)
def test_each_of_our_services_runs_as_a_plain_process(
    compose: dict[str, Any], name: str, tmp_path: Path, server_url: str, redis_url: str
) -> None:
    command = compose["services"][name]["command"]
    database = server_url.replace("/postgres?", f"/lazo_service_{os.getpid()}?")
    given = {"DATABASE_URL": database, "REDIS_URL": redis_url, "LAZO_DATA_DIR": str(tmp_path)}
    ports = {f"LAZO_{one}_PORT": str(_free_port()) for one in ("HTTP", "SIGNALING", "MEDIA")}
    environment = _environment(compose, name, given | ports)
    program = [sys.executable, "-m", "cli"]
    subprocess.run([*program, "migrate"], env=environment, cwd=ROOT, check=True, capture_output=True)
    if name == "migrate":
        assert databases.look(database).revision == databases.newest_revision()
        return
    said = tmp_path / "said"
    with said.open("w") as output:
        running = subprocess.Popen([*program, *command], env=environment, cwd=ROOT, stdout=output, stderr=output)
    try:
        deadline = time.monotonic() + 30
        while f"{name} is ready" not in said.read_text():
            assert running.poll() is None, said.read_text()
            assert time.monotonic() < deadline, said.read_text()
            time.sleep(0.05)
        health = compose["services"][name]["healthcheck"]["test"][1:]
        assert subprocess.run([sys.executable, *health[1:]], env=environment, cwd=ROOT, check=False).returncode == 0
        running.send_signal(signal.SIGTERM)
        assert running.wait(processes.STOP_SECONDS + 1) == 0, said.read_text()
    finally:
        if running.poll() is None:
            running.kill()
            running.wait()
