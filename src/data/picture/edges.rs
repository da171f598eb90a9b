//! Scan edges and frames along the rim of a picture: strips of ink from one side to the other.

use super::mask::Mask;
use super::pieces::Area;

/// A strip's outermost line has at least this share of ink, and each further line `FULL[1]`.
const FULL: [f32; 2] = [0.85, 0.7];
/// The line inside a strip has at most this share of ink. The base of a 2 that fills its picture has more above it.
const CLEAR: f32 = 0.2;
/// A strip is at most this share of the picture's width or height.
const DEEP: f32 = 0.2;

/// The part of the picture inside the strips along its rim.
pub fn inside(mask: &Mask) -> Area {
    let mut area = Area { low: [0; 2], high: mask.size() };
    // Frames lie within frames.
    for _ in 0..3 {
        let strips: [[usize; 2]; 2] =
            std::array::from_fn(|axis| [false, true].map(|far| strip(mask, &area, axis, far)));
        let inner = shrunk(&area, &strips);
        let clear: [[usize; 2]; 2] = std::array::from_fn(|axis| {
            std::array::from_fn(|end| {
                let at = if end == 1 { inner.high[axis] - 1 } else { inner.low[axis] };
                if share(mask, &inner, axis, at) <= CLEAR { strips[axis][end] } else { 0 }
            })
        });
        if clear == [[0; 2]; 2] {
            break;
        }
        area = shrunk(&area, &clear);
    }
    area
}

fn shrunk(area: &Area, by: &[[usize; 2]; 2]) -> Area {
    Area {
        low: std::array::from_fn(|axis| area.low[axis] + by[axis][0]),
        high: std::array::from_fn(|axis| area.high[axis] - by[axis][1]),
    }
}

/// The depth of the strip at the low or the far end of an axis, its soft border included; 0 if there is none.
fn strip(mask: &Mask, area: &Area, axis: usize, far: bool) -> usize {
    let extent = area.extent(axis);
    let line =
        |depth: usize| share(mask, area, axis, if far { area.high[axis] - 1 - depth } else { area.low[axis] + depth });
    // The outermost lines of a scan can be pale.
    let Some(start) = (0..=extent / 50).find(|&depth| line(depth) >= FULL[0]) else { return 0 };
    let deepest = (extent as f32 * DEEP) as usize;
    let Some(end) = (start..=deepest).find(|&depth| line(depth) < FULL[1]) else { return 0 };
    let soft = end + 1 + extent / 100;
    (end..soft).find(|&depth| line(depth) <= CLEAR).unwrap_or(end)
}

/// The share of ink in the line across `axis` at a place of it, within an area.
fn share(mask: &Mask, area: &Area, axis: usize, at: usize) -> f32 {
    let along = 1 - axis;
    let inked = (area.low[along]..area.high[along]).filter(|&place| mask.inked[mask.place(along, at, place)]).count();
    inked as f32 / area.extent(along) as f32
}
