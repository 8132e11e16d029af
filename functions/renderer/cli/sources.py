"""Reads shaders from fragment files, project documents, folders of either, and standard input."""

import json
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, cast

from functions.renderer.plan.project import Malformed, Refused, read_project
from shared.project.folder import ABOUT, read_folder

FRAGMENTS = (".glsl", ".frag")


class Usage(Exception):
    """The command cannot be understood or carried out; the text says what to change."""


@dataclass(frozen=True, slots=True)
class Source:
    """One shader. name: its file without suffix. path: as it was given.

    files: the file that messages name for a pass, by the pass's id. fault: (reason, detail) where it cannot be rendered at all.
    """

    name: str
    path: str
    project: dict[str, Any] = field(default_factory=dict[str, Any])
    files: Mapping[str, str] = field(default_factory=dict[str, str])
    fault: tuple[str, str] | None = None

    def file(self, pass_id: str) -> str:
        """The file of a pass, as messages name it."""
        return self.files.get(pass_id) or f"{self.path}:{pass_id}"


def read_sources(paths: list[str]) -> list[Source]:
    """The shaders in files and folders, in order, each with a name of its own. Raises Usage."""
    found = [source for path in paths for source in _read(path)]
    if paths.count("-") > 1:
        raise Usage("standard input (-) can be read only once")
    for wider in (lambda path: path.name, lambda path: "-".join(path.parts).lstrip("/-")):
        found = _renamed(found, wider)
    return found


def _renamed(found: list[Source], wider: Callable[[Path], str]) -> list[Source]:
    """The sources, with a longer name for those that share one."""
    counts = Counter(source.name for source in found)
    return [replace(item, name=wider(Path(item.path))) if counts[item.name] > 1 else item for item in found]


def _read(path: str) -> Iterator[Source]:
    if path == "-":
        yield _from_text("stdin", "-", sys.stdin.buffer.read(), is_json=None)
        return
    place = Path(path)
    if (place / ABOUT).is_file():
        yield _from_folder(place)
    elif place.is_dir():
        yield from _read_folder(place)
    else:
        yield _from_file(place)


def _read_folder(folder: Path) -> Iterator[Source]:
    entries = [entry for entry in sorted(folder.iterdir()) if not entry.name.startswith(".")]
    found = list[Source]()
    for entry in entries:
        if (entry / ABOUT).is_file():
            found.append(_from_folder(entry))
        elif entry.suffix in FRAGMENTS or (entry.suffix == ".json" and b'"passes"' in entry.read_bytes()):
            found.append(_from_file(entry))
    if not found:
        kinds = f"{', '.join(FRAGMENTS)}, project .json, or folders with {ABOUT}"
        raise Usage(f"{folder} holds no shaders ({kinds})")
    yield from found


def _from_file(path: Path) -> Source:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise Usage(f"cannot read {path}: {error.strerror}") from error
    return _from_text(path.stem, str(path), data, is_json=path.suffix == ".json")


def _from_text(name: str, path: str, data: bytes, is_json: bool | None) -> Source:
    if is_json is None:
        is_json = data.lstrip().startswith(b"{")
    try:
        text = data.decode("utf-8-sig")
        document: Any = json.loads(text) if is_json else {"passes": [{"type": "image", "code": text, "inputs": []}]}
    except UnicodeDecodeError:
        return Source(name, path, fault=("malformed", "This is no UTF-8 text."))
    except (ValueError, RecursionError) as error:
        return Source(name, path, fault=("malformed", f"This is no JSON: {error}."))
    files = {} if is_json else {"image": "<stdin>" if path == "-" else path}
    return _checked(Source(name, path, _unwrapped(document), files))


def _unwrapped(document: Any) -> Any:
    """The project of a shader's document, as the API returns it; else the document itself."""
    inner = cast("dict[str, Any]", document).get("project") if isinstance(document, dict) else None
    return document if inner is None else inner


def _checked(source: Source) -> Source:
    try:
        project = read_project(source.project)
        untyped = [item for item in project["passes"] if not isinstance(item.get("type"), str)]
        if untyped:
            raise Malformed("every pass needs a type: common, buffer or image")
    except Malformed as error:
        return replace(source, project={}, fault=("malformed", f"This is no project: {error}."))
    except Refused as error:
        return replace(source, fault=("refused", str(error)))
    return source


def _from_folder(folder: Path) -> Source:
    """Reads a folder with a shader.toml, as in db/seed."""
    try:
        _, project, files = read_folder(folder)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        return Source(folder.name, str(folder), fault=("malformed", f"{ABOUT} or a pass cannot be read: {error}."))
    named = {pass_id: str(path) for pass_id, path in files.items()}
    return _checked(Source(folder.name, str(folder), project, named))
