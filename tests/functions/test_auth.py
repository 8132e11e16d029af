"""Sign-in: accounts, tokens, the family of refresh tokens, API keys."""

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import jwt
import pytest

from functions.auth.handler import COOKIE
from shared.auth import passwords
from shared.stores.db import Database
from tests.functions.conftest import Client

ME = "/api/v1/me"
REFRESH = "/api/v1/auth/refresh"


def register(client: Client) -> Any:
    body = {"username": "ann", "email": "ann@example.org", "password": "correct horse"}
    return client.call("POST", "/api/v1/auth/register", body)


def refresh(client: Client, token: str) -> Any:
    return client.simulate_post(REFRESH, headers={"Cookie": f"{COOKIE}={token}"})


def test_register_signs_in(client: Client) -> None:
    result = register(client)
    assert result.json["token_type"] == "Bearer"
    assert result.json["expires_in"] == 900
    assert result.json["user"]["username"] == "ann"
    cookie = result.cookies[COOKIE]
    assert cookie.http_only
    assert cookie.path == "/api/v1/auth"
    client.token = result.json["access_token"]
    assert client.call("GET", ME).json["email"] == "ann@example.org"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"username": "a b"}, "username"),
        ({"email": "nowhere"}, "email"),
        ({"password": "short"}, "password"),
        ({"role": "admin"}, "role"),
    ],
)
def test_a_wrong_registration_names_the_field(client: Client, change: dict[str, str], field: str) -> None:
    body = {"username": "ann", "email": "ann@example.org", "password": "correct horse"} | change
    result = client.call("POST", "/api/v1/auth/register", body)
    assert result.status_code == 422
    assert [error["field"] for error in result.json["errors"]] == [field]


def test_a_name_is_taken_whatever_its_case(client: Client) -> None:
    register(client)
    body = {"username": "ANN", "email": "other@example.org", "password": "correct horse"}
    result = client.call("POST", "/api/v1/auth/register", body)
    assert result.status_code == 409
    assert result.json["errors"][0]["field"] == "username"


@pytest.mark.parametrize("name", ["ann", "Ann@Example.org"])
def test_login_by_name_or_address(client: Client, name: str) -> None:
    register(client)
    assert client.call("POST", "/api/v1/auth/login", {"username": name, "password": "correct horse"}).status_code == 200
    wrong = client.call("POST", "/api/v1/auth/login", {"username": name, "password": "wrong horse"})
    nobody = client.call("POST", "/api/v1/auth/login", {"username": "nobody", "password": "wrong horse"})
    assert wrong.status_code == nobody.status_code == 401
    assert wrong.json == nobody.json


def test_the_system_account_cannot_be_signed_in_to(client: Client) -> None:
    result = client.call("POST", "/api/v1/auth/login", {"username": "fractafrag", "password": "anything"})
    assert result.status_code == 401


def test_refresh_rotates(client: Client) -> None:
    first = register(client).cookies[COOKIE].value
    result = refresh(client, first)
    assert result.status_code == 200
    assert result.cookies[COOKIE].value != first


def test_parallel_refreshes_and_a_lost_answer_are_no_theft(client: Client) -> None:
    token = register(client).cookies[COOKIE].value
    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(lambda _: refresh(client, token), range(20)))
    assert {result.status_code for result in results} == {200}
    assert refresh(client, results[3].cookies[COOKIE].value).status_code == 200


def test_late_reuse_revokes_the_whole_family(client: Client, database: Database) -> None:
    first = register(client).cookies[COOKIE].value
    second = refresh(client, first)
    with database.transaction() as connection:
        connection.execute("UPDATE refresh_tokens SET rotated_at = rotated_at - interval '1 hour'")
    assert refresh(client, first).status_code == 401
    assert refresh(client, second.cookies[COOKIE].value).status_code == 401
    client.token = second.json["access_token"]
    assert client.call("GET", ME).status_code == 401


def test_logout_ends_access_tokens_at_once(client: Client) -> None:
    signed_in = register(client)
    client.token = signed_in.json["access_token"]
    token = signed_in.cookies[COOKIE].value
    assert client.simulate_post("/api/v1/auth/logout", headers={"Cookie": f"{COOKIE}={token}"}).status_code == 204
    assert client.call("GET", ME).status_code == 401
    assert refresh(client, token).status_code == 401


def _forge(**changes: Any) -> str:
    now = int(time.time())
    claims = {
        "iss": "fractafrag",
        "aud": "fractafrag-api",
        "sub": "0" * 8,
        "sid": "00000000-0000-0000-0000-000000000000",
    }
    algorithm = changes.pop("algorithm", "HS256")
    key = changes.pop("key", "k" * 43)
    claims = {
        name: value for name, value in {**claims, "iat": now, "exp": now + 60, **changes}.items() if value is not None
    }
    return jwt.encode(claims, None if algorithm == "none" else key, algorithm=algorithm)


@pytest.mark.parametrize(
    "changes",
    [
        {"algorithm": "none"},
        {"algorithm": "HS512", "key": "k" * 64},
        {"key": "another key that is long enough to be one"},
        {"aud": "someone"},
        {"iss": "someone"},
        {"exp": 1},
        {"exp": None},
        {"sid": "not-a-uuid"},
        {},
    ],
)
def test_forged_and_expired_tokens_are_refused(client: Client, changes: dict[str, Any]) -> None:
    client.token = _forge(**changes)
    result = client.call("GET", ME)
    assert result.status_code == 401
    assert result.headers["WWW-Authenticate"] == "Bearer"


def test_api_keys_work_within_their_scopes(client: Client, ann: Client) -> None:
    made = ann.call("POST", "/api/v1/me/api-keys", {"name": "reader", "scopes": ["read"]})
    assert made.status_code == 201
    agent = Client(client.app)
    agent.token = made.json["key"]
    assert agent.token.startswith("ff_")
    assert agent.call("GET", ME).json["username"] == "ann"
    body = {"title": "x", "code": "void mainImage(out vec4 c, in vec2 p) {}"}
    assert agent.call("POST", "/api/v1/shaders", body).status_code == 403
    assert agent.call("POST", "/api/v1/me/api-keys", {"name": "another"}).status_code == 403


def test_a_key_is_stored_nowhere(ann: Client, database: Database) -> None:
    headers = {"Idempotency-Key": "make-a-key"}
    made = ann.call("POST", "/api/v1/me/api-keys", {"name": "agent"}, headers=headers)
    with database.transaction() as connection:
        kept = connection.execute(
            "SELECT count(*) AS n FROM idempotency_keys WHERE body::text LIKE '%%ff_%%'"
        ).fetchone()
        keys = connection.execute("SELECT row_to_json(k)::text AS row FROM api_keys k").fetchall()
    assert kept == {"n": 0}
    assert made.json["key"] not in str(keys)
    again = ann.call("POST", "/api/v1/me/api-keys", {"name": "agent"}, headers=headers)
    assert again.status_code == 409


def test_a_key_that_may_write_may_read(client: Client, ann: Client) -> None:
    agent = Client(client.app)
    agent.token = ann.call("POST", "/api/v1/me/api-keys", {"name": "w", "scopes": ["write"]}).json["key"]
    draft = agent.create(status="draft")
    assert agent.call("GET", f"/api/v1/shaders/{draft['id']}").status_code == 200
    assert agent.call("GET", ME).status_code == 200


def test_a_key_is_shown_once_and_can_be_deleted(client: Client, ann: Client, bob: Client) -> None:
    made = ann.call("POST", "/api/v1/me/api-keys", {"name": "agent"}).json
    listed = ann.call("GET", "/api/v1/me/api-keys").json["items"]
    assert [key["name"] for key in listed] == ["agent"]
    assert made["key"] not in str(listed)
    path = f"/api/v1/me/api-keys/{made['id']}"
    assert bob.call("DELETE", path).status_code == 404
    assert ann.call("DELETE", path).status_code == 204
    client.token = made["key"]
    assert client.call("GET", ME).status_code == 401


def test_passwords_are_argon2id() -> None:
    hashed = passwords.hash_password("correct horse")
    assert hashed.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert passwords.check_password(hashed, "correct horse")
    assert not passwords.check_password(None, "correct horse")
