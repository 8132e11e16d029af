"""What comes out of a render."""

import io
import urllib.error
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import av
import numpy as np
import pytest
from PIL import Image

from shared.renders.plan import publication
from tests.renderer.rendering import BRIEF, GOOD, POSTER, PREVIEW, SMALL, Service, image, project


def pixels(record: dict[str, Any]) -> Any:
    return np.asarray(Image.open(io.BytesIO(record["data"])).convert("RGB")).astype(int)


def frames(record: dict[str, Any]) -> list[Any]:
    with av.open(io.BytesIO(record["data"])) as file:
        return [frame.to_ndarray(format="rgb24").astype(int) for frame in file.decode(video=0)]


def test_poster_and_preview(service: Service) -> None:
    made = service.render(GOOD)
    assert list(made) == ["fit", "facts", "poster", "preview", "end"]
    poster = pixels(made["poster"])
    assert poster.shape == (360, 640, 3)
    assert np.abs(poster[180, 320] - [127, 127, 235]).max() < 6
    assert np.abs(poster[5, 634] - [253, 251, 235]).max() < 6, "the top of the picture is where y is large"
    preview = frames(made["preview"])
    assert len(preview) == 120
    assert preview[0].shape == (270, 480, 3)
    assert np.abs(preview[0][135, 240] - [127, 127, 127]).max() < 8
    assert np.abs(preview[47][4, 475] - [253, 251, 255]).max() < 8, "colours and orientation survive the video"
    assert made["end"]["status"] == "done"
    assert made["end"]["reason"] is None


def test_preview_plays_at_once_and_says_its_colours(service: Service) -> None:
    preview = service.render(GOOD)["preview"]
    assert preview["type"] == "video/mp4"
    assert preview["data"].index(b"moov") < preview["data"].index(b"mdat")
    with av.open(io.BytesIO(preview["data"])) as file:
        stream = file.streams.video[0]
        assert (stream.codec_context.color_range, stream.codec_context.colorspace) == (1, 1), "limited BT.709"
        assert stream.average_rate == 30
        assert file.duration == 4_000_000


def test_macro_that_is_named_like_its_loop_is_drawn(service: Service) -> None:
    """As the player draws it: nine iterations that add a ninth of white each."""
    code = "#define for(n) for(int i=0;i<n;i++)\nvoid mainImage(out vec4 c, in vec2 p) { c = vec4(0, 0, 0, 1); for(9) c.rg += 1.0 / 9.0; }"
    made = service.render(project(code), SMALL)
    assert (made["end"]["status"], made["end"]["reason"]) == ("done", None)
    assert np.abs(pixels(made["poster"]) - [255, 255, 0]).max() < 6


@pytest.mark.parametrize("loop", ["", "while (c.b < 0.5) c.b += 0.1;"], ids=["plain", "with a loop to be tried"])
def test_byte_order_marks_and_line_ends_change_nothing(service: Service, loop: str) -> None:
    common = "float half_of(float x) {\n  return x / 2.0;\n}\n"
    code = f"// first\nvoid mainImage(out vec4 c, in vec2 p) {{\n c = vec4(half_of(1.0), 0, 0, 1);\n {loop}\n}}\n"

    def drawn(mark: str, end: str) -> Any:
        passes = [{"type": "common", "code": common}, {"type": "image", "code": code}]
        made = service.render(
            {"passes": [{**item, "code": mark + item["code"].replace("\n", end)} for item in passes]}, SMALL
        )
        assert made["end"]["reason"] is None
        return made["poster"]["sha256"]

    plain = drawn("", "\n")
    assert [drawn("\ufeff", "\n"), drawn("\ufeff", "\r\n"), drawn("", "\r")] == [plain] * 3


def test_webm(service: Service) -> None:
    made = service.render(GOOD, {"stills": [POSTER], "clip": {**PREVIEW, "format": "webm", "duration": 1.0}})
    assert made["preview"]["type"] == "video/webm"
    assert len(frames(made["preview"])) == 30


def test_still_shader_has_no_preview(service: Service) -> None:
    made = service.render(image("c = vec4(p / iResolution.xy, 0.0, 1.0);"))
    assert list(made) == ["fit", "facts", "poster", "end"]
    assert made["facts"]["moves"] is False
    assert (made["end"]["status"], made["end"]["reason"]) == ("done", None)


def test_still_shader_has_a_clip_when_it_must(service: Service) -> None:
    plan = {"stills": [POSTER], "clip": {**PREVIEW, "duration": 0.5, "unless_still": False}}
    assert service.render(image("c = vec4(1.0);"), plan)["preview"]["frames"] == 15


@pytest.mark.parametrize("file_format", ["webp", "png", "avif"])
def test_formats(service: Service, file_format: str) -> None:
    plan = {"stills": [{**POSTER, "format": file_format}], "clip": None}
    made = service.render(image("c = vec4(1.0, 0.5, 0.0, 1.0);"), plan)["poster"]
    assert made["type"] == f"image/{file_format}"
    assert Image.open(io.BytesIO(made["data"])).format == file_format.upper()
    assert np.abs(pixels(made)[9, 9] - [255, 128, 0]).max() < 4


def test_stills_come_in_time_order(service: Service) -> None:
    stills = [{**POSTER, "name": str(time), "time": time, "format": "png"} for time in (2.0, 0.5, 1.0)]
    made = service.render(image("c = vec4(iTime / 4.0);"), {"stills": stills, "clip": None})
    assert list(made)[2:5] == ["0.5", "1.0", "2.0"]
    assert [pixels(made[name])[0, 0, 0] for name in ("0.5", "1.0", "2.0")] == [32, 64, 128]


def test_buffers_are_stepped_frame_by_frame(service: Service) -> None:
    """A buffer that counts its own frames: at t = 1 s it has drawn 61, as in a browser at 60 Hz."""
    count = "void mainImage(out vec4 c, in vec2 p) { c = texelFetch(iChannel0, ivec2(p), 0) + 1.0; }"
    show = "void mainImage(out vec4 c, in vec2 p) { c = vec4(texelFetch(iChannel0, ivec2(p), 0).r / 255.0); }"
    inputs = [{"channel": 0, "kind": "buffer", "source": "A"}]
    buffer = {"type": "buffer", "name": "A", "code": count, "inputs": inputs}
    plan = {"stills": [{**POSTER, "format": "png"}], "clip": PREVIEW}
    made = service.render(project(show, buffer, inputs=inputs), plan)
    assert pixels(made["poster"])[100, 100, 0] == 61
    assert made["facts"]["moves"] is True
    assert abs(frames(made["preview"])[99][100, 100, 0] - 199) < 4


def test_compile_errors_are_data(service: Service) -> None:
    made = service.render(project("void mainImage(out vec4 c, in vec2 p) {\n  c = vec4(1.0);\n  c.x = nothing;\n}"))
    assert list(made) == ["end"]
    assert (made["end"]["status"], made["end"]["reason"]) == ("failed", "compile_error")
    [error] = made["end"]["errors"]
    assert (error["pass"], error["line"]) == ("image", 3)
    assert "nothing" in error["message"]


def test_facts(service: Service) -> None:
    facts = service.render(image("c = p.x < iResolution.x * 0.7 ? vec4(1, 0, 0, 1) : vec4(0, 0, 1, 1);"))["facts"]
    assert len(facts["palette"]) == 5
    assert [int(facts["palette"][0][at : at + 2], 16) // 16 for at in (1, 3, 5)] == [15, 0, 0]
    assert facts["blank"] is False
    assert 0 < facts["brightness"] < 0.5
    assert service.render(image("c = vec4(0.2);"))["facts"]["blank"] is True


def test_same_bytes_from_fresh_browsers(service: Service) -> None:
    noise = image("c = vec4(fract(sin(dot(p, vec2(12.9898, 78.233)) + iTime) * 43758.5453));")
    one, other = service.render(noise, BRIEF), service.render(noise, BRIEF)
    assert one["poster"]["sha256"] == other["poster"]["sha256"]
    assert one["preview"]["sha256"] == other["preview"]["sha256"]


def test_poster_is_sent_before_the_clip_is_made(service: Service) -> None:
    stream = service.stream(GOOD, BRIEF)
    assert [next(stream)["record"], next(stream)["record"], next(stream)["name"]] == ["fit", "facts", "poster"]
    assert service.health()["busy"] == 1
    assert list(stream)[-1]["status"] == "done"


def slow(iterations: int) -> dict[str, Any]:
    """Every turn takes some 10 ns a pixel."""
    steps = f"for (int i = 0; i < {iterations}; i++) a = sin(a + float(i));"
    return image(f"float a = iTime + p.x; {steps} c = vec4(fract(a + iTime), p / iResolution.xy, 1.0);")


def test_slow_shader_keeps_its_poster(service: Service) -> None:
    """Ten thousand times the poster's pixels: no step of the preview fits."""
    plan = {
        "stills": [{**POSTER, "width": 64, "height": 36}],
        "clip": {**PREVIEW, "width": 1280, "height": 720, "fps": 60},
    }
    made = service.render(slow(20_000), plan)
    assert "preview" not in made
    assert pixels(made["poster"]).shape == (36, 64, 3)
    assert (made["end"]["status"], made["end"]["reason"]) == ("done", "too_heavy")
    assert (made["facts"]["weight"], made["fit"]["fit"]["clip"]) == ("heavy", None)


def test_what_is_slow_comes_smaller(service: Service) -> None:
    made = service.render_patiently(slow(1_500))
    fit, preview = made["fit"]["fit"], made["preview"]
    assert preview["width"] <= 480
    assert preview["fps"] <= 30
    assert (preview["width"], preview["fps"]) != (480, 30)
    assert fit["clip"] == {key: preview[key] for key in ("width", "height", "fps")} | {"steps": 60}
    again = service.render_patiently(slow(1_500), fit=fit)
    assert {name: made[name]["sha256"] for name in ("poster", "preview")} == {
        name: again[name]["sha256"] for name in ("poster", "preview")
    }


def test_too_heavy_says_what_it_would_cost(service: Service) -> None:
    end = service.render(slow(60_000))["end"]
    assert (end["status"], end["reason"]) == ("failed", "too_heavy")
    assert "320 x 180 would take" in end["detail"]
    assert end["elapsed"] < 8, "refused, not killed"


def test_a_fit_is_carried_out(service: Service) -> None:
    fit = {
        "scale": 0.5,
        "times": {"poster": 2.0},
        "moves": True,
        "clip": {"width": 240, "height": 136, "fps": 10, "steps": 60},
    }
    made = service.render(GOOD, fit=fit)
    assert pixels(made["poster"]).shape == (180, 320, 3)
    assert made["poster"]["time"] == 2.0
    assert [made["preview"][key] for key in ("width", "height", "fps", "frames")] == [240, 136, 10, 40]
    assert "fit" not in made, "it is carried out as it is"


@pytest.mark.parametrize(
    "change",
    [
        {"clip": {"width": 9_000, "height": 136, "fps": 10, "steps": 60}},
        {"clip": {"width": 240, "height": 136, "fps": 10, "steps": 10**400}},
        {"scale": 3},
        {"times": {"poster": -1}},
        {"times": {"poster": "nan"}},
        {"times": {"another": 1}},
        {"moves": 1},
    ],
)
def test_a_fit_of_another_plan_is_refused(service: Service, change: dict[str, Any]) -> None:
    fit = {"scale": 0.5, "times": {}, "moves": True, "clip": None}
    with pytest.raises(urllib.error.HTTPError) as error:
        service.render(GOOD, fit=fit | change)
    assert error.value.code == 400
    error.value.close()


def test_a_fit_of_an_earlier_version_is_made_anew(service: Service) -> None:
    old = {"width": 240, "height": 136, "fps": 10}
    made = service.render(GOOD, BRIEF, {"scale": 0.5, "rate": 5, "times": {}, "moves": True, "clip": old})
    assert pixels(made["poster"]).shape == (360, 640, 3)
    assert made["fit"]["fit"]["clip"] == {"width": 480, "height": 270, "fps": 30, "steps": 60}


def test_frames_of_buffers_are_in_a_row_wherever_a_clip_starts(service: Service) -> None:
    """A quarter of a second is seven frames and a half."""
    count = "void mainImage(out vec4 c, in vec2 p) { c = texelFetch(iChannel0, ivec2(p), 0) + 1.0; }"
    show = "void mainImage(out vec4 c, in vec2 p) { c = vec4(texelFetch(iChannel0, ivec2(p), 0).r / 255.0); }"
    inputs = [{"channel": 0, "kind": "buffer", "source": "A"}]
    buffer = {"type": "buffer", "name": "A", "code": count, "inputs": inputs}
    plan = {"stills": [POSTER], "clip": {**PREVIEW, "start": 0.25, "duration": 1.0}}
    shown = [
        int(frame[50, 50, 0]) for frame in frames(service.render(project(show, buffer, inputs=inputs), plan)["preview"])
    ]
    assert all(0 < later - earlier <= 5 for earlier, later in pairwise(shown)), shown


def test_what_an_image_discards_shows_earlier_frames(service: Service) -> None:
    """As on a page, whatever else is asked for: every pixel keeps the time at which its column was drawn last."""
    trail = image("if (abs(p.x - 8.0 * float(iFrame)) > 4.0) discard; c = vec4(iTime);")
    stills = [{**POSTER, "name": name, "time": time, "format": "png"} for name, time in (("one", 0.5), ("two", 1.0))]
    made = service.render(trail, {"stills": stills, "clip": None})
    alone = service.render(trail, {"stills": stills[1:], "clip": None})
    shown = pixels(made["two"])[100, :, 0]
    assert [shown[8 * frame] for frame in (3, 30, 60)] == [13, 128, 255]
    assert shown[500] == 0
    assert pixels(made["one"])[100, 8 * 31, 0] == 0
    assert (pixels(alone["two"]) == pixels(made["two"])).all()


def test_a_poster_looks_for_something_to_see(service: Service) -> None:
    """Black but between 2 and 3 seconds."""
    shy = image("c = vec4(iTime > 2.0 && iTime < 3.0 ? p / iResolution.xy : vec2(0.0), 0.0, 1.0);")
    plan = {"stills": [{**POSTER, "seek": True}], "clip": None}
    made = service.render(shy, plan)
    assert made["poster"]["time"] in (2.35, 2.85)
    assert made["facts"]["blank"] is False
    assert service.render(shy, plan, made["fit"]["fit"])["poster"]["sha256"] == made["poster"]["sha256"]
    assert service.render(shy, {"stills": [POSTER], "clip": None})["facts"]["blank"] is True


@pytest.mark.parametrize("longest", [1, 3])
def test_every_deadline_has_a_publication(own_service: Callable[..., Service], longest: int) -> None:
    """Its preview is as long as the deadline allows. On a busy machine a second may be too short; then it is tried again."""
    service = own_service(MAX_RENDER_DURATION=str(longest), RENDERER_BROWSERS="1")
    plan = publication({}, longest).document()
    tries = (service.render(GOOD, plan) for _ in range(6))
    made = next(made for made in tries if made["end"]["reason"] not in ("browser_lost", "deadline"))
    assert (made["end"]["status"], made["end"]["reason"]) == ("done", None)
    assert made["preview"]["duration"] == longest
    assert len(frames(made["preview"])) == longest * made["preview"]["fps"]


LOOPS = {"stills": [POSTER], "clip": {**PREVIEW, "loop": True}}


def test_a_preview_is_one_period(service: Service) -> None:
    turning = image("c = vec4(0.5 + 0.5 * cos(3.14159265 * iTime + 6.0 * p / iResolution.y), 0.5, 1.0);")
    made = service.render(turning, LOOPS)
    assert made["preview"]["duration"] == made["facts"]["loops"] == 2.0
    shown = frames(made["preview"])
    assert len(shown) == 60
    assert np.abs(shown[0] - shown[-1]).mean() < 2 * np.abs(shown[0] - shown[1]).mean() + 1
    assert np.abs(shown[0] - shown[30]).mean() > 10, "it moves between"


def test_what_does_not_repeat_fades_into_its_beginning(service: Service) -> None:
    made = service.render(image("c = vec4(vec3(iTime / 5.0), 1.0);"), LOOPS)
    shown = [frame.mean() for frame in frames(made["preview"])]
    assert len(shown) == 120
    assert made["facts"]["loops"] is None
    assert abs(shown[-1] - shown[0]) < 0.3 * (max(shown) - min(shown)), "the end is close to the beginning"


def test_a_large_picture_is_drawn_in_strips(service: Service) -> None:
    """Each pixel knows its place, and derivatives are whole across the strips."""
    code = "vec2 q = p / iResolution.xy; float d = fwidth(p.y); c = vec4(q, d - 0.5, 1.0);"
    plan = {"stills": [{**POSTER, "width": 3840, "height": 2160, "format": "png"}], "clip": None}
    whole = pixels(service.render(image(code), plan)["poster"])
    assert whole.shape == (2160, 3840, 3)
    assert np.abs(whole[:, 0, 1] - 255 * (1 - (np.arange(2160) + 0.5) / 2160)).max() <= 1
    assert (np.unique(whole[..., 2]) == [128]).all()


def test_numbers_that_are_none_are_counted(service: Service) -> None:
    made = service.render(image("c = p.x < 0.5 * iResolution.x ? vec4(sqrt(-1.0 - p.x)) : vec4(0.5);"))
    assert made["facts"]["nonfinite"] == pytest.approx(0.5, abs=0.02)
    assert service.render(GOOD)["facts"]["nonfinite"] == 0


def test_what_moves_slowly_has_half_the_frames_where_that_will_do(service: Service) -> None:
    slow = image("c = vec4(0.5 + 0.5 * cos(0.7 * iTime + p.xyx / iResolution.x + vec3(0.0, 2.0, 4.0)), 1.0);")
    swift = image("c = vec4(vec3(step(0.5, fract(0.02 * p.x - 3.0 * iTime))), 1.0);")
    sparse = {"stills": [POSTER], "clip": {**PREVIEW, "sparse": True}}
    made = service.render(slow, sparse)
    assert (made["preview"]["fps"], len(frames(made["preview"]))) == (15, 60)
    assert made["fit"]["fit"]["clip"] == {"width": 480, "height": 270, "fps": 15, "steps": 60}, (
        "a replay makes the same"
    )
    assert service.render(swift, sparse)["preview"]["fps"] == 30
    burst = "0.8 * step(1.3, iTime) * step(iTime, 1.75) * mod(floor(iTime * 30.0 + 0.25), 2.0)"
    flash = image(f"c = vec4(vec3(0.2 + 0.02 * sin(iTime)) + {burst}, 1.0);")
    flashing = service.render(flash, sparse)
    assert (flashing["preview"]["fps"], flashing["facts"]["flashing"]) == (30, "general"), "no flash is left out"
    disc = image(
        "vec2 m = vec2(mod(720.0 * iTime, iResolution.x), 90.0); c = vec4(step(length(p - m), 12.0), p / iResolution.xy, 1.0);"
    )
    assert service.render(disc, sparse)["preview"]["fps"] == 30, "small things that are fast"
    assert service.render(slow)["preview"]["fps"] == 30, "only where nobody asked for every frame"


def test_what_is_no_number_is_drawn_over(service: Service) -> None:
    """Blending keeps nothing of what was there before."""
    values = (
        "float z = -1.0 - iTime; c = iFrame < 5 ? vec4(sqrt(z), 1.0 / (z + 1.0 + iTime), log(z), sqrt(z)) : vec4(0.5);"
    )
    buffer = {
        "type": "buffer",
        "name": "A",
        "code": f"void mainImage(out vec4 c, in vec2 p) {{ {values} }}",
        "inputs": [],
    }
    reads = [{"channel": 0, "kind": "buffer", "source": "A"}]
    shown = project(
        "void mainImage(out vec4 c, in vec2 p) { c = texelFetch(iChannel0, ivec2(p), 0); }", buffer, inputs=reads
    )
    made = service.render(shown, {"stills": [{**POSTER, "format": "png"}], "clip": None})
    assert np.abs(pixels(made["poster"]) - 128).max() <= 1
