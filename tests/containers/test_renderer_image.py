"""The renderer's image, without building it."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

from containers.manifest import ROOT


def test_the_renderers_image_holds_what_it_imports(tmp_path: Path) -> None:
    """Its Dockerfile copies files by name, so that nothing that speaks to a store is in it."""
    text = (ROOT / "containers/renderer.Dockerfile").read_text()
    for sources, target in re.findall(r"^COPY ([^-\n][^\n]*) /(app/\S+/)$", text, re.MULTILINE):
        (tmp_path / target).mkdir(parents=True, exist_ok=True)
        for source in sources.split():
            if source.endswith("/"):
                shutil.copytree(ROOT / source, tmp_path / target, dirs_exist_ok=True)
            else:
                shutil.copy(ROOT / source, tmp_path / target)
    program = "import containers.runtime.serve, functions.renderer.app, functions.renderer.cli.commands, sys; print(*[n for n in sys.modules if n.startswith('shared')])"
    done = subprocess.run([sys.executable, "-c", program], cwd=tmp_path / "app", capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "shared.metrics" in done.stdout
    assert "shared.stores.db" not in done.stdout
