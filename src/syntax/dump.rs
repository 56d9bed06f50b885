//! A compact text form of a tree, for tests and for looking at what was parsed.

use std::fmt::Write;

use super::tree::{Body, ExprId, ExprKind, For, ObjectKey, Part, Run, Tree};

impl Tree {
    /// The body, one item a line: `a = (+ 1 var.x)`, `resource "t" "n" { … }`.
    #[must_use]
    pub fn dump(&self) -> String {
        let mut out = String::new();
        self.dump_body(&self.body, 0, &mut out);
        out
    }

    /// One expression.
    #[must_use]
    pub fn dump_expr(&self, id: ExprId) -> String {
        let mut out = String::new();
        self.write(id, &mut out);
        out
    }

    fn dump_body(&self, body: &Body, indent: usize, out: &mut String) {
        for attribute in &body.attributes {
            let _ = write!(out, "{:indent$}{} = ", "", attribute.name);
            self.write(attribute.value, out);
            out.push('\n');
        }
        for block in &body.blocks {
            let _ = write!(out, "{:indent$}{}", "", block.ty);
            for label in &block.labels {
                let _ = write!(out, " {:?}", label.text.as_str());
            }
            out.push_str(" {\n");
            self.dump_body(&block.body, indent + 2, out);
            let _ = writeln!(out, "{:indent$}}}", "");
        }
    }

    fn write(&self, id: ExprId, out: &mut String) {
        match self.kind(id) {
            ExprKind::Null => out.push_str("null"),
            ExprKind::Bool(value) => out.push_str(if value { "true" } else { "false" }),
            ExprKind::Number(text) => out.push_str(self.str(text)),
            ExprKind::String(text) => _ = write!(out, "{:?}", self.str(text).as_str()),
            ExprKind::Template(parts) => self.write_parts("t", parts, out),
            ExprKind::Tuple(list) => self.write_list(['[', ']'], self.list(list), out),
            ExprKind::Object(items) => self.write_object(items, out),
            ExprKind::For(it) => self.write_for(self.for_expr(it), out),
            ExprKind::Name(name) => out.push_str(&name),
            ExprKind::Attr(..) | ExprKind::Index(..) => self.write_chain(id, out),
            ExprKind::Splat { source, each } => self.write_form("splat", &[source, each], out),
            ExprKind::SplatItem => out.push('*'),
            ExprKind::Not(operand) => self.write_form("!", &[operand], out),
            ExprKind::Negate(operand) => self.write_form("-", &[operand], out),
            ExprKind::Binary(operator, left, right) => self.write_form(operator.symbol(), &[left, right], out),
            ExprKind::Conditional(test, then, otherwise) => self.write_form("?", &[test, then, otherwise], out),
            ExprKind::Call(call) => {
                let call = self.call(call);
                out.push_str(&call.name);
                let close = if call.expand_final { "...)" } else { ")" };
                self.write_list(["(", close], self.list(call.args), out);
            }
            ExprKind::Paren(inner) => self.write_form("p", &[inner], out),
            ExprKind::Error => out.push_str("<error>"),
        }
    }

    /// Chains can be ten thousand links long: no recursion along them.
    fn write_chain(&self, mut id: ExprId, out: &mut String) {
        let mut links = Vec::new();
        while let ExprKind::Attr(source, _) | ExprKind::Index(source, _) = self.kind(id) {
            links.push(self.kind(id));
            id = source;
        }
        self.write(id, out);
        for link in links.into_iter().rev() {
            match link {
                ExprKind::Attr(_, name) => _ = write!(out, ".{name}"),
                ExprKind::Index(_, index) => self.write_list(['[', ']'], &[index], out),
                _ => {}
            }
        }
    }

    fn write_form(&self, head: &str, operands: &[ExprId], out: &mut String) {
        let _ = write!(out, "({head}");
        for operand in operands {
            out.push(' ');
            self.write(*operand, out);
        }
        out.push(')');
    }

    fn write_list(&self, [open, close]: [impl std::fmt::Display; 2], list: &[ExprId], out: &mut String) {
        let _ = write!(out, "{open}");
        for (i, id) in list.iter().enumerate() {
            out.push_str(if i > 0 { ", " } else { "" });
            self.write(*id, out);
        }
        let _ = write!(out, "{close}");
    }

    fn write_object(&self, items: Run, out: &mut String) {
        out.push('{');
        for (i, item) in self.items(items).iter().enumerate() {
            out.push_str(if i > 0 { ", " } else { "" });
            match item.key {
                ObjectKey::Name(name) => out.push_str(&name),
                ObjectKey::Expr(key) => self.write(key, out),
            }
            out.push_str(" = ");
            self.write(item.value, out);
        }
        out.push('}');
    }

    fn write_for(&self, it: &For, out: &mut String) {
        out.push_str("(for ");
        if let Some(key) = it.key {
            let _ = write!(out, "{key}, ");
        }
        let _ = write!(out, "{} in ", it.value);
        self.write(it.collection, out);
        out.push_str(" : ");
        if let Some(key) = it.result_key {
            self.write(key, out);
            out.push_str(" => ");
        }
        self.write(it.result, out);
        out.push_str(if it.grouping { "..." } else { "" });
        if let Some(condition) = it.condition {
            out.push_str(" if ");
            self.write(condition, out);
        }
        out.push(')');
    }

    fn write_parts(&self, head: &str, parts: Run, out: &mut String) {
        let _ = write!(out, "{head}(");
        for (i, part) in self.parts(parts).iter().enumerate() {
            out.push_str(if i > 0 { " " } else { "" });
            match *part {
                Part::Literal(text) => _ = write!(out, "{:?}", self.str(text).as_str()),
                Part::Interpolation(id) => self.write_form("$", &[id], out),
                Part::If { condition, then, otherwise } => {
                    self.write_form("if", &[condition], out);
                    self.write_parts("then", then, out);
                    self.write_parts("else", otherwise, out);
                }
                Part::For { key, value, collection, body } => {
                    let key = key.map(|key| format!("{key}, ")).unwrap_or_default();
                    self.write_form(&format!("for {key}{value} in"), &[collection], out);
                    self.write_parts("do", body, out);
                }
            }
        }
        out.push(')');
    }
}
