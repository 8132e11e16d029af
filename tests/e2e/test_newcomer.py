"""The site as somebody sees it who comes for the first time: nothing moves, nothing wanted is forgotten."""

import secrets
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, Request, Route, expect

from containers.local.stack import Stack
from tests.e2e.conftest import SHIFT
from tests.support import Api, gradient, until

ERROR = "void mainImage(out vec4 c, in vec2 p)\n{\n    c = vec4(nonsense);\n}"


@pytest.fixture(scope="module")
def family(stack: Stack) -> dict[str, Any]:
    """A public fork with a parent and with neighbours that look alike."""
    api = Api(stack.address).register(f"family-{secrets.token_hex(4)}")
    parent = api.publish(gradient(20), title="شعلة تتحرك ببطء", description="أمواج", tags=["family"])
    api.wait_render(parent["render"]["id"])
    fork = api.http.post(f"/api/v1/shaders/{parent['id']}/fork").json()
    changed = {"code": gradient(20.02), "title": "A child", "status": "published"}
    api.http.put(f"/api/v1/shaders/{fork['id']}", json=changed)
    others = [api.publish(gradient(20 + n / 20), title=f"Neighbour {n}") for n in range(1, 4)]
    path = f"/api/v1/feed/similar/{fork['id']}"
    until(lambda: len(api.http.get(path).json().get("items", [])) >= len(others), "neighbours", 40)
    document = api.http.get(f"/api/v1/shaders/{fork['id']}").json()
    api.wait_render(document["render"]["id"], settled=True)
    api.close()
    return document


def sign_up(page: Page) -> None:
    name = f"new-{secrets.token_hex(4)}"
    page.get_by_label("Username").fill(name)
    page.get_by_label("Email").fill(f"{name}@example.org")
    page.get_by_label("Password").fill("correct horse battery")
    page.get_by_role("button", name="Create account").click()


def requests_of(page: Page, part: str) -> list[str]:
    seen: list[str] = []

    def note(request: Request) -> None:
        if part in request.url:
            seen.append(request.url)

    page.on("request", note)
    return seen


def counting_clicks(page: Page) -> Callable[[], int]:
    """How many times something was clicked by then."""
    clicks: list[str] = []
    page.expose_function("clicked", lambda kind: clicks.append(kind))
    page.add_init_script("addEventListener('click', (event) => event.isTrusted && clicked(event.type), true)")
    return lambda: len(clicks)


def test_from_the_gallery_to_a_published_fork_in_five_clicks(page: Page, family: dict[str, Any], stack: Stack) -> None:
    clicks = counting_clicks(page)
    page.goto("/?tags=family")
    page.locator(f'[data-shader-id="{family["forked_from"]}"] a').first.click()
    page.get_by_role("button", name="Fork").click()
    expect(page.get_by_role("heading", name="Create an account")).to_be_visible()
    sign_up(page)
    page.wait_for_url("**/shaders/*/edit")
    page.get_by_label("Code of Image").fill(gradient(30 + secrets.randbelow(1000) / 7))
    page.get_by_role("button", name="Publish").click()
    page.wait_for_url(lambda url: "/edit" not in url)
    expect(page.get_by_role("button", name="Vote up")).to_be_visible(timeout=20_000)
    assert clicks() <= 5
    shader = page.url.rpartition("/")[2]
    api = Api(stack.address)
    document = api.http.get(f"/api/v1/shaders/{shader}").json()
    assert (document["status"], document["forked_from"]) == ("published", family["forked_from"])
    api.close()


def test_a_vote_is_cast_after_signing_up(page: Page, family: dict[str, Any]) -> None:
    page.goto(f"/shaders/{family['id']}")
    page.get_by_role("button", name="Vote up").click()
    sign_up(page)
    page.wait_for_url(f"**/shaders/{family['id']}")
    expect(page.get_by_role("button", name="Vote up")).to_have_attribute("aria-pressed", "true")
    page.reload()
    expect(page.get_by_role("button", name="Vote up")).to_have_attribute("aria-pressed", "true")


def test_a_vote_that_somebody_thought_better_of_is_not_cast(page: Page, family: dict[str, Any]) -> None:
    page.goto(f"/shaders/{family['id']}")
    page.get_by_role("button", name="Vote up").click()
    expect(page.get_by_role("heading", name="Create an account")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("button", name="Vote up")).to_be_visible()
    page.get_by_role("link", name="Sign in").click()
    page.get_by_role("button", name="Create an account").click()
    sign_up(page)
    page.wait_for_url(f"**/shaders/{family['id']}")
    vote = page.get_by_role("button", name="Vote up")
    expect(vote).to_be_visible()
    page.wait_for_timeout(500)
    expect(vote).to_have_attribute("aria-pressed", "false")


def test_a_fork_that_is_refused_after_signing_up_says_why(page: Page, family: dict[str, Any]) -> None:
    def refuse(route: Route) -> None:
        problem = {"title": "Forbidden", "status": 403, "detail": "Its licence allows no forks."}
        route.fulfill(status=403, json=problem, content_type="application/problem+json")

    page.route("**/fork", refuse)
    page.goto(f"/shaders/{family['id']}")
    page.get_by_role("button", name="Fork").click()
    sign_up(page)
    page.wait_for_url(f"**/shaders/{family['id']}")
    expect(page.get_by_text("Its licence allows no forks.")).to_be_visible()


def test_what_was_written_is_published_after_signing_up(page: Page) -> None:
    page.goto("/new")
    page.get_by_label("Title").fill("Written before I had a name here")
    page.get_by_label("Code of Image").fill(gradient(40 + secrets.randbelow(1000) / 7))
    page.get_by_role("button", name="Publish").click()
    sign_up(page)
    page.wait_for_url("**/shaders/*")
    expect(page.get_by_role("heading", name="Written before I had a name here", level=1)).to_be_visible()
    expect(page.get_by_role("button", name="Vote up")).to_be_visible(timeout=20_000)


def test_voting_moves_nothing_and_fetches_no_neighbours(page: Page, family: dict[str, Any]) -> None:
    page.goto(f"/signin?register&next=/shaders/{family['id']}")
    sign_up(page)
    similar = page.get_by_role("heading", name="Similar shaders")
    expect(similar).to_be_visible()
    expect(page.get_by_role("link", name="شعلة").first).to_be_visible()
    page.get_by_role("button", name="Vote up").scroll_into_view_if_needed()
    places = "() => [...document.querySelectorAll('article, h1, h2, dl')].map((e) => e.getBoundingClientRect().top + scrollY)"
    before = page.evaluate(places)
    neighbours, lineage = requests_of(page, "/feed/similar/"), requests_of(page, f"/shaders/{family['forked_from']}")
    for name in ("Vote up", "Vote down", "Vote down"):
        page.get_by_role("button", name=name).click()
        page.wait_for_timeout(300)
        assert page.evaluate(places) == before
    page.wait_for_timeout(1500)
    assert (neighbours, lineage) == ([], [])
    assert page.evaluate(places) == before


def test_a_shader_page_does_not_shift(page: Page, family: dict[str, Any]) -> None:
    page.goto(f"/shaders/{family['id']}")
    expect(page.get_by_role("heading", name="Similar shaders")).to_be_attached()
    assert page.evaluate(SHIFT) < 0.02


def test_the_gallery_does_not_shift(page: Page, family: dict[str, Any]) -> None:
    page.goto("/?tags=family")
    expect(page.locator(f'[data-shader-id="{family["id"]}"]')).to_be_visible()
    assert page.evaluate(SHIFT) < 0.02


def test_words_run_their_own_way(page: Page, family: dict[str, Any]) -> None:
    page.goto(f"/shaders/{family['forked_from']}")
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_be_visible()
    assert heading.evaluate("element => getComputedStyle(element).direction") == "rtl"


def test_offline_is_called_offline(page: Page, family: dict[str, Any]) -> None:
    page.goto("/")
    expect(page.locator("article").first).to_be_visible()
    page.context.set_offline(True)
    expect(page.get_by_text("You are offline")).to_be_visible()
    page.get_by_role("link", name="Sign in").click()
    expect(page.locator("main")).to_contain_text("You are offline")
    page.context.set_offline(False)
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    expect(page.get_by_text("You are offline")).to_have_count(0)


def test_what_does_not_compile_is_told_to_its_author_alone(page: Page, stack: Stack) -> None:
    api = Api(stack.address).register(f"author-{secrets.token_hex(4)}")
    made = api.publish(ERROR, title="Broken")
    page.goto(f"/signin?next=/shaders/{made['id']}")
    page.get_by_label("Username or email").fill(api.username)
    page.get_by_label("Password").fill("correct horse battery")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_text("Not published.")).to_be_visible(timeout=20_000)
    expect(page.get_by_text("Image, line 3").first).to_be_visible()
    api.close()
    nobody = Api(stack.address)
    assert nobody.http.get(f"/api/v1/shaders/{made['id']}").status_code == 404
    nobody.close()
