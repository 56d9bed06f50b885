//! Pipelines: the commands in the YAML of CI systems, read as an outline. No tag, no anchor and no flow collection
//! is followed: what they would say is not known.

use super::{
    Said,
    directory::Directory,
    shell::{Script, Shell, is_of_environment, joined},
};
use crate::source::{Place, Span, offset};

/// A line of the outline.
#[derive(Debug)]
struct Node<'t> {
    indent: usize,
    /// The key of `key: value`; empty for an element of a list, and for a line of text.
    key: &'t str,
    value: &'t str,
    start: usize,
    parent: Option<usize>,
    /// A line of a block of text.
    is_text: bool,
}

/// Keys whose values say what something is called, and are never run.
const NAMES: [&str; 9] = ["name", "if", "uses", "title", "displayName", "description", "image", "when", "on"];

pub(super) fn read(script: &Script<'_>, said: &mut Said) {
    let outline = Outline { nodes: nodes(script.text), script };
    let mut shell: Option<(Option<usize>, Shell<'_>)> = None;
    let mut ran: Vec<(usize, Directory)> = Vec::new();
    for (i, node) in outline.nodes.iter().enumerate() {
        let named = NAMES.contains(&node.key) || is_of_environment(node.key);
        if node.value.is_empty() || is_block(node.value) || named {
            continue;
        }
        let owner = outline.owner(i);
        if shell.as_ref().is_none_or(|(of, _)| *of != owner) {
            shell = Some((owner, outline.shell(i)));
        }
        if let Some((_, shell)) = &mut shell {
            let before = said.commands.len();
            shell.line(&joined(unquoted(node.value)), outline.place(node), said);
            ran.extend(said.commands.iter().skip(before).map(|command| (i, command.dir.clone())));
        }
    }
    for node in outline.nodes.iter().filter(|node| is_of_environment(node.key)) {
        let value = outline.blank().expand(unquoted(node.value));
        for dir in outline.directories(node.parent, &ran) {
            said.variable(node.key, &value, (dir, outline.place(node)));
        }
    }
}

struct Outline<'t> {
    nodes: Vec<Node<'t>>,
    script: &'t Script<'t>,
}

impl<'t> Outline<'t> {
    fn parents(&self, of: usize) -> impl Iterator<Item = usize> {
        std::iter::successors(Some(of), |at| self.nodes.get(*at)?.parent)
    }

    fn children(&self, of: Option<usize>) -> impl Iterator<Item = (usize, &Node<'t>)> {
        self.nodes.iter().enumerate().filter(move |(_, node)| node.parent == of)
    }

    fn child(&self, of: Option<usize>, key: &str) -> Option<usize> {
        self.children(of).find(|(_, node)| node.key == key).map(|(i, _)| i)
    }

    /// What shares one shell: a block of text by itself, and the scripts of one job of GitLab together.
    fn owner(&self, of: usize) -> Option<usize> {
        let of_job = self.parents(of).find(|at| {
            let key = self.nodes.get(*at).map_or("", |node| node.key);
            matches!(key, "script" | "before_script" | "after_script" | "commands")
        });
        match of_job {
            Some(at) => self.nodes.get(at).and_then(|node| node.parent).or(Some(at)),
            None => self.nodes.get(of).filter(|node| node.is_text).map_or(Some(of), |node| node.parent),
        }
    }

    /// The shell that something runs in: where, and with which variables.
    fn shell(&self, of: usize) -> Shell<'t> {
        let mut shell = Shell::new(self.script, self.directory(Some(of)));
        shell.pipeline = true;
        let mut scopes: Vec<Option<usize>> = self.parents(of).map(Some).collect();
        scopes.push(None);
        for scope in scopes.into_iter().rev() {
            for key in ["env", "variables", "environment"] {
                let Some(at) = self.child(scope, key) else { continue };
                for (_, node) in self.children(Some(at)).filter(|(_, node)| !node.key.is_empty()) {
                    let value = shell.expand(unquoted(node.value));
                    shell.variables.insert(node.key.to_owned(), value);
                }
            }
        }
        // What runs before each job of GitLab.
        for scope in [None, self.child(None, "default")] {
            let Some(before) = self.child(scope, "before_script") else { continue };
            for (_, node) in self.children(Some(before)) {
                shell.line(unquoted(node.value), Place::NOWHERE, &mut Said::default());
            }
        }
        shell
    }

    /// The working directory that is set nearest to something; the repository's root without one.
    fn directory(&self, of: Option<usize>) -> Directory {
        let root = Directory::Absolute(".".to_owned());
        let mut scopes: Vec<Option<usize>> = of.map(|of| self.parents(of).map(Some).collect()).unwrap_or_default();
        scopes.push(None);
        let set = scopes.into_iter().find_map(|scope| {
            let run = self.child(scope, "defaults").and_then(|at| self.child(Some(at), "run"));
            let keys = ["working-directory", "workingDirectory", "working_directory", "dir"];
            let found = keys.iter().find_map(|key| self.child(scope, key).or_else(|| self.child(Some(run?), key)));
            found.and_then(|at| self.nodes.get(at))
        });
        let Some(node) = set else { return root };
        let path = self.blank().expand(unquoted(node.value));
        root.enter(&path, ".")
    }

    /// Where the commands run that an environment is set for, among those that ran.
    fn directories(&self, environment: Option<usize>, ran: &[(usize, Directory)]) -> Vec<Directory> {
        let scope = environment.and_then(|at| self.nodes.get(at)).and_then(|node| node.parent);
        let inside = |of: usize| scope.is_none_or(|scope| self.parents(of).any(|at| at == scope));
        let mut found = vec![self.directory(scope)];
        for (_, dir) in ran.iter().filter(|(of, _)| inside(*of)) {
            if !found.contains(dir) {
                found.push(dir.clone());
            }
        }
        found
    }

    fn place(&self, node: &Node<'_>) -> Place {
        Place::new(self.script.file, Span::new(offset(node.start), offset(node.start + node.value.len())))
    }

    /// A shell in which nothing was said yet.
    fn blank(&self) -> Shell<'t> {
        Shell::new(self.script, Directory::at("."))
    }
}

/// The lines of a text as nodes. An element of a list is a node, and what stands beside its dash is inside of it.
fn nodes(text: &str) -> Vec<Node<'_>> {
    let mut nodes: Vec<Node<'_>> = Vec::new();
    let mut start = 0;
    let mut block: Option<usize> = None;
    let mut continued = false;
    for line in text.split_inclusive('\n') {
        let content = line.trim_end();
        let indent = content.len() - content.trim_start().len();
        let code = content.trim_start();
        if !code.is_empty() {
            block = block.filter(|at| nodes.get(*at).is_some_and(|node| node.indent < indent));
            if let Some(at) = block {
                text_line(&mut nodes, text, (at, indent, start + indent, code), continued);
                continued = code.ends_with('\\') || nodes.get(at).is_some_and(|node| node.value.starts_with('>'));
            } else if !code.starts_with('#') {
                code_line(&mut nodes, code, indent, start + indent);
                let last = nodes.len() - 1;
                block = nodes.get(last).filter(|node| is_block(node.value)).map(|_| last);
                continued = false;
            }
        }
        start += line.len();
    }
    nodes
}

fn text_line<'t>(
    nodes: &mut Vec<Node<'t>>,
    text: &'t str,
    (at, indent, start, code): (usize, usize, usize, &'t str),
    continued: bool,
) {
    if continued && let Some(last) = nodes.last_mut().filter(|node| node.is_text) {
        last.value = text.get(last.start..start + code.len()).unwrap_or(last.value);
        return;
    }
    nodes.push(Node { indent, key: "", value: code, start, parent: Some(at), is_text: true });
}

fn code_line<'t>(nodes: &mut Vec<Node<'t>>, code: &'t str, indent: usize, start: usize) {
    let parent = parent_of(nodes, indent, code.starts_with('-'));
    if let Some(rest) = code.strip_prefix('-').filter(|rest| rest.is_empty() || rest.starts_with(' ')) {
        let inside = rest.trim_start();
        let shift = code.len() - inside.len();
        if key_of(inside).is_none() {
            nodes.push(Node { indent, key: "", value: inside, start: start + shift, parent, is_text: false });
            return;
        }
        nodes.push(Node { indent, key: "", value: "", start, parent, is_text: false });
        return code_line(nodes, inside, indent + shift, start + shift);
    }
    let (key, value) = key_of(code).unwrap_or(("", code));
    let at = start + code.len() - value.len();
    nodes.push(Node { indent, key, value, start: at, parent, is_text: false });
}

/// The nearest node that stands further left. A list may stand as far left as its key.
fn parent_of(nodes: &[Node<'_>], indent: usize, element: bool) -> Option<usize> {
    let mut at = nodes.len().checked_sub(1);
    while let Some(i) = at {
        let node = nodes.get(i)?;
        if node.indent < indent || element && node.indent == indent && !node.key.is_empty() {
            return Some(i);
        }
        at = if node.indent == indent { node.parent.filter(|_| !element || node.key.is_empty()) } else { node.parent };
        if node.indent == indent && !element {
            return node.parent;
        }
    }
    None
}

/// Key and value of `key: value`.
fn key_of(code: &str) -> Option<(&str, &str)> {
    let (key, value) = code.split_once(':')?;
    let key = key.trim_matches(['"', '\'']);
    let proper = !key.is_empty() && key.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '/'));
    (proper && (value.is_empty() || value.starts_with(' '))).then(|| (key, value.trim_start()))
}

fn is_block(value: &str) -> bool {
    matches!(value.chars().next(), Some('|' | '>')) && value.len() <= 3
}

fn unquoted(value: &str) -> &str {
    let inside = |q: char| value.strip_prefix(q).and_then(|rest| rest.strip_suffix(q)).filter(|rest| !rest.contains(q));
    inside('"').or_else(|| inside('\'')).unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::FileId;

    fn commands(text: &str) -> Vec<(String, Directory)> {
        let script = Script { text, file: FileId(0), folder: ".", is_root: false };
        let mut said = Said::default();
        read(&script, &mut said);
        said.commands.into_iter().map(|command| (command.words.join(" "), command.dir)).collect()
    }

    fn at(path: &str) -> Directory {
        Directory::Absolute(path.to_owned())
    }

    #[test]
    fn steps_of_github_run_in_their_directory() {
        let text = "\
on: push
defaults:
  run:
    working-directory: stages/dev
jobs:
  apply:
    runs-on: ubuntu-latest
    defaults:
      run:
        working-directory: stages/test
    steps:
      - uses: actions/checkout@v4
      - name: terraform apply -lock=false
        run: terraform apply -lock=false
      - run: |
          # terraform apply
          cd main
          terraform plan \\
            -lock=false
          terraform apply
        working-directory: stages/prod
      - run: terraform -chdir=../x destroy
  other:
    steps:
    - run: terraform plan
";
        let wanted = [
            ("terraform apply -lock=false", "./stages/test"),
            ("terraform plan -lock=false", "./stages/prod/main"),
            ("terraform apply", "./stages/prod/main"),
            ("terraform -chdir=../x destroy", "./stages/test/../x"),
            ("terraform plan", "./stages/dev"),
        ];
        assert_eq!(commands(text), wanted.map(|(command, dir)| (command.to_owned(), at(dir))));
    }

    #[test]
    fn scripts_of_one_job_of_gitlab_share_a_shell() {
        let text = "\
variables:
  TF_ROOT: ${CI_PROJECT_DIR}/stages/test
before_script:
  - cd ${TF_ROOT}
plan:
  script:
    - terraform init
    - cd main
    - terraform plan -lock=false
apply:
  variables: {}
  script:
  - terraform apply
";
        let wanted = [
            ("terraform init", "./stages/test"),
            ("terraform plan -lock=false", "./stages/test/main"),
            ("terraform apply", "./stages/test"),
        ];
        assert_eq!(commands(text), wanted.map(|(command, dir)| (command.to_owned(), at(dir))));
    }
}
