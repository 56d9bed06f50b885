//! The verdict of one `enforce` block on one object: under assumptions where something is in doubt.

use std::borrow::Cow;

use super::{
    Enforce, Policy,
    doubt::{Assumed, Doubt, DoubtKey, open_choice},
    environment::{Environment, PolicyScope, Run},
    members::assumed_existence,
    reason::Cause,
    subject::{Object, Subject},
};
use crate::{
    diag::{Diagnostic, Label},
    eval::{Context, evaluate},
    source::Place,
    syntax::ExprId,
    value::{Origin, Type, Value, converted},
};

/// What is said of an object.
#[derive(Clone, Debug)]
pub(super) enum Decision {
    Pass,
    /// The filter says it is none of the policy's, or it is not there.
    NotApplicable,
    Fail(Failed),
    Undecided(Cause),
    /// The rule itself is wrong.
    Error(Vec<Diagnostic>),
    /// It hangs on an error of the configuration that has been reported.
    Silent,
}

#[derive(Clone, Debug)]
pub(super) struct Failed {
    /// Under which assumptions the message is to be evaluated.
    pub assumed: Assumed,
    /// Of the condition: of the operand that decided it.
    pub origin: Origin,
    /// Places that took part.
    pub related: Vec<Label>,
}

/// Doubts that are tried in every combination.
const EXHAUSTIVE: usize = 4;
/// Doubts under which anything is evaluated: a value may be one of many texts.
const MOST: usize = 72;
/// Doubts that are tried in chosen combinations; with more, a verdict is undecided.
pub(super) const SURVEYED: usize = 32;

/// One block to decide.
pub(super) struct Question<'a, 's> {
    pub cx: &'a Context<'s>,
    pub env: &'a Environment<'a>,
    pub policy: &'a Policy,
    pub subject: &'a Subject<'a>,
    pub enforce: &'a Enforce,
}

/// One evaluation under assumptions.
struct Leaf {
    decision: Decision,
    assumed: Assumed,
    met: Vec<Doubt>,
}

impl Leaf {
    /// A doubt on which nothing is assumed yet.
    fn open(&self) -> Option<Doubt> {
        let met = self.met.iter().find(|doubt| self.assumed.answer(&doubt.key).is_none());
        met.cloned().or_else(|| match &self.decision {
            Decision::Undecided(cause) => open_choice(&cause.value, &self.assumed),
            _ => None,
        })
    }
}

impl Question<'_, '_> {
    /// The decision, taking into account that the object itself may not be there.
    pub(super) fn decide(&self) -> Decision {
        self.cx.begin();
        let decision = self.settle();
        if self.cx.limit_met() && !matches!(decision, Decision::Error(_)) {
            return Decision::Error(vec![self.too_long()]);
        }
        match (decision, self.subject.existence()) {
            (Decision::Fail(_), Some(on)) if Cause::of(on).undecided().is_none() => Decision::Silent,
            (Decision::Fail(_), Some(on)) => Decision::Undecided(Cause::of(on)),
            (Decision::Undecided(cause), _) if cause.undecided().is_none() => Decision::Silent,
            (decision, _) => decision,
        }
    }

    /// A limit may have been met where nobody sees it, inside `try`: what came out is not to be trusted.
    fn too_long(&self) -> Diagnostic {
        let detail = "Judging one object met a limit on the number of steps or the depth of nesting.";
        Diagnostic::error("Evaluation takes too long", detail, self.env.file.place(self.enforce.at))
    }

    fn settle(&self) -> Decision {
        let leaf = self.leaf(Assumed::default());
        if leaf.open().is_none() {
            return leaf.decision;
        }
        let met = leaf.met.clone();
        self.every_combination(leaf).unwrap_or_else(|| self.survey(met))
    }

    /// The decision that all answers to the open doubts lead to. `None` when there are too many doubts.
    fn every_combination(&self, leaf: Leaf) -> Option<Decision> {
        let Some(doubt) = leaf.open() else { return Some(leaf.decision) };
        if leaf.assumed.weight() >= EXHAUSTIVE || leaf.assumed.0.len() >= MOST {
            return None;
        }
        let without = self.every_combination(self.leaf(leaf.assumed.with(&doubt.key, false)))?;
        if matches!(without, Decision::Undecided(_) | Decision::Silent) {
            return Some(without);
        }
        let with = self.every_combination(self.leaf(leaf.assumed.with(&doubt.key, true)))?;
        Some(joined(without, with, &doubt))
    }

    /// The decision that chosen answers to many doubts lead to: none, each alone, growing numbers, all but each, all.
    fn survey(&self, met: Vec<Doubt>) -> Decision {
        if let Some(choice) = met.iter().find(|doubt| matches!(doubt.key, DoubtKey::Choice(_) | DoubtKey::Is { .. })) {
            return Decision::Undecided(choice.cause.clone());
        }
        let mut doubts: Vec<Doubt> = Vec::new();
        for doubt in met {
            if !doubts.iter().any(|d| d.key == doubt.key) {
                if doubts.len() == SURVEYED {
                    return Decision::Undecided(doubt.cause);
                }
                doubts.push(doubt);
            }
        }
        let Some(first) = doubts.first().cloned() else { return self.leaf(Assumed::default()).decision };
        let mut so_far: Option<Decision> = None;
        for answers in combinations(doubts.len()) {
            let keys = doubts.iter().map(|d| d.key.clone());
            let leaf = self.leaf(Assumed(keys.zip(answers).collect()));
            if let Some(open) = leaf.open() {
                return Decision::Undecided(open.cause);
            }
            let next = match so_far {
                None => leaf.decision,
                Some(before) => joined(before, leaf.decision, &first),
            };
            if matches!(next, Decision::Undecided(_) | Decision::Silent) {
                return next;
            }
            so_far = Some(next);
        }
        so_far.unwrap_or(Decision::Undecided(first.cause))
    }

    fn leaf(&self, assumed: Assumed) -> Leaf {
        let run = Run::new(self.env, assumed);
        let decision = self.evaluate(&run);
        Leaf { decision, met: run.met.take(), assumed: run.assumed }
    }

    fn evaluate(&self, run: &Run<'_>) -> Decision {
        if self.is_absent(run) {
            return Decision::NotApplicable;
        }
        let filter = self.policy.filter.map(|filter| self.truth(run, filter, "filter"));
        match filter {
            None | Some(Truth::Known(true, _)) => self.condition(run),
            Some(Truth::Known(false, _)) => Decision::NotApplicable,
            // The policy holds whether it applies or not.
            Some(Truth::Unknown(on)) => match self.condition(run) {
                Decision::Pass => Decision::Pass,
                _ => Decision::Undecided(Cause::of(&on)),
            },
            Some(Truth::Error(diagnostics)) => Decision::Error(diagnostics),
            Some(Truth::Silent) => Decision::Silent,
        }
    }

    /// Whether the object is not there under the assumptions.
    fn is_absent(&self, run: &Run<'_>) -> bool {
        let Object::Instance(_, instance) = self.subject.object else { return false };
        let Some(on) = self.subject.existence() else { return false };
        assumed_existence(run, on, &instance.addr) == Some(false)
    }

    fn condition(&self, run: &Run<'_>) -> Decision {
        match self.truth(run, self.enforce.condition, "condition") {
            Truth::Known(true, _) => Decision::Pass,
            Truth::Known(false, origin) => {
                let related = run.related.borrow().clone();
                Decision::Fail(Failed { assumed: run.assumed.clone(), origin, related })
            }
            Truth::Unknown(on) => Decision::Undecided(Cause::of(&on)),
            Truth::Error(diagnostics) => Decision::Error(diagnostics),
            Truth::Silent => Decision::Silent,
        }
    }

    /// The truth of an expression. Its warnings are passed on, its errors are part of the result.
    fn truth(&self, run: &Run<'_>, id: ExprId, what: &str) -> Truth {
        let scope = PolicyScope { run, policy: self.policy, subject: self.subject };
        let tree = &self.env.file.tree;
        let (value, diagnostics) = self.cx.apart(|| evaluate(self.cx, &scope, tree, id));
        if diagnostics.iter().any(Diagnostic::is_error) {
            return Truth::Error(diagnostics);
        }
        self.cx.report_all(diagnostics);
        truth_of(run.assumed.applied(Cow::Owned(value)).into_owned(), what, tree.place(id))
    }
}

enum Truth {
    Known(bool, Origin),
    Unknown(Value),
    Error(Vec<Diagnostic>),
    Silent,
}

fn truth_of(value: Value, what: &str, at: Place) -> Truth {
    let wrong = |detail: String| Truth::Error(vec![Diagnostic::error(format!("Invalid {what}"), detail, at)]);
    if value.is_error() {
        return Truth::Silent;
    }
    if value.is_null() {
        return wrong(format!("The {what} is null; it must be true or false."));
    }
    match converted(value, &Type::Bool) {
        Ok(truth) => match truth.as_bool() {
            Some(known) => Truth::Known(known, truth.origin),
            None => Truth::Unknown(truth),
        },
        Err(error) => wrong(format!("The {what} must be true or false: {}.", error.message)),
    }
}

/// What holds when either of two decisions may be the right one.
fn joined(a: Decision, b: Decision, doubt: &Doubt) -> Decision {
    use Decision::{Error, Fail, NotApplicable, Pass, Silent, Undecided};
    match (a, b) {
        (Undecided(cause), _) | (_, Undecided(cause)) => Undecided(cause),
        (Silent, _) | (_, Silent) => Silent,
        (NotApplicable, NotApplicable) => NotApplicable,
        (Pass | NotApplicable, Pass | NotApplicable) => Pass,
        (Fail(failed), Fail(_)) => Fail(failed),
        (Error(diagnostics), Error(_)) => Error(diagnostics),
        _ => Undecided(doubt.cause.clone()),
    }
}

/// Answers for that many doubts: none, growing numbers of the first ones up to all, each alone, all but each.
fn combinations(n: usize) -> impl Iterator<Item = Vec<bool>> {
    let growing = (0..=n).map(move |upto| (0..n).map(|i| i < upto).collect());
    let alone = (0..n).map(move |one| (0..n).map(|i| i == one).collect());
    let all_but = (0..n).map(move |one| (0..n).map(|i| i != one).collect());
    growing.chain(alone).chain(all_but)
}
