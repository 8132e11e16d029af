"""Configuration: complete, documented, and honest about what is missing."""

import re
from pathlib import Path

import pytest

from containers.manifest import ROOT
from shared.settings import VERSION, ConfigError, load, read
from shared.settings_table import RENDERER, SETTINGS, read_by

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


@pytest.mark.parametrize("file", ["", "empty"])
def test_an_empty_secret_is_none(tmp_path: Path, file: str) -> None:
    (tmp_path / "empty").write_text("\n")
    named = str(tmp_path / file) if file else ""
    with pytest.raises(ConfigError, match="SECRET_KEY is not set"):
        load(["postgres"], {**FULL, "SECRET_KEY": "", "SECRET_KEY_FILE": named})


def test_values_arrive() -> None:
    config = load(["renderer"], {**FULL, "MAX_RENDER_DURATION": "5"})
    assert config.renderer_url == "http://renderer:3100"
    assert config.max_render_duration == 5.0


def test_every_problem_is_named_at_once(tmp_path: Path) -> None:
    wrong = {**FULL, "SECRET_KEY": "short", "METRICS_BIND": "8000", "MAX_RENDER_DURATION": "100", "LOG_LEVEL": "loud"}
    wrong |= {
        "REDIS_URL": "",
        "REDIS_URL_FILE": str(tmp_path / "none"),
        "RENDERER_BROWSERS": "0",
        "RENDERER_QUEUE": "few",
    }
    with pytest.raises(ConfigError) as error:
        load(["postgres", "redis"], wrong, renderer=True)
    for text in (
        "SECRET_KEY is shorter than 32 characters",
        "METRICS_BIND does not look like HOST:PORT",
        "MAX_RENDER_DURATION is not between 1 and 60 seconds",
        "LOG_LEVEL is 'loud', which is not one of: debug, info, warning, error",
        "REDIS_URL_FILE cannot be read",
        "RENDERER_BROWSERS is not between 1 and 64",
        "RENDERER_QUEUE is not a whole number",
    ):
        assert text in str(error.value)
    with pytest.raises(ConfigError) as error:
        read(read_by(RENDERER), wrong)
    assert "RENDERER_BROWSERS" in str(error.value)
    assert "RENDERER_QUEUE" in str(error.value)


@pytest.mark.parametrize("name", SETTINGS)
def test_defaults_and_examples_pass_their_own_checks(name: str) -> None:
    setting = SETTINGS[name]
    assert setting.help
    for value in filter(None, (setting.default, setting.example)):
        assert setting.check is None or setting.check(value) is None


def test_every_setting_is_in_the_example_file() -> None:
    assert _named((ROOT / ".env.example").read_text()) == SETTINGS.keys()


def test_the_example_file_says_what_it_reaches() -> None:
    """The settings of the compose files, and none of them under the heading of those that are out of its reach."""
    reached, _, rest = (ROOT / ".env.example").read_text().partition("\n# --- Set on the container itself")
    text = "".join(file.read_text() for file in ROOT.glob("compose*.yaml"))
    used = set(re.findall(r"(?<!\$)\$\{([A-Z0-9_]+)", text))
    assert used
    assert used <= _named(reached)
    assert _named(rest)
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
