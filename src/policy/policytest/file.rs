//! Reads a test file: its blocks against the grammar. Nothing is evaluated here.

use ecow::EcoString;
use indexmap::IndexMap;

use super::super::{
    Declared, Local,
    grammar::{Reader, Shape, argument, label},
    load::read_locals,
    metadata,
};
use crate::{
    addr::Name,
    diag::Diagnostic,
    source::{FileId, Place, Sources, Span},
    syntax::{self, Block, ExprId, ExprKind, Tree},
};

/// The ending of test files.
pub const TEST_ENDING: &str = ".policytest.hcl";

/// The ending of test files with mocks that only infralint has: of root modules.
pub const EXTENDED_TEST_ENDING: &str = ".infralinttest.hcl";

/// Whether a file of this name is a test file.
#[must_use]
pub fn is_test_file(file_name: &str) -> bool {
    let stem = file_name.strip_suffix(TEST_ENDING).or_else(|| file_name.strip_suffix(EXTENDED_TEST_ENDING));
    stem.is_some_and(|stem| !stem.is_empty())
}

const EMPTY: Shape = Shape { labels: &[], arguments: &[], required: &[], blocks: &[], single: &[] };

const FILE: Shape = Shape {
    blocks: &["policytest", "inputs", "locals", "resource", "provider", "module", "data"],
    single: &["policytest", "inputs"],
    ..EMPTY
};

const EXTENDED_FILE: Shape =
    Shape { blocks: &["policytest", "inputs", "locals", "resource", "provider", "module", "data", "stack"], ..FILE };

const POLICYTEST: Shape = Shape {
    arguments: &["targets"],
    blocks: &["terraform_config", "plugins"],
    single: &["terraform_config", "plugins"],
    ..EMPTY
};

const RESOURCE: Shape = Shape {
    labels: &["type", "name"],
    arguments: &["attrs", "prior_attrs", "meta", "expect_failure", "skip"],
    blocks: &["inputs"],
    single: &["inputs"],
    ..EMPTY
};

const EXTENDED_RESOURCE: Shape =
    Shape { arguments: &["attrs", "prior_attrs", "meta", "expect_failure", "skip", "stack"], ..RESOURCE };

const STACK: Shape =
    Shape { labels: &["path", "name"], arguments: &["backend", "attrs", "expect_failure"], ..RESOURCE };

const OTHER: Shape = Shape { arguments: &["attrs", "meta", "expect_failure"], ..RESOURCE };

const DATA: Shape = Shape { labels: &["type", "name"], arguments: &["attrs"], ..EMPTY };

/// What a mock stands for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum MockKind {
    Resource,
    Provider,
    Module,
    /// Answers `core::getdatasource`; never judged.
    Data,
    /// A root module.
    Stack,
}

impl MockKind {
    /// The block type.
    #[must_use]
    pub const fn block(self) -> &'static str {
        match self {
            Self::Resource => "resource",
            Self::Provider => "provider",
            Self::Module => "module",
            Self::Data => "data",
            Self::Stack => "stack",
        }
    }

    fn of_block(ty: &str) -> Option<Self> {
        let all = [Self::Resource, Self::Provider, Self::Module, Self::Data, Self::Stack];
        all.into_iter().find(|kind| kind.block() == ty)
    }

    const fn shape(self, extended: bool) -> Shape {
        match self {
            Self::Resource if extended => EXTENDED_RESOURCE,
            Self::Resource => RESOURCE,
            Self::Provider | Self::Module => OTHER,
            Self::Data => DATA,
            Self::Stack => STACK,
        }
    }
}

/// Values for inputs, by name.
pub(super) type Inputs = IndexMap<Name, ExprId>;

/// One mock, as expressions of the file's tree.
#[derive(Debug)]
pub struct Mock {
    pub kind: MockKind,
    /// The first label: what policies select it by.
    pub target: EcoString,
    /// The second label.
    pub name: EcoString,
    pub attrs: Option<ExprId>,
    pub prior_attrs: Option<ExprId>,
    pub meta: Option<ExprId>,
    /// Of a root module: `{ type, config }`.
    pub backend: Option<ExprId>,
    /// The path of the root module a resource is in, where it is not the nameless one.
    pub stack: Option<EcoString>,
    pub expect_failure: bool,
    /// Seen by look-ups and references, but not judged.
    pub skip: bool,
    pub inputs: IndexMap<Name, ExprId>,
    /// The block's header.
    pub at: Span,
}

impl Mock {
    /// `resource.aws_s3_bucket.logs`
    #[must_use]
    pub fn address(&self) -> String {
        format!("{}.{}.{}", self.kind.block(), self.target, self.name)
    }
}

/// A test file after reading.
#[derive(Debug)]
pub struct TestFile {
    pub tree: Tree,
    /// Files and folders whose policies are tested; all there are when it is not given.
    pub targets: Option<Vec<(EcoString, Place)>>,
    pub inputs: IndexMap<Name, ExprId>,
    pub locals: Declared<Local>,
    pub mocks: Vec<Mock>,
    pub diagnostics: Vec<Diagnostic>,
}

/// Reads a test file. With an error among its diagnostics nothing of it may be run.
#[must_use]
pub fn read_test(sources: &Sources, file: FileId) -> TestFile {
    let parsed = syntax::parse(file, &sources.get(file).text);
    let extended = sources.get(file).path.ends_with(EXTENDED_TEST_ENDING);
    let mut reader = Reader { extended, ..Reader::new(sources, &parsed.tree) };
    let shape = if extended { EXTENDED_FILE } else { FILE };
    reader.check_body(&parsed.tree.body, &shape, parsed.tree.body.span);
    let mut parts = Parts::default();
    for block in parsed.tree.body.blocks.iter().filter(|b| shape.blocks.contains(&b.ty.as_str())) {
        parts.block(&mut reader, block);
    }
    let mut diagnostics = parsed.diagnostics;
    diagnostics.append(&mut reader.diagnostics);
    let Parts { targets, inputs, locals, mocks } = parts;
    TestFile { tree: parsed.tree, targets, inputs, locals, mocks, diagnostics }
}

#[derive(Default)]
struct Parts {
    targets: Option<Vec<(EcoString, Place)>>,
    inputs: Inputs,
    locals: Declared<Local>,
    mocks: Vec<Mock>,
}

impl Parts {
    fn block(&mut self, reader: &mut Reader<'_>, block: &Block) {
        match block.ty.as_str() {
            "policytest" => {
                reader.check(block, &POLICYTEST);
                self.targets = argument(&block.body, "targets").map(|list| targets(reader, list));
            }
            "inputs" => self.inputs = read_inputs(reader, block),
            "locals" => read_locals(reader, block, &mut self.locals),
            ty => {
                if let Some(kind) = MockKind::of_block(ty) {
                    self.mock(reader, block, kind);
                }
            }
        }
    }

    fn mock(&mut self, reader: &mut Reader<'_>, block: &Block, kind: MockKind) {
        if !reader.check(block, &kind.shape(reader.extended)) {
            return;
        }
        let nested = block.body.blocks_of("inputs").next();
        let mock = Mock {
            kind,
            target: label(block, 0).as_str().into(),
            name: label(block, 1).as_str().into(),
            attrs: argument(&block.body, "attrs"),
            prior_attrs: argument(&block.body, "prior_attrs"),
            meta: argument(&block.body, "meta"),
            backend: argument(&block.body, "backend"),
            stack: argument(&block.body, "stack").map(|path| stack_path(reader, path)),
            expect_failure: reader.flag(&block.body, "expect_failure"),
            skip: reader.flag(&block.body, "skip"),
            inputs: nested.map(|inputs| read_inputs(reader, inputs)).unwrap_or_default(),
            at: block.header,
        };
        let address = mock.address();
        if let Some(before) = self.mocks.iter().find(|m| m.address() == address) {
            let detail = format!("A mock {address} was already declared in this file; references mean that one.");
            let found = Diagnostic::warning("Duplicate mock", detail, reader.tree.at(mock.at));
            reader.diagnostics.push(found.with_label(reader.tree.at(before.at), "declared here first"));
        }
        self.mocks.push(mock);
    }
}

/// The path of a root module, written literally.
fn stack_path(reader: &mut Reader<'_>, id: ExprId) -> EcoString {
    let path = metadata::string(reader.tree, id);
    if path.is_none() {
        let detail = "\"stack\" is the path of a root module: a string without interpolation.";
        reader.error("Invalid stack", detail, reader.tree.node(id).span);
    }
    path.unwrap_or_default().trim_end_matches('/').into()
}

/// Any name may be given a value; the policies say which are theirs.
fn read_inputs(reader: &mut Reader<'_>, block: &Block) -> Inputs {
    reader.check_repeated(&block.body.attributes);
    for nested in &block.body.blocks {
        let detail = "An \"inputs\" block holds names and values only.";
        reader.error("Unsupported block type", detail, nested.ty_span);
    }
    block.body.attributes.iter().map(|argument| (argument.name, argument.value)).collect()
}

fn targets(reader: &mut Reader<'_>, list: ExprId) -> Vec<(EcoString, Place)> {
    let tree = reader.tree;
    let ExprKind::Tuple(run) = tree.kind(tree.unwrapped(list)) else {
        reader.error("Invalid targets", "\"targets\" is a list of strings.", tree.node(list).span);
        return Vec::new();
    };
    let mut found = Vec::new();
    for item in tree.list(run) {
        match tree.kind(tree.unwrapped(*item)) {
            ExprKind::String(text) => found.push((tree.str(text).clone(), tree.place(*item))),
            _ => reader.error("Invalid targets", "A target is a string without interpolation.", tree.node(*item).span),
        }
    }
    found
}
