"""A project through bare OpenGL: EGL on llvmpipe, no browser, no player."""

from typing import Any

import moderngl
import numpy as np
from numpy.typing import NDArray

from shared.renders.plan import STEPS

VERTEX = """#version 300 es
in vec2 corner;
void main() { gl_Position = vec4(corner, 0.0, 1.0); }
"""
HEAD = """#version 300 es
precision highp float;
precision highp int;
precision highp sampler2D;
uniform vec3 iResolution;
uniform float iTime;
uniform int iFrame;
uniform sampler2D iChannel0, iChannel1, iChannel2, iChannel3;
out vec4 ff_color;
void mainImage(out vec4 color, in vec2 pixel);
void main() { mainImage(ff_color, gl_FragCoord.xy); }
"""
FILTERS = {"nearest": moderngl.NEAREST, "linear": moderngl.LINEAR}


class Buffer:
    """Two RGBA32F textures that change places every frame."""

    def __init__(self, context: moderngl.Context, size: tuple[int, int]) -> None:
        sides = [context.texture(size, 4, dtype="f4") for _ in range(2)]
        self._sides = [(side, context.framebuffer([side])) for side in sides]

    @property
    def texture(self) -> moderngl.Texture:
        """The newest finished frame."""
        return self._sides[0][0]

    @property
    def back(self) -> moderngl.Framebuffer:
        """What the next frame is drawn to."""
        return self._sides[1][1]

    def swap(self) -> None:
        """After drawing."""
        self._sides.reverse()


class Pass:
    """A program with its channels, which must all be buffers."""

    def __init__(self, context: moderngl.Context, source: dict[str, Any], common: str) -> None:
        self.name = str(source.get("name", source["type"]))
        self._program = context.program(vertex_shader=VERTEX, fragment_shader=HEAD + common + source["code"])
        corners = context.buffer(np.array([-1, -1, 3, -1, -1, 3], "f4"))
        self._triangle = context.vertex_array(self._program, [(corners, "2f", "corner")])
        self._channels = [(entry, _sampler(context, entry.get("sampler", {}))) for entry in source.get("inputs", [])]

    def draw(self, into: moderngl.Framebuffer, buffers: dict[str, Buffer], time: float, frame: int) -> None:
        """One frame, seconds `time`."""
        self._set("iResolution", (*into.size, 1.0))
        self._set("iTime", time)
        self._set("iFrame", frame)
        for entry, sampler in self._channels:
            unit = int(entry["channel"])
            self._set(f"iChannel{unit}", unit)
            buffers[entry["source"]].texture.use(unit)
            sampler.use(unit)
        into.use()
        self._triangle.render(moderngl.TRIANGLES, vertices=3)

    def _set(self, name: str, value: Any) -> None:
        if name in self._program:
            self._program[name] = value


class Canvas:
    """A project's passes in their order, on one framebuffer of RGBA8."""

    def __init__(self, context: moderngl.Context, project: dict[str, Any], size: tuple[int, int]) -> None:
        common = "".join(item["code"] + "\n" for item in project["passes"] if item["type"] == "common")
        passes = [Pass(context, item, common) for item in project["passes"] if item["type"] != "common"]
        self._passes = sorted(passes, key=lambda item: (item.name == "image", item.name))  # the image last
        self._buffers = {item.name: Buffer(context, size) for item in passes if item.name != "image"}
        self._image = context.simple_framebuffer(size, 4, dtype="f1")
        self._next = 0

    def draw(self, time: float, into: NDArray[np.uint8]) -> None:
        """The frame at a time as rows of RGBA, the bottom one first; buffers are stepped to it, as the renderer does."""
        last = round(time * STEPS)
        for frame in range(self._next if self._buffers else last, last + 1):
            self._draw(frame, self._passes if frame == last else self._passes[:-1])
        self._next = last + 1
        self._image.read_into(into, components=4)

    def _draw(self, frame: int, passes: list[Pass]) -> None:
        for item in passes:
            buffer = self._buffers.get(item.name)
            item.draw(buffer.back if buffer else self._image, self._buffers, frame / STEPS, frame)
            if buffer:
                buffer.swap()


def _sampler(context: moderngl.Context, wanted: dict[str, str]) -> moderngl.Sampler:
    way = FILTERS[wanted.get("filter", "linear")]
    repeat = wanted.get("wrap") == "repeat"
    return context.sampler(repeat_x=repeat, repeat_y=repeat, filter=(way, way))
