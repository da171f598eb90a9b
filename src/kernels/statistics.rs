//! Statistics of the pixels over many images: the mean, the covariance and its eigenvectors, the principal components.

/// Sums over images. They are integers, so that the order of the images does not matter.
pub struct Moments {
    images: u32,
    /// [pixel].
    sums: Vec<u32>,
    /// Sums of products, [pixel][pixel]; only the diagonal and the part to its right are used.
    products: Vec<u32>,
}

impl Moments {
    /// The maximum number of images: 255² times as many is less than 2³².
    pub const MAX_IMAGES: usize = 60_000;

    /// Sums over no images yet, which will have this number of pixels.
    pub fn new(pixels: usize) -> Self {
        Moments { images: 0, sums: vec![0; pixels], products: vec![0; pixels * pixels] }
    }

    /// Adds an image.
    ///
    /// # Panics
    /// After `MAX_IMAGES`.
    #[inline(never)]
    pub fn add(&mut self, image: &[u8]) {
        assert!((self.images as usize) < Self::MAX_IMAGES, "the sums over more images could overflow 32 bits");
        self.images += 1;
        let pixels: Vec<u32> = image.iter().map(|&pixel| u32::from(pixel)).collect();
        for (y, &own) in pixels.iter().enumerate() {
            self.sums[y] += own;
            // Most of an image is paper.
            if own > 0 {
                let row = &mut self.products[y * pixels.len() + y..(y + 1) * pixels.len()];
                row.iter_mut().zip(&pixels[y..]).for_each(|(sum, other)| *sum += own * other);
            }
        }
    }

    /// The mean image, [pixel], with pixels from 0 to 1.
    pub fn mean(&self) -> Vec<f64> {
        self.sums.iter().map(|&sum| f64::from(sum) / f64::from(self.images) / 255.0).collect()
    }

    /// The covariance of pixels from 0 to 1, [pixel][pixel], divided by the number of images and not by one less.
    #[inline(never)]
    pub fn covariance(&self) -> Vec<f64> {
        let (mean, pixels) = (self.mean(), self.sums.len());
        let of = |y: usize, x: usize| {
            let product = f64::from(self.products[y.min(x) * pixels + y.max(x)]);
            product / f64::from(self.images) / (255.0 * 255.0) - mean[y] * mean[x]
        };
        (0..pixels * pixels).map(|at| of(at / pixels, at % pixels)).collect()
    }
}

/// The eigenvalues of a symmetric matrix of `n` rows, largest first, and an eigenvector of length 1 for each, one row per
/// vector.
///
/// Householder's reflections to a tridiagonal matrix, then QL with implicit shifts (Bowdler, Martin, Reinsch, Wilkinson
/// 1968; Golub, Van Loan, *Matrix Computations*, sections 8.3.1 and 8.3.3).
#[inline(never)]
pub fn eigen(mut matrix: Vec<f64>, n: usize) -> (Vec<f64>, Vec<f64>) {
    let (mut diagonal, mut beside) = tridiagonal(&mut matrix, n);
    rotate_to_diagonal(&mut diagonal, &mut beside, &mut matrix, n);
    // Each follows the larger ones, and the equal ones before it. A sort of the standard library takes 3 kB of download.
    let mut order = vec![0; n];
    for (at, value) in diagonal.iter().enumerate() {
        let goes_before = |&(other, x): &(usize, &f64)| x.total_cmp(value).then(at.cmp(&other)).is_gt();
        order[diagonal.iter().enumerate().filter(goes_before).count()] = at;
    }
    let vectors = order.iter().flat_map(|&at| &matrix[at * n..(at + 1) * n]).copied().collect();
    (order.iter().map(|&at| diagonal[at]).collect(), vectors)
}

/// Replaces `a` by the rows of Q, where Q a Qᵀ is tridiagonal. Returns the diagonal of that, and the numbers beside the
/// diagonal from index 1 on.
fn tridiagonal(a: &mut [f64], n: usize) -> (Vec<f64>, Vec<f64>) {
    let (mut diagonal, mut beside) = (vec![0.0; n], vec![0.0; n]);
    // v of each reflection I − v vᵀ, which changes only the first `at` rows.
    let mut reflections: Vec<Vec<f64>> = Vec::new();
    for at in (1..n).rev() {
        let mut v: Vec<f64> = a[at * n..at * n + at].to_vec();
        let length = libm::sqrt(dot(&v, &v));
        diagonal[at] = a[at * n + at];
        // The sign is that for which nothing cancels in v.
        let last = v[at - 1];
        beside[at] = if last > 0.0 { -length } else { length };
        v[at - 1] -= beside[at];
        let square = dot(&v, &v);
        if square > 0.0 {
            let scale = libm::sqrt(2.0 / square);
            v.iter_mut().for_each(|x| *x *= scale);
            // a ← (I − v vᵀ) a (I − v vᵀ) = a − v qᵀ − q vᵀ.
            let mut q: Vec<f64> = (0..at).map(|row| dot(&a[row * n..row * n + at], &v)).collect();
            let half = dot(&q, &v) / 2.0;
            q.iter_mut().zip(&v).for_each(|(q, v)| *q -= half * v);
            for row in 0..at {
                let (of_v, of_q) = (v[row], q[row]);
                let numbers = a[row * n..row * n + at].iter_mut().zip(v.iter().zip(&q));
                numbers.for_each(|(a, (v, q))| *a -= of_v * q + of_q * v);
            }
        }
        reflections.push(v);
    }
    diagonal[0] = a[0];
    a.fill(0.0);
    (0..n).for_each(|row| a[row * n + row] = 1.0);
    // In reverse order, so that each reflection changes only the rows that are no longer unit vectors.
    for v in reflections.iter().rev() {
        let mut projection = vec![0.0; v.len()];
        for (row, &share) in v.iter().enumerate() {
            projection.iter_mut().zip(&a[row * n..]).for_each(|(sum, a)| *sum += share * a);
        }
        for (row, &share) in v.iter().enumerate() {
            a[row * n..row * n + v.len()].iter_mut().zip(&projection).for_each(|(a, p)| *a -= share * p);
        }
    }
    transpose(a, n);
    (diagonal, beside)
}

fn rotate_to_diagonal(diagonal: &mut [f64], beside: &mut [f64], rows: &mut [f64], n: usize) {
    beside.rotate_left(1);
    for first in 0..n {
        loop {
            // The block ends where the number beside the diagonal is negligible.
            let small = |at: usize| beside[at].abs() <= f64::EPSILON * (diagonal[at].abs() + diagonal[at + 1].abs());
            let last = (first..n - 1).find(|&at| small(at)).unwrap_or(n - 1);
            if last == first {
                break;
            }
            // Wilkinson's shift.
            let middle = (diagonal[first + 1] - diagonal[first]) / (2.0 * beside[first]);
            let root = libm::hypot(middle, 1.0);
            let towards = middle + if middle < 0.0 { -root } else { root };
            let mut g = diagonal[last] - diagonal[first] + beside[first] / towards;
            let (mut sine, mut cosine, mut moved) = (1.0, 1.0, 0.0);
            let mut broken = false;
            for at in (first..last).rev() {
                let (f, b) = (sine * beside[at], cosine * beside[at]);
                let length = libm::hypot(f, g);
                beside[at + 1] = length;
                if length == 0.0 {
                    // The block splits here.
                    diagonal[at + 1] -= moved;
                    beside[last] = 0.0;
                    broken = true;
                    break;
                }
                (sine, cosine) = (f / length, g / length);
                g = diagonal[at + 1] - moved;
                let r = (diagonal[at] - g) * sine + 2.0 * cosine * b;
                moved = sine * r;
                diagonal[at + 1] = g + moved;
                g = cosine * r - b;
                let (above, below) = rows.split_at_mut((at + 1) * n);
                let pairs = above[at * n..].iter_mut().zip(&mut below[..n]);
                pairs.for_each(|(x, y)| (*x, *y) = (cosine * *x - sine * *y, sine * *x + cosine * *y));
            }
            if !broken {
                diagonal[first] -= moved;
                beside[first] = g;
                beside[last] = 0.0;
            }
        }
    }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    // Four independent sums, so that additions do not wait for each other.
    let mut sums = [0.0; 4];
    let (a, a_rest) = a.as_chunks::<4>();
    let (b, b_rest) = b.as_chunks::<4>();
    for (a, b) in a.iter().zip(b) {
        (0..4).for_each(|n| sums[n] += a[n] * b[n]);
    }
    let rest: f64 = a_rest.iter().zip(b_rest).map(|(a, b)| a * b).sum();
    (sums[0] + sums[1]) + (sums[2] + sums[3]) + rest
}

fn transpose(a: &mut [f64], n: usize) {
    for y in 0..n {
        (0..y).for_each(|x| a.swap(y * n + x, x * n + y));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::noise::uniform;

    #[test]
    fn eigenvectors_are_scaled_by_the_matrix_and_orthogonal() {
        for n in [1, 2, 7, 40_usize] {
            // A matrix of rank n / 2, which has many eigenvalues of zero.
            let column = |k: usize, y: usize| f64::from(uniform(9 + k as u32, y as u32)) - 0.5;
            let entry = |y: usize, x: usize| (0..n.div_ceil(2)).map(|k| column(k, y) * column(k, x)).sum::<f64>();
            let matrix: Vec<f64> = (0..n * n).map(|at| entry(at / n, at % n)).collect();
            let (values, vectors) = eigen(matrix.clone(), n);
            assert!(values.is_sorted_by(|a, b| a >= b));
            let rows: Vec<&[f64]> = vectors.chunks(n).collect();
            for (k, vector) in rows.iter().enumerate() {
                for (y, row) in matrix.chunks(n).enumerate() {
                    assert!((dot(row, vector) - values[k] * vector[y]).abs() < 1e-12, "{n} rows, vector {k}");
                }
                for (other, with) in rows.iter().enumerate() {
                    let expected = f64::from(u8::from(k == other));
                    assert!((dot(vector, with) - expected).abs() < 1e-12, "{n} rows, {k} and {other}");
                }
            }
        }
    }

    #[test]
    fn moments_are_those_of_the_pixels() {
        let mut moments = Moments::new(2);
        [[0, 255], [255, 0], [255, 255], [0, 0], [255, 0]].iter().for_each(|image| moments.add(image));
        let close = |a: f64, b: f64| (a - b).abs() < 1e-12;
        assert!(close(moments.mean()[0], 0.6) && close(moments.mean()[1], 0.4));
        let expected = [0.24, -0.04, -0.04, 0.24];
        assert!(moments.covariance().into_iter().zip(expected).all(|(a, b)| close(a, b)));
    }
}
