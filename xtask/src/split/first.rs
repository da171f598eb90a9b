//! The first part: the whole module without what the later part has, and with doors in the place of what it calls there.

use anyhow::{Context, Result};
use walrus::ir::{UnaryOp, Value};
use walrus::{
    ConstExpr, ExportItem, FunctionBuilder, FunctionId, FunctionKind, GlobalId, ImportKind, InstrSeqBuilder, Module,
    TableId, ValType,
};

use super::parts::{Parts, function_table};
use super::{later, names};

/// The first part of `module`, which exports what `later` imports.
pub fn module(mut module: Module, parts: &Parts, later: &Module) -> Result<Module> {
    let table = function_table(&module)?;
    let nothing = module.types.add(&[], &[]);
    let (fetch, _) = module.add_import_func(names::GLUE, names::FETCH, nothing);
    let here = module.globals.add_local(ValType::I32, true, false, ConstExpr::Value(Value::I32(0)));
    module.exports.add(names::HERE, here);
    let functions: Vec<FunctionId> = module.funcs.iter().map(|function| function.id()).collect();
    for id in functions {
        if parts.doors.contains(&id.index()) {
            let (slot, _) = parts.slots.iter().find(|(_, function)| **function == id.index()).context("no slot")?;
            build_door(&mut module, id, &Door { slot: *slot as i32, table, here, fetch });
        }
    }
    let stays = |function: usize| parts.first.contains(&function) || parts.doors.contains(&function);
    later::keep_slots(&mut module, parts, stays)?;
    later::keep_constants(&mut module, parts, true)?;
    for import in later.imports.iter().filter(|import| import.module == names::FIRST && import.name != names::HERE) {
        let index: usize = import.name[1..].parse()?;
        let item: Option<ExportItem> = match import.kind {
            ImportKind::Function(_) => module.funcs.iter().find(|f| f.id().index() == index).map(|f| f.id().into()),
            ImportKind::Table(_) => module.tables.iter().find(|t| t.id().index() == index).map(|t| t.id().into()),
            ImportKind::Memory(_) => module.memories.iter().find(|m| m.id().index() == index).map(|m| m.id().into()),
            ImportKind::Global(_) => module.globals.iter().find(|g| g.id().index() == index).map(|g| g.id().into()),
            ImportKind::Tag(_) => None,
        };
        module.exports.add(&import.name, item.with_context(|| format!("there is no {}", import.name))?);
    }
    walrus::passes::gc::run(&mut module);
    Ok(module)
}

struct Door {
    slot: i32,
    table: TableId,
    here: GlobalId,
    fetch: FunctionId,
}

/// Replaces the body of a function: it has the later part fetched if that is not here, and calls what is in its slot then.
fn build_door(module: &mut Module, function: FunctionId, door: &Door) {
    let ty = module.funcs.get(function).ty();
    let (parameters, results) = {
        let ty = module.types.get(ty);
        (ty.params().to_vec(), ty.results().to_vec())
    };
    let mut builder = FunctionBuilder::new(&mut module.types, &parameters, &results);
    let arguments: Vec<_> = parameters.iter().map(|parameter| module.locals.add(*parameter)).collect();
    let mut body = builder.func_body();
    body.global_get(door.here).unop(UnaryOp::I32Eqz);
    let fetch = |missing: &mut InstrSeqBuilder<'_>| {
        missing.call(door.fetch);
    };
    body.if_else(None, fetch, |_| {});
    for &argument in &arguments {
        body.local_get(argument);
    }
    body.i32_const(door.slot).call_indirect(ty, door.table);
    module.funcs.get_mut(function).kind = FunctionKind::Local(builder.local_func(arguments));
}
