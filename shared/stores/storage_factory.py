"""Makes the storage that STORAGE_URL names."""

from pathlib import Path
from urllib.parse import urlsplit

from shared.stores.file_storage import FileStorage
from shared.stores.storage import Storage


def create_storage(url: str, endpoint: str = "") -> Storage:
    """The storage at `file:///folder` or `s3://bucket/prefix`. Raises ValueError for any other address."""
    parts = urlsplit(url)
    if parts.scheme == "file" and parts.path:
        return FileStorage(Path(parts.path))
    if parts.scheme == "s3" and parts.netloc:
        from shared.stores.s3 import S3Storage  # boto3 takes longer to import than all the rest

        return S3Storage(parts.netloc, parts.path, endpoint)
    raise ValueError(f"STORAGE_URL={url!r}: use file:///folder or s3://bucket/prefix")
