"""What one way took for one clip."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Result:
    """cpu and wall in seconds. ssim: mean, against the way's own frames, all of them. raster: the CPU-seconds of drawing alone."""

    cpu: float
    wall: float
    size: int
    ssim: float
    raster: float = 0.0
    fps: int = 30
