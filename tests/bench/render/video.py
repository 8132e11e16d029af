"""Clips: encoded by libx264 (in PyAV), decoded, and compared with what they were made from."""

import io
from collections.abc import Iterable, Mapping
from fractions import Fraction

import av
import numpy as np
from av.video.frame import PictureType
from av.video.reformatter import ColorRange
from numpy.typing import NDArray

from functions.renderer.clip.video_encoder import CODECS
from functions.renderer.pictures.similarity import luma, ssim

Picture = NDArray[np.uint8]

OURS = CODECS["h264"][1]
"""What the renderer encodes previews with."""
USUAL = {"preset": "medium", "crf": "23"}
"""What the ffmpeg program does when nothing is said."""


class Encoder:
    """Frames in, one MP4 out. threads: 0 = as many as x264 likes."""

    def __init__(self, width: int, height: int, fps: int, options: Mapping[str, str], threads: int) -> None:
        self._out = io.BytesIO()
        self._container = av.open(self._out, "w", format="mp4")
        self._stream = self._container.add_stream("libx264", rate=fps, options=dict(options))
        self._stream.width, self._stream.height, self._stream.pix_fmt = width, height, "yuv420p"
        self._stream.codec_context.thread_count = threads
        self._fps = fps
        self._count = 0

    def add(self, frame: av.VideoFrame) -> av.VideoFrame:
        """The frame as it was handed to x264."""
        flat = frame.reformat(format="yuv420p", dst_color_range=ColorRange.MPEG)
        flat.pict_type = PictureType.NONE  # a picture from PNG says I, and x264 would obey
        flat.pts, flat.time_base = self._count, Fraction(1, self._fps)
        self._count += 1
        self._container.mux(self._stream.encode(flat))
        return flat

    def finish(self) -> bytes:
        """The file."""
        self._container.mux(self._stream.encode(None))
        self._container.close()
        return self._out.getvalue()


def encode(frames: Iterable[av.VideoFrame], width: int, height: int, fps: int, options: Mapping[str, str]) -> bytes:
    """Frames that are there already."""
    encoder = Encoder(width, height, fps, options, threads=0)
    for frame in frames:
        encoder.add(frame)
    return encoder.finish()


def compare(clip: bytes, pictures: Mapping[int, Picture], hold: int = 1) -> float:
    """Mean SSIM of some frames with the pictures (RGB) that they show. Raises ValueError where one is missing.

    hold: for how many pictures a frame of the clip stands. By way of RGB, so that it does not matter which matrix and range a clip has, as long as it says so.
    """
    found = list[float]()
    with av.open(io.BytesIO(clip)) as container:
        for index, frame in enumerate(container.decode(video=0)):
            shown = [pictures[number] for number in range(index * hold, (index + 1) * hold) if number in pictures]
            found += [ssim(luma(frame.to_ndarray(format="rgb24")), luma(picture)) for picture in shown]
    if len(found) != len(pictures):
        raise ValueError(f"{len(pictures) - len(found)} frames are missing in a clip")
    return sum(found) / len(found)


def size_at(similarity: float, points: Mapping[float, int]) -> float:
    """Bytes at an SSIM, from sizes at others: log size is a line between neighbours; beyond the ends it is the end's."""
    known = _rising(points)
    return float(np.exp(np.interp(similarity, [reached for reached, _ in known], [np.log(size) for _, size in known])))


def _rising(points: Mapping[float, int]) -> list[tuple[float, int]]:
    """Without those that are larger and no better: rounding may outweigh what the encoder does."""
    kept = list[tuple[float, int]]()
    for similarity, size in sorted(points.items(), key=lambda point: point[1]):
        if not kept or similarity > kept[-1][0]:
            kept.append((similarity, size))
    return kept
