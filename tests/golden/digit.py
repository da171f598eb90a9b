"""Makes tests/golden/digit.safetensors: drawings, and the 28×28 images that the engine should make of them.

Run at the root of the repository, with any Python ≥ 3.10:

    pip install numpy pillow safetensors && python tests/golden/digit.py

This implementation shares nothing with the engine's: Pillow paints polygons and discs at 40 times the size, and the
result is averaged down by area. The definition: the drawing's centreline is scaled, with its proportions kept, so that
the drawing with the pen's width around it fits 20×20. The pen's width does not depend on the drawing's size, but grows
with the pressure. Finally the drawing is moved so that the centre of mass of its ink is the centre of the image.
"""

from math import cos, hypot, pi, sin
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw
from safetensors.numpy import save_file

SIDE = 28
FIT = 20.0
# The width of the line at a pressure of ½ in pixels, and the factors on it at pressures 0 and 1.
PEN = 2.4
LIGHTEST, HEAVIEST = 0.6, 1.4
FINE = 40


def even(*points):
    """A stroke of constant pressure, as a mouse makes it."""
    return [(x, y, 0.5) for x, y in points]


def loop(count=60):
    """An eight: a Lissajous curve, which crosses itself."""
    turns = [2 * pi * i / count for i in range(count + 1)]
    return even(*[(300 + 40 * sin(2 * t), 200 - 75 * cos(t)) for t in turns])


DRAWINGS = {
    "seven": [even((10, 10), (60, 10), (30, 90))],
    "eight": [loop()],
    "slanted one": [even((40, 0), (20, 100))],
    "dash": [even((-5, 3), (5, 3))],
    "dot": [even((123, 45))],
    # Two strokes that do not touch at their ends, and far more ink on one side: box and mass have different centres.
    "L": [even((0.1, 0.0), (0.1, 0.8)), even((0.1, 0.9), (0.6, 0.9), (0.6, 0.85), (0.15, 0.85))],
    "four": [even((30, 0), (0, 60), (70, 60)), even((50, 25), (50, 100))],
    # A stroke of growing pressure, and a dot of the greatest pressure.
    "pressed": [[(5 * i, 30 * sin(i / 3), i / 20) for i in range(21)], [(50, 60, 1.0)]],
}


def radius(pressure):
    return PEN / 2 * (LIGHTEST + (HEAVIEST - LIGHTEST) * pressure)


def paint(strokes, shift):
    """Coverage 0..1 of the fine pixels. The pressure at the end of a piece gives the width of the whole piece."""
    canvas = Image.new("L", (SIDE * FINE, SIDE * FINE), 0)
    draw = ImageDraw.Draw(canvas)
    # Pillow's coordinates are at the centres of pixels.
    at = lambda x, y: ((x + shift[0]) * FINE - 0.5, (y + shift[1]) * FINE - 0.5)

    def disc(x, y, r):
        (cx, cy), r = at(x, y), r * FINE
        # A polygon, because Pillow rounds ellipses to whole pixels.
        draw.polygon([(cx + r * cos(2 * pi * k / 200), cy + r * sin(2 * pi * k / 200)) for k in range(200)], fill=255)

    for stroke in strokes:
        for (x0, y0, _), (x1, y1, pressure) in zip([stroke[0]] + stroke, stroke):
            r = radius(pressure)
            disc(x0, y0, r)
            disc(x1, y1, r)
            length = hypot(x1 - x0, y1 - y0)
            if length > 0:
                nx, ny = -(y1 - y0) / length * r, (x1 - x0) / length * r
                corners = [(x0 + nx, y0 + ny), (x1 + nx, y1 + ny), (x1 - nx, y1 - ny), (x0 - nx, y0 - ny)]
                draw.polygon([at(*corner) for corner in corners], fill=255)
    return np.asarray(canvas, dtype=np.float64) / 255


def normalize(strokes):
    xs, ys = [[point[axis] for stroke in strokes for point in stroke] for axis in (0, 1)]
    extent = max(max(xs) - min(xs), max(ys) - min(ys))
    scale = (FIT - PEN) / extent if extent > 0 else 0.0
    middle = (max(xs) + min(xs)) / 2, (max(ys) + min(ys)) / 2
    place = lambda at, axis: (at - middle[axis]) * scale + SIDE / 2
    placed = [[(place(x, 0), place(y, 1), pressure) for x, y, pressure in stroke] for stroke in strokes]

    ink = paint(placed, (0.0, 0.0))
    centers = (np.arange(SIDE * FINE) + 0.5) / FINE
    mass_x = (ink.sum(axis=0) * centers).sum() / ink.sum()
    mass_y = (ink.sum(axis=1) * centers).sum() / ink.sum()
    ink = paint(placed, (SIDE / 2 - mass_x, SIDE / 2 - mass_y))
    grey = ink.reshape(SIDE, FINE, SIDE, FINE).mean(axis=(1, 3))
    return np.round(grey * 255).astype(np.uint8)


def main():
    tensors = {}
    for name, strokes in DRAWINGS.items():
        points = [(number, *point) for number, stroke in enumerate(strokes) for point in stroke]
        tensors[f"{name}.points"] = np.array(points, dtype=np.float32)
        tensors[f"{name}.image"] = normalize(strokes)
    path = Path(__file__).parent / "digit.safetensors"
    save_file(tensors, path, metadata={"pen": str(PEN)})
    path.chmod(0o644)
    print(f"{path.name}: {path.stat().st_size} bytes")


if __name__ == "__main__":
    main()
