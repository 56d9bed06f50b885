//! The tree of one file: expressions in an arena, blocks in plain slices.
//!
//! An expression is a `u32`; a node is 24 bytes with its span. Names are interned, texts are
//! decoded (escapes, heredoc indentation and strip markers are gone), numbers keep their source text.

use ecow::EcoString;
use serde::{Deserialize, Serialize};

use crate::{
    addr::Name,
    source::{FileId, Place, Span},
};

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct ExprId(pub(super) u32);

/// A run of neighbours in one of the tree's pools.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Run {
    pub(super) start: u32,
    pub(super) len: u32,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct StrId(pub(super) u32);

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ForId(pub(super) u32);

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct CallId(pub(super) u32);

/// What an expression is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum ExprKind {
    Null,
    Bool(bool),
    /// The number as written; see [`Tree::str`].
    Number(StrId),
    /// A string without interpolation.
    String(StrId),
    /// A quoted template or heredoc with at least one interpolation or directive; see [`Tree::parts`].
    Template(Run),
    /// See [`Tree::list`].
    Tuple(Run),
    /// See [`Tree::items`].
    Object(Run),
    For(ForId),
    /// The first name of a reference: `var`, `local`, `aws_vpc`, `each`, a `for` variable.
    Name(Name),
    Attr(ExprId, Name),
    /// `a[b]`; the legacy `a.0` is an index with a number.
    Index(ExprId, ExprId),
    /// `source[*]…` or `source.*…`: `each` is evaluated with [`ExprKind::SplatItem`] standing for an element.
    Splat {
        source: ExprId,
        each: ExprId,
    },
    SplatItem,
    Not(ExprId),
    Negate(ExprId),
    Binary(Operator, ExprId, ExprId),
    Conditional(ExprId, ExprId, ExprId),
    Call(CallId),
    Paren(ExprId),
    /// Could not be parsed; a diagnostic says so already.
    Error,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Operator {
    Add,
    Subtract,
    Multiply,
    Divide,
    Modulo,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    And,
    Or,
}

impl Operator {
    /// As it is written.
    #[must_use]
    pub const fn symbol(self) -> &'static str {
        match self {
            Self::Add => "+",
            Self::Subtract => "-",
            Self::Multiply => "*",
            Self::Divide => "/",
            Self::Modulo => "%",
            Self::Equal => "==",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
            Self::And => "&&",
            Self::Or => "||",
        }
    }
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Node {
    pub kind: ExprKind,
    pub span: Span,
}

/// One `key = value` of an object constructor.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct ObjectItem {
    pub key: ObjectKey,
    pub key_span: Span,
    pub value: ExprId,
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub enum ObjectKey {
    /// A bare identifier: itself, never a reference.
    Name(Name),
    /// A quoted string, a template, or an expression in parentheses.
    Expr(ExprId),
}

/// `[for k, v in c : …]` or `{for …}`.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct For {
    pub key: Option<Name>,
    pub value: Name,
    pub collection: ExprId,
    /// The key expression of an object `for`; a tuple `for` has none.
    pub result_key: Option<ExprId>,
    pub result: ExprId,
    pub condition: Option<ExprId>,
    /// `...` after the result of an object `for`.
    pub grouping: bool,
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Call {
    /// The whole name: `length`, `core::length`, `provider::aws::arn_parse`.
    pub name: Name,
    pub name_span: Span,
    pub args: Run,
    /// `...` after the last argument.
    pub expand_final: bool,
}

/// A piece of a template.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub enum Part {
    Literal(StrId),
    Interpolation(ExprId),
    If { condition: ExprId, then: Run, otherwise: Run },
    For { key: Option<Name>, value: Name, collection: ExprId, body: Run },
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Body {
    pub attributes: Box<[Attribute]>,
    pub blocks: Box<[Block]>,
    /// From the first to the last byte; for a block's body without the braces.
    pub span: Span,
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Attribute {
    pub name: Name,
    pub name_span: Span,
    pub value: ExprId,
    /// From the name to the end of the value.
    pub span: Span,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Block {
    pub ty: Name,
    pub ty_span: Span,
    pub labels: Box<[BlockLabel]>,
    pub body: Body,
    /// From the type to the last label: what a diagnostic about the block points at.
    pub header: Span,
    pub span: Span,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct BlockLabel {
    pub text: Name,
    /// With its quotes, if it has any.
    pub span: Span,
}

/// A comment with its marks (`#`, `//` or `/* */`).
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Comment {
    pub span: Span,
}

/// One parsed file.
#[derive(Debug, Serialize, Deserialize)]
pub struct Tree {
    pub file: FileId,
    /// Whether this is JSON syntax: then `body` has attributes only; see [`Tree::json_blocks`].
    pub is_json: bool,
    pub body: Body,
    pub comments: Box<[Comment]>,
    pub(super) nodes: Vec<Node>,
    pub(super) lists: Vec<ExprId>,
    pub(super) strings: Vec<EcoString>,
    pub(super) items: Vec<ObjectItem>,
    pub(super) parts: Vec<Part>,
    pub(super) fors: Vec<For>,
    pub(super) calls: Vec<Call>,
}

/// See [`Tree::marks`].
#[derive(Clone, Copy, Debug)]
pub(super) struct Marks {
    nodes: usize,
    items: usize,
    calls: usize,
}

impl Tree {
    #[must_use]
    pub(super) fn empty(file: FileId) -> Self {
        Self {
            file,
            is_json: false,
            body: Body::default(),
            comments: Box::default(),
            nodes: Vec::new(),
            lists: Vec::new(),
            strings: Vec::new(),
            items: Vec::new(),
            parts: Vec::new(),
            fors: Vec::new(),
            calls: Vec::new(),
        }
    }

    /// How far the pools are filled.
    pub(super) const fn marks(&self) -> Marks {
        Marks { nodes: self.nodes.len(), items: self.items.len(), calls: self.calls.len() }
    }

    /// Moves every span that came in since.
    pub(super) fn move_since(&mut self, marks: Marks, moved: impl Fn(Span) -> Span) {
        for node in self.nodes.iter_mut().skip(marks.nodes) {
            node.span = moved(node.span);
        }
        for item in self.items.iter_mut().skip(marks.items) {
            item.key_span = moved(item.key_span);
        }
        for call in self.calls.iter_mut().skip(marks.calls) {
            call.name_span = moved(call.name_span);
        }
    }

    /// Gives back what the pools have more than they need: a tree does not grow any more.
    pub(super) fn shrink(&mut self) {
        self.nodes.shrink_to_fit();
        self.lists.shrink_to_fit();
        self.strings.shrink_to_fit();
        self.items.shrink_to_fit();
        self.parts.shrink_to_fit();
        self.fors.shrink_to_fit();
        self.calls.shrink_to_fit();
    }

    #[must_use]
    pub fn node(&self, id: ExprId) -> Node {
        self.nodes[id.0 as usize]
    }

    #[must_use]
    pub fn kind(&self, id: ExprId) -> ExprKind {
        self.node(id).kind
    }

    #[must_use]
    pub fn place(&self, id: ExprId) -> Place {
        self.at(self.node(id).span)
    }

    /// A span of this file as a place.
    #[must_use]
    pub const fn at(&self, span: Span) -> Place {
        Place::new(self.file, span)
    }

    #[must_use]
    pub fn str(&self, id: StrId) -> &EcoString {
        &self.strings[id.0 as usize]
    }

    #[must_use]
    pub fn list(&self, run: Run) -> &[ExprId] {
        slice(&self.lists, run)
    }

    #[must_use]
    pub fn items(&self, run: Run) -> &[ObjectItem] {
        slice(&self.items, run)
    }

    /// The items of all object constructors of the file, each from its key to the end of its value.
    pub fn all_items(&self) -> impl Iterator<Item = Span> {
        self.items.iter().map(|item| item.key_span.to(self.node(item.value).span))
    }

    #[must_use]
    pub fn parts(&self, run: Run) -> &[Part] {
        slice(&self.parts, run)
    }

    #[must_use]
    pub fn for_expr(&self, id: ForId) -> &For {
        &self.fors[id.0 as usize]
    }

    #[must_use]
    pub fn call(&self, id: CallId) -> &Call {
        &self.calls[id.0 as usize]
    }

    /// The names of all functions that are called anywhere in the file, as they are met.
    pub fn called(&self) -> impl Iterator<Item = Name> {
        self.calls.iter().map(|call| call.name)
    }

    /// The expression without the parentheses around it.
    #[must_use]
    pub fn unwrapped(&self, mut id: ExprId) -> ExprId {
        while let ExprKind::Paren(inner) = self.kind(id) {
            id = inner;
        }
        id
    }
}

fn slice<T>(pool: &[T], run: Run) -> &[T] {
    &pool[run.start as usize..(run.start + run.len) as usize]
}

impl Body {
    #[must_use]
    pub fn attribute(&self, name: &str) -> Option<&Attribute> {
        self.attributes.iter().find(|a| a.name == name)
    }

    pub fn blocks_of<'b>(&'b self, ty: &'b str) -> impl Iterator<Item = &'b Block> {
        self.blocks.iter().filter(move |b| b.ty == ty)
    }
}
