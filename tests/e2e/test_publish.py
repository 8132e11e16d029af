"""From a POST at the gateway to a picture at its address."""

import io
import secrets
import subprocess
import sys

import av
import pytest
from PIL import Image

from containers.local.stack import Stack
from tests.support import Api, gradient, until

STILL = "void mainImage(out vec4 c, in vec2 p) { c = vec4(p / iResolution.xy, 0.25, 1.0); }"
BROKEN = "void mainImage(out vec4 c, in vec2 p)\n{\n    c = vec4(nonsense);\n}"


def test_a_published_shader_gets_poster_and_preview(api: Api) -> None:
    shader = api.publish(gradient(1), title="End to end")
    render = api.wait_render(shader["render"]["id"], settled=True)
    assert (render["status"], render["preview"]) == ("ready", "ready")
    poster = api.http.get(render["poster_url"])
    assert poster.headers["Cache-Control"] == "public, max-age=2592000, immutable"
    assert poster.headers["Content-Type"] == "image/webp"
    with Image.open(io.BytesIO(poster.content)) as image:
        assert image.size == (640, 360)
        corners = {corner: image.convert("RGB").getpixel(corner)[:2] for corner in ((639, 0), (639, 359), (0, 0))}  # type: ignore[index]
    assert min(corners[639, 0]) > 240, "red to the right, green to the top"
    assert corners[639, 359][0] > 240 > 15 > corners[639, 359][1]
    assert corners[0, 0][1] > 240 > 15 > corners[0, 0][0]
    preview = api.http.get(render["preview_url"])
    assert preview.headers["Content-Type"] == "video/mp4"
    with av.open(io.BytesIO(preview.content)) as clip:
        frames = sum(1 for _ in clip.decode(video=0))
        assert (clip.streams.video[0].width, clip.streams.video[0].height) == (480, 270)
        assert frames == 4 * clip.streams.video[0].average_rate, "four seconds, with as many frames as its motion takes"
    listed = api.http.get("/api/v1/feed/new").json()["items"]
    assert shader["id"] in [item["id"] for item in listed]


def test_saves_are_conditional_through_the_gateway(api: Api) -> None:
    """Which compresses, and so weakens the tags of what it compresses."""
    path = f"/api/v1/shaders/{api.publish(gradient(5))['id']}"
    for encoding in ("gzip", "identity"):
        tag = api.http.get(path, headers={"Accept-Encoding": encoding}).headers["ETag"]
        saved = [api.http.put(path, json={"title": "Mine"}, headers={"If-Match": tag}).status_code for _ in range(2)]
        assert saved == [200, 412], (encoding, tag)


def test_a_still_has_no_preview(api: Api) -> None:
    render = api.wait_render(api.publish(STILL)["render"]["id"], settled=True)
    assert (render["status"], render["preview"]) == ("ready", "none")
    assert render["facets"]["moves"] is False


def test_a_broken_shader_fails_with_its_line(api: Api) -> None:
    render = api.wait_render(api.publish(BROKEN)["render"]["id"])
    assert (render["status"], render["reason"]) == ("failed", "compile_error")
    (error,) = render["errors"]
    assert (error["pass"], error["line"]) == ("image", 3)
    assert "nonsense" in error["message"]


def test_ad_hoc_pictures_come_with_the_answer(api: Api) -> None:
    body = {"code": gradient(2), "times": [0.5, 1.5], "width": 128, "height": 72, "format": "png"}
    answer = api.http.post("/api/v1/renders?wait=20", json=body)
    assert answer.status_code == 201, answer.text
    frames = answer.json()["frames"]
    assert [frame["time"] for frame in frames] == [0.5, 1.5]
    for frame in frames:
        with Image.open(io.BytesIO(api.http.get(frame["url"]).content)) as image:
            assert (image.format, image.size) == ("PNG", (128, 72))


@pytest.mark.parametrize("image_format", ["avif", "mp4", "webm"])
def test_other_formats(api: Api, image_format: str) -> None:
    times = [0.0] if image_format == "avif" else [0.0, 1.0]
    body = {"code": gradient(3), "times": times, "width": 128, "height": 72, "format": image_format}
    render = api.http.post("/api/v1/renders?wait=20", json=body).json()
    address = render["poster_url"] if image_format == "avif" else render["preview_url"]
    assert address.endswith(f".{image_format}")
    assert len(api.http.get(address).content) > 100


def test_deleted_pictures_are_gone_from_the_origin(api: Api) -> None:
    shader = api.publish(gradient(secrets.randbelow(1000) + 10))
    render = api.wait_render(shader["render"]["id"], settled=True)
    assert api.http.delete(f"/api/v1/shaders/{shader['id']}").status_code == 204
    pictures = (render["poster_url"], render["preview_url"])
    until(lambda: {api.http.get(url).status_code for url in pictures} == {404}, "poster and preview go", 15)


def test_what_looks_alike_is_similar(api: Api) -> None:
    one = api.publish(gradient(4.0), title="One")
    other = api.publish(gradient(4.05), title="Other")
    for shader in (one, other):
        api.wait_render(shader["render"]["id"])
    path = f"/api/v1/feed/similar/{one['id']}?limit=48"
    found = until(lambda: [item["id"] for item in api.http.get(path).json()["items"]], "descriptions", 20)
    until(lambda: other["id"] in [item["id"] for item in api.http.get(path).json()["items"]], "the other", 20)
    assert one["id"] not in found


@pytest.mark.parametrize(
    "path",
    ["/renders/../secrets/key", "/renders/%2e%2e/secrets/key", "/renders/..%2fsecrets%2fkey", "/renders/.unfinished/"],
)
def test_nothing_else_is_served_from_the_volume(api: Api, path: str) -> None:
    status, body = _raw(api.base, path)
    page = body.lower().startswith(b"<!doctype html")
    assert status in (400, 403, 404) or page, "the site's page, or nothing"


def _raw(base: str, path: str) -> tuple[int, bytes]:
    """Status and body for a path that no client has tidied up."""
    import http.client

    connection = http.client.HTTPConnection(base.removeprefix("http://"), timeout=10)
    connection.putrequest("GET", path, skip_host=False)
    connection.endheaders()
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer.status, body


def test_the_gateway_speaks_problem_documents(api: Api) -> None:
    for path in ("/api", "/api/", "/api/v1/no/such/path", "/renders/", "/renders/no/such.webp"):
        missing = api.http.get(path)
        assert (missing.status_code, missing.headers["Content-Type"]) == (404, "application/problem+json"), path
    large = api.http.post("/api/v1/shaders", content=b"x" * (10 * 1024 * 1024 + 1))
    assert (large.status_code, large.headers["Content-Type"]) == (413, "application/problem+json")


def test_health_and_docs(api: Api) -> None:
    assert api.http.get("/health").json() == {"status": "ok"}
    assert "The API" in api.http.get("/api/docs").text


def test_a_plain_rq_client_can_ring(stack: Stack, api: Api) -> None:
    """What CONTRIBUTING says about job triggers, from a process that knows RQ and nothing of ours."""
    render = api.wait_render(api.publish(gradient(5))["render"]["id"])
    script = (
        "import sys; from redis import Redis; from rq import Queue; from rq.serializers import JSONSerializer\n"
        "redis = Redis.from_url(sys.argv[1])\n"
        "for name in ('render', 'describe'):\n"
        "    queue = Queue(name, connection=redis, serializer=JSONSerializer)\n"
        "    for id in sys.argv[2:]: print(queue.enqueue(f'functions.{name}.job.run', id).id)\n"
    )
    url = stack.environment()["REDIS_URL"]
    arguments = [sys.executable, "-c", script, url, render["id"], render["id"], "no-such-id"]
    ids = subprocess.run(arguments, capture_output=True, text=True, check=True, cwd="/", env={}).stdout.split()
    assert len(ids) == 6
    from rq.job import Job
    from rq.serializers import JSONSerializer

    from shared.stores.queue import connect

    redis = connect(url)

    def ended() -> bool:
        jobs = [Job.fetch(name, connection=redis, serializer=JSONSerializer) for name in ids]
        return {job.get_status() for job in jobs} == {"finished"}

    until(ended, "all six jobs end well")
    assert api.render(render["id"])["status"] == "ready"


def test_rq_info_tells_the_truth(stack: Stack) -> None:
    command = [sys.executable, "-m", "rq.cli", "info", "--url", stack.environment()["REDIS_URL"], "--raw"]
    out = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    workers = [line for line in out.splitlines() if line.startswith("worker ")]
    assert len(workers) == 3
    assert sum("render" in line for line in workers) == 2
