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

/// The most steps of QL for one eigenvalue. Two are usual; LAPACK's dsteqr gives up after 30.
const MAX_STEPS: usize = 60;
/// What is smaller than this share of the largest number of a matrix is taken as zero. In a matrix of low rank, rounding
/// leaves such numbers, whose squares are too small for an f64.
const NOTHING: f64 = f64::EPSILON * f64::EPSILON;

/// The eigenvalues of a symmetric matrix of `n` rows of finite numbers, largest first, and an eigenvector of length 1 for
/// each, one row per vector.
///
/// Householder's reflections to a tridiagonal matrix, then QL with implicit shifts (Bowdler, Martin, Reinsch, Wilkinson
/// 1968; Golub, Van Loan, *Matrix Computations*, sections 8.3.1 and 8.3.3). This is ours because nalgebra's
/// `SymmetricEigen` takes 9.6 kB of the download.
#[inline(never)]
pub fn eigen(mut matrix: Vec<f64>, n: usize) -> (Vec<f64>, Vec<f64>) {
    // A power of two, which changes no digit, brings the largest number to between ½ and 1.
    let (_, exponent) = libm::frexp(matrix.iter().fold(0.0, |largest, x| f64::max(largest, x.abs())));
    let scale = libm::ldexp(1.0, -exponent);
    matrix.iter_mut().for_each(|x| *x *= scale);
    let (mut diagonal, mut beside) = tridiagonal(&mut matrix, n);
    rotate_to_diagonal(&mut diagonal, &mut beside, &mut matrix, n);
    diagonal.iter_mut().for_each(|x| *x /= scale);
    // Each follows the larger ones, and the equal ones before it. A sort of the standard library takes 3 kB of download.
    let mut order = vec![0; n];
    for (at, value) in diagonal.iter().enumerate() {
        let goes_before = |&(other, x): &(usize, &f64)| x.total_cmp(value).then(at.cmp(&other)).is_gt();
        order[diagonal.iter().enumerate().filter(goes_before).count()] = at;
    }
    let vectors = order.iter().flat_map(|&at| &matrix[at * n..(at + 1) * n]).copied().collect();
    (order.iter().map(|&at| diagonal[at]).collect(), vectors)
}

/// Replaces `a`, whose largest number is about 1, by the rows of Q, where Q a Qᵀ is tridiagonal. Returns the diagonal of that, and the numbers beside the
/// diagonal from index 1 on.
fn tridiagonal(a: &mut [f64], n: usize) -> (Vec<f64>, Vec<f64>) {
    let (mut diagonal, mut beside) = (vec![0.0; n], vec![0.0; n]);
    // v of each reflection I − v vᵀ, which changes only the first `at` rows.
    let mut reflections: Vec<Vec<f64>> = Vec::new();
    for at in (1..n).rev() {
        let mut v: Vec<f64> = a[at * n..at * n + at].to_vec();
        v.iter_mut().filter(|x| x.abs() < NOTHING).for_each(|x| *x = 0.0);
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

/// Turns the tridiagonal matrix into a diagonal one, and the rows with it. What is still beside the diagonal after
/// `MAX_STEPS` is ignored.
fn rotate_to_diagonal(diagonal: &mut [f64], beside: &mut [f64], rows: &mut [f64], n: usize) {
    beside.rotate_left(1);
    for first in 0..n {
        for _ in 0..MAX_STEPS {
            // The block ends where the number beside the diagonal is negligible.
            let small = |at: usize| {
                beside[at].abs() <= f64::EPSILON * (diagonal[at].abs() + diagonal[at + 1].abs()).max(f64::EPSILON)
            };
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

    /// Decomposes a matrix and checks each pair to 1e-12 of the largest number, and that the vectors are orthogonal.
    fn check(name: &str, matrix: Vec<f64>, n: usize) {
        let largest = matrix.iter().fold(0.0, |largest, x| f64::max(largest, x.abs()));
        let (values, vectors) = eigen(matrix.clone(), n);
        assert!(values.is_sorted_by(|a, b| a >= b), "{name}");
        let rows: Vec<&[f64]> = vectors.chunks(n).collect();
        for (k, vector) in rows.iter().enumerate() {
            for (y, row) in matrix.chunks(n).enumerate() {
                let off = (dot(row, vector) - values[k] * vector[y]).abs();
                assert!(off <= 1e-12 * n as f64 * largest, "{name}: vector {k} is {off} off");
            }
            for (other, with) in rows.iter().enumerate() {
                let expected = f64::from(u8::from(k == other));
                assert!((dot(vector, with) - expected).abs() < 1e-12, "{name}: {k} and {other}");
            }
        }
    }

    /// A matrix of this rank whose largest numbers are about `scale`. Every fifth row is zero, like a pixel at the rim.
    fn of_rank(rank: usize, n: usize, scale: f64) -> Vec<f64> {
        let column = |k: usize, y: usize| match y % 5 {
            4 => 0.0,
            _ => f64::from(uniform(9 + k as u32, y as u32)) - 0.5,
        };
        let entry = |y: usize, x: usize| (0..rank).map(|k| column(k, y) * column(k, x)).sum::<f64>();
        (0..n * n).map(|at| scale * entry(at / n, at % n)).collect()
    }

    #[test]
    fn eigenvectors_are_scaled_by_the_matrix_and_orthogonal() {
        for n in [1, 2, 7, 40, 150_usize] {
            for rank in [0, 1, 2, 3, n / 2, n] {
                check(&format!("{n} rows of rank {rank}"), of_rank(rank, n, 1.0), n);
            }
        }
        for scale in [1e-300, 1e-160, 1e150] {
            check(&format!("numbers near {scale}"), of_rank(3, 40, scale), 40);
        }
        let diagonal =
            |n: usize, of: fn(usize) -> f64| (0..n * n).map(move |at| if at % (n + 1) == 0 { of(at) } else { 0.0 });
        check("ones", diagonal(20, |_| 1.0).collect(), 20);
        check("a graded diagonal", diagonal(20, |at| 0.1f64.powi(at as i32)).collect(), 20);
        check("all the same", vec![0.3; 30 * 30], 30);
    }

    /// The covariance of so few images has a rank below their number, and most of its rows are zero.
    #[test]
    fn the_covariance_of_a_few_images_is_decomposed() {
        let n = 150;
        for images in [1, 2, 3, 40] {
            let mut moments = Moments::new(n);
            for image in 0..images {
                let pixel =
                    |at: usize| if at.is_multiple_of(3) { (255.0 * uniform(image, at as u32)) as u8 } else { 0 };
                moments.add(&(0..n).map(pixel).collect::<Vec<u8>>());
            }
            check(&format!("{images} images"), moments.covariance(), n);
        }
    }

    /// Nothing has to come out of such a matrix, but it has to end.
    #[test]
    fn numbers_that_are_not_finite_do_not_go_on_for_ever() {
        for bad in [f64::NAN, f64::INFINITY] {
            let mut matrix = of_rank(5, 30, 1.0);
            matrix[33] = bad;
            let (values, vectors) = eigen(matrix, 30);
            assert_eq!((values.len(), vectors.len()), (30, 30 * 30));
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
