"""Clips: encoded by libx264 (in PyAV), decoded, and compared with what they were made from."""

import io
from collections.abc import Iterable, Mapping
from fractions import Fraction

import av
import numpy as np
from av.video.frame import PictureType
from av.video.reformatter import ColorRange
from numpy.typing import NDArray

from functions.renderer.film import CODECS

Picture = NDArray[np.uint8]

OURS = CODECS["h264"][1]
"""What the renderer encodes previews with."""
USUAL = {"preset": "medium", "crf": "23"}
"""What the ffmpeg program does when nothing is said."""

_BLOCK = 8
_C1, _C2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
_LUMA = np.array([0.2126, 0.7152, 0.0722], np.float32)


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


def compare(clip: bytes, pictures: Mapping[int, Picture]) -> float:
    """Mean SSIM of some frames with the pictures (RGB) that they show. Raises ValueError where one is missing.

    By way of RGB, so that it does not matter which matrix and range a clip has, as long as it says so.
    """
    found = list[float]()
    with av.open(io.BytesIO(clip)) as container:
        for index, frame in enumerate(container.decode(video=0)):
            if index in pictures:
                found.append(ssim(luma(frame.to_ndarray(format="rgb24")), luma(pictures[index])))
    if len(found) != len(pictures):
        raise ValueError(f"{len(pictures) - len(found)} frames are missing in a clip")
    return sum(found) / len(found)


def luma(picture: Picture) -> NDArray[np.float32]:
    """0 to 255, Rec. 709."""
    return picture[..., :3].astype(np.float32) @ _LUMA


def ssim(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    """Structural similarity (Wang et al. 2004) over blocks of 8x8 that do not overlap."""
    a, b = _blocks(one), _blocks(other)
    mean_a, mean_b = a.mean(1), b.mean(1)
    covariance = (a * b).mean(1) - mean_a * mean_b
    likeness = (2 * mean_a * mean_b + _C1) * (2 * covariance + _C2)
    return float((likeness / ((mean_a**2 + mean_b**2 + _C1) * (a.var(1) + b.var(1) + _C2))).mean())


def _blocks(plane: NDArray[np.float32]) -> NDArray[np.float32]:
    height, width = (side // _BLOCK * _BLOCK for side in plane.shape)
    tiles = plane[:height, :width].reshape(height // _BLOCK, _BLOCK, width // _BLOCK, _BLOCK)
    return tiles.transpose(0, 2, 1, 3).reshape(-1, _BLOCK * _BLOCK)


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
