"""`make demo`: publishes the starters and one more shader on a running stack, and writes a contact sheet."""

import http.client
import io
import secrets
import time
from collections.abc import Callable
from typing import Any

import orjson
from PIL import Image

from containers.local import seeding
from containers.local.stack import Stack, StackError

Say = Callable[[str], None]

_CODE = """\
// Rings of light that breathe, published by `make demo`.
void mainImage(out vec4 fragColor, in vec2 fragCoord)
{
    vec2 p = (2.0 * fragCoord - iResolution.xy) / iResolution.y;
    float r = length(p), a = atan(p.y, p.x);
    float petals = sin(6.0 * a + 2.0 * sin(iTime + 4.0 * r));
    float glow = 0.03 / abs(r - 0.55 - 0.12 * petals * cos(1.5707963 * iTime));
    vec3 tint = 0.55 + 0.45 * cos(vec3(0.0, 1.1, 2.3) + 3.0 * r - 1.5707963 * iTime);
    fragColor = vec4(1.0 - exp(-glow * tint * 1.8), 1.0);
}
"""
_CARD = (320, 180)


class Client:
    """JSON over HTTP to the gateway."""

    def __init__(self, port: int):
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self._token = ""

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """The answer's document. Raises StackError for anything but success."""
        status, data = self.raw(method, path, None if body is None else orjson.dumps(body))
        if status >= 300:
            raise StackError(f"{method} {path} answered {status}: {data[:300].decode(errors='replace')}")
        return orjson.loads(data) if data else None

    def raw(self, method: str, path: str, body: bytes | None = None) -> tuple[int, bytes]:
        """Status and bytes."""
        headers = {"Content-Type": "application/json"} if body is not None else {}
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        self._connection.request(method, path, body, headers)
        answer = self._connection.getresponse()
        return answer.status, answer.read()

    def register(self) -> None:
        """A new account, signed in."""
        name = f"demo-{secrets.token_hex(4)}"
        account = {"username": name, "email": f"{name}@example.org", "password": secrets.token_urlsafe()}
        self._token = self.call("POST", "/api/v1/auth/register", account)["access_token"]


def run(stack: Stack, say: Say) -> None:
    """Seeds, publishes one more shader over HTTP, and writes contact-sheet.png. Raises StackError if any of it fails."""
    seeding.seed(stack, say)
    client = Client(stack.options.port)
    client.register()
    started = time.monotonic()
    title = "Breathing Rings"
    shader = client.call(
        "POST", "/api/v1/shaders", {"title": title, "code": _CODE, "status": "published", "tags": ["2d", "loop"]}
    )
    render = _wait(stack, client, shader["render"]["id"])
    say(f"published {title!r} over HTTP; its poster was there after {time.monotonic() - started:.2f} s")
    status, poster = client.raw("GET", render["poster_url"])
    if status != 200 or not poster:
        raise StackError(f"{render['poster_url']} answered {status}")
    cards = _all(client)
    sheet = stack.folders.data / "contact-sheet.png"
    _sheet(client, cards).save(sheet)
    say(f"contact sheet of {len(cards)} shaders: {sheet}")
    missing = [card["title"] for card in cards if card["render"]["status"] != "ready"]
    if missing:
        raise StackError(f"without a poster: {', '.join(missing)}")


def _wait(stack: Stack, client: Client, render: str) -> dict[str, Any]:
    until = time.monotonic() + 60
    while True:
        stack.tend()
        document = client.call("GET", f"/api/v1/renders/{render}")
        if document["status"] == "ready":
            return document
        if document["status"] == "failed" or time.monotonic() > until:
            raise StackError(f"the render is {document['status']}: {document.get('detail')}")
        time.sleep(0.05)


def _all(client: Client) -> list[dict[str, Any]]:
    cards: list[dict[str, Any]] = []
    cursor = ""
    while True:
        page = client.call("GET", f"/api/v1/feed/new?limit=100{cursor}")
        cards += page["items"]
        if not page["next"]:
            return cards
        cursor = f"&cursor={page['next']}"


def _sheet(client: Client, cards: list[dict[str, Any]]) -> Image.Image:
    columns = 5
    rows = -(-len(cards) // columns)
    width, height = _CARD
    sheet = Image.new("RGB", (columns * width, rows * height), "#101014")
    for n, card in enumerate(cards):
        address = card["render"].get("poster_url")
        if address:
            with Image.open(io.BytesIO(client.raw("GET", address)[1])) as poster:
                sheet.paste(poster.convert("RGB").resize(_CARD), ((n % columns) * width, (n // columns) * height))
    return sheet
