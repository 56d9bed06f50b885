//! Broken files: whatever is done to a text, parsing ends, does not panic, and tells places inside it.
//!
//! `SYNTAX_CORPUS=DIR` adds every `.tf` file below a folder, `SYNTAX_ROUNDS=N` sets the number of rounds.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::path::Path;

use infralint::{
    source::{FileId, Span},
    syntax::{self, Block, Body, ExprId, ExprKind, ObjectKey, Part, Run, Tree},
};

const CORPUS: [&str; 3] = [
    r#"# A module of everything.
terraform {
  required_version = ">= 1.5" // lower bound
  backend "s3" { bucket = "b" }
}
variable "a" {
  type    = map(object({ x = optional(string, "é"), y = list(number) }))
  default = { k = { y = [1, -2.5e3, 0x] }, k = null }
}
locals {
  names = [for k, v in var.a : "${k}-${v.x}" if v.x != null && length(v.y) > 0]
  by    = { for k, v in var.a : upper(k) => v... }
  text  = <<-EOT
    a ${local.names[0]} %{ if var.a == null ~} none %{ else } some %{ endif }
      %{ for x in local.names ~}
      - ${x}
      %{ endfor ~}
    $${not} %%{this}
  EOT
  cond  = var.a["k"].x == "y" ? one(aws_vpc.this[*].id) : try(aws_vpc.this.0.id, module.m.*.out[0], "")
}
/* a block
   comment */
resource "aws_security_group" "sg" {
  for_each = toset(["a", "b"])
  dynamic "ingress" {
    for_each = each.value == "a" ? [443, 80] : []
    content {
      from_port   = ingress.value
      description = "say \"${each.key}\" \u00e9\n"
    }
  }
  tags = merge(local.by, { "Name" = provider::aws::trim_iam_role_path("x"), (each.key) : !true })
}
output "o" { value = (1 + 2) * 3 % 4 >= 5 || false }
"#,
    "a = <<A\n${<<-B\n  x ${\"${[{ y = <<C\nC\n}]}\"}\n  B\n}\nA\nb = { x = 1, x = { y = 1, y = 2 } }\nc = 1e999\n",
    "{\"resource\": {\"t\": {\"n\": [{\"a\": \"${x}\\n\\u00e9 %{ if a }b%{ endif }\", \"b\": [1, -2e3, null]}]}}, \"//\": \"c\"}",
];

/// Marks that matter to the scanner, to be put anywhere.
const MARKS: [&str; 32] = [
    "\"", "{", "}", "(", ")", "[", "]", "${", "%{", "~}", "\n", "\r\n", "<<EOT\n", "<<-A\n", "A\n", "EOT", "/*", "*/",
    "#", "//", "=", ",", ":", "?", ".", "...", "for ", "\\", "\\u12", "é", "\u{200d}", "1e999",
];

/// A small generator with a fixed seed, so that a failure can be repeated.
struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % (n.max(1) as u64)).unwrap()
    }
}

/// Pieces to move about: words, runs of spaces, and single marks.
fn tokens(text: &str) -> Vec<&str> {
    let class = |c: char| {
        if c.is_alphanumeric() || c == '_' {
            1
        } else if c == ' ' {
            2
        } else {
            0
        }
    };
    let mut out = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let len = match class(first) {
            0 => first.len_utf8(),
            kind => rest.find(|c| class(c) != kind).unwrap_or(rest.len()),
        };
        let (token, after) = rest.split_at(len);
        out.push(token);
        rest = after;
    }
    out
}

fn mutate(text: &str, random: &mut Random) -> String {
    let mut tokens = tokens(text);
    for _ in 0..=random.below(4) {
        let at = random.below(tokens.len());
        match random.below(4) {
            0 if !tokens.is_empty() => _ = tokens.remove(at),
            1 if !tokens.is_empty() => tokens.insert(at, tokens[at]),
            2 if !tokens.is_empty() => {
                let other = random.below(tokens.len());
                tokens.swap(at, other);
            }
            _ => tokens.insert(at, MARKS[random.below(MARKS.len())]),
        }
    }
    let mut text = tokens.concat();
    if random.below(10) == 0 {
        let mut end = random.below(text.len());
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        text.truncate(end);
    }
    text
}

/// Walks a tree and checks all it is made of.
struct Check<'a> {
    tree: &'a Tree,
    text: &'a str,
}

impl Check<'_> {
    fn span(&self, span: Span) {
        let range = span.start as usize..span.end as usize;
        assert!(self.text.get(range).is_some(), "{span:?} is not inside, or cuts a character: {:?}", self.text);
    }

    fn body(&self, body: &Body) {
        self.span(body.span);
        for attribute in &body.attributes {
            self.span(attribute.name_span);
            self.span(attribute.span);
            self.expr(attribute.value);
        }
        body.blocks.iter().for_each(|block| self.block(block));
    }

    fn block(&self, block: &Block) {
        for span in [block.ty_span, block.header, block.span] {
            self.span(span);
        }
        block.labels.iter().for_each(|label| self.span(label.span));
        self.body(&block.body);
    }

    fn exprs(&self, exprs: &[ExprId]) {
        exprs.iter().for_each(|id| self.expr(*id));
    }

    fn expr(&self, id: ExprId) {
        let node = self.tree.node(id);
        self.span(node.span);
        match node.kind {
            ExprKind::Number(text) | ExprKind::String(text) => _ = self.tree.str(text),
            ExprKind::Template(parts) => self.parts(parts),
            ExprKind::Tuple(list) => self.exprs(self.tree.list(list)),
            ExprKind::Object(items) => {
                for item in self.tree.items(items) {
                    self.span(item.key_span);
                    if let ObjectKey::Expr(key) = item.key {
                        self.expr(key);
                    }
                    self.expr(item.value);
                }
            }
            ExprKind::For(it) => {
                let it = self.tree.for_expr(it);
                self.exprs(&[it.collection, it.result]);
                it.result_key.into_iter().chain(it.condition).for_each(|id| self.expr(id));
            }
            ExprKind::Attr(inner, _) | ExprKind::Not(inner) | ExprKind::Negate(inner) | ExprKind::Paren(inner) => {
                self.expr(inner);
            }
            ExprKind::Index(a, b) | ExprKind::Splat { source: a, each: b } | ExprKind::Binary(_, a, b) => {
                self.exprs(&[a, b]);
            }
            ExprKind::Conditional(a, b, c) => self.exprs(&[a, b, c]),
            ExprKind::Call(call) => {
                let call = self.tree.call(call);
                self.span(call.name_span);
                self.exprs(self.tree.list(call.args));
            }
            ExprKind::Null | ExprKind::Bool(_) | ExprKind::Name(_) | ExprKind::SplatItem | ExprKind::Error => {}
        }
    }

    fn parts(&self, parts: Run) {
        for part in self.tree.parts(parts) {
            match *part {
                Part::Literal(text) => _ = self.tree.str(text),
                Part::Interpolation(id) => self.expr(id),
                Part::If { condition, then, otherwise } => {
                    self.expr(condition);
                    self.parts(then);
                    self.parts(otherwise);
                }
                Part::For { collection, body, .. } => {
                    self.expr(collection);
                    self.parts(body);
                }
            }
        }
    }
}

fn check(text: &str, tree: &Tree, diagnostics: &[infralint::diag::Diagnostic]) {
    let check = Check { tree, text };
    check.body(&tree.body);
    tree.comments.iter().for_each(|comment| check.span(comment.span));
    for diagnostic in diagnostics {
        check.span(diagnostic.place.expect("a place").span);
        assert!(!diagnostic.detail.is_empty());
    }
}

fn check_all(text: &str) {
    let parsed = syntax::parse(FileId(0), text);
    check(text, &parsed.tree, &parsed.diagnostics);
    let error_without_word = parsed.tree.dump().contains("<error>") && parsed.diagnostics.is_empty();
    assert!(!error_without_word, "{text:?}");
    let parsed = syntax::parse_json(FileId(0), text);
    check(text, &parsed.tree, &parsed.diagnostics);
    for attribute in &parsed.tree.body.attributes {
        parsed.tree.json_blocks(attribute, 2).0.iter().for_each(|b| Check { tree: &parsed.tree, text }.block(b));
    }
    for (tree, id, diagnostics) in [syntax::parse_template(FileId(0), text), syntax::parse_expression(FileId(0), text)]
    {
        check(text, &tree, &diagnostics);
        Check { tree: &tree, text }.expr(id);
    }
}

fn add_files(folder: &Path, texts: &mut Vec<String>) {
    let mut entries: Vec<_> = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            add_files(&path, texts);
        } else if path.extension().is_some_and(|e| e == "tf" || e == "tfvars" || e == "json") {
            texts.push(std::fs::read_to_string(path).unwrap());
        }
    }
}

#[test]
fn broken_files_are_survived() {
    let mut texts: Vec<String> = CORPUS.iter().map(|text| (*text).to_owned()).collect();
    if let Ok(folder) = std::env::var("SYNTAX_CORPUS") {
        add_files(Path::new(&folder), &mut texts);
    }
    let rounds = std::env::var("SYNTAX_ROUNDS").map_or(600, |n| n.parse().unwrap());
    let mut random = Random(0x9E37_79B9_7F4A_7C15);
    for text in &texts {
        check_all(text);
    }
    for _ in 0..rounds {
        let text = mutate(&texts[random.below(texts.len())], &mut random);
        check_all(&text);
    }
}
