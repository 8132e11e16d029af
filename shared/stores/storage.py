"""Where pictures are kept: a folder or an S3 bucket behind one interface. Keys are relative paths, contents immutable."""

import os
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

TYPES = {
    ".webp": "image/webp",
    ".png": "image/png",
    ".avif": "image/avif",
    ".mp4": "video/mp4",
    ".webm": "video/webm",
}
CACHE_CONTROL = "public, max-age=2592000, immutable"


class StorageError(Exception):
    """The storage failed; trying again may help."""


class Storage(Protocol):
    """Bytes by key. A key is written once; writing the same again changes nothing."""

    def put(self, key: str, data: bytes) -> None:
        """Stores wholly or not at all. Raises StorageError."""
        ...

    def get(self, key: str) -> bytes:
        """The bytes. Raises FileNotFoundError when there are none, StorageError when it cannot tell."""
        ...

    def size(self, key: str) -> int | None:
        """Bytes stored under the key, or None."""
        ...

    def delete(self, key: str) -> None:
        """Removes the key; it may be gone already."""
        ...

    def sweep(self, older_than: float) -> int:
        """Removes unfinished writes older than so many seconds; returns how many."""
        ...


def content_type(key: str) -> str:
    """The media type that a key's ending stands for."""
    return TYPES.get(Path(key).suffix, "application/octet-stream")


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
        try:
            self._unfinished.mkdir(parents=True, exist_ok=True)
            path.parent.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=self._unfinished)
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fchmod(handle, 0o644)
                os.fsync(handle)
            os.replace(name, path)
            _fsync_folder(path.parent)
        except OSError as error:
            raise StorageError(f"cannot write {key}: {error.strerror}") from error

    def get(self, key: str) -> bytes:
        """The file's bytes."""
        return self._path(key).read_bytes()

    def size(self, key: str) -> int | None:
        """The file's size, or None."""
        try:
            return self._path(key).stat().st_size
        except FileNotFoundError:
            return None

    def delete(self, key: str) -> None:
        """Removes the file, and its folder when that was the last one in it."""
        path = self._path(key)
        path.unlink(missing_ok=True)
        with suppress(OSError):  # other outputs of the same content still live there
            path.parent.rmdir()

    def sweep(self, older_than: float) -> int:
        """Removes temp files that a crash left behind."""
        stale = [file for file in self._unfinished.glob("*") if file.stat().st_mtime < time.time() - older_than]
        for file in stale:
            file.unlink(missing_ok=True)
        return len(stale)


def _fsync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def create_storage(url: str, endpoint: str = "") -> Storage:
    """The storage at `file:///folder` or `s3://bucket/prefix`. Raises ValueError for any other address."""
    parts = urlsplit(url)
    if parts.scheme == "file" and parts.path:
        return FileStorage(Path(parts.path))
    if parts.scheme == "s3" and parts.netloc:
        from shared.stores.s3 import S3Storage  # boto3 takes longer to import than all the rest

        return S3Storage(parts.netloc, parts.path, endpoint)
    raise ValueError(f"STORAGE_URL={url!r}: use file:///folder or s3://bucket/prefix")
