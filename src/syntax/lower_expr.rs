//! From hcl-edit's tree to the arena: expressions.

use hcl_edit::{
    Span as _,
    expr::{
        BinaryOperator, Expression, ForExpr, FuncCall, Object, ObjectKey as HclKey, Traversal, TraversalOperator,
        UnaryOperator,
    },
};

use super::{
    lower::Lowering,
    shown::Hole,
    template::Form,
    text::nfc,
    tree::{Call, CallId, ExprId, ExprKind, For, ForId, ObjectItem, ObjectKey, Operator, Run},
};
use crate::{
    addr::name,
    source::{Span, offset},
};

/// How deep expressions may be nested: hcl-edit stops at 64 levels and 128 operators, and both can meet.
const MAX_DEPTH: u32 = 256;

/// How many splats one chain may hold: each is evaluated inside the one before it.
const MAX_SPLATS: usize = 64;

impl Lowering<'_> {
    pub(super) fn expr(&mut self, expr: &Expression) -> ExprId {
        let span = self.span_of(expr.span());
        if self.depth >= MAX_DEPTH {
            self.error(
                "Expression nested too deeply",
                format!("Expressions can be nested {MAX_DEPTH} levels deep. Move an inner part to a local value."),
                span,
            );
            return self.push(ExprKind::Error, span);
        }
        self.depth += 1;
        let id = self.lower(expr, span);
        self.depth -= 1;
        id
    }

    fn lower(&mut self, expr: &Expression, span: Span) -> ExprId {
        let kind = match expr {
            Expression::Null(_) => ExprKind::Null,
            Expression::Bool(value) => ExprKind::Bool(*value.value()),
            Expression::Number(_) => return self.number(span),
            Expression::String(text) => ExprKind::String(self.intern(nfc(text))),
            Expression::Array(array) => {
                self.reject_for(array.get(0));
                ExprKind::Tuple(self.exprs(array.iter()))
            }
            Expression::Object(object) => ExprKind::Object(self.object(object)),
            Expression::StringTemplate(template) => self.template(template, Form::Quoted),
            Expression::HeredocTemplate(heredoc) => {
                let indented = self.text(span).starts_with("<<-");
                self.template(&heredoc.template, if indented { Form::Indented } else { Form::Heredoc })
            }
            Expression::Parenthesis(inner) => ExprKind::Paren(self.expr(inner.inner())),
            Expression::Variable(variable) => match self.plain_string(span) {
                Some(text) => ExprKind::String(self.intern(text)),
                None => ExprKind::Name(name(variable.as_str())),
            },
            Expression::Conditional(it) => {
                ExprKind::Conditional(self.expr(&it.cond_expr), self.expr(&it.true_expr), self.expr(&it.false_expr))
            }
            Expression::FuncCall(call) => ExprKind::Call(self.call(call)),
            Expression::Traversal(traversal) => return self.traversal(traversal),
            Expression::UnaryOp(it) => {
                let operand = self.expr(&it.expr);
                match it.operator.value() {
                    UnaryOperator::Neg => ExprKind::Negate(operand),
                    UnaryOperator::Not => ExprKind::Not(operand),
                }
            }
            Expression::BinaryOp(it) => {
                let (left, right) = (self.expr(&it.lhs_expr), self.expr(&it.rhs_expr));
                let span = self.tree.node(left).span.to(self.tree.node(right).span);
                return self.push(ExprKind::Binary(operator(*it.operator.value()), left, right), span);
            }
            Expression::ForExpr(it) => ExprKind::For(self.for_expr(it)),
        };
        self.push(kind, span)
    }

    /// `[for, x]`: Terraform takes `for` at the start for the beginning of a `for` expression.
    fn reject_for(&mut self, first: Option<&Expression>) {
        let Some(Expression::Variable(variable)) =
            first.filter(|it| it.as_variable().is_some_and(|v| v.as_str() == "for"))
        else {
            return;
        };
        let span = self.span_of(variable.span());
        let detail = "For expression requires variable name after 'for'. A name \"for\" cannot be the first item.";
        self.error("Invalid 'for' expression", detail, span);
    }

    fn exprs<'e>(&mut self, exprs: impl Iterator<Item = &'e Expression>) -> Run {
        let ids: Vec<ExprId> = exprs.map(|expr| self.expr(expr)).collect();
        self.list_run(&ids)
    }

    /// The text as written, since hcl-edit keeps a float. It takes `- 5` for one number; Terraform negates 5.
    fn number(&mut self, span: Span) -> ExprId {
        if let Some(span) = self.hole_at(span.start) {
            let node = self.push(ExprKind::Error, span);
            self.holes.push(Hole { node, span, depth: self.depth });
            return node;
        }
        let text = self.text(span);
        let digits = text.trim_start_matches(|c: char| !c.is_ascii_digit());
        let start = span.end - offset(digits.len());
        let kind = ExprKind::Number(self.intern(digits));
        let id = self.push(kind, Span::new(start, span.end));
        if text.starts_with('-') { self.push(ExprKind::Negate(id), span) } else { id }
    }

    fn object(&mut self, object: &Object) -> Run {
        let items: Vec<ObjectItem> = object.iter().map(|(key, value)| self.item(key, value.expr())).collect();
        self.item_run(&items)
    }

    pub(super) fn item(&mut self, key: &HclKey, value: &Expression) -> ObjectItem {
        let key_span = self.span_of(key.span());
        let key = match key {
            HclKey::Ident(ident) => ObjectKey::Name(name(ident.as_str())),
            HclKey::Expression(Expression::Null(_) | Expression::Bool(_)) => ObjectKey::Name(name(self.text(key_span))),
            HclKey::Expression(expr) => ObjectKey::Expr(self.expr(expr)),
        };
        ObjectItem { key, key_span, value: self.expr(value) }
    }

    fn call(&mut self, call: &FuncCall) -> CallId {
        let names = call.name.namespace.iter().chain(std::iter::once(&call.name.name));
        let parts: Vec<&str> = names.map(|part| part.as_str()).collect();
        let last = self.span_of(call.name.name.span());
        let name_span = call.name.namespace.first().map_or(last, |first| self.span_of(first.span()).to(last));
        let args = self.exprs(call.args.iter());
        let expand_final = call.args.expand_final();
        self.tree.calls.push(Call { name: name(&parts.join("::")), name_span, args, expand_final });
        CallId(offset(self.tree.calls.len() - 1))
    }

    fn for_expr(&mut self, it: &ForExpr) -> ForId {
        let collection = self.expr(&it.intro.collection_expr);
        self.reject_glued("in", collection);
        let result_key = it.key_expr.as_ref().map(|key| self.expr(key));
        let result = self.expr(&it.value_expr);
        let condition = it.cond.as_ref().map(|cond| self.expr(&cond.expr));
        if let Some(condition) = condition {
            self.reject_glued("if", condition);
        }
        let key = it.intro.key_var.as_ref().map(|key| name(key.as_str()));
        let value = name(it.intro.value_var.as_str());
        self.tree.fors.push(For { key, value, collection, result_key, result, condition, grouping: it.grouping });
        ForId(offset(self.tree.fors.len() - 1))
    }

    /// `1.2.3`, which hcl-edit takes for an index of `1.2`.
    fn is_number_literal(&self, traversal: &Traversal, index: Span) -> bool {
        let whole = self.span_of(traversal.expr.span()).to(index);
        traversal.expr.is_number() && self.text(whole).bytes().all(|b| b.is_ascii_digit() || b == b'.')
    }

    /// A keyword that is not separated from the expression after it is no keyword: `[for x in y : x ifz]`.
    pub(super) fn reject_glued(&mut self, keyword: &str, after: ExprId) {
        let start = self.tree.node(after).span.start as usize;
        let before = self.source.get(..start).unwrap_or_default();
        let rest = self.source.get(start..).unwrap_or_default();
        if before.ends_with(keyword) && rest.starts_with(super::lexeme::continues_name) {
            let span = Span::new(offset(start - keyword.len()), offset(start));
            let detail = format!("A space is required after the keyword \"{keyword}\".");
            self.error("Invalid 'for' expression", detail, span);
        }
    }

    /// What hcl-edit reads as a chain of operators and Terraform as a mistake.
    fn reject_chain(&mut self, traversal: &Traversal) {
        let mut before: Option<&TraversalOperator> = None;
        for operator in &traversal.operators {
            let span = self.span_of(operator.span());
            match (before, operator.value()) {
                (None, TraversalOperator::LegacyIndex(_)) if self.is_number_literal(traversal, span) => {
                    let span = self.span_of(traversal.expr.span()).to(span);
                    self.error("Invalid number literal", "Failed to recognize the value of this number literal.", span);
                }
                (Some(TraversalOperator::LegacyIndex(_)), TraversalOperator::LegacyIndex(_)) => self.error(
                    "Invalid legacy index syntax",
                    "When using the legacy index syntax, chaining two indexes together is not permitted. Use the proper \
                     index syntax instead, like [1][2].",
                    span,
                ),
                (Some(TraversalOperator::AttrSplat(_)), TraversalOperator::AttrSplat(_)) => self.error(
                    "Nested splat expression not allowed",
                    "A splat expression (*) cannot be used inside another attribute-only splat expression.",
                    span,
                ),
                _ => {}
            }
            before = Some(operator.value());
        }
    }

    /// `a.b[0]…`, without recursion along the chain. What follows `[*]` belongs to each element up to the
    /// end of the chain; what follows `.*` only as far as there are dots.
    fn traversal(&mut self, traversal: &Traversal) -> ExprId {
        let before = self.diagnostics.len();
        self.reject_chain(traversal);
        let rejected = self.diagnostics.len() > before;
        let mut current = self.expr(&traversal.expr);
        let start = self.tree.node(current).span.start;
        let mut splats: Vec<(ExprId, bool)> = Vec::new();
        let mut end = self.tree.node(current).span.end;
        for operator in &traversal.operators {
            let op_span = self.span_of(operator.span());
            let attribute_only = splats.last().is_some_and(|(_, attribute_only)| *attribute_only);
            if attribute_only
                && matches!(operator.value(), TraversalOperator::Index(_) | TraversalOperator::FullSplat(_))
            {
                current = self.close_splat(&mut splats, current, start);
            }
            let from = if splats.is_empty() { start } else { self.tree.node(current).span.start };
            let span = Span::new(from, op_span.end);
            end = op_span.end;
            current = match operator.value() {
                TraversalOperator::GetAttr(ident) => self.push(ExprKind::Attr(current, name(ident.as_str())), span),
                TraversalOperator::Index(index) => {
                    let index = self.expr(index);
                    self.push(ExprKind::Index(current, index), span)
                }
                TraversalOperator::LegacyIndex(_) => self.legacy_index(current, span, op_span),
                TraversalOperator::AttrSplat(_) | TraversalOperator::FullSplat(_) => {
                    splats.push((current, matches!(operator.value(), TraversalOperator::AttrSplat(_))));
                    self.push(ExprKind::SplatItem, op_span)
                }
            };
        }
        if splats.len() > MAX_SPLATS {
            let detail = format!("At most {MAX_SPLATS} splats can follow each other. Use \"for\" expressions instead.");
            self.error("Expression nested too deeply", detail, Span::new(start, end));
            return self.push(ExprKind::Error, Span::new(start, end));
        }
        while !splats.is_empty() {
            current = self.close_splat(&mut splats, current, start);
        }
        if rejected { self.push(ExprKind::Error, Span::new(start, end)) } else { current }
    }

    fn close_splat(&mut self, splats: &mut Vec<(ExprId, bool)>, each: ExprId, start: u32) -> ExprId {
        let Some((source, _)) = splats.pop() else { return each };
        let from = if splats.is_empty() { start } else { self.tree.node(source).span.start };
        let span = Span::new(from, self.tree.node(each).span.end);
        self.push(ExprKind::Splat { source, each }, span)
    }

    fn legacy_index(&mut self, source: ExprId, span: Span, op_span: Span) -> ExprId {
        let digits = self.text(op_span).trim_start_matches(|c: char| !c.is_ascii_digit());
        let index_span = Span::new(op_span.end - offset(digits.len()), op_span.end);
        let kind = ExprKind::Number(self.intern(digits));
        let index = self.push(kind, index_span);
        self.push(ExprKind::Index(source, index), span)
    }
}

const fn operator(operator: BinaryOperator) -> Operator {
    match operator {
        BinaryOperator::Eq => Operator::Equal,
        BinaryOperator::NotEq => Operator::NotEqual,
        BinaryOperator::LessEq => Operator::LessOrEqual,
        BinaryOperator::GreaterEq => Operator::GreaterOrEqual,
        BinaryOperator::Less => Operator::Less,
        BinaryOperator::Greater => Operator::Greater,
        BinaryOperator::Plus => Operator::Add,
        BinaryOperator::Minus => Operator::Subtract,
        BinaryOperator::Mul => Operator::Multiply,
        BinaryOperator::Div => Operator::Divide,
        BinaryOperator::Mod => Operator::Modulo,
        BinaryOperator::And => Operator::And,
        BinaryOperator::Or => Operator::Or,
    }
}
