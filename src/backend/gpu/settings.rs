//! The settings of a pass, which are declared once in Rust. A test checks that `Settings` in `common.wgsl` has the same
//! fields in the same order. All passes of a submit have their settings in one buffer, with one slot for each pass.

use super::device::Gpu;
use wgpu::{BindGroupLayoutEntry, BindingType, BufferBindingType, ShaderStages};

/// A number that fills one 32-bit word.
trait Word {
    fn word(self) -> u32;
}

impl Word for u32 {
    fn word(self) -> u32 {
        self
    }
}

impl Word for f32 {
    fn word(self) -> u32 {
        self.to_bits()
    }
}

/// Declares the struct and writes its fields as words, in order. The types have the same names in Rust and in WGSL.
macro_rules! pass_settings {
    ($($(#[$doc:meta])* $name:ident: $type:ident,)*) => {
        /// The settings that the kernels of one pass read.
        #[derive(Clone, Copy, Debug, Default)]
        pub struct PassSettings {
            $($(#[$doc])* pub $name: $type,)*
        }

        impl PassSettings {
            const FIELDS: &[(&str, &str)] = &[$((stringify!($name), stringify!($type))),*];

            fn words(&self) -> [u32; Self::FIELDS.len()] {
                [$(self.$name.word()),*]
            }
        }
    };
}

pass_settings! {
    /// The number of images in the pass, and the number of quads that they fill.
    images: u32,
    quads: u32,
    /// The index in `batch` of the pass's first image.
    batch_start: u32,
    /// The weight of one image in the mean: 1 / images of the whole mini-batch.
    share: f32,
    /// 1: the gradients are added to those of the previous pass, which belongs to the same mini-batch.
    accumulates: u32,
    /// The index in `records` of the loss and the share of correct predictions.
    record: u32,
    /// The optimizer that updates the parameters (see `operations::optimizer`); 0: no update.
    optimizer: u32,
    learning_rate: f32,
    momentum: f32,
    weight_decay: f32,
    /// Adam's factors for this step (see `AdamConfig`).
    keep: f32,
    root: f32,
    /// The seed of the random numbers; 0: nothing is random.
    noise: u32,
    /// The index in the mini-batch of the pass's first image.
    first_image: u32,
    /// 0: the images are those of the dataset. Otherwise one more than the index in `fresh` of the first image.
    fresh: u32,
    /// ε of label smoothing.
    smoothing: f32,
    l2: f32,
    l1: f32,
    max_norm: f32,
    /// The index in `class_weights` of the first weight of this pass.
    class_weights: u32,
}

/// The maximum number of passes in one submit.
pub const MAX_PASSES: usize = 512;
/// The distance between two slots in bytes: the minimum alignment that every adapter supports.
const SLOT: usize = 256;
/// The size of a pass's settings in bytes.
const BYTES: usize = 4 * PassSettings::FIELDS.len();

/// The slots, and the binding of kernels to one of them.
pub struct SettingsSlots {
    buffer: wgpu::Buffer,
    pub layout: wgpu::BindGroupLayout,
    group: wgpu::BindGroup,
}

impl SettingsSlots {
    pub fn new(gpu: &Gpu) -> Self {
        let label = Some("settings");
        let buffer = gpu.device.create_buffer(&wgpu::BufferDescriptor {
            label,
            size: (MAX_PASSES * SLOT) as u64,
            usage: wgpu::BufferUsages::UNIFORM | wgpu::BufferUsages::COPY_DST,
            mapped_at_creation: false,
        });
        let size = wgpu::BufferSize::new(BYTES as u64);
        let layout = gpu.device.create_bind_group_layout(&wgpu::BindGroupLayoutDescriptor {
            label,
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
        let resource = wgpu::BindingResource::Buffer(wgpu::BufferBinding { buffer: &buffer, offset: 0, size });
        let group = gpu.device.create_bind_group(&wgpu::BindGroupDescriptor {
            label,
            layout: &layout,
            entries: &[wgpu::BindGroupEntry { binding: 0, resource }],
        });
        SettingsSlots { buffer, layout, group }
    }

    /// Replaces the settings, beginning with the first slot.
    pub fn write<'a>(&self, queue: &wgpu::Queue, passes: impl IntoIterator<Item = &'a PassSettings>) {
        let mut words: Vec<u32> = Vec::new();
        for settings in passes {
            words.extend(settings.words());
            words.resize(words.len().next_multiple_of(SLOT / 4), 0);
        }
        queue.write_buffer(&self.buffer, 0, bytemuck::cast_slice(&words));
    }

    /// Binds this slot for the dispatches that follow.
    pub fn bind(&self, pass: &mut wgpu::ComputePass, slot: usize) {
        pass.set_bind_group(0, &self.group, &[(slot * SLOT) as u32]);
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use crate::backend::gpu::shader::Shader;
    use wgpu::naga::{ScalarKind, TypeInner, front::wgsl::parse_str};

    #[test]
    fn the_shaders_see_the_fields_that_rust_writes() {
        let common = Shader::new("", "").constants(&[("WORKGROUPS_ACROSS", 1)]).expanded();
        let module = parse_str(&common).unwrap();
        let settings = module.types.iter().find(|(_, ty)| ty.name.as_deref() == Some("Settings")).unwrap().1;
        let TypeInner::Struct { members, span } = &settings.inner else { panic!("{settings:?} is no struct") };
        let seen: Vec<(&str, &str, u32)> = members
            .iter()
            .map(|member| {
                let kind = match module.types[member.ty].inner {
                    TypeInner::Scalar(scalar) if scalar.kind == ScalarKind::Float => "f32",
                    TypeInner::Scalar(scalar) if scalar.kind == ScalarKind::Uint => "u32",
                    _ => "something else",
                };
                (member.name.as_deref().unwrap(), kind, member.offset)
            })
            .collect();
        let written: Vec<(&str, &str, u32)> =
            PassSettings::FIELDS.iter().zip((0..).step_by(4)).map(|(&(name, kind), at)| (name, kind, at)).collect();
        assert_eq!(seen, written);
        assert_eq!(*span as usize, BYTES);
        const { assert!(BYTES <= SLOT) };
    }
}
