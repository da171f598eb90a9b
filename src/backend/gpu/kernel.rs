//! A compiled shader with its buffers bound, ready to be dispatched.

use super::device::Gpu;
use super::settings::SettingsSlots;
use super::shader::{Binding, Shader, Tensor};
use wgpu::{BindGroupLayoutEntry, BindingType, BufferBindingType, ShaderStages};

/// The maximum number of workgroups in one row of a dispatch; WebGPU allows 65,535.
const WORKGROUPS_ACROSS: usize = 32_768;

/// A compiled shader with its buffers.
pub struct BoundKernel {
    /// For example "C1 + S2 forward".
    pub name: String,
    pipeline: wgpu::ComputePipeline,
    buffers: wgpu::BindGroup,
}

impl BoundKernel {
    /// Compiles `shader` and binds it to the buffers that `buffer_of` finds.
    pub fn new<'a>(
        gpu: &Gpu,
        settings: &SettingsSlots,
        name: String,
        shader: Shader,
        buffer_of: impl Fn(Tensor) -> &'a wgpu::Buffer,
    ) -> Self {
        let device = &gpu.device;
        let label = Some(name.as_str());
        let shader = shader.constants(&[("WORKGROUPS_ACROSS", WORKGROUPS_ACROSS)]);
        let module = device.create_shader_module(wgpu::ShaderModuleDescriptor {
            label,
            source: wgpu::ShaderSource::Wgsl(shader.expanded().into()),
        });
        let entry = |binding: &Binding| BindGroupLayoutEntry {
            binding: binding.number,
            visibility: ShaderStages::COMPUTE,
            ty: BindingType::Buffer {
                ty: BufferBindingType::Storage { read_only: binding.read_only },
                has_dynamic_offset: false,
                min_binding_size: None,
            },
            count: None,
        };
        let layout = device.create_bind_group_layout(&wgpu::BindGroupLayoutDescriptor {
            label,
            entries: &shader.bindings.iter().map(entry).collect::<Vec<_>>(),
        });
        let bound = |binding: &Binding| wgpu::BindGroupEntry {
            binding: binding.number,
            resource: buffer_of(binding.tensor).as_entire_binding(),
        };
        let buffers = device.create_bind_group(&wgpu::BindGroupDescriptor {
            label,
            layout: &layout,
            entries: &shader.bindings.iter().map(bound).collect::<Vec<_>>(),
        });
        let pipeline_layout = device.create_pipeline_layout(&wgpu::PipelineLayoutDescriptor {
            label,
            bind_group_layouts: &[Some(&settings.layout), Some(&layout)],
            immediate_size: 0,
        });
        let pipeline = device.create_compute_pipeline(&wgpu::ComputePipelineDescriptor {
            label,
            layout: Some(&pipeline_layout),
            module: &module,
            entry_point: Some(shader.entry),
            compilation_options: wgpu::PipelineCompilationOptions::default(),
            cache: None,
        });
        BoundKernel { name, pipeline, buffers }
    }

    /// Records one dispatch with this number of workgroups and the settings in `slot`.
    pub fn dispatch(&self, pass: &mut wgpu::ComputePass, settings: &SettingsSlots, slot: usize, workgroups: usize) {
        pass.set_pipeline(&self.pipeline);
        settings.bind(pass, slot);
        pass.set_bind_group(1, &self.buffers, &[]);
        let rows = workgroups.div_ceil(WORKGROUPS_ACROSS);
        pass.dispatch_workgroups(workgroups.min(WORKGROUPS_ACROSS) as u32, rows as u32, 1);
    }
}
