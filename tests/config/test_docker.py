"""What the containers are given. No engine runs here; these are the promises that can be read from the file."""

import re
from pathlib import Path
from typing import Any

import yaml

from tests.config.test_env import PRODUCTION

DOCKER = Path(__file__).resolve().parent.parent.parent / "docker"
SERVICES: dict[str, Any] = yaml.safe_load((DOCKER / "compose.yaml").read_text())["services"]
OURS = ("migrate", "web", "worker", "media")


def test_the_application_is_given_every_setting_that_production_demands() -> None:
    for name in ("migrate", "web", "worker"):
        assert set(PRODUCTION) - set(SERVICES[name]["environment"]) == set(), name


def test_the_media_service_has_no_database_and_no_key() -> None:
    given = set(SERVICES["media"]["environment"])
    assert given == {"MEDIA_CONTROL", "MEDIA_SECRET", "MEDIA_HOST", "MEDIA_PUBLIC_HOST", "MEDIA_PORTS", "MEDIA_DRAIN"}


def test_only_the_proxy_the_media_and_turn_can_be_reached_from_outside() -> None:
    reachable = {name for name, service in SERVICES.items() if "ports" in service or "network_mode" in service}
    assert reachable == {"proxy", "media", "coturn"}


def test_forwarded_addresses_are_believed_of_the_proxy_alone() -> None:
    believed = SERVICES["web"]["environment"]["FORWARDED_ALLOW_IPS"]
    assert believed == SERVICES["proxy"]["networks"]["default"]["ipv4_address"]
    image = (DOCKER / "Dockerfile").read_text()
    assert re.findall(r"FORWARDED_ALLOW_IPS=(\S+)", image) == ["127.0.0.1"]
    assert "forwarded-allow-ips" not in image


def test_our_containers_run_read_only_without_capabilities() -> None:
    for name in OURS:
        assert (SERVICES[name]["read_only"], SERVICES[name]["cap_drop"]) == (True, ["ALL"]), name


def test_every_variable_of_the_file_stands_in_the_example() -> None:

    used = set(re.findall(r"\$\{([A-Z_]+)", (DOCKER / "compose.yaml").read_text()))
    named = {line.partition("=")[0] for line in (DOCKER / "env.example").read_text().splitlines() if "=" in line[:40]}
    assert used - named == set()
