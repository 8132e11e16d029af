"""The site as an author sees it: what became of a wish to publish, what the server noticed, saves that get lost."""

import base64
import io
import json
import secrets
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Page, Route, expect

from containers.local.stack import Stack
from tests.e2e.conftest import SHIFT
from tests.support import Api, gradient

ERROR = "void mainImage(out vec4 c, in vec2 p)\n{\n    c = vec4(nonsense);\n}"
UNBOUND = "void mainImage(out vec4 c, in vec2 p) {{ c = texture(iChannel0, p) + vec4(p / iResolution.xy, {}, 1.0); }}"
PASSWORD = "correct horse battery"


@pytest.fixture
def author(page: Page, stack: Stack) -> Any:
    """Somebody who is signed in on the page."""
    api = Api(stack.address).register(f"author-{secrets.token_hex(4)}")
    page.goto("/signin")
    page.get_by_label("Username or email").fill(api.username)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/")
    yield api
    api.close()


def draft(api: Api, code: str, title: str = "A draft") -> dict[str, Any]:
    return api.http.post("/api/v1/shaders", json={"title": title, "code": code}).json()


def change_answers(page: Page, shader: str, *changes: dict[str, Any] | None) -> None:
    """The shader reads as changed, by one of these after the other, the last from then on; None is an answer that is lost."""
    left = list(changes)

    def answer(route: Route) -> None:
        if route.request.method != "GET":
            return route.fallback()
        change = left.pop(0) if len(left) > 1 else left[0]
        if change is None:
            return route.abort()
        response = route.fetch()
        return route.fulfill(response=response, json={**response.json(), **change})

    page.route(f"**/api/v1/shaders/{shader}", answer)


def test_too_heavy_is_published_with_its_authors_picture(page: Page, author: Api) -> None:
    shader = draft(author, gradient(50))
    refused = {"status": "refused", "version": 1, "reason": "too_heavy", "detail": "It would take a minute."}
    change_answers(page, shader["id"], {"publication": refused})
    sent: list[dict[str, Any]] = []

    def answer(route: Route) -> None:
        sent.append(json.loads(route.request.post_data or ""))
        detail = {"title": "Unprocessable", "status": 422, "detail": "That picture is blank."}
        route.fulfill(status=422, json=detail, content_type="application/problem+json")

    page.route(f"**/api/v1/shaders/{shader['id']}/renders", answer)
    page.goto(f"/shaders/{shader['id']}")
    expect(page.get_by_text("It would take a minute.")).to_be_visible()
    button = page.get_by_role("button", name="Publish with my picture")
    button.click()
    expect(page.get_by_text("That picture is blank.")).to_be_visible(timeout=20_000)
    expect(button).to_be_enabled()
    with Image.open(io.BytesIO(base64.b64decode(sent[0]["picture"]))) as picture:
        assert picture.width <= 1280
        assert picture.height <= 720
        right, left = (picture.convert("RGB").getpixel((x, 2)) for x in (picture.width - 3, 2))
    assert right[0] > 220 > 60 > left[0], "red to the right"  # type: ignore[index]


def test_a_picture_that_cannot_come_says_why(page: Page, author: Api) -> None:
    shader = draft(author, ERROR)
    refused = {"status": "refused", "version": 1, "reason": "deadline", "detail": "It took too long."}
    change_answers(page, shader["id"], {"publication": refused})
    page.goto(f"/shaders/{shader['id']}")
    button = page.get_by_role("button", name="Publish with my picture")
    button.click()
    expect(page.get_by_text("does not compile in this browser")).to_be_visible()
    expect(button).to_be_enabled()


def test_nothing_moves_when_a_shader_becomes_public(page: Page, author: Api) -> None:
    shader = author.publish(gradient(56 + secrets.randbelow(1000) / 7))
    author.wait_render(shader["render"]["id"], settled=True)
    waiting = {"status": "draft", "publication": {"status": "waiting", "version": 1}}
    change_answers(page, shader["id"], waiting, {})
    page.goto(f"/shaders/{shader['id']}")
    expect(page.get_by_text("Drawing the poster")).to_be_visible()
    title, source = page.get_by_role("heading", level=1), page.get_by_role("tab", name="Image")
    before = title.bounding_box(), source.bounding_box()
    expect(page.get_by_text("Published. Everyone sees this version now.")).to_be_visible(timeout=20_000)
    assert (title.bounding_box(), source.bounding_box()) == before
    assert page.evaluate(SHIFT) < 0.02


def test_nothing_moves_when_an_error_appears_while_typing(page: Page) -> None:
    page.goto("/new")
    code = page.get_by_label("Code of Image")
    code.fill(gradient(57))
    expect(page.locator('[data-state="playing"]')).to_be_visible(timeout=15_000)
    panel = page.get_by_role("tabpanel", name="Image")
    before = panel.bounding_box()
    code.fill(ERROR)
    expect(page.get_by_role("list", name="Errors")).to_be_visible()
    assert panel.bounding_box() == before
    assert page.evaluate(SHIFT) < 0.02


def test_publishing_is_looked_at_again_after_a_lost_answer(page: Page, author: Api) -> None:
    shader = author.publish(gradient(51 + secrets.randbelow(1000) / 7))
    author.wait_render(shader["render"]["id"], settled=True)
    waiting = {"status": "draft", "publication": {"status": "waiting", "version": 1}}
    change_answers(page, shader["id"], waiting, None, {})
    page.goto(f"/shaders/{shader['id']}")
    expect(page.get_by_text("Drawing the poster")).to_be_visible()
    expect(page.get_by_role("button", name="Vote up")).to_be_visible(timeout=20_000)
    expect(page.get_by_text("Drawing the poster")).to_have_count(0)


def test_what_the_server_noticed_is_told_to_the_author_alone(page: Page, author: Api) -> None:
    shader = author.publish(UNBOUND.format(secrets.randbelow(1000) / 1000))
    render = author.wait_render(shader["render"]["id"], settled=True)
    assert [each["code"] for each in render["warnings"]] == ["unbound_channel"]
    page.goto(f"/shaders/{shader['id']}")
    noticed = page.get_by_role("region", name="What the server noticed")
    expect(noticed).to_contain_text("Image reads iChannel0, which has no input")
    page.context.clear_cookies()
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(noticed).to_have_count(0)


def test_an_error_is_shown_on_its_line(page: Page, author: Api) -> None:
    shader = author.publish(ERROR)
    author.wait_render(shader["render"]["id"])
    page.goto(f"/shaders/{shader['id']}")
    expect(page.get_by_text("Image, line 3, column 14")).to_be_visible(timeout=20_000)
    expect(page.get_by_text("c = vec4(nonsense);").first).to_be_visible()
    expect(page.locator("mark")).to_have_text("nonsense")
    expect(page.locator("code:has(mark)")).to_have_text("c = vec4(nonsense);", use_inner_text=True)


def test_an_archived_shader_says_who_can_see_it(page: Page, author: Api) -> None:
    shader = author.publish(gradient(52 + secrets.randbelow(1000) / 7))
    author.wait_render(shader["render"]["id"])
    assert author.http.put(f"/api/v1/shaders/{shader['id']}", json={"status": "archived"}).status_code == 200
    page.context.clear_cookies()
    page.goto(f"/shaders/{shader['id']}")
    expect(page.get_by_text("everybody who has its address can see it")).to_be_visible()


def test_a_save_whose_answer_was_lost_is_ones_own(page: Page, author: Api) -> None:
    shader = draft(author, gradient(53), "Kept")
    page.goto(f"/shaders/{shader['id']}/edit")
    page.get_by_label("Code of Image").fill(gradient(54))
    page.get_by_label("Tags").fill("lost, found")
    path = f"**/api/v1/shaders/{shader['id']}"

    def lose(route: Route) -> None:
        if route.request.method != "PUT":
            return route.fallback()
        assert route.fetch().status == 200
        return route.abort()

    page.route(path, lose)
    page.get_by_role("button", name="Save draft").click()
    expect(page.get_by_text("cannot be reached")).to_be_visible()
    page.unroute(path)
    page.get_by_role("button", name="Save draft").click()
    expect(page.locator(".toolbar")).to_contain_text("Saved as version 2")
    expect(page.get_by_text("saved elsewhere")).to_have_count(0)
    assert author.http.get(f"/api/v1/shaders/{shader['id']}").json()["version"] == 2


def test_what_is_to_be_deleted_is_named_its_own_way(page: Page, author: Api) -> None:
    draft(author, gradient(55), "شعلة")
    page.goto("/me")
    page.get_by_role("button", name="Delete شعلة").click()
    name = page.get_by_role("dialog").locator("bdi")
    expect(name).to_have_text("شعلة")
    expect(page.get_by_role("heading", name="Delete “شعلة”?")).to_be_visible()
    assert name.evaluate("element => getComputedStyle(element).direction") == "rtl"
