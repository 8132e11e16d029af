"""The site in a real browser: the gallery, a shader, the editor, on a desktop and on a phone."""

import secrets
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from containers.local.stack import Stack
from tests.support import Api, gradient


@pytest.fixture(scope="session")
def published(stack: Stack) -> dict[str, Any]:
    api = Api(stack.address).register(f"site-{secrets.token_hex(4)}")
    shader = api.publish(gradient(11), title="Seen in a browser", description="<b>not bold</b>", tags=["seen"])
    api.wait_render(shader["render"]["id"], settled=True)
    api.close()
    return shader


STROBE = """void mainImage(out vec4 c, in vec2 p) {
  c = mix(vec4(1), vec4(1, 0, 0, 1), step(0.5, fract(iTime * 5.0 + 0.01)));
}"""


@pytest.fixture(scope="session")
def flashing(stack: Stack) -> dict[str, Any]:
    api = Api(stack.address).register(f"site-{secrets.token_hex(4)}")
    shader = api.publish(STROBE, title="A strobe", tags=["strobe"])
    render = api.wait_render(shader["render"]["id"], settled=True)
    api.close()
    assert render["facets"]["flashing"] == "both"
    return shader


def test_the_gallery_shows_posters(page: Page, published: dict[str, Any]) -> None:
    page.goto("/")
    card = page.locator(f'[data-shader-id="{published["id"]}"]')
    expect(card).to_contain_text("Seen in a browser")
    image = card.locator("img").first
    expect(image).to_be_visible()
    page.wait_for_function("image => image.complete && image.naturalWidth === 640", arg=image.element_handle())
    width = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert width <= 0, "nothing sticks out sideways"


def test_a_preview_plays_on_focus(page: Page, published: dict[str, Any]) -> None:
    page.goto("/")
    card = page.locator(f'[data-shader-id="{published["id"]}"]')
    card.locator("a").first.focus()
    video = card.locator("video")
    expect(video).to_be_attached()
    handle = video.element_handle()
    page.wait_for_function("video => video.currentTime > 0 || video.readyState >= 2", arg=handle)


def test_what_flashes_plays_only_when_asked_to(page: Page, flashing: dict[str, Any]) -> None:
    page.goto("/")
    card = page.locator(f'[data-shader-id="{flashing["id"]}"]')
    expect(card).to_contain_text("Flashes")
    card.locator("a").first.focus()
    card.locator("a").first.hover()
    page.wait_for_timeout(500)
    expect(card.locator("video")).not_to_be_attached()
    card.get_by_role("button", name="Play the preview").click()
    expect(card.locator("video")).to_be_attached()
    page.keyboard.press("Tab")
    expect(card.locator("video")).not_to_be_attached()


def test_a_shader_that_flashes_starts_paused(page: Page, flashing: dict[str, Any]) -> None:
    page.goto(f"/shaders/{flashing['id']}")
    notice = page.locator(".overlay")
    expect(notice).to_contain_text("flashes")
    expect(page.locator(".player")).to_have_attribute("data-state", "paused")
    notice.get_by_role("button", name="Play").click()
    expect(page.locator(".player")).to_have_attribute("data-state", "playing")
    expect(notice).not_to_be_attached()


def test_a_shader_plays_live_with_its_source(page: Page, published: dict[str, Any]) -> None:
    page.goto(f"/shaders/{published['id']}")
    expect(page.get_by_role("heading", name="Seen in a browser", level=1)).to_be_visible()
    expect(page.get_by_text("<b>not bold</b>")).to_be_visible()
    expect(page.locator('[data-state="playing"]').first).to_be_visible(timeout=15_000)
    expect(page.get_by_text("mainImage").first).to_be_visible()


def test_an_unknown_page_says_so(page: Page) -> None:
    page.goto("/no/such/page")
    expect(page.get_by_role("heading").first).to_be_visible()
    expect(page.locator("main")).to_contain_text("leads nowhere")


def _register(page: Page, then: str) -> None:
    name = f"site-{secrets.token_hex(4)}"
    page.goto(f"/signin?register&next={then}")
    page.get_by_label("Username").fill(name)
    page.get_by_label("Email").fill(f"{name}@example.org")
    page.get_by_label("Password").fill("correct horse battery")
    page.get_by_role("button", name="Create account").click()
    page.wait_for_url(f"**{then}")


def test_the_editor_shows_errors_where_they_are(page: Page) -> None:
    page.goto("/new")
    code = page.get_by_label("Code of Image")
    code.fill("void mainImage(out vec4 c, in vec2 p) {\n  c = vec4(missing);\n}")
    error = page.get_by_role("list", name="Errors").get_by_role("button")
    expect(error).to_contain_text("Image:2:12")
    expect(error.locator("mark")).to_have_text("missing")
    page.get_by_role("button", name="Add pass").click()
    page.get_by_role("button", name="Common").click()
    error.click()
    expect(page.get_by_role("tab", name="Image")).to_have_attribute("aria-selected", "true")
    page.keyboard.type("is")
    expect(code).to_contain_text("c = vec4(ismissing);")
    code.fill(gradient(3))
    expect(error).not_to_be_attached()


def test_the_editor_knows_the_samplers_that_inputs_begin_with(page: Page) -> None:
    page.goto("/new")
    page.get_by_text("Channels").click()
    page.get_by_label("iChannel0 reads").select_option("texture:wood")
    expect(page.get_by_label("iChannel0 filter")).to_have_value("mipmap")
    expect(page.get_by_label("iChannel0 wrap")).to_have_value("repeat")
    page.get_by_role("button", name="Add pass").click()
    page.get_by_role("button", name="Buffer A").click()
    page.get_by_role("tab", name="Image").click()
    page.get_by_label("iChannel1 reads").select_option("buffer:A")
    expect(page.get_by_label("iChannel1 filter")).to_have_value("linear")
    expect(page.get_by_label("iChannel1 wrap")).to_have_value("clamp")
    page.get_by_role("tab", name="Buffer A").click()
    page.get_by_role("button", name="Remove Buffer A").click()
    page.get_by_role("dialog").get_by_role("button", name="Remove").click()
    expect(page.get_by_label("iChannel1 reads")).to_have_value("")


def test_the_editor_saves_and_publishes(page: Page) -> None:
    title = f"Written {secrets.token_hex(3)}"  # the same shader of another run is listed as similar
    _register(page, "/new")
    page.get_by_label("Title").fill(title)
    page.get_by_label("Code of Image").fill(gradient(7))
    page.get_by_role("button", name="Save draft").click()
    expect(page.locator(".toolbar")).to_contain_text("Saved as version 1")
    page.wait_for_url("**/shaders/*/edit")
    page.get_by_label("Tags").fill("Written, here")
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_role("heading", name=title, level=1)).to_be_visible()
    expect(page.get_by_role("link", name="written", exact=True)).to_be_visible()
    page.get_by_role("button", name="Vote up").click()
    expect(page.get_by_role("button", name="Vote up")).to_have_text("1")


def test_an_api_key_is_made_shown_once_and_deleted(page: Page) -> None:
    _register(page, "/me")
    page.get_by_label("Name of a new key").fill("robot")
    page.get_by_role("button", name="Create key").click()
    expect(page.get_by_text("Copy it now")).to_be_visible()
    page.get_by_role("button", name="Delete key robot").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete key").click()
    expect(page.get_by_role("list", name="Your keys")).not_to_be_attached()
