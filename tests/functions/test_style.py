"""The style vector: of unit length, steady under small changes, far between unlike pictures."""

import io

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from functions.describe.style import DIMENSIONS, style


def encoded(image: Image.Image) -> bytes:
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


def rings(colour: str, width: int = 640) -> Image.Image:
    image = Image.new("RGB", (width, width * 9 // 16), "black")
    draw = ImageDraw.Draw(image)
    for n in range(8):
        radius = width * (n + 1) // 24
        box = [width // 2 - radius, width * 9 // 32 - radius, width // 2 + radius, width * 9 // 32 + radius]
        draw.ellipse(box, outline=colour, width=width // 80)
    return image


def distance(one: Image.Image, other: Image.Image) -> float:
    return 1 - float(style(encoded(one)) @ style(encoded(other)))


def test_it_is_a_unit_vector() -> None:
    for image in (rings("red"), Image.new("RGB", (640, 360)), Image.new("L", (16, 16), 200)):
        vector = style(encoded(image))
        assert vector.shape == (DIMENSIONS,)
        assert np.isfinite(vector).all()
        assert abs(np.linalg.norm(vector) - 1) < 1e-6


def test_size_and_blur_matter_less_than_colour_and_shape() -> None:
    image = rings("orange")
    near = max(distance(image, rings("orange", 320)), distance(image, image.filter(ImageFilter.GaussianBlur(1))))
    far = min(distance(image, rings("deepskyblue")), distance(image, Image.new("RGB", (640, 360), "orange")))
    assert near * 3 < far
