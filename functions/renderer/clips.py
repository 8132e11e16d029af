"""The preview as it comes from the page: encoded frames, put into a file that a browser plays at once."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# (the types that PyAV ships are partial)

import io
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import av
from av import Packet, VideoStream
from av.bitstream import BitStreamFilterContext
from av.error import FFmpegError

from .pictures import BadOutput
from .plan import Clip

LARGEST = 64 << 20  # bytes
TICKS = 512  # of the container's clock, a frame

CODECS = ("h264", "vp9", "vp8")
# What WebCodecs says of its colours is not in its bytes: the number of the matrix in H.264, and its name in VP9.
MATRICES = {"bt709": (1, "bt709"), "smpte170m": (6, "smpte170")}


@dataclass(frozen=True, slots=True)
class Encoded:
    """What the encoder made: one chunk a frame."""

    codec: str
    width: int
    height: int
    fps: int
    frames: int
    chunks: Sequence[bytes]
    full_range: bool
    matrix: str

    @property
    def colours(self) -> str:
        """The bitstream filter that says which colours these are. VP8 has no place to say it."""
        number, name = MATRICES[self.matrix]
        if self.codec == "h264":
            parts = (
                f"{part}={number}" for part in ("colour_primaries", "transfer_characteristics", "matrix_coefficients")
            )
            return f"h264_metadata=video_full_range_flag={int(self.full_range)}:{':'.join(parts)}"
        if self.codec == "vp9":
            return f"vp9_metadata=color_space={name}:color_range={'pc' if self.full_range else 'tv'}"
        return "null"


def read_encoded(clip: Clip, message: dict[str, object], data: bytes) -> Encoded:
    """The page's message as what it claims to be. Raises BadOutput."""
    try:
        width, height, fps, frames = (int(str(message[key])) for key in ("width", "height", "fps", "frames"))
        sizes = [int(str(size)) for size in message["sizes"]]  # pyright: ignore
        codec = str(message["codec"])
    except (KeyError, TypeError, ValueError) as error:
        raise BadOutput("the clip is not described") from error
    sane = 2 <= width <= clip.width and 2 <= height <= clip.height and 1 <= fps <= clip.fps
    if not sane or codec not in CODECS or len(data) > LARGEST:
        raise BadOutput("the clip is not what was asked for")
    if frames > 1 + clip.duration * clip.fps:
        raise BadOutput("the clip is longer than what was asked for")
    if len(sizes) != frames or min(sizes, default=0) <= 0 or sum(sizes) != len(data):
        raise BadOutput("frames of the clip are missing")
    chunks, at = list[bytes](), 0
    for size in sizes:
        chunks.append(data[at : at + size])
        at += size
    matrix = str(message.get("matrix"))
    return Encoded(
        codec,
        width,
        height,
        fps,
        frames,
        chunks,
        message.get("full_range") is True,
        matrix if matrix in MATRICES else "bt709",
    )


def mux(encoded: Encoded) -> tuple[str, bytes]:
    """The content type and the bytes of an MP4 (H.264) or WebM (VP9, VP8) file. Raises BadOutput."""
    try:
        return _mux(encoded)
    except (FFmpegError, ValueError) as error:
        raise BadOutput(f"the clip cannot be read: {error}") from error


def _mux(encoded: Encoded) -> tuple[str, bytes]:
    mp4 = encoded.codec == "h264"
    frames = _with_colours(encoded)
    elementary, demuxer = (b"".join(frames), "h264") if mp4 else (_ivf(encoded, frames), "ivf")
    kind, options = ("mp4", {"movflags": "+faststart"}) if mp4 else ("webm", {})
    out = io.BytesIO()
    with (
        av.open(io.BytesIO(elementary), format=demuxer) as source,
        av.open(out, "w", format=kind, options=options, io_open=lambda *_: _SecondReader(out)) as target,
    ):
        incoming = source.streams.video[0]
        if (incoming.codec_context.width, incoming.codec_context.height) != (encoded.width, encoded.height):
            raise BadOutput("the clip has another size than it says")
        stream = target.add_stream_from_template(incoming)
        clock = Fraction(1, encoded.fps * TICKS)
        stream.time_base = clock
        for at, frame in enumerate(frames):
            target.mux(_packet(frame, at, stream, clock))
    return f"video/{kind}", out.getvalue()


class _SecondReader:
    """Reads what another writes: to put its index in front, the MP4 writer opens its own file once more."""

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


def _packet(frame: bytes, at: int, stream: VideoStream, clock: Fraction) -> "Packet[Any]":
    packet = Packet(frame)
    packet.stream = stream
    packet.time_base = clock
    packet.pts = packet.dts = at * TICKS
    packet.duration = TICKS
    packet.is_keyframe = at == 0
    return packet


def _with_colours(encoded: Encoded) -> list[bytes]:
    tagger = BitStreamFilterContext(encoded.colours, encoded.codec)
    frames = [bytes(packet) for chunk in encoded.chunks for packet in tagger.filter(Packet(chunk))]
    if len(frames) != encoded.frames:
        raise BadOutput("frames of the clip are missing")
    return frames


def _ivf(encoded: Encoded, frames: Sequence[bytes]) -> bytes:
    """The plain container that FFmpeg reads VP8 and VP9 from."""
    fourcc = b"VP90" if encoded.codec == "vp9" else b"VP80"
    size = (encoded.width, encoded.height, encoded.fps, 1, len(frames), 0)
    header = struct.pack("<4sHH4sHHIIII", b"DKIF", 0, 32, fourcc, *size)
    return header + b"".join(struct.pack("<IQ", len(frame), at) + frame for at, frame in enumerate(frames))
