"""The renderer's settings, from its environment."""

import os
from collections.abc import Mapping
from dataclasses import dataclass

SANDBOX = ("on", "off", "auto")
BACKENDS = ("auto", "llvmpipe", "swiftshader", "gpu")


class SettingsError(Exception):
    """A setting of the renderer is wrong; the text names it."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What an operator may choose.

    chromium_path: the browser to use; "" looks for one (see chromium.find_chromium).
    browsers: how many are kept ready, which is also how many jobs run at once.
    deadline: seconds that one attempt may take, and the longest clip.
    waiting: jobs that may wait for a browser before further ones are refused.
    backend: what draws; "auto" is llvmpipe, or SwiftShader where there is no Mesa.
    sandbox: Chromium's own; "auto" goes without, and says so, where the kernel does not allow it.
    """

    chromium_path: str = ""
    browsers: int = 2
    deadline: float = 8.0
    waiting: int = 16
    backend: str = "auto"
    sandbox: str = "on"

    @property
    def raster_threads(self) -> int:
        """llvmpipe threads a browser: a lone job uses two cores, many jobs together not many more than there are."""
        cores = os.cpu_count() or 1
        return max(min(2, cores), cores // self.browsers)


def read_settings(env: Mapping[str, str]) -> Settings:
    """The settings in an environment. Raises SettingsError."""
    return Settings(
        chromium_path=env.get("CHROMIUM_PATH", ""),
        browsers=int(_number(env, "RENDERER_BROWSERS", 2, 1, 64)),
        deadline=_number(env, "MAX_RENDER_DURATION", 8, 1, 60),
        waiting=int(_number(env, "RENDERER_QUEUE", 16, 0, 1000)),
        backend=_choice(env, "RENDERER_BACKEND", BACKENDS),
        sandbox=_choice(env, "RENDERER_SANDBOX", SANDBOX),
    )


def _choice(env: Mapping[str, str], name: str, choices: tuple[str, ...]) -> str:
    value = env.get(name) or choices[0]
    if value not in choices:
        raise SettingsError(f"{name} is {value!r}, which is not one of: {', '.join(choices)}")
    return value


def _number(env: Mapping[str, str], name: str, default: float, low: float, high: float) -> float:
    text = env.get(name) or str(default)
    try:
        value = float(text)
    except ValueError:
        raise SettingsError(f"{name} is {text!r}, which is not a number") from None
    if not low <= value <= high:
        raise SettingsError(f"{name} is {text}, which is not between {low} and {high}")
    return value
