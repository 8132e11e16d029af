"""The renderer's settings, as shared/settings_table.py has them, in the renderer's own types."""

import os
from collections.abc import Mapping
from dataclasses import dataclass

from shared.settings import ConfigError, read
from shared.settings_table import RENDERER, SETTINGS, read_by

SettingsError = ConfigError
"""A setting of the renderer is wrong; the text names every one that is."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What an operator may choose.

    chromium_path: the browser to use; "" looks for one (see find_chromium).
    browsers: how many are kept ready, which is also how many jobs run at once.
    deadline: seconds that one attempt may take, and the longest clip.
    reuse: jobs that a browser does for one owner before it is ended.
    waiting: jobs that may wait for a browser before further ones are refused.
    backend: what draws; "auto" is llvmpipe, or SwiftShader where there is no Mesa.
    sandbox: Chromium's own; "auto" goes without, and says so, where the kernel does not allow it.
    """

    chromium_path: str = SETTINGS["CHROMIUM_PATH"].default
    browsers: int = int(SETTINGS["RENDERER_BROWSERS"].default)
    reuse: int = int(SETTINGS["RENDERER_REUSE"].default)
    deadline: float = float(SETTINGS["MAX_RENDER_DURATION"].default)
    waiting: int = int(SETTINGS["RENDERER_QUEUE"].default)
    backend: str = SETTINGS["RENDERER_BACKEND"].default
    sandbox: str = SETTINGS["RENDERER_SANDBOX"].default

    @property
    def raster_threads(self) -> int:
        """llvmpipe threads a browser: a lone job uses two cores, many jobs together not many more than there are."""
        cores = os.cpu_count() or 1
        return max(min(2, cores), cores // self.browsers)


def read_settings(env: Mapping[str, str]) -> Settings:
    """The settings in an environment. Raises SettingsError."""
    values = read(read_by(RENDERER), env)
    return Settings(
        chromium_path=values["CHROMIUM_PATH"],
        browsers=int(values["RENDERER_BROWSERS"]),
        reuse=int(values["RENDERER_REUSE"]),
        deadline=float(values["MAX_RENDER_DURATION"]),
        waiting=int(values["RENDERER_QUEUE"]),
        backend=values["RENDERER_BACKEND"],
        sandbox=values["RENDERER_SANDBOX"],
    )
