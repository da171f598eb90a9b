//! The later part: its own functions and constants; it imports everything else from the first part.

use anyhow::{Context, Result};
use walrus::ir::Value;
use walrus::{
    ConstExpr, DataKind, ElementItems, ElementKind, FunctionBuilder, FunctionId, FunctionKind, GlobalKind,
    ImportedFunction, Module, ValType,
};

use super::names;
use super::parts::{Parts, function_table, segments};

/// The later part of `module`. It imports from `names::FIRST` under names like "f17": a letter for the kind and the index.
pub fn module(mut module: Module, parts: &Parts) -> Result<Module> {
    let exports: Vec<_> = module.exports.iter().map(|export| export.id()).collect();
    for id in exports {
        module.exports.delete(id);
    }
    keep_slots(&mut module, parts, |function| !parts.first.contains(&function))?;
    keep_constants(&mut module, parts, false)?;
    import_first(&mut module, parts);

    let (here, _) = module.add_import_global(names::FIRST, names::HERE, ValType::I32, true, false);
    let mut start = FunctionBuilder::new(&mut module.types, &[], &[]);
    start.func_body().i32_const(1).global_set(here);
    module.start = Some(start.finish(Vec::new(), &mut module.funcs));
    walrus::passes::gc::run(&mut module);
    Ok(module)
}

/// Makes imports of all that belongs to the first part. What is not used is removed later.
fn import_first(module: &mut Module, parts: &Parts) {
    let functions = module.funcs.iter().filter(|function| matches!(function.kind, FunctionKind::Local(_)));
    let functions: Vec<FunctionId> = functions.map(|function| function.id()).collect();
    for id in functions.into_iter().filter(|id| parts.first.contains(&id.index())) {
        let import = module.imports.add(names::FIRST, &format!("f{}", id.index()), id);
        let function = module.funcs.get_mut(id);
        function.kind = FunctionKind::Import(ImportedFunction { import, ty: function.ty() });
    }
    for table in module.tables.iter_mut() {
        table.import = Some(module.imports.add(names::FIRST, &format!("t{}", table.id().index()), table.id()));
    }
    for memory in module.memories.iter_mut() {
        memory.import = Some(module.imports.add(names::FIRST, &format!("m{}", memory.id().index()), memory.id()));
    }
    let globals: Vec<_> = module.globals.iter().map(|global| global.id()).collect();
    for id in globals {
        let import = module.imports.add(names::FIRST, &format!("g{}", id.index()), id);
        module.globals.get_mut(id).kind = GlobalKind::Import(import);
    }
}

/// Fills the function table with those functions only for which `stays` is true, each in its slot.
pub fn keep_slots(module: &mut Module, parts: &Parts, stays: impl Fn(usize) -> bool) -> Result<()> {
    let id = function_table(module)?;
    let end = parts.slots.last_key_value().map_or(0, |(slot, _)| *slot as u64 + 1);
    let table = module.tables.get_mut(id);
    table.initial = table.initial.max(end);
    table.maximum = table.maximum.map(|maximum| maximum.max(end));
    for element in std::mem::take(&mut table.elem_segments) {
        module.elements.delete(element);
    }
    let ids: Vec<FunctionId> = module.funcs.iter().map(|function| function.id()).collect();
    let kept: Vec<(usize, usize)> = parts
        .slots
        .iter()
        .map(|(&slot, &function)| (slot, function))
        .filter(|(_, function)| stays(*function))
        .collect();
    for run in kept.chunk_by(|(slot, _), (next, _)| slot + 1 == *next) {
        let function = |(_, index): &(usize, usize)| ids.iter().find(|id| id.index() == *index).copied();
        let functions: Option<Vec<FunctionId>> = run.iter().map(function).collect();
        let functions = functions.context("a slot of no function")?;
        let offset = ConstExpr::Value(Value::I32(run[0].0 as i32));
        let kind = ElementKind::Active { table: id, offset };
        let element = module.elements.add(kind, ElementItems::Functions(functions));
        module.tables.get_mut(id).elem_segments.insert(element);
    }
    Ok(())
}

/// Fills the memory with the constants of one part only: the first or the later one.
pub fn keep_constants(module: &mut Module, parts: &Parts, of_first: bool) -> Result<()> {
    let memory = module.memories.iter().next().context("there is no memory")?.id();
    let whole = segments(module)?;
    let old: Vec<_> = module.data.iter().map(|data| data.id()).collect();
    for id in old {
        module.data.delete(id);
    }
    module.memories.get_mut(memory).data_segments.clear();
    for (start, bytes) in whole {
        let end = start + bytes.len() as u32;
        let within = parts.constants.iter().filter(|run| start <= run.start && run.end <= end);
        let mut at = start;
        let mut kept = Vec::new();
        for run in within {
            kept.push(if of_first { at..run.start } else { run.clone() });
            at = run.end;
        }
        if of_first {
            kept.push(at..end);
        }
        for run in kept.into_iter().filter(|run| !run.is_empty()) {
            let value = bytes[(run.start - start) as usize..(run.end - start) as usize].to_vec();
            let offset = ConstExpr::Value(Value::I32(run.start as i32));
            let data = module.data.add(DataKind::Active { memory, offset }, value);
            module.memories.get_mut(memory).data_segments.insert(data);
        }
    }
    Ok(())
}
