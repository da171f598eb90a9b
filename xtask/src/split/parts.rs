//! Decides which functions and constants belong to which part.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::ops::Range;

use anyhow::{Context, Result, bail, ensure};
use walrus::ir::{Value, Visitor, dfs_in_order};
use walrus::{ConstExpr, DataKind, ElementItems, ElementKind, ExportItem, FunctionId, FunctionKind, Module, TableId};

use super::references::{References, Target};
use super::{Later, demangled};

/// A run of constants of one part must be as long before it is worth a segment of its own.
const WORTH_IT: usize = 16;

/// Which functions and constants belong to which part. Functions go by their index in `walrus`, which is the same each time
/// that the same module is read.
pub struct Parts {
    pub first: HashSet<usize>,
    /// The functions of the later part that the first part, or JavaScript, calls or points to.
    pub doors: BTreeSet<usize>,
    /// The slot in the function table of each function that has one. Each door has one.
    pub slots: BTreeMap<usize, usize>,
    /// The addresses of the later part's constants.
    pub constants: Vec<Range<u32>>,
}

impl Parts {
    pub fn new(module: &Module, references: &References, later: &Later) -> Result<Parts> {
        let reached = Reached::new(module, references, later)?;
        let mut slots = slots(module)?;
        let mut functions: HashSet<usize> = slots.values().copied().collect();
        for &door in &reached.doors {
            if functions.insert(door) {
                let end = slots.last_key_value().map_or(0, |(slot, _)| slot + 1);
                slots.insert(end, door);
            }
        }
        let constants = later_constants(module, references, &reached)?;
        Ok(Parts { first: reached.functions, doors: reached.doors, slots, constants })
    }
}

/// What is reached from the exported functions without going through a door.
struct Reached {
    functions: HashSet<usize>,
    doors: BTreeSet<usize>,
    /// By their places in `References::constants`.
    constants: HashSet<usize>,
}

impl Reached {
    fn new(module: &Module, references: &References, later: &Later) -> Result<Reached> {
        let mut reached = Reached { functions: HashSet::new(), doors: BTreeSet::new(), constants: HashSet::new() };
        let mut named: HashMap<&str, Vec<FunctionId>> = HashMap::new();
        for function in module.funcs.iter() {
            if let Some(name) = &function.name {
                named.entry(name).or_default().push(function.id());
            }
        }
        let mut missing: HashSet<&str> = later.exports.iter().chain(later.functions).copied().collect();
        let mut functions: Vec<FunctionId> = module.start.into_iter().collect();
        for export in module.exports.iter() {
            let ExportItem::Function(function) = export.item else { continue };
            if later.exports.contains(&export.name.as_str()) {
                missing.remove(export.name.as_str());
                reached.doors.insert(function.index());
            } else {
                functions.push(function);
            }
        }
        let mut constants = Vec::new();
        loop {
            if let Some(id) = functions.pop() {
                let function = module.funcs.get(id);
                let name = function.name.as_deref().unwrap_or_default();
                let path = demangled(name);
                if later.functions.contains(&path.as_str()) {
                    missing.remove(path.as_str());
                    reached.doors.insert(id.index());
                    continue;
                }
                if !reached.functions.insert(id.index()) {
                    continue;
                }
                if let FunctionKind::Local(local) = &function.kind {
                    dfs_in_order(&mut Calls(&mut functions), local, local.entry_block());
                }
                let targets = references.functions.get(name).map_or(&[][..], Vec::as_slice);
                follow(targets, &named, &mut functions, &mut constants);
            } else if let Some(constant) = constants.pop() {
                if reached.constants.insert(constant) {
                    follow(&references.constants[constant].targets, &named, &mut functions, &mut constants);
                }
            } else {
                break;
            }
        }
        ensure!(
            missing.is_empty(),
            "`LATER` in xtask/src/split/mod.rs names functions that the engine does not have or call: {missing:?}"
        );
        // A function that is exported for later may be called by another that is needed at first.
        let Reached { functions, doors, .. } = &mut reached;
        doors.retain(|door| !functions.contains(door));
        Ok(reached)
    }
}

fn follow(
    targets: &[Target],
    named: &HashMap<&str, Vec<FunctionId>>,
    functions: &mut Vec<FunctionId>,
    constants: &mut Vec<usize>,
) {
    for target in targets {
        match target {
            // wasm-bindgen has removed some.
            Target::Function(name) => functions.extend(named.get(name.as_str()).into_iter().flatten()),
            Target::Constant(constant) => constants.push(*constant),
        }
    }
}

/// Collects the functions that a function calls.
struct Calls<'a>(&'a mut Vec<FunctionId>);

impl Visitor<'_> for Calls<'_> {
    fn visit_function_id(&mut self, function: &FunctionId) {
        self.0.push(*function);
    }
}

/// The table of the functions that are called through pointers.
pub fn function_table(module: &Module) -> Result<TableId> {
    module.tables.main_function_table()?.context("there is no function table")
}

/// The function in each slot of the function table.
fn slots(module: &Module) -> Result<BTreeMap<usize, usize>> {
    let mut slots = BTreeMap::new();
    for id in &module.tables.get(function_table(module)?).elem_segments {
        let element = module.elements.get(*id);
        let (
            ElementKind::Active { offset: ConstExpr::Value(Value::I32(start)), .. },
            ElementItems::Functions(functions),
        ) = (&element.kind, &element.items)
        else {
            bail!("the function table is filled in an unexpected way");
        };
        slots.extend(functions.iter().enumerate().map(|(i, function)| (*start as usize + i, function.index())));
    }
    Ok(slots)
}

/// The address and the bytes of each segment.
pub fn segments(module: &Module) -> Result<Vec<(u32, Vec<u8>)>> {
    let segment = |data: &walrus::Data| match &data.kind {
        DataKind::Active { offset: ConstExpr::Value(Value::I32(start)), .. } => Ok((*start as u32, data.value.clone())),
        _ => bail!("the memory is filled in an unexpected way"),
    };
    module.data.iter().map(segment).collect()
}

/// The addresses of what is certainly not used by the first part.
fn later_constants(module: &Module, references: &References, reached: &Reached) -> Result<Vec<Range<u32>>> {
    let mut runs = Vec::new();
    for (start, bytes) in segments(module)? {
        let mut is_later = vec![false; bytes.len()];
        // Constants may share bytes, so those of the first part come last.
        for of_first in [false, true] {
            for (number, constant) in references.constants.iter().enumerate() {
                if reached.constants.contains(&number) == of_first
                    && constant.at.start >= start
                    && constant.at.end <= start + bytes.len() as u32
                {
                    let within = (constant.at.start - start) as usize..(constant.at.end - start) as usize;
                    is_later[within].fill(!of_first);
                }
            }
        }
        let mut at = 0;
        for run in is_later.chunk_by(|a, b| a == b) {
            if run[0] && run.len() >= WORTH_IT {
                runs.push(start + at..start + at + run.len() as u32);
            }
            at += run.len() as u32;
        }
    }
    Ok(runs)
}
