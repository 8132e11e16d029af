"""Configuration: complete, documented, and honest about what is missing."""

import re
from pathlib import Path

import pytest

from containers.manifest import ROOT
from shared.settings import SETTINGS, VERSION, ConfigError, load

FULL = {
    "DATABASE_URL": "postgresql://x",
    "REDIS_URL": "redis://x",
    "STORAGE_URL": "file:///renders",
    "RENDERER_URL": "http://renderer:3100/",
    "SECRET_KEY": "k" * 32,
}


def test_every_missing_setting_is_named_at_once() -> None:
    with pytest.raises(ConfigError) as error:
        load(["postgres", "redis", "renderer"], {})
    for name in ("DATABASE_URL", "REDIS_URL", "RENDERER_URL", "SECRET_KEY"):
        assert name in str(error.value)
    assert "STORAGE_URL" not in str(error.value)


def test_what_a_function_does_not_need_may_be_missing() -> None:
    assert load([], {}).database_url == ""


def test_a_short_secret_is_refused() -> None:
    with pytest.raises(ConfigError, match="SECRET_KEY"):
        load(["postgres"], {**FULL, "SECRET_KEY": "short"})


def test_secrets_may_come_from_files(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text("f" * 40 + "\n")
    config = load(["postgres"], {**FULL, "SECRET_KEY": "", "SECRET_KEY_FILE": str(file)})
    assert config.secret_key == "f" * 40
    with pytest.raises(ConfigError, match="none"):
        load(["postgres"], {**FULL, "SECRET_KEY": "", "SECRET_KEY_FILE": str(tmp_path / "none")})


def test_values_arrive() -> None:
    config = load(["renderer"], {**FULL, "MAX_RENDER_DURATION": "5"})
    assert config.renderer_url == "http://renderer:3100"
    assert config.max_render_duration == 5.0


def test_every_setting_is_in_the_example_file() -> None:
    assert _named((ROOT / ".env.example").read_text()) >= SETTINGS.keys()


def test_the_example_file_says_what_it_reaches() -> None:
    """The settings of the compose files, and none of them under the heading of those that are out of its reach."""
    reached, _, rest = (ROOT / ".env.example").read_text().partition("\n# Set on the container itself")
    text = "".join(file.read_text() for file in ROOT.glob("compose*.yaml"))
    used = set(re.findall(r"(?<!\$)\$\{([A-Z0-9_]+)", text))
    assert used <= _named(reached)
    assert not used & _named(rest)


def _named(text: str) -> set[str]:
    return set(re.findall(r"^#? ?([A-Z0-9_]+)=", text, re.MULTILINE))


def test_the_version_is_the_projects() -> None:
    assert f'version = "{VERSION}"' in (ROOT / "pyproject.toml").read_text()


def test_only_config_reads_the_environment() -> None:
    readers = [
        path.relative_to(ROOT).as_posix()
        for top in ("shared", "functions", "db")
        for path in (ROOT / top).rglob("*.py")
        if "node_modules" not in path.parts and re.search(r"os\.environ|os\.getenv", path.read_text())
    ]
    assert readers == ["shared/settings.py"]
