//! A kernel: a shader for one purpose and shape, compiled and bound to its buffers, ready to be dispatched.

use super::device::Gpu;
use super::stages::GROUPS_ACROSS;
use super::template::{Constants, expand};
use super::wgsl::wgsl;
use wgpu::{BindGroupLayoutEntry, BindingType, BufferBindingType, ShaderStages};

/// What a kernel may do with a buffer.
#[derive(Clone, Copy, PartialEq)]
pub enum Use {
    Reads,
    Writes,
}

/// A shader's parts, as they are written in the files.
pub struct Source<'a> {
    /// "C1 + S2 forward".
    pub name: String,
    pub parts: &'a [&'a str],
    pub entry: &'static str,
    pub constants: Constants,
}

/// Ready to be dispatched.
pub struct Kernel {
    pub name: String,
    pipeline: wgpu::ComputePipeline,
    buffers: wgpu::BindGroup,
}

/// What all kernels share: the settings of the pass, by a dynamic offset.
pub struct Common {
    layout: wgpu::BindGroupLayout,
    pub settings: wgpu::BindGroup,
}

/// Bytes from one slot of settings to the next, the least that every adapter takes.
pub const SLOT: usize = 256;
/// Bytes of settings; see `common.wgsl`.
pub const SETTINGS: usize = 128;

impl Common {
    pub fn new(gpu: &Gpu, settings: &wgpu::Buffer) -> Self {
        let size = wgpu::BufferSize::new(SETTINGS as u64);
        let layout = gpu.device.create_bind_group_layout(&wgpu::BindGroupLayoutDescriptor {
            label: Some("settings"),
            entries: &[BindGroupLayoutEntry {
                binding: 0,
                visibility: ShaderStages::COMPUTE,
                ty: BindingType::Buffer {
                    ty: BufferBindingType::Uniform,
                    has_dynamic_offset: true,
                    min_binding_size: size,
                },
                count: None,
            }],
        });
        let resource = wgpu::BindingResource::Buffer(wgpu::BufferBinding { buffer: settings, offset: 0, size });
        let settings = gpu.device.create_bind_group(&wgpu::BindGroupDescriptor {
            label: Some("settings"),
            layout: &layout,
            entries: &[wgpu::BindGroupEntry { binding: 0, resource }],
        });
        Common { layout, settings }
    }
}

impl Kernel {
    /// Compiles and binds: (binding, buffer, use) each.
    pub fn new(gpu: &Gpu, common: &Common, source: &Source, buffers: &[(u32, &wgpu::Buffer, Use)]) -> Self {
        let device = &gpu.device;
        let text = expand(&[wgsl!("common.wgsl"), &source.parts.concat()].concat(), &source.constants);
        let module = device.create_shader_module(wgpu::ShaderModuleDescriptor {
            label: Some(&source.name),
            source: wgpu::ShaderSource::Wgsl(text.into()),
        });
        let entry = |&(binding, _, usage): &(u32, &wgpu::Buffer, Use)| BindGroupLayoutEntry {
            binding,
            visibility: ShaderStages::COMPUTE,
            ty: BindingType::Buffer {
                ty: BufferBindingType::Storage { read_only: usage == Use::Reads },
                has_dynamic_offset: false,
                min_binding_size: None,
            },
            count: None,
        };
        let layout = device.create_bind_group_layout(&wgpu::BindGroupLayoutDescriptor {
            label: Some(&source.name),
            entries: &buffers.iter().map(entry).collect::<Vec<_>>(),
        });
        let bound: Vec<wgpu::BindGroupEntry> = buffers
            .iter()
            .map(|(binding, buffer, _)| wgpu::BindGroupEntry {
                binding: *binding,
                resource: buffer.as_entire_binding(),
            })
            .collect();
        let buffers = device.create_bind_group(&wgpu::BindGroupDescriptor {
            label: Some(&source.name),
            layout: &layout,
            entries: &bound,
        });
        let pipeline_layout = device.create_pipeline_layout(&wgpu::PipelineLayoutDescriptor {
            label: Some(&source.name),
            bind_group_layouts: &[Some(&common.layout), Some(&layout)],
            immediate_size: 0,
        });
        let pipeline = device.create_compute_pipeline(&wgpu::ComputePipelineDescriptor {
            label: Some(&source.name),
            layout: Some(&pipeline_layout),
            module: &module,
            entry_point: Some(source.entry),
            compilation_options: wgpu::PipelineCompilationOptions::default(),
            cache: None,
        });
        Kernel { name: source.name.clone(), pipeline, buffers }
    }

    /// Records one dispatch of so many workgroups, with the settings of a slot.
    pub fn dispatch(&self, pass: &mut wgpu::ComputePass, common: &Common, slot: usize, groups: usize) {
        pass.set_pipeline(&self.pipeline);
        pass.set_bind_group(0, &common.settings, &[(slot * SLOT) as u32]);
        pass.set_bind_group(1, &self.buffers, &[]);
        pass.dispatch_workgroups(groups.min(GROUPS_ACROSS) as u32, groups.div_ceil(GROUPS_ACROSS) as u32, 1);
    }
}
