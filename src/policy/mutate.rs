//! Tests of tests: every attribute that a policy reads is changed in every object it is tested with. Where no change
//! changes a verdict, either the policy does not need the attribute, or no test tells.

use std::{cell::OnceCell, collections::BTreeMap, rc::Rc};

use ecow::EcoString;

use super::{
    BoundRule, Policy, Stage,
    environment::{Environment, Facts, Nothing},
    judge::Judge,
    lint::{Read, ReadOf, reads},
    mutant::Mutant,
    static_checks::expressions,
    subject::{Object, Subject, select},
    verdict::Decision,
    walk::literals,
};
use crate::{
    addr::Name,
    eval::{Context, evaluate},
    syntax::ExprId,
    value::{Origin, Truth, Type, Value, equals},
    world::World,
};

/// An attribute that a policy reads, by names: the same in every load of the policy's file.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Mutation {
    pub rule: EcoString,
    /// `resource_policy.aws_s3_bucket.encrypted`
    pub policy: String,
    /// `attrs.versioning.enabled`, `aws_subnet.vpc_id`
    pub attribute: String,
}

/// What is known of a mutation.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Tried {
    /// The line of the policy file that reads the attribute.
    pub line: u32,
    /// The policy file as it is shown.
    pub file: String,
    /// Objects whose verdict was asked for with the attribute changed.
    pub objects: usize,
    /// Whether a verdict changed.
    pub noticed: bool,
}

/// All mutations so far.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Mutations(pub BTreeMap<Mutation, Tried>);

impl Mutations {
    /// Takes in what another run found.
    pub fn merge(&mut self, other: Self) {
        for (mutation, tried) in other.0 {
            let known = self.0.entry(mutation).or_insert_with(|| Tried { objects: 0, noticed: false, ..tried.clone() });
            known.objects += tried.objects;
            known.noticed |= tried.noticed;
        }
    }

    /// Those no test noticed.
    pub fn survivors(&self) -> impl Iterator<Item = (&Mutation, &Tried)> {
        self.0.iter().filter(|(_, tried)| !tried.noticed)
    }
}

/// Changes what rules read in a root module. What was noticed before is not tried again.
pub fn mutate(
    world: &World,
    root: usize,
    rules: &[BoundRule],
    (stage, cx): (Stage, &Context<'_>),
    found: &mut Mutations,
) {
    let Some(module) = world.root_modules.get(root) else { return };
    let facts = Facts::new(world, root, module, stage);
    mutate_facts(&facts, rules, cx, found, &|_| true);
}

/// The same, for the objects that are wanted.
pub(super) fn mutate_facts(
    facts: &Facts<'_>,
    rules: &[BoundRule],
    cx: &Context<'_>,
    found: &mut Mutations,
    wanted: &dyn Fn(Object<'_>) -> bool,
) {
    for rule in rules {
        let env = Environment::new(&rule.file, &rule.inputs, Some(facts));
        for bound in rule.policies() {
            let (policy, judge) = (bound.policy, Judge::new(cx, &env, bound, facts.stage));
            let subjects: Vec<Subject<'_>> = match judge.is_for(facts.stage) {
                true => select(facts, policy).into_iter().filter(|s| wanted(s.object)).collect(),
                false => Vec::new(),
            };
            let all = reads(&rule.file, policy);
            let pool = pool(cx, &env, policy, &all).into();
            let before = subjects.iter().map(|_| OnceCell::new()).collect();
            let run = Run { cx, env: &env, policy, subjects: &subjects, before, pool };
            for (read, ty, at) in all {
                run.read((read, ty, at), found);
            }
        }
    }
}

struct Run<'r, 's> {
    cx: &'r Context<'s>,
    env: &'r Environment<'r>,
    policy: &'r Policy,
    subjects: &'r [Subject<'r>],
    /// What is said of each subject as it is.
    before: Vec<OnceCell<Vec<Said>>>,
    pool: Rc<[Value]>,
}

/// Values of each kind that are put in place of others.
const MOST: usize = 48;

/// The strings and numbers a policy is written with, and the strings that are where it reads.
fn pool(cx: &Context<'_>, env: &Environment<'_>, policy: &Policy, reads: &[(Read, Type, ExprId)]) -> Vec<Value> {
    let file = env.file;
    let of_file = file.locals.iter().filter(|(name, _)| **name != "infralint").map(|(_, local)| local.value);
    let written = expressions(policy).chain(of_file).flat_map(|id| literals(&file.tree, id));
    let mut pool: Vec<Value> = Vec::new();
    let mut add = |value: Value| {
        if pool.len() < 2 * MOST && !pool.iter().any(|known| equals(known, &value) == Truth::True) {
            pool.push(value);
        }
    };
    written.take(MOST).for_each(|id| add(evaluate(cx, &Nothing, &file.tree, id).with_origin(Origin::NONE)));
    let Some(facts) = env.facts else { return pool };
    for (read, _, _) in reads {
        let ty = match &read.of {
            ReadOf::Found(ty) => *ty,
            ReadOf::Judged => crate::addr::name(&policy.target),
            ReadOf::Root => continue,
        };
        let instances = facts.index.of_type(ty).iter().filter_map(|i| facts.module.instances.get(*i));
        let values = instances.take(MOST).flat_map(|instance| texts_at(&instance.attrs, &read.path));
        values.for_each(|text| add(Value::string(text)));
    }
    pool
}

/// The known strings at a path, those of lists each.
fn texts_at(value: &Value, path: &[Name]) -> Vec<EcoString> {
    if let Some(items) = value.items() {
        return items.iter().flat_map(|item| texts_at(item, path)).collect();
    }
    match path.split_first() {
        None => value.as_str().cloned().into_iter().collect(),
        Some((step, rest)) => value.get(step).map(|inner| texts_at(inner, rest)).unwrap_or_default(),
    }
}

impl Run<'_, '_> {
    fn read(&self, (read, ty, at): (Read, Type, ExprId), found: &mut Mutations) {
        let file = self.env.file;
        let source = self.cx.sources.get(file.tree.file);
        let mutation = Mutation { rule: file.id.clone(), policy: self.policy.address(), attribute: shown(&read) };
        let tried = found.0.entry(mutation).or_insert_with(|| Tried {
            line: source.position(file.tree.node(at).span.start).line,
            file: source.path.to_string(),
            objects: 0,
            noticed: false,
        });
        tried.objects += self.subjects.len();
        let notices = |(subject, before): (&Subject<'_>, &OnceCell<Vec<Said>>)| {
            self.notices(subject, before.get_or_init(|| self.verdicts(self.env, subject)), (&read, &ty))
        };
        tried.noticed = tried.noticed || self.subjects.iter().zip(&self.before).any(notices);
    }

    fn notices(&self, subject: &Subject<'_>, before: &[Said], (read, ty): (&Read, &Type)) -> bool {
        (0..Mutant::ways(&self.pool)).any(|way| {
            let mutant = Mutant { read: read.clone(), ty: ty.clone(), way, pool: Rc::clone(&self.pool) };
            let after = self.verdicts(&self.env.with(&mutant), subject);
            after != before && !after.contains(&Said::Error)
        })
    }

    fn verdicts(&self, env: &Environment<'_>, subject: &Subject<'_>) -> Vec<Said> {
        let said = |enforce| {
            let question = super::verdict::Question { cx: self.cx, env, policy: self.policy, subject, enforce };
            match question.decide() {
                Decision::Pass => Said::Pass,
                Decision::NotApplicable => Said::NotApplicable,
                Decision::Fail(_) => Said::Fail,
                Decision::Undecided(_) => Said::Undecided,
                Decision::Error(_) => Said::Error,
                Decision::Silent => Said::Silent,
            }
        };
        self.policy.enforces.iter().map(said).collect()
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Said {
    Pass,
    NotApplicable,
    Fail,
    Undecided,
    Error,
    Silent,
}

fn shown(read: &Read) -> String {
    let of = match &read.of {
        ReadOf::Judged => "attrs",
        ReadOf::Root => "root",
        ReadOf::Found(ty) => ty.as_str(),
    };
    read.path.iter().fold(of.to_owned(), |so_far, step| format!("{so_far}.{step}"))
}
