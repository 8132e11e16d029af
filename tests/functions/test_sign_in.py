"""Sign-in under attack: guessed passwords, other sites' pages, sessions that are to end."""

import unicodedata
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from functions.auth.handler import COOKIE
from shared.auth import delays, passwords
from shared.auth import operations as auth
from shared.request import Request, Services
from shared.stores.db import Database
from tests.functions.conftest import Client

LOGIN, LOGOUT, REFRESH = "/api/v1/auth/login", "/api/v1/auth/logout", "/api/v1/auth/refresh"
ME = "/api/v1/me"
RIGHT = "correct horse"


def register(client: Client, **changes: str) -> Any:
    body = {"username": "ann", "email": "ann@example.org", "password": RIGHT} | changes
    return client.call("POST", "/api/v1/auth/register", body)


def login(client: Client, password: str, username: str = "ann", address: str = "192.0.2.1") -> Any:
    headers = {"X-Forwarded-For": address}
    return client.call("POST", LOGIN, {"username": username, "password": password}, headers=headers)


def let_time_pass(database: Database, seconds: int) -> None:
    with database.transaction() as connection:
        connection.execute(
            "UPDATE sign_in_failures SET locked_until = locked_until - make_interval(secs => %(n)s), failed_at = failed_at - make_interval(secs => %(n)s)",
            {"n": seconds},
        )


@pytest.mark.parametrize("username", ["ann", "nobody"])
def test_wrong_passwords_have_to_wait_longer_and_longer(client: Client, database: Database, username: str) -> None:
    """Five are free; then 1, 2, 4 ... seconds, 15 minutes at most; the same where there is no such account."""
    register(client)
    assert [login(client, "wrong", username).status_code for _ in range(5)] == [401] * 5
    told = list[int]()
    for _ in range(13):
        refused = login(client, "wrong", username)
        assert refused.status_code == 429
        told.append(int(refused.headers["Retry-After"]))
        let_time_pass(database, told[-1])
        assert login(client, "wrong", username).status_code == 401
    assert told == [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900]


def test_a_right_password_waits_as_well_and_then_starts_anew(client: Client, database: Database) -> None:
    register(client)
    for _ in range(5):
        login(client, "wrong")
    assert login(client, RIGHT).status_code == 429
    let_time_pass(database, 1)
    assert login(client, RIGHT).status_code == 200
    assert [login(client, "wrong").status_code for _ in range(5)] == [401] * 5


def test_parallel_guesses_are_counted_one_by_one(client: Client) -> None:
    register(client)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: login(client, "wrong").status_code, range(16)))
    assert answers.count(401) <= 6  # the delay may end meanwhile
    assert set(answers) == {401, 429}


def test_one_address_has_to_wait_whatever_names_it_tries(
    client: Client, services: Services, database: Database
) -> None:
    register(client)
    subject = delays.by_client(Request(services, address="2001:db8:1:2::1").client)
    with database.transaction() as connection:
        for _ in range(99):
            delays.count_failure(connection, subject)
    assert login(client, "wrong", "name-1", "2001:db8:1:2::1").status_code == 401
    assert login(client, RIGHT, address="2001:db8:1:2::ffff").status_code == 429, "the same network"
    assert login(client, RIGHT, address="2001:db8:1:3::1").status_code == 200


def test_a_locked_name_stays_signed_in(client: Client) -> None:
    """Whoever locks a name on purpose does not sign anybody out."""
    signed_in = register(client)
    for _ in range(6):
        login(client, "wrong")
    refreshed = client.simulate_post(REFRESH, headers={"Cookie": f"{COOKIE}={signed_in.cookies[COOKIE].value}"})
    assert refreshed.status_code == 200
    client.token = refreshed.json["access_token"]
    assert client.call("GET", ME).status_code == 200


def test_old_failures_are_swept_and_no_address_is_kept(client: Client, database: Database) -> None:
    for _ in range(6):
        login(client, "wrong", "somebody", "203.0.113.77")
    with database.transaction() as connection:
        rows = connection.execute("SELECT row_to_json(f)::text AS row FROM sign_in_failures f").fetchall()
        assert len(rows) == 2
        assert "203.0.113" not in str(rows)
        auth.sweep(connection)
        assert connection.execute("SELECT count(*) AS n FROM sign_in_failures").fetchone() == {"n": 2}
        connection.execute("UPDATE sign_in_failures SET failed_at = failed_at - interval '25 hours'")
        auth.sweep(connection)
        assert connection.execute("SELECT count(*) AS n FROM sign_in_failures").fetchone() == {"n": 0}


@pytest.mark.parametrize(
    "password", ["password123", "QWERTYuiop", "12345678", "ann@example.org", "ｐａｓｓｗｏｒｄ１２３"]
)
def test_passwords_that_are_guessed_first_are_refused(client: Client, password: str) -> None:
    result = register(client, password=password)
    assert result.status_code == 422
    assert result.json["errors"][0]["field"] == "password"


def test_passwords_are_the_same_however_they_are_typed(client: Client) -> None:
    typed = "pässwörter für"
    apart = unicodedata.normalize("NFD", typed)
    assert apart != typed
    register(client, password=typed)
    assert login(client, apart).status_code == 200
    assert login(client, typed).status_code == 200


def test_a_hash_of_what_was_typed_is_made_anew(client: Client, database: Database) -> None:
    """As passwords were hashed before they were normalised."""
    apart = unicodedata.normalize("NFD", "pässwörter für")
    register(client)
    old = passwords._hasher().hash(apart)
    with database.transaction() as connection:
        connection.execute("UPDATE users SET password_hash = %s WHERE username = 'ann'", [old])
    assert login(client, unicodedata.normalize("NFC", apart)).status_code == 401
    assert login(client, apart).status_code == 200
    assert login(client, unicodedata.normalize("NFC", apart)).status_code == 200


CROSS = [
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Origin": "http://falconframework.org.evil.example"},
    {"Sec-Fetch-Site": "cross-site", "Origin": "http://127.0.0.1"},
]
OWN = [
    {},
    {"Sec-Fetch-Site": "same-origin", "Origin": "http://falconframework.org"},
    {"Sec-Fetch-Site": "none"},
    {"Origin": "http://falconframework.org"},  # the test client's host
    {"Origin": "http://127.0.0.1"},  # PUBLIC_URL
    {"Origin": "https://shaders.example.org", "X-Forwarded-Host": "shaders.example.org"},
]


@pytest.mark.parametrize("headers", CROSS)
def test_other_sites_pages_sign_nobody_in_or_out(client: Client, headers: dict[str, str]) -> None:
    register(client)
    bodies = {
        "register": {"username": "bob", "email": "bob@example.org", "password": RIGHT},
        "login": {"username": "ann", "password": RIGHT},
        "refresh": None,
        "logout": None,
    }
    for path, body in bodies.items():
        result = client.call("POST", f"/api/v1/auth/{path}", body, headers=headers)
        assert result.status_code == 403, path
        assert not result.cookies


@pytest.mark.parametrize("headers", OWN)
def test_own_pages_and_programs_sign_in(client: Client, headers: dict[str, str]) -> None:
    register(client)
    body = {"username": "ann", "password": RIGHT}
    assert client.call("POST", LOGIN, body, headers=headers).status_code == 200


def check_deleted(result: Any) -> None:
    """The browser forgets the cookie: same name, path and attributes, no time left."""
    expected = f"{COOKIE}=; Max-Age=0; Path=/api/v1/auth; HttpOnly; SameSite=Strict"
    assert result.headers["Set-Cookie"] == expected


def test_a_bearer_token_alone_signs_out(client: Client) -> None:
    signed_in = register(client)
    client.token = signed_in.json["access_token"]
    assert client.call("POST", LOGOUT).status_code == 204
    assert client.call("GET", ME).status_code == 401
    cookie = {"Cookie": f"{COOKIE}={signed_in.cookies[COOKIE].value}"}
    assert Client(client.app).simulate_post(REFRESH, headers=cookie).status_code == 401, "the whole family"
    assert client.call("POST", LOGOUT).status_code == 204


def test_a_cookie_that_signs_out_is_deleted(client: Client) -> None:
    token = register(client).cookies[COOKIE].value
    check_deleted(client.simulate_post(LOGOUT, headers={"Cookie": f"{COOKIE}={token}"}))
    check_deleted(client.simulate_post(LOGOUT, headers={"Cookie": f"{COOKIE}=long gone", "Authorization": "Bearer x"}))
    assert not client.simulate_post(LOGOUT).cookies


def test_cookie_and_token_of_two_sessions_both_end(client: Client) -> None:
    one, other = register(client), login(client, RIGHT)
    client.token = other.json["access_token"]
    client.call("POST", LOGOUT, headers={"Cookie": f"{COOKIE}={one.cookies[COOKIE].value}"})
    assert client.call("GET", ME).status_code == 401
    client.token = one.json["access_token"]
    assert client.call("GET", ME).status_code == 401


@pytest.mark.parametrize(("token", "status"), [("nonsense", 401), ("ff_nonsense", 403)])
def test_what_is_no_session_signs_nobody_out(client: Client, token: str, status: int) -> None:
    client.token = token
    assert client.call("POST", LOGOUT).status_code == status


def test_a_cookie_that_is_worth_nothing_is_deleted(client: Client) -> None:
    refused = client.simulate_post(REFRESH, headers={"Cookie": f"{COOKIE}=long gone"})
    assert refused.status_code == 401
    check_deleted(refused)
