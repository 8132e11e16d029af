"""What a storage of pictures is, whether a folder or an S3 bucket. Keys are relative paths, contents immutable."""

from pathlib import Path
from typing import Protocol

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
