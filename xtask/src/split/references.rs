//! What a linked module's code and constants point to. A module does not say so itself: a pointer in it is a number like any
//! other. The linker knows, and with `--emit-relocs` it keeps its notes in the module
//! (<https://github.com/WebAssembly/tool-conventions/blob/main/Linking.md>).

use std::collections::HashMap;
use std::ops::Range;

use anyhow::{Context, Result, bail, ensure};
use wasmparser::{
    BinaryReader, DataKind, Linking, LinkingSectionReader, Name, NameSectionReader, Operator, Parser, Payload,
    RelocSectionReader, RelocationEntry, RelocationType, SymbolInfo,
};

/// Something that a pointer points to: a function by its name, or a constant by its place in `References::constants`.
#[derive(Clone, Debug, PartialEq)]
pub enum Target {
    Function(String),
    Constant(usize),
}

/// A constant or a static variable, and what its bytes point to.
pub struct Constant {
    /// Its addresses in memory.
    pub at: Range<u32>,
    pub targets: Vec<Target>,
}

pub struct References {
    /// What each function points to, by the function's name. Calls are left out, because the module has them.
    pub functions: HashMap<String, Vec<Target>>,
    pub constants: Vec<Constant>,
}

/// The parts of a module that the linker's notes are about.
#[derive(Default)]
struct Sections<'a> {
    /// Places are offsets in the file, except the addresses of the data's segments.
    code: usize,
    bodies: Vec<Range<usize>>,
    imported: u32,
    data: usize,
    segments: Vec<Segment>,
    symbols: Vec<SymbolInfo<'a>>,
    /// The functions' names. A symbol may have another: some functions are several symbols that were found to be alike.
    names: HashMap<u32, &'a str>,
    in_code: Vec<RelocationEntry>,
    in_data: Vec<RelocationEntry>,
}

struct Segment {
    address: u32,
    /// Its bytes in the file.
    file: usize,
}

impl References {
    pub fn read(module: &[u8]) -> Result<References> {
        let sections = Sections::read(module)?;
        if sections.symbols.is_empty() {
            bail!("the linker has left no notes: was the engine linked with --emit-relocs?");
        }
        let names = &sections.names;
        let mut constants = Vec::new();
        let mut places = Vec::new(); // in the file, of each constant
        let mut constant_of = HashMap::new(); // by the number of its symbol
        for (number, symbol) in sections.symbols.iter().enumerate() {
            let SymbolInfo::Data { symbol: Some(defined), .. } = symbol else { continue };
            let segment = sections.segments.get(defined.index as usize).context("a symbol of no segment")?;
            let start = segment.address + defined.offset;
            constant_of.insert(number, constants.len());
            places.push((segment.file + defined.offset as usize, constants.len()));
            constants.push(Constant { at: start..start + defined.size, targets: Vec::new() });
        }
        let target = |entry: &RelocationEntry| -> Result<Target> {
            let number = entry.index as usize;
            let target = match sections.symbols.get(number) {
                Some(SymbolInfo::Func { index, .. }) => {
                    names.get(index).map(|name| Target::Function((*name).to_owned()))
                }
                Some(SymbolInfo::Data { .. }) => constant_of.get(&number).map(|&constant| Target::Constant(constant)),
                _ => None,
            };
            target.with_context(|| format!("a pointer to nothing that has a name: {entry:?}"))
        };
        let mut functions: HashMap<String, Vec<Target>> = HashMap::new();
        for entry in sections.in_code.iter().filter(|entry| is_pointer(entry)) {
            let at = sections.code + entry.offset as usize;
            let body = sections.bodies.partition_point(|body| body.start <= at).checked_sub(1);
            let index = body.context("a pointer before the code")? as u32 + sections.imported;
            let name = names.get(&index).context("a function without a name")?;
            functions.entry((*name).to_owned()).or_default().push(target(entry)?);
        }
        places.sort_unstable();
        for entry in &sections.in_data {
            let at = sections.data + entry.offset as usize;
            let place = places.partition_point(|(start, _)| *start <= at).checked_sub(1);
            let (start, constant) = places[place.context("a pointer before the data")?];
            let Constant { at: addresses, targets } = &mut constants[constant];
            ensure!(at < start + addresses.len(), "a pointer between the data");
            targets.push(target(entry)?);
        }
        Ok(References { functions, constants })
    }
}

impl<'a> Sections<'a> {
    fn read(module: &'a [u8]) -> Result<Sections<'a>> {
        let mut sections = Sections::default();
        for payload in Parser::new(0).parse_all(module) {
            match payload? {
                Payload::ImportSection(imports) => {
                    for import in imports.into_imports() {
                        sections.imported += u32::from(matches!(import?.ty, wasmparser::TypeRef::Func(_)));
                    }
                }
                Payload::CodeSectionStart { range, .. } => sections.code = range.start,
                Payload::CodeSectionEntry(body) => sections.bodies.push(body.range()),
                Payload::DataSection(data) => {
                    sections.data = data.range().start;
                    for segment in data {
                        let segment = segment?;
                        let DataKind::Active { offset_expr, .. } = segment.kind else { bail!("a passive segment") };
                        let Operator::I32Const { value } = offset_expr.get_operators_reader().read()? else {
                            bail!("a segment whose address is not constant");
                        };
                        let file = segment.range.end - segment.data.len();
                        sections.segments.push(Segment { address: value as u32, file });
                    }
                }
                Payload::CustomSection(custom) => {
                    let reader = || BinaryReader::new(custom.data(), custom.data_offset());
                    let entries = || -> Result<Vec<_>> {
                        Ok(RelocSectionReader::new(reader())?.entries().into_iter().collect::<Result<_, _>>()?)
                    };
                    match custom.name() {
                        "name" => sections.names = names(reader())?,
                        "linking" => sections.symbols = symbols(reader())?,
                        "reloc.CODE" => sections.in_code = entries()?,
                        "reloc.DATA" => sections.in_data = entries()?,
                        _ => {}
                    }
                }
                _ => {}
            }
        }
        Ok(sections)
    }
}

/// Whether a note is about a pointer, and not about a call, a type, a global variable or a table.
fn is_pointer(entry: &RelocationEntry) -> bool {
    use RelocationType::{FunctionIndexLeb, GlobalIndexLeb, TableNumberLeb, TypeIndexLeb};
    !matches!(entry.ty, FunctionIndexLeb | GlobalIndexLeb | TableNumberLeb | TypeIndexLeb)
}

fn symbols(reader: BinaryReader<'_>) -> Result<Vec<SymbolInfo<'_>>> {
    for part in LinkingSectionReader::new(reader)?.subsections() {
        if let Linking::SymbolTable(symbols) = part? {
            return Ok(symbols.into_iter().collect::<Result<_, _>>()?);
        }
    }
    Ok(Vec::new())
}

fn names(reader: BinaryReader<'_>) -> Result<HashMap<u32, &str>> {
    for part in NameSectionReader::new(reader) {
        if let Name::Function(names) = part? {
            return Ok(names
                .into_iter()
                .map(|name| name.map(|name| (name.index, name.name)))
                .collect::<Result<_, _>>()?);
        }
    }
    Ok(HashMap::new())
}
