"""How similar two pictures look: structural similarity (SSIM) in blocks."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

_BLOCK = 8
_C1, _C2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
"""The constants of the paper, for values from 0 to 255."""
_LUMA = np.array([0.2126, 0.7152, 0.0722, 0], np.float32)
"""Rec. 709. Alpha has weight 0: products of four values a pixel are quicker than those of three of each four."""


def luma(picture: NDArray[np.uint8]) -> NDArray[np.float32]:
    """0 to 255, Rec. 709, of a picture H x W x 3 or 4."""
    return picture.astype(np.float32) @ _LUMA[: picture.shape[-1]]


def ssim(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    """Structural similarity (Wang et al. 2004), the mean of all blocks. Both H x W, 0 to 255."""
    return float(ssim_map(one, other).mean())


def ssim_map(one: NDArray[np.float32], other: NDArray[np.float32]) -> NDArray[np.floating[Any]]:
    """The structural similarity of each block; blocks are 8 x 8 and do not overlap."""
    a, b = _blocks(one), _blocks(other)
    mean_a, mean_b = a.mean(2), b.mean(2)
    covariance = (a * b).mean(2) - mean_a * mean_b
    likeness = (2 * mean_a * mean_b + _C1) * (2 * covariance + _C2)
    return likeness / ((mean_a**2 + mean_b**2 + _C1) * (a.var(2) + b.var(2) + _C2))


def _blocks(plane: NDArray[np.float32]) -> NDArray[np.float32]:
    height, width = (side // _BLOCK * _BLOCK for side in plane.shape)
    tiles = plane[:height, :width].reshape(height // _BLOCK, _BLOCK, width // _BLOCK, _BLOCK)
    return tiles.transpose(0, 2, 1, 3).reshape(height // _BLOCK, width // _BLOCK, _BLOCK * _BLOCK)
