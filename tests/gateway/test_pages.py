"""Pages, pictures and answers: their headers, their compression, and paths that must not reach them."""

import gzip
from pathlib import Path

import pytest

from tests.gateway.servers import Answer, Function, Gateway
from tests.support import until

PATH = "/api/v1/shaders"
SHADER = "/shaders/0d42430f-5885-4f8f-8a93-5254fcccbe81"
BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8", "Cookie": "a=b"}
DATA = "default-src 'none'; frame-ancestors 'none'"


def policy(answer: Answer) -> dict[str, str]:
    """A content security policy by its directives."""
    parts = (part.strip().partition(" ") for part in answer["Content-Security-Policy"].split(";"))
    return {name: sources for name, _, sources in parts}


def check_common(answer: Answer) -> None:
    """No header twice, and those that everything carries."""
    names = [name.lower() for name, _ in answer.headers]
    assert len(names) == len(set(names)), names
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "strict-origin-when-cross-origin"
    assert answer["Server"] == "nginx"


@pytest.mark.parametrize("path", ["/", "/index.html", "/new", "/me/", "/signin", SHADER, f"{SHADER}/edit"])
def test_a_page(gateway: Gateway, path: str) -> None:
    answer = gateway.ask(path)
    check_common(answer)
    assert (answer.status, answer["Content-Type"], answer["Cache-Control"]) == (200, "text/html", "no-cache")
    assert answer.body.startswith(b"<!doctype html>")
    found = policy(answer)
    assert found["default-src"] == found["frame-ancestors"] == found["base-uri"] == "'none'"
    assert found["script-src"] == "'self'"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "microphone=()" in answer["Permissions-Policy"]
    again = gateway.ask(path, headers={"If-None-Match": answer["ETag"]})
    assert (again.status, again.body) == (304, b"")


@pytest.mark.parametrize("path", ["/no/such", "/shaders/none", "/.well-known/oauth-protected-resource", "/healthy"])
def test_browsers_see_the_page_of_what_is_missing(gateway: Gateway, path: str) -> None:
    """It says so itself; the status says it to everybody else."""
    answer = gateway.ask(path, headers=BROWSER)
    check_common(answer)
    assert (answer.status, answer["Content-Type"], answer["Cache-Control"]) == (404, "text/html", "no-cache")
    assert answer.body.startswith(b"<!doctype html>")
    assert policy(answer)["script-src"] == "'self'"
    assert gateway.ask(path, "HEAD", headers=BROWSER).status == 404


@pytest.mark.parametrize("path", [SHADER, f"{SHADER}/edit", SHADER.upper().replace("/SHADERS", "/shaders")])
def test_the_page_of_a_shader_that_nobody_else_sees(gateway: Gateway, copies: list[Function], path: str) -> None:
    """404, as for none; with the page, which shows a draft to its author."""
    shader = path.split("/")[2]
    for copy in copies:
        copy.statuses[f"/pages/shaders/{shader}"] = 403
    answer = gateway.ask(path, headers={**BROWSER, "Authorization": "Bearer x"})
    assert (answer.status, answer["Content-Type"]) == (404, "text/html")
    assert answer.body.startswith(b"<!doctype html>")
    (asked,) = [seen for copy in copies for seen in copy.seen]
    assert (asked["method"], asked["path"]) == ("GET", f"/pages/shaders/{shader}")
    assert not {"cookie", "authorization"} & {name.lower() for name, _ in asked["headers"]}
    assert gateway.ask(path)["Content-Type"] == "application/problem+json"


def test_a_shaders_page_is_there_while_the_function_is_away(gateway: Gateway, copies: list[Function]) -> None:
    for status in (404, 429, 500, 503):
        for copy in copies:
            copy.statuses[SHADER.replace("/shaders", "/pages/shaders")] = status
        answer = gateway.ask(SHADER, headers=BROWSER)
        assert (answer.status, answer["Content-Type"]) == (200, "text/html")
    for copy in copies:
        copy.dies = 9
    assert gateway.ask(SHADER, headers=BROWSER).status == 200


def test_robots_are_told_what_is_theirs(gateway: Gateway) -> None:
    answer = gateway.ask("/robots.txt")
    assert (answer.status, answer["Content-Type"]) == (200, "text/plain")
    assert b"User-agent: *" in answer.body
    assert b"Disallow: /api/v1/" in answer.body


def test_a_built_file(gateway: Gateway) -> None:
    answer = gateway.ask("/assets/app.js")
    check_common(answer)
    assert answer["Content-Type"] == "text/javascript"
    assert answer["Cache-Control"] == "public, max-age=31536000, immutable"


@pytest.mark.parametrize("path", ["/", "/assets/app.js"])
def test_text_is_packed(gateway: Gateway, path: str) -> None:
    plain = gateway.ask(path)
    answer = gateway.ask(path, headers={"Accept-Encoding": "br, gzip"})
    check_common(answer)
    assert (answer["Content-Encoding"], answer["Vary"]) == ("gzip", "Accept-Encoding")
    assert gzip.decompress(answer.body) == plain.body
    assert not plain.has("Content-Encoding")


def test_what_was_packed_in_the_build_is_sent_as_it_is(gateway: Gateway) -> None:
    answer = gateway.ask("/assets/built.js", headers={"Accept-Encoding": "gzip"})
    assert (answer["Content-Encoding"], answer.body) == ("gzip", b"already small")
    assert gateway.ask("/assets/built.js").body.startswith(b"const built")


def test_answers_are_packed_and_streams_are_not(gateway: Gateway) -> None:
    headers = {"Accept-Encoding": "gzip", "X-Long": "x" * 2000}
    assert gateway.ask(PATH, headers=headers)["Content-Encoding"] == "gzip"
    assert not gateway.ask("/mcp", headers=headers).has("Content-Encoding")


def test_an_answer(gateway: Gateway, copies: list[Function]) -> None:
    """What a function says of itself is not said twice."""
    for copy in copies:
        copy.headers |= {"X-Content-Type-Options": "nosniff", "Strict-Transport-Security": "max-age=1", "Server": "x"}
    for path in (PATH, "/mcp"):
        answer = gateway.ask(path)
        check_common(answer)
        assert answer["Cache-Control"] == "no-store"
        assert answer["Content-Security-Policy"] == DATA
        assert not answer.has("Strict-Transport-Security")


def test_a_page_of_a_function(gateway: Gateway, copies: list[Function]) -> None:
    """May have styles; one with a policy of its own keeps it."""
    for copy in copies:
        copy.headers |= {"Content-Type": "text/html; charset=utf-8"}
    found = policy(gateway.ask("/api/docs"))
    assert (found["default-src"], found["style-src"]) == ("'none'", "'unsafe-inline'")
    for copy in copies:
        copy.headers |= {"Content-Security-Policy": "default-src 'self'; frame-ancestors *"}
    assert policy(gateway.ask("/api/docs")) == {"default-src": "'self'", "frame-ancestors": "*"}


def test_a_picture(gateway: Gateway) -> None:
    """May be shown anywhere, and does nothing there."""
    answer = gateway.ask("/renders/ab/key/poster.webp")
    check_common(answer)
    assert (answer.status, answer.body, answer["Content-Type"]) == (200, b"a picture", "image/webp")
    assert answer["Cache-Control"] == "public, max-age=2592000, immutable"
    assert answer["Content-Security-Policy"] == DATA
    assert answer["Cross-Origin-Resource-Policy"] == "cross-origin"
    part = gateway.ask("/renders/ab/key/poster.webp", headers={"Range": "bytes=2-4"})
    assert (part.status, part.body) == (206, b"pic")
    assert gateway.ask("/renders/ab/key/poster.webp", headers={"Range": "bytes=99-"}).status == 416


@pytest.mark.parametrize(
    "path",
    [
        "/renders../secret",
        "/renders..%2fsecret",
        "/renders/../secret",
        "/renders/%2e%2e/secret",
        "/renders/..%2fsecret",
        "/renders/%2e%2e%2fsecret",
        "/renders/ab/..%2f..%2f..%2fsecret",
        "/renders/%252e%252e/secret",
        "/renders/..%5csecret",
        "/renders/../rendersx/secret",
        "/rendersx/secret",
        "/renders//../../secret",
        "/renders/ab/link.webp",
        "/renders/ab/out/secret",
        "/renders/.unfinished/half",
        "/renders/%2eunfinished/half",
        "/renders/ab/../.unfinished/half",
        "/assets/../../secret",
        "/assets/..%2f..%2fsecret",
        "/assets../secret",
        "/%2e%2e/secret",
        "/..%2fsecret",
    ],
)
def test_nothing_else_is_served(gateway: Gateway, files: Path, path: str) -> None:
    """Paths out of their folder, links, and what is not finished: nothing there, or the site's page."""
    assert (files / "secret").read_text() == "secret", "there is something to be served"
    answer = gateway.ask(path)
    assert b"secret" not in answer.body
    assert b"half" not in answer.body
    assert answer.status in (400, 404) or answer.body.startswith(b"<!doctype html>")


def test_the_direct_port_has_no_pages(gateway: Gateway) -> None:
    for path in ("/", "/index.html", "/assets/app.js", SHADER, "/robots.txt"):
        answer = gateway.ask(path, port=gateway.api_port)
        assert (answer.status, answer["Content-Type"]) == (404, "application/problem+json")
    for path in (PATH, "/mcp", "/health", "/renders/ab/key/poster.webp"):
        assert gateway.ask(path, port=gateway.api_port).status == 200


def test_the_log_tells_what_was_asked_for(gateway: Gateway) -> None:
    """Paths as they came, without queries; health checks not at all."""
    for path in ("/health", "/health/", "/shader/%61?secret=1", "/renders/no"):
        gateway.ask(path)
    number = gateway.ask(PATH).asked["x-request-id"]
    until(lambda: number in {line["request"] for line in gateway.lines()}, "what came last is logged")
    paths = [line["path"] for line in gateway.lines()]
    assert paths[-3:] == ["/shader/%61", "/renders/no", PATH]
    assert not {"/health", "/health/"} & {*paths}
