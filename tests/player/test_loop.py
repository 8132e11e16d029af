"""play(): clock, input and size on a real page."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from tests.player.playing import Bench
from tests.player.projects import image, reads

START = """async ([project, options]) => {
  const { player, play, canvas } = window.bench;
  canvas.style.cssText = "position: fixed; left: 0; top: 0; width: 200px; height: 100px";
  document.body.append(canvas);
  const errors = await player.load(project);
  const seen = window.seen = [];
  const draw = player.draw;
  player.draw = (frame) => {
    seen.push({ ...frame, mouse: [...(frame.mouse ?? [])], keyboard: [...(frame.keyboard ?? [])] });
    draw.call(player, frame);
  };
  canvas.tabIndex = 0;
  canvas.focus();
  window.loop = play(player, canvas, options);
  return errors;
}"""


def start(own_page: Bench, project: Any, **options: Any) -> None:
    assert own_page.page.evaluate(START, [project, options]) == []


def frames(own_page: Bench, more: int) -> list[dict[str, Any]]:
    """What was drawn, once `more` further frames are."""
    return drawn(own_page, own_page.page.evaluate("window.seen.length") + more)


def drawn(own_page: Bench, count: int) -> list[dict[str, Any]]:
    """What was drawn, once it is so many frames."""
    own_page.page.wait_for_function(f"window.seen.length >= {count}")
    return own_page.page.evaluate("window.seen")


def test_time_starts_at_zero_and_goes_on(own_page: Bench) -> None:
    start(own_page, image("vec4(iTime)"))
    seen = frames(own_page, 5)
    assert (seen[0]["time"], seen[0]["frame"]) == (0, 0)
    assert [frame["frame"] for frame in seen] == list(range(len(seen)))
    assert all(after["time"] > before["time"] for before, after in pairwise(seen))
    assert (seen[-1]["width"], seen[-1]["height"]) == (200, 100)


def test_pause_keeps_the_time_and_resume_goes_on_from_it(own_page: Bench) -> None:
    start(own_page, image("vec4(iTime)"))
    frames(own_page, 3)
    paused = own_page.page.evaluate("loop.pause(), loop.time")
    assert own_page.page.evaluate("loop.playing") is False
    own_page.page.wait_for_timeout(400)
    assert own_page.page.evaluate("loop.time") == paused
    own_page.page.evaluate("loop.resume()")
    assert paused < frames(own_page, 1)[-1]["time"] < paused + 0.2


def test_seek_restart_and_params(own_page: Bench) -> None:
    knob = {"name": "knob", "type": "float", "label": "Knob", "default": 0.0}
    start(own_page, image("vec4(knob)", params=[knob]), paused=True)
    own_page.page.evaluate("loop.seek(3), loop.setParams({ knob: 1 })")
    last = own_page.page.evaluate("window.seen.at(-1)")
    assert (last["time"], last["frame"], last["params"]) == (3, 180, {"knob": 1})
    own_page.page.evaluate("loop.restart()")
    assert own_page.page.evaluate("[seen.at(-1).time, seen.at(-1).frame]") == [0, 0]


def test_mouse_follows_the_button(own_page: Bench) -> None:
    start(own_page, image("vec4(iMouse.x)"))
    own_page.page.mouse.move(50, 20)
    assert frames(own_page, 2)[-1]["mouse"] == [0, 0, 0, 0]
    own_page.page.mouse.down()
    down = frames(own_page, 2)
    assert [50, 80, 50, 80] in [frame["mouse"] for frame in down]
    assert down[-1]["mouse"] == [50, 80, 50, -80]
    own_page.page.mouse.move(60, 30)
    assert frames(own_page, 2)[-1]["mouse"] == [60, 70, 50, -80]
    own_page.page.mouse.up()
    own_page.page.mouse.move(90, 90)
    assert frames(own_page, 2)[-1]["mouse"] == [60, 70, -50, -80]


def test_keys_are_held_pressed_once_and_toggled(own_page: Bench) -> None:
    start(own_page, image("vec4(texelFetch(iChannel0, ivec2(65, 0), 0).r)", reads(0, "keyboard")))
    own_page.page.keyboard.down("a")
    held = frames(own_page, 3)
    states = [(keys[65], keys[256 + 65], keys[512 + 65]) for keys in (frame["keyboard"] for frame in held)]
    assert states.count((255, 255, 255)) == 1
    assert states[-1] == (255, 0, 255)
    own_page.page.keyboard.up("a")
    keys = frames(own_page, 2)[-1]["keyboard"]
    assert (keys[65], keys[512 + 65]) == (0, 255)


@pytest.mark.parametrize("other", ["Control", "Alt"])
def test_keys_pass_while_another_is_held(own_page: Bench, other: str) -> None:
    start(own_page, image("vec4(texelFetch(iChannel0, ivec2(65, 0), 0).r)", reads(0, "keyboard")))
    own_page.page.keyboard.down(other)
    own_page.page.keyboard.down("a")
    assert frames(own_page, 3)[-1]["keyboard"][65] == 255
    own_page.page.keyboard.up("a")
    assert frames(own_page, 2)[-1]["keyboard"][65] == 0


def test_input_while_paused_draws_one_frame(own_page: Bench) -> None:
    """By which buffers move on; other keys and clicks, of projects that read none, draw nothing."""
    project = image("vec4(iMouse.x + texelFetch(iChannel0, ivec2(65, 0), 0).r)", reads(0, "keyboard"))
    start(own_page, project)
    frames(own_page, 3)
    own_page.page.evaluate("loop.pause()")
    own_page.page.wait_for_timeout(100)
    [count, time, frame] = own_page.page.evaluate("[seen.length, loop.time, loop.frame]")
    own_page.page.mouse.move(50, 20)
    own_page.page.mouse.down()
    shown = drawn(own_page, count + 1)
    assert shown[-1]["mouse"] == [50, 80, 50, 80]
    assert (shown[-1]["time"], shown[-1]["frame"], shown[-1]["timeDelta"]) == (time, frame, 1 / 60)
    own_page.page.keyboard.down("a")
    assert drawn(own_page, count + 2)[-1]["keyboard"][65] == 255
    own_page.page.wait_for_timeout(150)
    assert own_page.page.evaluate("[seen.length, loop.time, loop.frame]") == [count + 2, time, frame + 2]


def test_the_canvas_is_resized_only_when_its_box_is(own_page: Bench) -> None:
    start(own_page, image("vec4(1.0)"), scale=0.5)
    frames(own_page, 2)
    own_page.page.evaluate("""() => {
      window.sets = 0;
      const width = Object.getOwnPropertyDescriptor(HTMLCanvasElement.prototype, "width");
      Object.defineProperty(bench.canvas, "width", { get: () => width.get.call(bench.canvas),
        set: (value) => { window.sets++; width.set.call(bench.canvas, value); } });
    }""")
    assert frames(own_page, 3)[-1]["width"] == 100
    assert own_page.page.evaluate("window.sets") == 0
    own_page.page.evaluate("bench.canvas.style.width = '80px'")
    assert frames(own_page, 2)[-1]["width"] == 40
    assert own_page.page.evaluate("window.sets") == 1


@pytest.mark.parametrize("how", ["loop.stop()", "loop.pause()", "bench.canvas.style.top = '9000px'"])
def test_nothing_is_drawn_for_nobody(own_page: Bench, how: str) -> None:
    start(own_page, image("vec4(iTime)"))
    frames(own_page, 2)
    own_page.page.evaluate(how)
    own_page.page.wait_for_timeout(150)
    count = own_page.page.evaluate("window.seen.length")
    own_page.page.wait_for_timeout(100)
    assert own_page.page.evaluate("window.seen.length") == count


def test_a_lost_context_comes_back(own_page: Bench) -> None:
    start(own_page, image("vec4(0.4, 0.6, iTime * 0.0, 1.0)"))
    frames(own_page, 2)
    own_page.page.evaluate("window.lose = bench.gl.getExtension('WEBGL_lose_context'), lose.loseContext()")
    own_page.page.wait_for_function("!loop.playing")
    own_page.page.evaluate("lose.restoreContext()")
    own_page.page.wait_for_function("loop.playing")
    frames(own_page, 2)
    assert own_page.pixel() == [102, 153, 0, 255]


def test_a_frame_rate_cap(own_page: Bench) -> None:
    start(own_page, image("vec4(iTime)"), fps=10)
    seen = frames(own_page, 4)
    assert all(0.09 < frame["timeDelta"] < 0.25 for frame in seen[1:])
