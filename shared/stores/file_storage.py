"""A folder as storage of pictures: the `renders` volume."""

import os
import tempfile
import time
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path

from shared.stores.storage import StorageError


class FileStorage:
    """A folder, the `renders` volume. nginx serves it as it is."""

    def __init__(self, root: Path):
        self._root = root
        self._unfinished = root / ".unfinished"

    def _path(self, key: str) -> Path:
        path = (self._root / key).resolve()
        if not path.is_relative_to(self._root.resolve()):
            raise StorageError(f"{key!r} leads out of the storage folder")
        return path

    def put(self, key: str, data: bytes) -> None:
        """Temp file, fsync, rename, fsync of the folder: a crash leaves the whole file or none."""
        path = self._path(key)
        with _storage_errors("write", key):
            self._unfinished.mkdir(parents=True, exist_ok=True)
            path.parent.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=self._unfinished)
            try:
                _write(handle, data)
                os.replace(name, path)
            except OSError:
                Path(name).unlink(missing_ok=True)
                raise
            _fsync_folder(path.parent)

    def get(self, key: str) -> bytes:
        """The file's bytes."""
        with _storage_errors("read", key, missing=True):
            return self._path(key).read_bytes()

    def size(self, key: str) -> int | None:
        """The file's size, or None."""
        try:
            with _storage_errors("look at", key, missing=True):
                return self._path(key).stat().st_size
        except FileNotFoundError:
            return None

    def delete(self, key: str) -> None:
        """Removes the file, and its folder when that was the last one in it."""
        path = self._path(key)
        with _storage_errors("delete", key):
            path.unlink(missing_ok=True)
        with suppress(OSError):  # other outputs of the same content still live there
            path.parent.rmdir()

    def sweep(self, older_than: float) -> int:
        """Removes temp files that a crash left behind."""
        with _storage_errors("sweep", self._unfinished.name):
            stale = [file for file in self._unfinished.glob("*") if file.stat().st_mtime < time.time() - older_than]
            for file in stale:
                file.unlink(missing_ok=True)
            return len(stale)


@contextmanager
def _storage_errors(what: str, key: str, *, missing: bool = False) -> Generator[None]:
    """Makes what the file system says a StorageError. missing: that there is no such file is an answer, and passes."""
    try:
        yield
    except OSError as error:
        if missing and isinstance(error, FileNotFoundError):
            raise
        raise StorageError(f"cannot {what} {key}: {error.strerror}") from error


def _write(handle: int, data: bytes) -> None:
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fchmod(handle, 0o644)
        os.fsync(handle)


def _fsync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
