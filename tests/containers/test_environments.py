"""Every process is given the settings that the table says it reads, in every way of running it."""

import re
from pathlib import Path

import pytest
import yaml

from containers.local.folders import find_folders
from containers.local.stack import Options, Stack
from containers.manifest import ROOT, Function, functions
from containers.operate import lifecycle
from shared.settings_table import CONTAINER_ITSELF, CONTAINERS, FUNCTIONS, GATEWAY, RENDERER, SETTINGS, read_by

SERVICES = yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]
RUNNING = [item for item in functions() if item.kind != "static"]
ARGUMENTS = {"FILE", "FUNCTION", "RENDERS", "SERVICE", "TIME"}
"""Variables that are arguments of a make target."""
MACHINE = {"PATH", "PLAYWRIGHT_BROWSERS_PATH", "COMPOSE_DISABLE_ENV_FILE"}
"""Variables of the machine and of other programs."""


def read(item: Function) -> set[str]:
    """The settings that a function's process reads."""
    return set(read_by(RENDERER) if item.name == "renderer" else read_by(FUNCTIONS, frozenset(item.needs)))


@pytest.mark.parametrize("item", RUNNING, ids=lambda item: item.name)
def test_compose_gives_a_function_what_it_reads(item: Function) -> None:
    assert set(SERVICES[item.name]["environment"]) == read(item) - {"CHROMIUM_PATH"}


def test_compose_gives_the_gateway_what_env_may_say() -> None:
    assert set(SERVICES["gateway"]["environment"]) == set(read_by(GATEWAY)) - CONTAINER_ITSELF


@pytest.mark.parametrize("item", RUNNING, ids=lambda item: item.name)
def test_make_dev_passes_on_what_a_function_reads(
    item: Function, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in SETTINGS:
        monkeypatch.setenv(name, f"chosen {name}")
    given = Stack(find_folders(str(tmp_path)), Options(port=1)).function_environment(item)
    stacks_own = {"DATABASE_URL", "REDIS_URL", "RENDERER_URL", "SECRET_KEY"}
    assert given.keys() & SETTINGS.keys() == read(item) - {"METRICS_BIND"}
    assert {name for name in given.keys() & SETTINGS.keys() if given[name] != f"chosen {name}"} == stacks_own & read(
        item
    )


def test_the_renderer_is_given_no_secret() -> None:
    assert not [
        name for name in read_by(RENDERER) if SETTINGS[name].secret or SETTINGS[name].need in ("postgres", "storage")
    ]


def test_the_gateways_script_and_the_table_agree() -> None:
    script = (ROOT / "gateway/entrypoint.sh").read_text()
    found = {name: default.strip("'\"") for name, default in re.findall(r"^setting (\w+) (\S+)", script, re.MULTILINE)}
    assert found.pop("RESOLVER").startswith("$(name_servers)")
    assert found == {name: SETTINGS[name].default for name in read_by(GATEWAY) if name in found}
    assert set(read_by(GATEWAY)) - found.keys() == {"RESOLVER", "STORAGE_URL", "TRUSTED_PROXIES"}
    assert all(f"${{{name}:-" in script for name in ("STORAGE_URL", "TRUSTED_PROXIES"))


def test_whatever_containers_read_from_the_environment_is_in_the_table() -> None:
    text = "".join(path.read_text() for path in (ROOT / "containers").rglob("*.py"))
    found = set(re.findall(r"""environ(?:\.get\(|\[)"([A-Z_]+)""", text))
    assert found >= {"STARTERS", "DATA_DIR"}
    assert found - ARGUMENTS - MACHINE <= SETTINGS.keys()


def test_make_up_makes_the_secrets_of_the_stack() -> None:
    wanted = {name for name, setting in SETTINGS.items() if setting.secret and CONTAINERS in setting.readers}
    assert set(lifecycle.SECRETS) == wanted | {"SECRET_KEY"}


def test_stacks_that_start_at_once_have_a_renderer_each(tmp_path: Path) -> None:
    """Neither listens yet when the other chooses its port."""
    stacks = [Stack(find_folders(str(tmp_path / name)), Options(port=1)) for name in "ab"]
    assert len({stack.environment()["RENDERER_URL"] for stack in stacks}) == 2
