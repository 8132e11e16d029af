"""Writes a clip from its frames: finds the loop point, encodes the video, measures motion and flashes."""

from collections.abc import Iterable
from typing import Any

import numpy as np

from functions.renderer.clip.loop_point import LoopPoint, Pair
from functions.renderer.clip.motion import measure_motion
from functions.renderer.clip.video_encoder import VideoEncoder
from functions.renderer.pictures.thumbnails import Downscaler, Frames
from functions.renderer.plan.clips import Size
from shared.renders.plan import Clip


class ClipWriter:
    """One clip at one size. Blocking, and for one thread at a time."""

    def __init__(self, clip: Clip, size: Size) -> None:
        self.size = size
        frames = max(1, round(clip.duration * size.fps))
        self._loop = LoopPoint(frames, size.fps, size.width * size.height * 4) if clip.loop and frames > 2 else None
        self.wanted = self._loop.wanted if self._loop else frames
        self._downscaler = Downscaler(size.width, size.height)
        self._thumbnails = list[Frames]()
        self._encoder = VideoEncoder(clip.format, size.width, size.height, size.fps)

    @property
    def closed(self) -> bool:
        """Whether the loop is complete, so that no more frames are needed."""
        return self._loop is not None and self._loop.closed

    def add(self, data: bytes, count: int) -> None:
        """Adds frames in their order, RGBA, each with its bottom row first; ignores those after the end of a loop."""
        shape = (count, self.size.height, self.size.width, 4)
        for upwards in np.frombuffer(data, np.uint8).reshape(shape):
            if self.closed:
                return
            frame = np.ascontiguousarray(upwards[::-1])
            small = self._downscaler.downscale(frame)
            self._write(self._loop.add((frame, small)) if self._loop else [(frame, small)])

    def finish(self) -> tuple[dict[str, Any], dict[str, Any], bytes]:
        """Finishes the clip: the output's header, the facts, and the file."""
        if self._loop:
            self._write(self._loop.rest())
        data = self._encoder.finish()
        width, height, fps, frames = self.size.width, self.size.height, self.size.fps, self._encoder.frames
        header = {"type": self._encoder.type, "width": width, "height": height, "fps": fps, "frames": frames}
        facts = measure_motion(np.stack(self._thumbnails), fps)
        if self._loop:
            facts["loops"] = round(frames / fps, 3) if self._loop.closed else None
        return {**header, "duration": round(frames / fps, 3)}, facts, data

    def drop(self) -> None:
        """Frees the encoder of a clip that is given up."""
        self._encoder.drop()

    def _write(self, pairs: Iterable[Pair]) -> None:
        for frame, small in pairs:
            self._encoder.add(frame)
            self._thumbnails.append(small)
