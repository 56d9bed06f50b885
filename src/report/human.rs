//! `--format human`: what a person wants to read at a terminal.

use std::collections::{BTreeSet, HashMap};

use indexmap::IndexMap;

use super::{
    accepted, changes::changes, entry::headline, excerpt::Excerpt, groups::Extent, paint::Paint, prose,
    summary::closing,
};
use crate::{
    check::{Folded, Report, fold},
    diag::{Diagnostic, Label, Level},
    policy::{CheckId, Finding, Information, Undecided, Verdict, is_shipped},
    source::{Place, Sources},
    value::{Hop, What},
};

/// How to write for people.
#[derive(Clone, Copy, Debug)]
pub struct Look {
    pub color: bool,
    /// Prose is broken into lines of so many columns; not at all when it is not known who reads.
    pub width: Option<usize>,
    /// Only what makes the run fail, and no summary.
    pub quiet: bool,
}

/// Prose on a wider terminal is no easier to read.
const WIDEST: usize = 110;
/// Where the text after `why:` and the like begins.
const INDENT: usize = 14;
/// Hops shown of a longer chain, at its beginning and at its end.
const FIRST_HOPS: usize = 4;
const LAST_HOPS: usize = 8;
/// Places listed of what was found in several.
const MOST_ROOTS: usize = 12;

/// The report for people.
#[must_use]
pub fn human(sources: &Sources, report: &Report, look: Look) -> String {
    human_of(sources, report, (look, Extent::default()))
}

/// The report for people, or as much of it as they want.
#[must_use]
pub fn human_of(sources: &Sources, report: &Report, (look, extent): (Look, Extent)) -> String {
    let writer = Writer { extent, docs: docs(report), ..Writer::new(sources, look) };
    let mut out = String::new();
    if extent.summary {
        writer.tally(report, &mut out);
    } else {
        let told = report.diagnostics.iter().filter(|diagnostic| !look.quiet || diagnostic.is_error());
        writer.diagnostics(told, &mut out);
        let shown = report.findings.iter().filter(|r| r.waiver.is_none() && (!look.quiet || r.fails(report.fail_on)));
        writer.findings(&fold(shown), report.fail_on, &mut out);
    }
    if !look.quiet {
        if !extent.summary {
            writer.information(&report.information, &mut out);
        }
        report.plans.iter().for_each(|plan| out.push_str(&changes(plan, writer.paint)));
        out.push_str(&accepted::lines(sources, report, writer.width()));
        out.push_str(&closing(report, writer.paint, writer.width()));
        writer.more(report, &mut out);
    }
    out
}

/// Where checks of the reader's own rules are documented, as their rules say.
fn docs(report: &Report) -> HashMap<&CheckId, &str> {
    report.checks.iter().filter_map(|check| Some((&check.id, check.about.docs.as_deref()?))).collect()
}

/// Diagnostics alone, for people.
#[must_use]
pub fn diagnostics(sources: &Sources, diagnostics: &[Diagnostic], look: Look) -> String {
    let writer = Writer::new(sources, look);
    let mut out = String::new();
    for diagnostic in diagnostics {
        writer.diagnostic(diagnostic, &mut out);
    }
    out
}

/// `stages/test/main/redis.tf:12:9`
pub(super) fn at(sources: &Sources, place: Place) -> String {
    let file = sources.get(place.file);
    let position = file.position(place.span.start);
    format!("{}:{}:{}", prose::harmless(&file.path), position.line, position.column)
}

pub(super) struct Writer<'r> {
    pub(super) sources: &'r Sources,
    pub(super) look: Look,
    pub(super) extent: Extent,
    pub(super) paint: Paint,
    docs: HashMap<&'r CheckId, &'r str>,
}

impl<'r> Writer<'r> {
    pub(super) fn new(sources: &'r Sources, look: Look) -> Self {
        Self { sources, look, extent: Extent::default(), paint: Paint { on: look.color }, docs: HashMap::new() }
    }
}

impl Writer<'_> {
    fn width(&self) -> usize {
        self.look.width.map_or(usize::MAX, |width| width.clamp(40, WIDEST))
    }

    pub(super) fn diagnostic(&self, diagnostic: &Diagnostic, out: &mut String) {
        self.heading(diagnostic.level, diagnostic.level.as_str(), &diagnostic.summary, out);
        if let Some(place) = diagnostic.place {
            self.excerpt(diagnostic.level, place, "", out);
        }
        for line in prose::wrap(&prose::harmless(&diagnostic.detail), self.width().saturating_sub(2)) {
            out.push_str(format!("  {line}").trim_end());
            out.push('\n');
        }
        self.further(&diagnostic.labels, out);
        out.push('\n');
    }

    pub(super) fn finding(&self, folded: &Folded<'_>, out: &mut String) {
        let finding = &folded.first.finding;
        let name = format!("{}[{}]", finding.level.as_str(), finding.check);
        self.heading(finding.level, &name, &headline(finding), out);
        self.excerpt(finding.level, finding.place, &self.label(finding), out);
        self.origin(finding, out);
        self.further(&finding.labels, out);
        self.policy(finding, out);
        self.found_in(folded, out);
        if let Some(undecided) = &finding.undecided {
            self.undecided(&finding.message, undecided, out);
        }
        self.field("why", &finding.why, out);
        if finding.verdict != Verdict::Undecided {
            self.field("fix", &finding.help, out);
        }
        self.field("controls", &finding.controls.join(" · "), out);
        if !self.is_shipped(finding) {
            self.field("docs", self.docs.get(&finding.check).copied().unwrap_or_default(), out);
        }
        out.push('\n');
    }

    /// Where the pages of shipped rules are.
    fn more(&self, report: &Report, out: &mut String) {
        let shown = report.findings.iter().map(|reported| &reported.finding);
        let shipped = shown.filter(|finding| self.is_shipped(finding));
        let rules: BTreeSet<&str> = shipped.map(|finding| finding.check.rule.as_str()).collect();
        let rules: Vec<&str> = rules.into_iter().collect();
        let named = match rules.as_slice() {
            [] => return,
            [rule] => format!("infralint explain {rule} says more"),
            rules => format!("infralint explain RULE says more about: {}", rules.join(", ")),
        };
        for line in prose::wrap(&named, self.width()) {
            out.push_str(&format!("{}\n", self.paint.dim(&line)));
        }
    }

    fn is_shipped(&self, finding: &Finding) -> bool {
        is_shipped(&self.sources.get(finding.policy_at.file).path)
    }

    pub(super) fn heading(&self, level: Level, name: &str, message: &str, out: &mut String) {
        let message = prose::harmless(message);
        let first = self.width().saturating_sub(name.chars().count() + 2);
        // The name takes part of the first line only; the rest is indented by four.
        let mut lines = prose::wrap(&message, first.max(20)).into_iter();
        let start = lines.next().unwrap_or_default();
        out.push_str(&format!("{}: {}\n", self.paint.level(level, &prose::harmless(name)), self.paint.bold(&start)));
        let rest = lines.collect::<Vec<_>>().join(" ");
        for line in prose::wrap(&rest, self.width().saturating_sub(4)) {
            out.push_str(&format!("    {}\n", self.paint.bold(&line)));
        }
    }

    fn excerpt(&self, level: Level, place: Place, label: &str, out: &mut String) {
        let excerpt = Excerpt { level, place, label: prose::harmless(label), color: self.look.color };
        out.push_str(&excerpt.render(self.sources));
    }

    /// What the deciding place has to do with it: where its value was decided, or that nothing is written there.
    fn label(&self, finding: &Finding) -> String {
        let hops = self.hops(finding);
        let nearest = finding.origin.first().map(|hop| hop.what);
        let is_undecided = finding.verdict == Verdict::Undecided;
        match (nearest, hops.last()) {
            (Some(What::NotConfigured), _) => "not configured".to_owned(),
            (Some(What::ProviderDefault), _) => "not set: the provider's default counts".to_owned(),
            (Some(What::ApiDefault), _) => "not set: the API's default counts".to_owned(),
            (_, Some(last)) if is_undecided => format!("not known: {}", self.name(last)),
            (_, None) if is_undecided => "not known".to_owned(),
            (_, Some(last)) => format!("decided by {}", self.name(last)),
            (Some(What::Attribute), None) => "set here".to_owned(),
            (_, None) => String::new(),
        }
    }

    /// The hops that lie elsewhere than the excerpt.
    fn hops<'f>(&self, finding: &'f Finding) -> Vec<&'f Hop> {
        let line = |place: Place| (place.file, self.sources.get(place.file).position(place.span.start).line);
        let shown = line(finding.place);
        finding.origin.iter().filter(|hop| line(hop.at) != shown).collect()
    }

    /// A line a hop: what it is, where it is, and the source line; two lines where that is too wide.
    fn origin(&self, finding: &Finding, out: &mut String) {
        let hops = self.hops(finding);
        let hidden = hops.len().saturating_sub(FIRST_HOPS + LAST_HOPS);
        let (first, rest) = hops.split_at(if hidden > 1 { FIRST_HOPS } else { 0 });
        let last = rest.get(if hidden > 1 { hidden } else { 0 }..).unwrap_or_default();
        let rows = self.rows(first.iter().chain(last).copied());
        let mut lines = self.table(&rows);
        if hidden > 1 {
            let lines_per_hop = lines.len() / rows.len().max(1);
            lines.insert(FIRST_HOPS * lines_per_hop, self.paint.dim(&format!("… {hidden} more …")));
        }
        self.lines("came from", &lines, out);
    }

    /// What each hop is, where it is, and its source line.
    pub(super) fn rows<'h>(&self, hops: impl Iterator<Item = &'h Hop>) -> Vec<[String; 3]> {
        // What a sensitive value came from is as secret as the value.
        let mut secret = false;
        let row = |hop: &Hop| {
            secret |= matches!(hop.what, What::VariableEnvironment | What::SensitiveVariable);
            self.hop(hop, secret)
        };
        hops.map(row).collect()
    }

    /// Further places that take part.
    fn further(&self, labels: &[Label], out: &mut String) {
        let row =
            |label: &Label| [prose::harmless(&label.text), at(self.sources, label.place), self.line_of(label.place)];
        let rows: Vec<[String; 3]> = labels.iter().map(row).collect();
        self.lines("see also", &self.table(&rows), out);
    }

    /// Where the policy says so. Of a shipped one, which lies in no folder of the reader's, `infralint explain` tells; only
    /// of one that cannot be evaluated somebody must see the line.
    fn policy(&self, finding: &Finding, out: &mut String) {
        let at_place = at(self.sources, finding.policy_at);
        if finding.verdict == Verdict::Error || !self.is_shipped(finding) {
            let line = format!("{at_place}  {}", self.paint.dim(&self.line_of(finding.policy_at)));
            self.lines("policy", &[line], out);
        }
    }

    /// What policies say of objects: the same of several is told once, with all of them.
    fn information(&self, information: &[Information], out: &mut String) {
        let mut told: IndexMap<(&CheckId, &str), Vec<String>> = IndexMap::new();
        for said in information {
            let whose = [Some(&*said.root_module), said.workspace.as_deref(), said.address.as_deref()];
            let whose: Vec<String> = whose.into_iter().flatten().map(prose::harmless).collect();
            let line = format!("{}  {}", at(self.sources, said.place), whose.join(", "));
            told.entry((&said.check, &said.message)).or_default().push(line);
        }
        for ((check, message), about) in told {
            self.heading(Level::Info, &format!("info[{check}]"), message, out);
            self.lines("about", &about, out);
            out.push('\n');
        }
    }

    pub(super) fn table(&self, rows: &[[String; 3]]) -> Vec<String> {
        self.aligned(rows).unwrap_or_else(|| self.stacked(rows))
    }

    /// In columns, if the terminal is wide enough.
    fn aligned(&self, rows: &[[String; 3]]) -> Option<Vec<String>> {
        let widest =
            |column: fn(&[String; 3]) -> &String| rows.iter().map(|row| column(row).chars().count()).max().unwrap_or(0);
        let (names, places, texts) = (widest(|r| &r[0]), widest(|r| &r[1]), widest(|r| &r[2]));
        let fits = self.look.width.is_none_or(|width| INDENT + names + places + texts + 4 <= width);
        let line = |[name, place, text]: &[String; 3]| {
            let row = format!("{name:names$}  {place:places$}  ");
            (row + &self.paint.dim(text)).trim_end().to_owned()
        };
        fits.then(|| rows.iter().map(line).collect())
    }

    /// Two lines a row; of the source line as much as fits beside its place.
    fn stacked(&self, rows: &[[String; 3]]) -> Vec<String> {
        let mut lines = Vec::new();
        for [name, place, text] in rows {
            let room = self.width().saturating_sub(INDENT + place.chars().count() + 5);
            lines.push(name.clone());
            lines.push(format!("  {place}  {}", self.paint.dim(&prose::short(text, room))).trim_end().to_owned());
        }
        lines
    }

    fn hop(&self, hop: &Hop, secret: bool) -> [String; 3] {
        let (name, what) = (self.name(hop), hop.what.as_str());
        let named = if name.is_empty() || name == what { what.to_owned() } else { format!("{name} ({what})") };
        let line = if secret { String::new() } else { self.line_of(hop.at) };
        [named, at(self.sources, hop.at), line]
    }

    fn name(&self, hop: &Hop) -> String {
        let text = self.sources.text_at(hop.name);
        let quoted = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).filter(|rest| !rest.contains('"'));
        prose::short(quoted.unwrap_or(&text), 40)
    }

    pub(super) fn line_of(&self, place: Place) -> String {
        let file = self.sources.get(place.file);
        prose::short(file.slice(file.line_span(place.span.start)), 60)
    }

    /// Every root module it was found in, with the address where the message does not have it.
    fn found_in(&self, folded: &Folded<'_>, out: &mut String) {
        let first = &folded.first.finding;
        let mut lines: Vec<String> = folded.all().map(|reported| self.one_of(first, &reported.finding)).collect();
        let hidden = lines.len().saturating_sub(MOST_ROOTS);
        if hidden > 1 && !self.extent.all {
            lines.truncate(MOST_ROOTS);
            lines.push(format!("… and {hidden} more (--verbose tells all)"));
        }
        self.lines("found in", &lines, out);
    }

    /// The root module, and what differs from the finding that is shown.
    fn one_of(&self, first: &Finding, this: &Finding) -> String {
        let mut line = prose::harmless(&this.root_module);
        if let Some(workspace) = &this.workspace {
            line.push_str(&format!(", workspace {}", prose::harmless(workspace)));
        }
        if let Some(address) = this.address.as_deref().filter(|address| !first.message.contains(address)) {
            line.push_str(&format!(", {}", prose::harmless(address)));
        }
        if let (true, Some(last)) = (this.origin != first.origin, self.hops(this).last()) {
            line.push_str(&format!(", decided at {}", at(self.sources, last.at)));
        }
        line
    }

    /// What is unknown and why, where the message does not say so, and what would decide it.
    fn undecided(&self, message: &str, undecided: &Undecided, out: &mut String) {
        if !message.contains(&undecided.what) {
            self.field("unknown", &format!("{} ({})", undecided.what, because(undecided)), out);
        }
        self.field("decided by", &undecided.decided_by, out);
    }

    /// `why: …`, wrapped; nothing for an empty text.
    pub(super) fn field(&self, name: &str, text: &str, out: &mut String) {
        let lines = prose::wrap(&prose::harmless(text), self.width().saturating_sub(INDENT));
        self.lines(name, &lines, out);
    }

    /// A name, and lines that begin in one column after it.
    pub(super) fn lines(&self, name: &str, lines: &[String], out: &mut String) {
        for (i, line) in lines.iter().enumerate() {
            let padded = |name: &str| format!("{name:width$}", width = INDENT - 2);
            let name = if i == 0 { self.paint.dim(&padded(&format!("{name}:"))) } else { padded("") };
            out.push_str(&format!("  {name}{line}\n"));
        }
    }
}

/// The reason in words.
const fn because(undecided: &Undecided) -> &'static str {
    use crate::policy::Reason;
    match undecided.because {
        Reason::UnsetVariable => "a variable without a default, to which no value was given",
        Reason::ApplyTime => "AWS decides it when it is applied",
        Reason::DataSource => "read from the account by a data source",
        Reason::OtherState => "an output of a state that is not in this repository",
        Reason::OpaqueModule => "the module's source is not here",
        Reason::PartialPlan => "the plan is about a part of the root module",
        Reason::PartialBackend => "part of the backend configuration is given elsewhere",
        Reason::Workspace => "nobody says which workspace is selected",
        Reason::UnsupportedExpression => "this version of infralint does not evaluate the expression",
    }
}
