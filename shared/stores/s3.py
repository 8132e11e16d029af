"""S3-compatible storage; imported only where STORAGE_URL asks for it."""

from collections.abc import Callable
from typing import Any, cast

import boto3
from botocore.config import Config as BotoConfig
from botocore.exceptions import BotoCoreError, ClientError

from shared.stores.storage import CACHE_CONTROL, StorageError, content_type


class S3Storage:
    """A bucket, or a prefix of one."""

    def __init__(self, bucket: str, prefix: str, endpoint: str = ""):
        self._bucket = bucket
        self._prefix = prefix.strip("/")
        style = {"addressing_style": "path"} if endpoint else {}  # buckets are no host names of one's own server
        config = BotoConfig(
            connect_timeout=3, read_timeout=10, retries={"max_attempts": 3, "mode": "standard"}, s3=style
        )
        self._client = cast("Any", boto3.client("s3", endpoint_url=endpoint or None, config=config))  # pyright: ignore[reportUnknownMemberType]

    def _name(self, key: str) -> str:
        return f"{self._prefix}/{key}" if self._prefix else key

    def _call(self, operation: Callable[..., Any], key: str, **arguments: Any) -> Any:
        try:
            return operation(Bucket=self._bucket, Key=self._name(key), **arguments)
        except ClientError as error:
            code = str(cast("dict[str, Any]", error.response).get("Error", {}).get("Code", ""))
            if code in ("NoSuchKey", "404", "NotFound"):
                raise FileNotFoundError(key) from error
            if code == "PreconditionFailed":
                return None  # another worker was first; the content is the same
            raise StorageError(f"S3 refused {key}: {code}") from error
        except BotoCoreError as error:
            raise StorageError(f"S3 did not answer for {key}: {error}") from error

    def put(self, key: str, data: bytes) -> None:
        """One PUT that does nothing when the key is there."""
        self._call(
            self._client.put_object,
            key,
            Body=data,
            IfNoneMatch="*",
            ContentType=content_type(key),
            CacheControl=CACHE_CONTROL,
        )

    def get(self, key: str) -> bytes:
        """The object's bytes."""
        answer = self._call(self._client.get_object, key)
        try:
            return cast("bytes", answer["Body"].read())
        except Exception as error:  # botocore leaks urllib3's errors from a body cut short
            raise StorageError(f"S3 broke off {key}") from error

    def size(self, key: str) -> int | None:
        """The object's size, or None."""
        try:
            return int(self._call(self._client.head_object, key)["ContentLength"])
        except FileNotFoundError:
            return None

    def delete(self, key: str) -> None:
        """Removes the object."""
        self._call(self._client.delete_object, key)

    def sweep(self, older_than: float) -> int:
        """S3 shows no unfinished writes."""
        del older_than
        return 0
