//! The yardstick of the bench: how fast the adapter multiplies two matrices.

use super::GpuBackend;
use super::kernel::{Kernel, Source, Use};
use super::network::buffer;
use super::wgsl::wgsl;
use crate::backend::Failure;
use web_time::Instant;

/// Rows and columns of the matrices.
const SIDE: usize = 512;

impl GpuBackend {
    /// Floating-point operations a second in a plain product of two 512 × 512 matrices, the best of `rounds`.
    ///
    /// # Errors
    /// The GPU failed.
    pub async fn product_rate(&mut self, rounds: usize) -> Result<f64, Failure> {
        let matrix = || buffer(&self.gpu, "matrix", SIDE * SIDE * 4);
        let (a, b, c) = (matrix(), matrix(), matrix());
        let source = Source {
            name: "product".into(),
            parts: &[wgsl!("product.wgsl")],
            entry: "product",
            constants: vec![("SIDE".into(), SIDE), ("GROUPS_ACROSS".into(), super::stages::GROUPS_ACROSS)],
        };
        let buffers = [(0, &a, Use::Reads), (1, &b, Use::Reads), (2, &c, Use::Writes)];
        let kernel = self.gpu.checked(|| Kernel::new(&self.gpu, &self.shared.common, &source, &buffers)).await?;
        let mut best = f64::INFINITY;
        // The first compiles.
        for round in 0..=rounds {
            self.read_from(&c, 0..1, |_| ()).await?;
            let start = Instant::now();
            let mut encoder = self.encoder();
            let mut pass = encoder.begin_compute_pass(&wgpu::ComputePassDescriptor::default());
            kernel.dispatch(&mut pass, &self.shared.common, 0, (SIDE / 8).pow(2).div_ceil(64));
            drop(pass);
            self.gpu.queue.submit([encoder.finish()]);
            self.read_from(&c, 0..1, |_| ()).await?;
            if round > 0 {
                best = best.min(start.elapsed().as_secs_f64());
            }
        }
        Ok(2.0 * (SIDE as f64).powi(3) / best)
    }
}
