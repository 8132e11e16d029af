"""A clip as it is made: frames from the browser become a video, and the facts that only all of them tell."""

from collections.abc import Iterable
from typing import Any

import numpy as np

from .film import Film
from .fit import Size
from .miniatures import Frames, Shrinker
from .motion import measure_motion
from .plan import Clip
from .seams import Pair, Seam


class Reel:
    """Of one clip at one size. Blocking, and for one thread at a time."""

    def __init__(self, clip: Clip, size: Size) -> None:
        self.size = size
        frames = max(1, round(clip.duration * size.fps))
        self._seam = Seam(frames, size.fps, size.width * size.height * 4) if clip.loop and frames > 2 else None
        self.wanted = self._seam.wanted if self._seam else frames
        self._shrinker = Shrinker(size.width, size.height)
        self._miniatures = list[Frames]()
        self._film = Film(clip.format, size.width, size.height, size.fps)

    @property
    def closed(self) -> bool:
        """Whether the loop is complete before all wanted frames were drawn."""
        return self._seam is not None and self._seam.closed

    def add(self, data: bytes, count: int) -> None:
        """Frames in their order, RGBA, each with its bottom row first; those after the end of a loop are left out."""
        shape = (count, self.size.height, self.size.width, 4)
        for upwards in np.frombuffer(data, np.uint8).reshape(shape):
            if self.closed:
                return
            frame = np.ascontiguousarray(upwards[::-1])
            small = self._shrinker.shrink(frame)
            self._keep(self._seam.add((frame, small)) if self._seam else [(frame, small)])

    def finish(self) -> tuple[dict[str, Any], dict[str, Any], bytes]:
        """The output's header, the facts, and the file."""
        if self._seam:
            self._keep(self._seam.rest())
        data = self._film.finish()
        width, height, fps, frames = self.size.width, self.size.height, self.size.fps, self._film.frames
        header = {"type": self._film.type, "width": width, "height": height, "fps": fps, "frames": frames}
        facts = measure_motion(np.stack(self._miniatures), fps)
        if self._seam:
            facts["loops"] = round(frames / fps, 3) if self._seam.closed else None
        return {**header, "duration": round(frames / fps, 3)}, facts, data

    def drop(self) -> None:
        """For a clip that is given up."""
        self._film.drop()

    def _keep(self, pairs: Iterable[Pair]) -> None:
        for frame, small in pairs:
            self._film.add(frame)
            self._miniatures.append(small)
