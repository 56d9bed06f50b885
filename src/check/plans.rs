//! Plans that are judged: which root module each belongs to, and what is decided otherwise than by the files.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    sync::Arc,
};

use crate::{
    config::{Repository, RootModule},
    diag::{Diagnostic, Level},
    policy::{CheckId, Finding, Verdict},
    source::{Place, Sources, normalise},
    value::{Value, show_short},
    world::{Instance, TerraformPlan, World, planned::Changes},
};

/// The JSON of a plan, as `terraform show -json` writes it.
#[derive(Clone)]
pub struct PlanFile {
    /// What it is called: its path as typed.
    pub name: String,
    pub bytes: Vec<u8>,
    /// The folder it was made in; where nobody says so, the one root module that is judged.
    pub root_module: Option<PathBuf>,
    /// The folder that the file lies in, absolute.
    pub folder: Option<PathBuf>,
}

/// A plan's values are secret.
impl std::fmt::Debug for PlanFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PlanFile")
            .field("name", &self.name)
            .field("root_module", &self.root_module)
            .finish_non_exhaustive()
    }
}

/// A plan that was judged.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct JudgedPlan {
    /// The path of its root module.
    pub root_module: String,
    pub changes: Changes,
    /// What the files decide otherwise.
    pub differences: Vec<Difference>,
}

/// A check that the files decide one way, and the plan another.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Difference {
    pub root_module: String,
    pub check: CheckId,
    pub address: Option<String>,
    /// What the files say: a verdict, or nothing where they pass it.
    pub source: Option<Verdict>,
    pub plan: Option<Verdict>,
    /// Why, as far as it shows: a sentence.
    pub because: String,
    pub place: Place,
}

/// Plans by the paths of their root modules.
#[derive(Clone, Debug, Default)]
pub(super) struct Plans {
    pub(super) by_root: BTreeMap<Arc<str>, Arc<TerraformPlan>>,
    /// Those of root modules that are not here.
    pub(super) alone: Vec<(Arc<str>, Arc<TerraformPlan>)>,
}

impl Plans {
    pub(super) fn of(&self, path: &str) -> Option<&TerraformPlan> {
        self.by_root.get(path).map(|plan| &**plan)
    }

    /// Reads plans and finds their root modules; or tells all that is wrong.
    pub(super) fn read(
        sources: &Sources,
        repository: &Repository,
        files: &[PlanFile],
    ) -> Result<Self, Vec<Diagnostic>> {
        let (mut plans, mut wrong) = (Self::default(), Vec::new());
        for file in files {
            let read = TerraformPlan::read(&file.name, &file.bytes)
                .map_err(|error| Diagnostic::placeless("Invalid plan", format!("{}: {error}.", file.name)));
            let placed = read.and_then(|plan| plans.place(sources, repository, (file, plan)));
            wrong.extend(placed.err());
        }
        if wrong.is_empty() { Ok(plans) } else { Err(wrong) }
    }

    fn place(
        &mut self,
        sources: &Sources,
        repository: &Repository,
        (file, plan): (&PlanFile, TerraformPlan),
    ) -> Result<(), Diagnostic> {
        let path = root_module(sources, repository, (file, &plan))?;
        let plan = Arc::new(plan);
        let Some(path) = path else {
            let path = file.root_module.as_ref().map_or_else(|| ".".to_owned(), |path| sources.display(path));
            self.alone.push((Arc::from(path), plan));
            return Ok(());
        };
        match self.by_root.insert(Arc::clone(&path), plan) {
            None => Ok(()),
            Some(other) => {
                let detail =
                    format!("Both {} and {} are given as the plan of {path}. Give one.", other.name, file.name);
                Err(Diagnostic::placeless("Several plans of one root module", detail))
            }
        }
    }

    pub(super) fn judged(&self) -> Vec<JudgedPlan> {
        let all = self.by_root.iter().chain(self.alone.iter().map(|(a, b)| (a, b)));
        let judged = |(path, plan): (&Arc<str>, &Arc<TerraformPlan>)| JudgedPlan {
            root_module: path.to_string(),
            changes: plan.changes(),
            differences: Vec::new(),
        };
        all.map(judged).collect()
    }
}

/// The path of the root module a plan belongs to; nothing where no root module is here.
fn root_module(
    sources: &Sources,
    repository: &Repository,
    (file, plan): (&PlanFile, &TerraformPlan),
) -> Result<Option<Arc<str>>, Diagnostic> {
    let paths: BTreeSet<&Arc<str>> = repository.root_modules.iter().map(|root| &root.path).collect();
    let found = match (&file.root_module, paths.iter().collect::<Vec<_>>().as_slice()) {
        (Some(folder), _) => named(sources, &paths, (file, folder))?,
        (None, []) => return Ok(None),
        (None, [only]) => Arc::clone(only),
        (None, _) => match beside(sources, repository, (file, plan)) {
            Some(path) => path,
            None => return Err(ambiguous(repository, (file, plan))),
        },
    };
    let evaluations = repository.root_modules.iter().filter(|root| root.path == found).count();
    if evaluations > 1 {
        let detail = format!(
            "{found} is judged in {evaluations} workspaces, and a plan is of one. Say of which: --workspace NAME."
        );
        return Err(Diagnostic::placeless("Which workspace the plan is of", detail));
    }
    Ok(Some(found))
}

/// The root module whose folder the file lies in, where it has just what the plan speaks of.
fn beside(sources: &Sources, repository: &Repository, (file, plan): (&PlanFile, &TerraformPlan)) -> Option<Arc<str>> {
    let shown = sources.display(&normalise(file.folder.as_ref()?));
    let root = repository.root_modules.iter().find(|root| *root.path == *shown)?;
    plan.fits(&root.module).then(|| Arc::clone(&root.path))
}

fn named(
    sources: &Sources,
    paths: &BTreeSet<&Arc<str>>,
    (file, folder): (&PlanFile, &Path),
) -> Result<Arc<str>, Diagnostic> {
    let shown = sources.display(&normalise(&sources.root().join(folder)));
    paths.iter().find(|path| ****path == *shown).map(|path| Arc::clone(path)).ok_or_else(|| {
        let detail =
            format!("{} is said to be the plan of {shown}, which is no root module that is judged here.", file.name);
        Diagnostic::placeless("No root module for the plan", detail)
    })
}

fn ambiguous(repository: &Repository, (file, plan): (&PlanFile, &TerraformPlan)) -> Diagnostic {
    let fitting = |root: &&RootModule| plan.fits(&root.module);
    let mut fitting: Vec<&str> = repository.root_modules.iter().filter(fitting).map(|root| &*root.path).collect();
    fitting.dedup();
    let hint = match fitting.as_slice() {
        [] => "None of those under the given paths has just these resources, module calls and variables.".to_owned(),
        fitting => format!("It has the resources, module calls and variables of {}.", fitting.join(", ")),
    };
    let example = fitting.first().copied().unwrap_or("stages/test/main");
    let detail = format!(
        "Several root modules are judged, and nobody says which one {} is the plan of: --plan {example}={}. {hint}",
        file.name, file.name
    );
    Diagnostic::placeless("Which root module the plan is of", detail)
}

/// What was found one way.
pub(super) struct Side<'r> {
    pub(super) world: &'r World,
    pub(super) findings: Vec<&'r Finding>,
}

pub(super) struct Sides<'r> {
    pub(super) source: Side<'r>,
    pub(super) plan: Side<'r>,
    /// Checks that the files say nothing of.
    pub(super) needs_plan: &'r BTreeSet<CheckId>,
}

/// What a verdict is about.
type Question<'r> = (&'r str, &'r CheckId, Option<&'r str>);

impl<'r> Side<'r> {
    /// The worst verdict on each question, with its finding.
    fn verdicts(&self) -> BTreeMap<Question<'r>, &'r Finding> {
        let mut worst: BTreeMap<Question<'r>, &'r Finding> = BTreeMap::new();
        for finding in &self.findings {
            let question = (&*finding.root_module, &finding.check, finding.address.as_deref());
            let known = worst.entry(question).or_insert(finding);
            if finding.verdict < known.verdict {
                *known = finding;
            }
        }
        worst
    }

    fn instance(&self, root_module: &str, address: &str) -> Option<&'r Instance> {
        let root = self.world.root_modules.iter().find(|root| *root.path == *root_module)?;
        root.instances.iter().find(|instance| instance.repeat == 0 && instance.addr.to_string() == address)
    }
}

impl Plans {
    /// Decided by the files, and otherwise by the plan. What the files leave open and the plan decides is none.
    pub(super) fn differences(&self, sides: &Sides<'_>) -> Vec<Difference> {
        let (source, plan) = (sides.source.verdicts(), sides.plan.verdicts());
        let questions: BTreeSet<&Question<'_>> = source.keys().chain(plan.keys()).collect();
        let asked = questions
            .into_iter()
            .filter(|(root, check, _)| self.by_root.contains_key(*root) && !sides.needs_plan.contains(*check));
        asked.filter_map(|question| difference(sides, *question, (source.get(question), plan.get(question)))).collect()
    }
}

fn difference(
    sides: &Sides<'_>,
    (root_module, check, address): Question<'_>,
    (source, plan): (Option<&&Finding>, Option<&&Finding>),
) -> Option<Difference> {
    let verdict = |finding: Option<&&Finding>| finding.map(|finding| finding.verdict);
    let (before, after) = (verdict(source), verdict(plan));
    if before == after || before == Some(Verdict::Undecided) {
        return None;
    }
    let place = plan.or(source).map(|finding| finding.place)?;
    let because = because(sides, root_module, address);
    Some(Difference {
        root_module: root_module.to_owned(),
        check: check.clone(),
        address: address.map(ToOwned::to_owned),
        source: before,
        plan: after,
        because,
        place,
    })
}

/// Attributes that are named.
const MOST_NAMED: usize = 3;

/// Why it is decided otherwise: what is not the same of the object itself.
fn because(sides: &Sides<'_>, root_module: &str, address: Option<&str>) -> String {
    const ELSEWHERE: &str = "What it is compared with is not the same.";
    let Some(address) = address else { return ELSEWHERE.to_owned() };
    match (sides.source.instance(root_module, address), sides.plan.instance(root_module, address)) {
        (None, None) => ELSEWHERE.to_owned(),
        (Some(_), None) => format!("The plan has no {address}."),
        (None, Some(_)) => format!("The files have no {address}."),
        (Some(_), Some(planned)) if planned.attrs.is_null() => format!("The plan destroys {address}."),
        (Some(own), Some(planned)) => {
            let named = other_values(&own.attrs, &planned.attrs);
            if named.is_empty() { ELSEWHERE.to_owned() } else { named.join(" ") }
        }
    }
}

fn other_values(own: &Value, planned: &Value) -> Vec<String> {
    let entries = own.entries().unwrap_or_default().iter();
    let both = entries.filter_map(|(name, own)| Some((name, own, planned.get(name)?)));
    // What only the plan knows explains nothing that the files had decided.
    let other = both.filter(|(_, own, planned)| own.is_wholly_known() && show_short(own) != show_short(planned));
    let told = other.map(|(name, own, planned)| {
        format!("{name} is {} in the files and {} in the plan.", show_short(own), show_short(planned))
    });
    told.take(MOST_NAMED).collect()
}

impl Difference {
    /// As it is shown.
    pub(super) fn diagnostic(&self) -> Diagnostic {
        let on = self.address.as_ref().map(|address| format!(" on {address}")).unwrap_or_default();
        let detail = format!(
            "{}{on} in {}: the files {}, the plan {}. {}",
            self.check,
            self.root_module,
            says(self.source, ["have nothing against it", "fail it", "leave it undecided"]),
            says(self.plan, ["has nothing against it", "fails it", "leaves it undecided"]),
            self.because
        );
        Diagnostic::new(Level::Warning, "Source and plan are judged differently", detail, Some(self.place))
    }
}

const fn says(verdict: Option<Verdict>, [nothing, fail, undecided]: [&'static str; 3]) -> &'static str {
    match verdict {
        None => nothing,
        Some(Verdict::Fail) => fail,
        Some(Verdict::Undecided) => undecided,
        Some(Verdict::Error) => "cannot be judged by it",
    }
}
