//! What a plan changes, for people: no value is in it.

use super::{Action, Plan, ResourceChange, join::dotted};
use crate::schema;

/// The changes of a plan, destructive ones first, among them first those of what keeps data.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Changes {
    /// What the plan is called.
    pub plan: String,
    pub totals: Totals,
    /// All that changes anything.
    pub rows: Vec<Row>,
    /// Whether everything was planned.
    pub complete: bool,
    pub errored: bool,
    pub refresh_only: bool,
    /// Addresses of what changed outside of Terraform.
    pub drifted: Vec<String>,
    /// Checks that do not hold.
    pub failed_checks: Vec<String>,
}

/// Instances by what happens to them. One that is replaced counts as that only.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Totals {
    pub create: usize,
    pub update: usize,
    pub replace: usize,
    pub delete: usize,
    pub forget: usize,
    pub unchanged: usize,
    /// Of those: taken over from what exists already.
    pub imported: usize,
    /// Of those: under another address than before.
    pub moved: usize,
}

/// The change of one instance.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Row {
    pub address: String,
    pub action: Action,
    /// The attributes that make Terraform replace it, as dotted paths.
    pub forced_by: Vec<String>,
    /// Why, in Terraform's word: `replace_because_cannot_update`.
    pub reason: Option<String>,
    /// What is lost with it, of a type that keeps data.
    pub keeps: Option<&'static str>,
    /// The key of an object that an earlier apply left behind.
    pub deposed: Option<String>,
    pub previous: Option<String>,
    pub imported: bool,
}

impl Action {
    /// Whether something that exists is not there any more afterwards.
    #[must_use]
    pub const fn is_destructive(self) -> bool {
        matches!(self, Self::Delete | Self::DeleteThenCreate | Self::CreateThenDelete)
    }

    #[must_use]
    pub const fn is_replacement(self) -> bool {
        matches!(self, Self::DeleteThenCreate | Self::CreateThenDelete | Self::CreateThenForget)
    }

    /// Among rows: what destroys first.
    const fn rank(self) -> u8 {
        match self {
            Self::DeleteThenCreate | Self::CreateThenDelete => 0,
            Self::Delete => 1,
            Self::Forget | Self::CreateThenForget => 2,
            Self::Update => 3,
            Self::Create => 4,
            Self::Read | Self::NoOp => 5,
        }
    }

    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NoOp => "no-op",
            Self::Create => "create",
            Self::Read => "read",
            Self::Update => "update",
            Self::DeleteThenCreate | Self::CreateThenDelete => "replace",
            Self::Delete => "delete",
            Self::Forget => "forget",
            Self::CreateThenForget => "create-then-forget",
        }
    }
}

/// What happens to an instance, to follow its address.
pub(super) const fn words(action: Action) -> &'static str {
    match action {
        Action::NoOp => "stays as it is",
        Action::Create => "is created",
        Action::Read => "is read",
        Action::Update => "is updated in place",
        Action::DeleteThenCreate | Action::CreateThenDelete => "is replaced",
        Action::Delete => "is destroyed",
        Action::Forget => "is forgotten",
        Action::CreateThenForget => "is created anew, and the old one forgotten",
    }
}

impl Changes {
    pub(super) fn of(plan: &Plan) -> Self {
        let mut rows: Vec<Row> = plan.changes.iter().filter(|change| counts(change)).map(row).collect();
        rows.sort_by(|a, b| order(a).cmp(&order(b)));
        Self {
            plan: plan.name.clone(),
            totals: totals(plan),
            rows,
            complete: plan.complete,
            errored: plan.errored,
            refresh_only: plan.refresh_only,
            drifted: plan.drifted.clone(),
            failed_checks: plan.failed_checks.clone(),
        }
    }

    /// The changes by which data may be lost.
    pub fn losses(&self) -> impl Iterator<Item = &Row> {
        self.rows.iter().filter(|row| row.action.is_destructive() && row.keeps.is_some())
    }
}

/// Whether it changes anything at all.
fn counts(change: &ResourceChange) -> bool {
    match change.action {
        Action::Read => false,
        Action::NoOp => change.importing || change.previous.is_some(),
        _ => true,
    }
}

fn order(row: &Row) -> (u8, bool, &str, Option<&str>) {
    (row.action.rank(), row.keeps.is_none(), &row.address, row.deposed.as_deref())
}

fn row(change: &ResourceChange) -> Row {
    let paths = change.replace_paths.iter().map(|path| dotted(path));
    Row {
        address: change.addr.0.to_string(),
        action: change.action,
        forced_by: paths.filter(|path| !path.is_empty()).collect(),
        reason: change.reason.clone(),
        keeps: schema::data_kept_by(&change.addr.0.ty).map(|kept| kept.what),
        deposed: change.deposed.clone(),
        previous: change.previous.clone(),
        imported: change.importing,
    }
}

fn totals(plan: &Plan) -> Totals {
    let mut totals = Totals::default();
    for change in &plan.changes {
        if change.addr.0.mode != crate::addr::Mode::Managed {
            continue;
        }
        let counter = match change.action {
            Action::NoOp => &mut totals.unchanged,
            Action::Create => &mut totals.create,
            Action::Update => &mut totals.update,
            Action::DeleteThenCreate | Action::CreateThenDelete | Action::CreateThenForget => &mut totals.replace,
            Action::Delete => &mut totals.delete,
            Action::Forget => &mut totals.forget,
            Action::Read => continue,
        };
        *counter += 1;
        totals.imported += usize::from(change.importing);
        totals.moved += usize::from(change.previous.is_some());
    }
    totals
}
