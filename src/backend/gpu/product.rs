//! The yardstick of the bench: how fast the adapter multiplies two matrices.

use super::GpuBackend;
use super::buffers::buffer;
use super::kernel::BoundKernel;
use super::shader::{Shader, Tensor};
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
        let shader = Shader::new("product", wgsl!("product.wgsl"))
            .constants(&[("SIDE", SIDE)])
            .reads(0, Tensor::Input)
            .reads(1, Tensor::Parameters)
            .writes(2, Tensor::Output);
        let buffer_of = |tensor| match tensor {
            Tensor::Input => &a,
            Tensor::Parameters => &b,
            _ => &c,
        };
        let compile = || BoundKernel::new(&self.gpu, &self.buffers.settings, "product".into(), shader, buffer_of);
        let kernel = self.gpu.checked(compile).await?;
        let mut best = f64::INFINITY;
        // The first round compiles.
        for round in 0..=rounds {
            self.read_from(&c, 0..1, |_| ()).await?;
            let start = Instant::now();
            let mut encoder = self.encoder();
            let mut pass = encoder.begin_compute_pass(&wgpu::ComputePassDescriptor::default());
            kernel.dispatch(&mut pass, &self.buffers.settings, 0, (SIDE / 8).pow(2).div_ceil(64));
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
