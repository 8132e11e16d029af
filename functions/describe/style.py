"""A picture's style vector: what it looks like, whatever it shows. 64 numbers of unit length.

Colour: a soft histogram over hue for the saturated share, and over lightness for the rest, in OKLab
(https://bottosson.github.io/posts/oklab). Texture: edge energy by direction at three scales. Layout: lightness and
chroma on a 4 x 3 grid.
"""

import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image

DIMENSIONS = 64
_SIZE = (96, 54)
_HUES, _LIGHTS, _ANGLES = 12, 8, 6
_WEIGHTS = (1.0, 0.7, 0.8, 0.6)

Array = NDArray[np.float64]

_TO_LMS = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_TO_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)


def style(picture: bytes) -> Array:
    """The style vector (64,) of an encoded picture. Raises PIL's errors for what is none."""
    with Image.open(io.BytesIO(picture)) as image:
        pixels = np.asarray(image.convert("RGB").resize(_SIZE, Image.Resampling.BOX), dtype=np.float64) / 255
    lab = _oklab(pixels)
    parts = (_hues(lab), _lights(lab), _edges(lab[..., 0]), _layout(lab))
    vector = np.concatenate([weight * _unit(part) for weight, part in zip(_WEIGHTS, parts, strict=True)])
    vector = np.pad(vector, (0, DIMENSIONS - vector.size))
    return _unit(vector)


def _unit(vector: Array) -> Array:
    return vector / (float(np.linalg.norm(vector)) + 1e-9)


def _oklab(rgb: Array) -> Array:
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    return np.cbrt(linear @ _TO_LMS.T) @ _TO_LAB.T


def _hues(lab: Array) -> Array:
    """Chroma by hue, each pixel shared between the two nearest of 12 bins."""
    chroma = np.hypot(lab[..., 1], lab[..., 2]).ravel()
    position = (np.arctan2(lab[..., 2], lab[..., 1]).ravel() / (2 * np.pi) * _HUES) % _HUES
    low = np.floor(position).astype(int)
    share = position - low
    bins = np.bincount(low % _HUES, chroma * (1 - share), _HUES) + np.bincount((low + 1) % _HUES, chroma * share, _HUES)
    grey = np.mean(np.clip(0.08 - chroma, 0, None)) * chroma.size
    return np.sqrt(np.append(bins, grey))


def _lights(lab: Array) -> Array:
    counts, _ = np.histogram(lab[..., 0], bins=_LIGHTS, range=(0, 1.0001))
    return np.sqrt(counts / counts.sum())


def _edges(light: Array) -> Array:
    """Edge energy in 6 directions at three scales, and its total at each."""
    parts: list[Array] = []
    for step in (1, 2, 4):
        coarse = light[::step, ::step]
        dy, dx = np.gradient(coarse)
        energy = np.hypot(dx, dy).ravel()
        angle = ((np.arctan2(dy, dx).ravel() % np.pi) / np.pi * _ANGLES).astype(int) % _ANGLES
        parts.append(np.bincount(angle, energy, _ANGLES) / energy.size * step)
    return np.sqrt(np.concatenate(parts))


def _layout(lab: Array) -> Array:
    """Mean lightness on a 4 x 3 grid about its mean, and the mean chroma of each row and column."""
    cells = lab[..., 0].reshape(3, 18, 4, 24).mean(axis=(1, 3))
    chroma = np.hypot(lab[..., 1], lab[..., 2]).reshape(3, 18, 4, 24).mean(axis=(1, 3))
    return np.concatenate([(cells - cells.mean()).ravel(), chroma.mean(axis=0), chroma.mean(axis=1)])
