"""Both storages keep the same promises; S3 is moto's."""

from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from moto import mock_aws

from shared.stores.file_storage import FileStorage
from shared.stores.s3 import S3Storage
from shared.stores.storage import Storage, StorageError
from shared.stores.storage_factory import create_storage


@pytest.fixture(params=["file", "s3"])
def storage(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Storage]:
    if request.param == "file":
        yield create_storage(f"file://{tmp_path}/renders")
        return
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    with mock_aws():
        boto3.client("s3").create_bucket(Bucket="pictures")
        yield create_storage("s3://pictures/some/prefix")


def test_what_is_put_comes_back(storage: Storage) -> None:
    storage.put("ab/abc/poster.webp", b"bytes")
    assert storage.get("ab/abc/poster.webp") == b"bytes"
    assert storage.size("ab/abc/poster.webp") == 5


def test_putting_twice_is_harmless(storage: Storage) -> None:
    storage.put("ab/abc/poster.webp", b"bytes")
    storage.put("ab/abc/poster.webp", b"bytes")
    assert storage.get("ab/abc/poster.webp") == b"bytes"


def test_what_is_not_there_is_a_missing_file(storage: Storage) -> None:
    assert storage.size("no/such/key.webp") is None
    with pytest.raises(FileNotFoundError):
        storage.get("no/such/key.webp")


def test_deleted_is_gone_and_may_be_deleted_again(storage: Storage) -> None:
    storage.put("ab/abc/poster.webp", b"bytes")
    storage.delete("ab/abc/poster.webp")
    storage.delete("ab/abc/poster.webp")
    assert storage.size("ab/abc/poster.webp") is None


def test_a_key_cannot_lead_out_of_the_folder(tmp_path: Path) -> None:
    with pytest.raises(StorageError):
        FileStorage(tmp_path / "renders").put("../outside", b"x")
    assert not (tmp_path / "outside").exists()


def test_unfinished_writes_are_swept(tmp_path: Path) -> None:
    storage = FileStorage(tmp_path)
    storage.put("a/b", b"x")
    (tmp_path / ".unfinished" / "left").write_bytes(b"half")
    assert storage.sweep(older_than=-1) == 1
    assert storage.get("a/b") == b"x"


def test_a_full_volume_is_a_storage_error(tmp_path: Path) -> None:
    (tmp_path / "ab").write_text("a file where a folder should be")
    with pytest.raises(StorageError):
        FileStorage(tmp_path).put("ab/c", b"x")


def test_s3_that_is_away_is_a_storage_error(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    with pytest.raises(StorageError):
        S3Storage("pictures", "", "http://127.0.0.1:9").put("a", b"x")


def test_an_unknown_address_says_which_there_are() -> None:
    with pytest.raises(ValueError, match="s3://bucket/prefix"):
        create_storage("ftp://somewhere")


def test_what_the_file_system_refuses_is_a_storage_error(tmp_path: Path) -> None:
    (tmp_path / "ab").write_text("a file where a folder should be")
    storage = FileStorage(tmp_path)
    for use in (storage.get, storage.size, storage.delete, lambda key: storage.put(key, b"x")):
        with pytest.raises(StorageError):
            use("ab/key/poster.webp")
    assert not list((tmp_path / ".unfinished").glob("*"))


def test_a_write_that_fails_leaves_no_temp_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(StorageError, match="No space left"):
        FileStorage(tmp_path).put("ab/key/poster.webp", b"x")
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
