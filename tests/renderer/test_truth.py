"""A render tells the truth: the steps, times and sizes it really used, and what its pictures hold."""

import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from shared.renders.plan import ad_hoc, frame_at, publication
from tests.renderer.rendering import BRIEF, GOOD, POSTER, PREVIEW, Record, Service, image, project

CASES = Path(__file__).parents[1] / "cases"
PLAIN = [{"channel": 0, "kind": "buffer", "source": "A"}]


def case(name: str) -> Record:
    text = (CASES / name).read_text()
    return json.loads(text) if name.endswith(".json") else project(text)


def pixels(record: Record) -> Any:
    return np.asarray(Image.open(io.BytesIO(record["data"])).convert("RGB")).astype(int)


def at(*times: float, width: int = 320, height: int = 180) -> Record:
    return ad_hoc(times, width, height, "png", 8).document()


def stepping(step: str) -> Record:
    """A buffer that does this to its own value `v` in every frame, and an image that shows it in 255ths."""
    code = f"void mainImage(out vec4 c, in vec2 p) {{ vec4 v = texelFetch(iChannel0, ivec2(p), 0); {step} c = v; }}"
    show = "void mainImage(out vec4 c, in vec2 p) { c = texelFetch(iChannel0, ivec2(p), 0) / 255.0; }"
    return project(show, {"type": "buffer", "name": "A", "code": code, "inputs": PLAIN}, inputs=PLAIN)


def test_a_still_is_of_a_frame_at_60_hz(service: Service) -> None:
    made = service.render(case("frame-rate.json"), at(1.0))
    assert pixels(made["poster"])[9, 9].tolist() == [255, 128, 255], "iFrame 60, iTimeDelta 1/60, iTime 1"
    assert (made["poster"]["frame"], made["poster"]["time"]) == (60, 1.0)
    assert made["poster"]["time_delta"] == pytest.approx(1 / 60)
    assert [warning["code"] for warning in made["poster"]["warnings"]] == ["blank"]


def test_a_time_between_two_frames_is_that_of_the_nearer_one(service: Service) -> None:
    made = service.render(image("c = vec4(iTime, float(iFrame) / 60.0, 0, 1);"), at(0.505))
    assert made["poster"]["time"] == pytest.approx(0.5)
    assert pixels(made["poster"])[9, 9].tolist() == [128, 128, 0]
    assert [frame_at(time) for time in (0.0, 1 / 120, 0.0084, 2.0, 2.35)] == [0, 0, 1, 120, 141]


@pytest.mark.parametrize("times", [[2.0], [2.0, 10.0], [2.0, 30.0], [0.3, 1.0, 2.0]])
def test_the_same_time_is_the_same_picture_whatever_else_is_asked(service: Service, times: list[float]) -> None:
    made = service.render(case("steps-at-two.json"), at(*times))
    name = next(name for name, record in made.items() if record.get("time") == 2.0)
    assert made[name]["frame"] == 120
    assert pixels(made[name])[9, 9, 0] == 121


def test_too_many_steps_are_too_heavy_and_say_what_would_do(service: Service) -> None:
    """Nothing is thinned."""
    end = service.render(case("steps-at-two.json"), at(2.0, 300.0))["end"]
    assert (end["status"], end["reason"]) == ("failed", "too_heavy")
    assert {key: end["possible"][key] for key in ("width", "height")} == {"width": 80, "height": 45}
    assert 30 < end["possible"]["time"] < 300
    assert f"latest time that would do is {end['possible']['time']:.4g} s" in end["detail"]
    latest = service.render(case("steps-at-two.json"), at(round(0.5 * end["possible"]["time"])))
    assert (latest["end"]["status"], latest["poster"]["width"]) == ("done", 80)


def test_too_many_pictures_are_too_heavy_and_say_how_many_would_do(service: Service) -> None:
    code = "float a = p.x; for (int i = 0; i < 3000; i++) a = sin(a + float(i)); c = vec4(fract(a + iTime));"
    end = service.render(image(code), at(*range(16)))["end"]
    assert (end["status"], end["reason"]) == ("failed", "too_heavy")
    assert 1 <= end["possible"]["times"] < 16
    made = service.render(image(code), at(*range(end["possible"]["times"] // 2 or 1)))
    assert made["end"]["status"] == "done"


def test_size_gives_way_before_steps_and_time(service: Service) -> None:
    step = "for (int i = 0; i < 100; i++) v.g += 1e-9 * sin(v.g + float(i)); v.r += 1.0;"
    made = service.render(stepping(step), publication({}, 4).document())
    poster, fit = made["poster"], made["fit"]["fit"]
    assert fit["scale"] < 1
    assert (poster["width"], poster["frame"]) == (640 * fit["scale"], 60)
    assert abs(pixels(poster)[9, 9, 0] - 61) <= 1
    assert [warning["code"] for warning in poster["warnings"]] == ["smaller", "blank"]
    assert poster["warnings"][0]["message"].startswith(
        f"Drawn at {poster['width']} x {poster['height']} instead of 640 x"
    )


HARD = "for (int i = 0; i < 700; i++) v.g += 1e-9 * sin(v.g + float(i)); v.r += 1.0 + p.x / iResolution.x;"


def test_a_poster_that_nobody_chose_moves_to_where_it_is_affordable(service: Service) -> None:
    made = service.render(stepping(HARD), publication({}, 8).document())
    poster = made["poster"]
    assert made["end"]["status"] == "done"
    assert (poster["width"], poster["height"]) == (320, 180)
    assert 0 < poster["frame"] < 60
    assert poster["time"] == pytest.approx(poster["frame"] / 60)
    assert abs(pixels(poster)[9, 2, 0] - poster["frame"] - 1) <= 3, "lossy, but its own frame"
    assert [warning["code"] for warning in poster["warnings"]] == ["smaller", "moved"]
    chosen = service.render(stepping(HARD), publication({"poster_time": 1.0}, 8).document())
    assert (chosen["end"]["reason"], set(chosen["end"]["possible"])) == ("too_heavy", {"width", "height", "time"})


def test_steps_are_thinned_in_previews_alone_and_said(service: Service) -> None:
    plan = publication({}, 8).document()
    tiny = {"stills": [{**plan["stills"][0], "width": 64, "height": 36}], "clip": plan["clip"]}
    work = "for (int i = 0; i < 250; i++) v.g += 1e-9 * sin(v.g + float(i)); v.r += 1.0;"
    made = service.render(stepping(work), tiny)
    preview = made["preview"]
    assert preview["steps_per_second"] == made["fit"]["fit"]["clip"]["steps"] < 60
    assert {"smaller", "steps_skipped"} == {warning["code"] for warning in preview["warnings"]}
    asked = {**plan["clip"], "unless_still": False, "loop": False, "sparse": False}
    made = service.render(stepping(work), tiny | {"clip": asked})
    assert "preview" not in made
    assert (made["end"]["status"], made["end"]["reason"]) == ("failed", "too_heavy")
    assert set(made["end"]["possible"]) == {"width", "height", "duration"}


def test_each_picture_has_its_facts(service: Service) -> None:
    made = service.render(case("nan-later.frag"), at(1.0, 2.0, 3.0, width=64, height=36))
    facts = [made[name]["facts"] for name in ("poster", "frame-1", "frame-2")]
    assert [fact["blank"] for fact in facts] == [True, False, False]
    assert [fact["nan"] for fact in facts] == [0, 40 * 36, 40 * 36]
    assert [fact["inf"] for fact in facts] == [0, 0, 0]
    assert facts[0]["brightness"] < 0.01 < facts[1]["brightness"]
    codes = [[warning["code"] for warning in made[name]["warnings"]] for name in ("poster", "frame-1", "frame-2")]
    assert codes == [["blank"], ["nan"], ["nan"]]
    assert made["facts"]["megapixel_seconds"] > 0


def test_infinite_pixels_are_told_from_those_that_are_no_number(service: Service) -> None:
    made = service.render(image("c = p.x < 4.0 ? vec4(1.0 / iTime) : vec4(p / iResolution.xy, 0, 1);"), at(0.0))
    assert (made["poster"]["facts"]["inf"], made["poster"]["facts"]["nan"]) == (4 * 180, 0)
    assert "720 pixels are infinite" in made["poster"]["warnings"][0]["message"]


def test_what_is_odd_about_a_project_is_told_first(service: Service) -> None:
    made = service.render(case("dangling-buffer.json"), at(1.0))
    assert [warning["code"] for warning in made["warnings"]["warnings"]] == ["absent_buffer"]
    assert next(iter(made)) == "warnings"
    made = service.render(image("c = texture(iChannel2, p);"), at(1.0))
    assert made["warnings"]["warnings"] == [
        {"code": "unbound_channel", "message": "Image reads iChannel2, which has no input: it reads black."}
    ]
    assert "warnings" not in service.render(GOOD, at(1.0))


def test_a_preview_that_is_made_later_is_stepped_like_one_made_at_once(service: Service) -> None:
    """As after a preview gave way: the stills' fit is known, the clip's is not."""
    moving = stepping("v.rg += vec2(1.0, p.x / iResolution.x);")
    plan = publication({}, 8).document()
    whole = service.render(moving, plan)
    again = service.render(moving, plan, {"scale": 1.0, "times": {}, "moves": None, "clip": None})
    assert again["poster"]["sha256"] == whole["poster"]["sha256"]
    assert (again["preview"]["steps_per_second"], again["preview"]["fps"]) == (60, 30)


def test_the_clip_says_what_it_is(service: Service) -> None:
    plan = {"stills": [POSTER], "clip": {**PREVIEW, "start": 0.5, "duration": 1.0}}
    preview = service.render(GOOD, plan)["preview"]
    expected = {"start": 0.5, "duration": 1.0, "fps": 30, "width": 480, "height": 270, "steps_per_second": 60}
    assert {key: preview[key] for key in expected} == expected
    assert preview["warnings"] == []


def test_the_date_moves(service: Service) -> None:
    made = service.render(case("date-advances.frag"), at(0.0, 3.0))
    assert [pixels(made[name])[9, 9].tolist() for name in ("poster", "frame-1")] == [[0, 0, 0], [76, 76, 0]]
    clock = image("c = vec4(mod(iDate.w, 10.0) / 10.0, p / iResolution.xy, 1);")
    made = service.render(clock, BRIEF)
    assert made["facts"]["moves"] is True
    assert "preview" in made


@pytest.mark.parametrize("name", ["buffer-start.json", "st-assert.frag"])
def test_a_gradient(service: Service, name: str) -> None:
    shown = pixels(service.render(case(name), at(1.0))["poster"])
    assert np.abs(shown[0, -1] - [255, 255, 0]).max() <= 1
    assert np.abs(shown[-1, 0]).max() <= 1


def test_what_becomes_dear_late_is_fitted_again(service: Service) -> None:
    """Six thousand turns a pixel from the fifth frame on."""
    made = service.render(case("late-loop.json"), publication({}, 8).document())
    assert made["end"]["status"] == "done", made["end"]
    assert "moved" in [warning["code"] for warning in made["poster"]["warnings"]]
