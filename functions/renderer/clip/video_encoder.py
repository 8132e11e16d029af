"""Encodes frames as a video file: H.264 in MP4, AV1 in WebM, VP9 where a side is too short for AV1."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# (the types that PyAV ships are partial)

import io
import os
from fractions import Fraction
from typing import Any

import av
import numpy as np
from av import VideoFrame
from av.video.reformatter import VideoReformatter
from numpy.typing import NDArray

from functions.renderer.pictures.still import BadOutput

MAX_BYTES = 64 << 20
"""Bytes of a file."""
X264 = "cpu-independent=1:trellis=1:bframes=5:b-adapt=0:scenecut=0:direct=auto:aq-mode=2:qcomp=0.5:rc-lookahead=20"
"""Makes veryfast's files smaller than medium's at the same SSIM, in less time.

Five B-frames between reference frames, in fixed groups, without a search for scene cuts: shaders move steadily and have none.
"""
CODECS = {
    "h264": ("libx264", {"preset": "veryfast", "crf": "24", "x264-params": X264}),
    "av1": ("libsvtav1", {"preset": "10", "crf": "35", "svtav1-params": "lp=1"}),
    "vp9": ("libvpx-vp9", {"deadline": "realtime", "cpu-used": "8", "crf": "34", "b": "0"}),
}
"""Encoder and options by codec. One thread each, so that bytes do not depend on the machine; qualities that look alike."""
MIN_SIDE_FOR_AV1 = 64
"""Pixels."""
BT709, LIMITED = 1, 1
os.putenv("SVT_LOG", "1")  # errors alone: the encoder writes to stderr by itself


class VideoEncoder:
    """One video: `add` frames, then `finish`; or `drop` it."""

    def __init__(self, file_format: str, width: int, height: int, fps: int) -> None:
        self.frames = 0
        self.type = f"video/{file_format}"
        self._fps = fps
        self._converter = VideoReformatter()
        self._file = io.BytesIO()
        options = {"movflags": "+faststart"} if file_format == "mp4" else {}
        reader = _SecondReader(self._file)
        self._target = av.open(self._file, "w", format=file_format, options=options, io_open=lambda *_: reader)
        self._stream = self._open(*CODECS[choose_codec(file_format, width, height)], width, height)

    def _open(self, codec: str, options: dict[str, str], width: int, height: int) -> Any:
        stream: Any = self._target.add_stream(codec, rate=self._fps, options={**options, "g": "9999"})
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        context = stream.codec_context
        context.thread_count = 1
        context.color_primaries = context.color_trc = context.colorspace = BT709
        context.color_range = LIMITED
        return stream

    def add(self, pixels: NDArray[np.uint8]) -> None:
        """H x W x 4, the top row first. Raises BadOutput."""
        frame = VideoFrame.from_numpy_buffer(pixels, format="rgba")
        frame = self._converter.reformat(
            frame, format="yuv420p", dst_colorspace=BT709, dst_color_range=LIMITED, threads=1
        )
        frame.pts, frame.time_base = self.frames, Fraction(1, self._fps)
        self.frames += 1
        self._target.mux(self._stream.encode(frame))
        if self._file.tell() > MAX_BYTES:
            raise BadOutput(f"the clip is larger than {MAX_BYTES} bytes")

    def finish(self) -> bytes:
        """The whole file."""
        self._target.mux(self._stream.encode(None))
        self._target.close()
        return self._file.getvalue()

    def drop(self) -> None:
        """Frees the encoder without a file."""
        self._target.close()


def choose_codec(file_format: str, width: int, height: int) -> str:
    """The key in CODECS."""
    if file_format == "mp4":
        return "h264"
    return "av1" if min(width, height) >= MIN_SIDE_FOR_AV1 else "vp9"


class _SecondReader:
    """Reads the file that is being written: to put its index in front, the MP4 writer opens its own file once more."""

    def __init__(self, file: io.BytesIO) -> None:
        self._file = file
        self._at = 0

    def read(self, size: int) -> bytes:
        writing_at = self._file.tell()
        self._file.seek(self._at)
        data = self._file.read(size)
        self._at = self._file.tell()
        self._file.seek(writing_at)
        return data

    def seek(self, offset: int, whence: int = 0) -> int:
        self._at = offset + (0, self._at, len(self._file.getbuffer()))[whence]
        return self._at

    def tell(self) -> int:
        return self._at
