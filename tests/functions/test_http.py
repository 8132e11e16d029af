"""What every function has from shared/http: hostile bodies, methods, errors, request ids."""

from typing import Any

import pytest

from shared.http.resource import MAX_BODY
from tests.functions.conftest import Client

PATH = "/api/v1/shaders"
GOOD = b'{"title": "x", "code": "y"}'


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"\xff\xfe", 400),
        (b'{"title": NaN}', 400),
        (b'{"title": "\\ud800"}', 400),
        (b"[" * 100_000, 400),
        (b'{"title": 1e999, "code": "x"}', 400),
        (b'{"title": ' + b"1" * 5000 + b"}", 400),
        (b"[]", 422),
        (b'"text"', 422),
        (b'{"title": "x", "code": "y", "author_id": 1}', 422),
        (b'{"title": "a\\u0000b", "code": "y"}', 422),
        (b'{"title": "x", "code": "a\\u0000b"}', 422),
        (b'{"title": "x", "code": "y", "project": {}}', 422),
        (b'{"title": "' + b"x" * 200 + b'", "code": "y"}', 422),
    ],
)
def test_hostile_bodies_are_refused_with_reasons(ann: Client, body: bytes, status: int) -> None:
    headers = {"Authorization": f"Bearer {ann.token}", "Content-Type": "application/json"}
    result = ann.simulate_post(PATH, body=body, headers=headers)
    assert result.status_code == status, result.text
    assert result.headers["Content-Type"] == "application/problem+json"
    assert result.json["detail"]


def test_a_body_may_be_ten_megabytes_and_no_more(ann: Client) -> None:
    headers = {"Authorization": f"Bearer {ann.token}", "Content-Type": "application/json; charset=utf-8"}
    assert ann.simulate_post(PATH, body=GOOD.ljust(MAX_BODY), headers=headers).status_code == 201
    assert ann.simulate_post(PATH, body=GOOD.ljust(MAX_BODY + 1), headers=headers).status_code == 413


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""]
)
def test_a_body_is_json_by_its_type(ann: Client, kind: str) -> None:
    """What a form of another site can send is refused, wherever there is a body."""
    headers = {"Authorization": f"Bearer {ann.token}", **({"Content-Type": kind} if kind else {})}
    for path in (PATH, "/api/v1/renders", "/api/v1/auth/login", "/api/v1/auth/register", "/api/v1/auth/logout"):
        result = ann.simulate_post(path, body=GOOD, headers=headers)
        assert result.status_code == 415, path
        assert "application/json" in result.json["detail"]


def test_compressed_bodies_are_refused(ann: Client) -> None:
    headers = {"Authorization": f"Bearer {ann.token}", "Content-Encoding": "gzip"}
    assert ann.simulate_post(PATH, body=GOOD, headers=headers).status_code == 400


def test_wrong_methods_say_which_are_right(client: Client) -> None:
    result = client.simulate_patch(PATH)
    assert result.status_code == 405
    assert set(result.headers["Allow"].split(", ")) >= {"GET", "POST"}


@pytest.mark.parametrize(
    "path", ["/api/v1/shaders/not-a-uuid", "/api/v1/nothing", f"{PATH}/00000000-0000-0000-0000-000000000000"]
)
def test_what_is_not_there_is_a_problem_document(client: Client, path: str) -> None:
    result = client.call("GET", path)
    assert result.status_code == 404
    assert result.json["status"] == 404


def test_request_ids_come_back(client: Client) -> None:
    assert (
        client.simulate_get(PATH, headers={"X-Request-Id": "abcdef0123456789"}).headers["X-Request-Id"]
        == "abcdef0123456789"
    )
    assert len(client.simulate_get(PATH, headers={"X-Request-Id": "a\tb"}).headers["X-Request-Id"]) == 32


@pytest.mark.parametrize("header", ["Basic YTpi", "Bearer", "Bearer  "])
def test_other_schemes_are_told_the_right_one(client: Client, header: str) -> None:
    result = client.simulate_get("/api/v1/me", headers={"Authorization": header})
    assert result.status_code == 401
    assert "Bearer" in result.json["detail"]


def test_user_text_comes_back_as_data(ann: Client) -> None:
    text = "<script>alert(1)</script>\u202e\U0001f600 'quoted' --"
    shader: Any = ann.create(title=text, description=text)
    assert shader["title"] == text
    assert ann.call("GET", f"{PATH}/{shader['id']}").json["description"] == text


def test_health(client: Client) -> None:
    assert client.call("GET", "/health").json == {"status": "ok"}


def test_docs(client: Client) -> None:
    assert client.call("GET", "/api/v1/openapi.json").json["openapi"] == "3.1.0"
    page = client.call("GET", "/api/docs")
    assert page.headers["Content-Type"].startswith("text/html")
    assert "/api/v1/shaders" in page.text


def test_head_is_get_without_the_body(client: Client) -> None:
    result = client.simulate_head(PATH)
    assert (result.status_code, result.content) == (200, b"")


def test_health_takes_any_parameter(client: Client) -> None:
    assert client.call("GET", "/health?probe=1").status_code == 200
