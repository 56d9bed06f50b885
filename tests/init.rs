//! `infralint init` over small repositories.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a failing test may panic")]

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

const ROOT: &str = "terraform {\n  required_version = \"~> 1.11.4\"\n\n  backend \"s3\" {\n    bucket       = \"state\"\n    key          = \"KEY\"\n    region       = \"eu-west-1\"\n    encrypt      = true\n    use_lockfile = true\n  }\n}\n";

struct Repository(tempfile::TempDir);

struct Run {
    code: i32,
    stdout: String,
    stderr: String,
}

impl Repository {
    /// Two stages and what begins them; hosted there.
    fn at(remote: &str) -> Self {
        let repository = Self(tempfile::tempdir().unwrap());
        repository.write(".git/config", &format!("[core]\n\tbare = false\n[remote \"origin\"]\n\turl = {remote}\n"));
        repository.write("stages/test/main/main.tf", &ROOT.replace("KEY", "test"));
        repository.write("stages/prod/main/main.tf", &ROOT.replace("KEY", "prod"));
        repository.write("stages/prod/bootstrap/main.tf", "provider \"aws\" {\n  region = \"eu-west-1\"\n}\n");
        repository
    }

    fn path(&self) -> PathBuf {
        self.0.path().canonicalize().unwrap()
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path().join(path)).unwrap_or_else(|_| panic!("there is no {path}"))
    }

    fn run(&self, arguments: &[&str], typed: &str) -> Run {
        let mut command = Command::new(env!("CARGO_BIN_EXE_infralint"));
        command.args(arguments).current_dir(self.path()).env_remove("TF_WORKSPACE");
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        // Whoever asks nothing reads nothing.
        let _ = child.stdin.take().unwrap().write_all(typed.as_bytes());
        let output = child.wait_with_output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Run { code: output.status.code().unwrap(), stdout: text(output.stdout), stderr: text(output.stderr) }
    }

    /// All files, sorted, without git's.
    fn files(&self) -> Vec<String> {
        let (root, mut found, mut waiting) = (self.path(), Vec::new(), vec![self.path()]);
        while let Some(folder) = waiting.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() && path.file_name() != Some(Path::new(".git").as_os_str()) {
                    waiting.push(path);
                } else if !path.is_dir() {
                    found.push(path.strip_prefix(&root).unwrap().to_str().unwrap().to_owned());
                }
            }
        }
        found.sort();
        found
    }
}

/// What is written is what was shown.
fn shown(stdout: &str, path: &str) -> String {
    let start = stdout.find(&format!("\n{path}, new: ")).unwrap_or_else(|| panic!("{path} is not shown: {stdout}"));
    let lines = stdout[start + 1..].lines().skip(1).map_while(|line| line.strip_prefix("  |"));
    lines.map(|line| format!("{}\n", line.strip_prefix(' ').unwrap_or(line))).collect()
}

#[test]
fn everything_is_shown_and_then_written() {
    for (remote, pipeline) in [
        ("git@github.com:acme/infra.git", &[".github/workflows/infralint.yml"][..]),
        ("https://gitlab.example.com/acme/infra.git", &[".gitlab-ci.yml", ".gitlab/infralint.yml"]),
    ] {
        let repository = Repository::at(remote);
        let before = repository.files();
        let dry = repository.run(&["init", "--dry-run"], "");
        assert_eq!((dry.code, repository.files()), (0, before.clone()), "{}", dry.stderr);
        for refused in ["", "no\n", "\n"] {
            let run = repository.run(&["init"], refused);
            assert_eq!((run.code, repository.files()), (1, before.clone()));
            assert!(run.stderr.ends_with("nothing was written.\n"), "{}", run.stderr);
        }
        let run = repository.run(&["init", "stages/test/main"], "yes\n");
        assert_eq!(run.code, 0, "{}", run.stderr);
        let mut expected = [&[".infralint.hcl", ".pre-commit-config.yaml"][..], pipeline].concat();
        for path in &expected {
            assert_eq!(shown(&run.stdout, path), repository.read(path), "{path}");
        }
        expected.extend(before.iter().map(String::as_str));
        expected.sort_unstable();
        assert_eq!(repository.files(), expected);
        // What it writes is right: the settings are read, and nothing is left to write.
        let check = repository.run(&["check"], "");
        assert!(!check.stdout.contains(".infralint.hcl") && check.code != 101, "{}{}", check.stdout, check.stderr);
        let again = repository.run(&["init"], "");
        assert!(again.code == 0 && again.stdout.ends_with("\nNothing is to be written.\n"), "{}", again.stdout);
    }
}

#[test]
fn what_is_there_stays_as_it_is() {
    let repository = Repository::at("git@github.com:acme/infra.git");
    repository.write(".pre-commit-config.yaml", "repos: []\n");
    repository.write(".gitlab-ci.yml", "build:\n  script: make\n");
    repository.write(".infralint.hcl", "undecided = \"fail\"\n");
    std::os::unix::fs::symlink("nowhere", repository.path().join(".gitlab")).unwrap();
    let run = repository.run(&["init", "--yes"], "");
    // The link leads nowhere, so nothing can be written below it.
    assert_eq!(run.code, 2, "{}", run.stderr);
    assert!(run.stderr.contains("cannot write ") && run.stderr.contains(".gitlab/infralint.yml"), "{}", run.stderr);
    fs::remove_file(repository.path().join(".gitlab")).unwrap();
    let run = repository.run(&["init", "--yes"], "");
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(repository.read(".pre-commit-config.yaml"), "repos: []\n");
    assert_eq!(repository.read(".gitlab-ci.yml"), "build:\n  script: make\n");
    assert_eq!(repository.read(".infralint.hcl"), "undecided = \"fail\"\n");
    assert!(run.stdout.contains("GitLab, because there is a .gitlab-ci.yml"), "{}", run.stdout);
    assert!(run.stdout.contains("  - local: .gitlab/infralint.yml\n"), "{}", run.stdout);
    assert!(run.stdout.contains("      - id: infralint\n"), "{}", run.stdout);
}

#[test]
fn what_is_found_is_told() {
    let repository = Repository::at("/srv/git/infra.git");
    let run = repository.run(&["init", "--dry-run"], "");
    let told = "\
Found 3 root modules:
  stages/prod/bootstrap  (backend none: its state is a file, so no pipeline applies it)
  stages/prod/main  (backend s3)
  stages/test/main  (backend s3)
Stages: prod, test
Pipeline: none, because nothing says where the repository is hosted (--ci github, --ci gitlab)
";
    assert!(run.stdout.starts_with(told), "{}", run.stdout);
    assert!(!run.stdout.contains(".github"), "{}", run.stdout);
    let run = repository.run(&["init", "--dry-run", "--ci", "github"], "");
    let workflow = shown(&run.stdout, ".github/workflows/infralint.yml");
    assert_eq!(workflow.matches("path: \"stages/prod/main\", environment: \"prod\"").count(), 2, "{workflow}");
    assert!(!workflow.contains("path: \"stages/prod/bootstrap\""), "{workflow}");
    let settings = shown(&run.stdout, ".infralint.hcl");
    assert!(settings.contains("stage \"prod\" {\n  kind = \"prod\"\n}"), "{settings}");
    assert!(settings.contains("stage \"test\" {\n  kind = \"nonprod\"\n}"), "{settings}");
    let empty = Repository(tempfile::tempdir().unwrap());
    let run = empty.run(&["init", "--yes"], "");
    assert!(run.code == 2 && run.stderr.contains("there is no root module here"), "{}", run.stderr);
}

/// Names that are awkward in YAML, shells and HCL stay names.
#[test]
fn awkward_names() {
    let repository = Repository::at("git@github.com:acme/infra.git");
    repository.write("stages/a: \"b\" ${c}/main/main.tf", &ROOT.replace("KEY", "awkward"));
    for host in ["github", "gitlab"] {
        let run = repository.run(&["init", "--dry-run", "--ci", host], "");
        assert_eq!(run.code, 0, "{}", run.stderr);
        let path = if host == "github" { ".github/workflows/infralint.yml" } else { ".gitlab/infralint.yml" };
        let text = shown(&run.stdout, path);
        assert!(text.contains("\"stages/a: \\\"b\\\" ${c}/main\""), "{text}");
        assert!(!text.contains('@') || !text.contains("@ROOTS@"), "{text}");
    }
    assert_eq!(repository.run(&["init", "--yes"], "").code, 0);
    let check = repository.run(&["check"], "");
    assert!(!check.stdout.contains(".infralint.hcl:") && !check.stderr.contains(".infralint.hcl"), "{}", check.stderr);
}

/// A reader of YAML takes what is written, and finds the jobs in it.
#[test]
fn pipelines_are_yaml() {
    let python = "import sys, yaml, json; json.dump(yaml.safe_load(sys.stdin), sys.stdout)";
    let has_yaml = Command::new("python3").args(["-c", "import yaml"]).output().is_ok_and(|o| o.status.success());
    if !has_yaml {
        // Said aloud by the test's name: nothing else here reads YAML.
        return;
    }
    let repository = Repository::at("git@github.com:acme/infra.git");
    repository.write("stages/a: \"b\" ${c}/main/main.tf", &ROOT.replace("KEY", "awkward"));
    let jobs = [
        ("github", ".github/workflows/infralint.yml", "apply"),
        ("gitlab", ".gitlab/infralint.yml", "infralint:apply:stages-prod-main"),
    ];
    for (host, path, job) in jobs {
        let text = shown(&repository.run(&["init", "--dry-run", "--ci", host], "").stdout, path);
        let mut child =
            Command::new("python3").args(["-c", python]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{text}");
        let read: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        let jobs = if host == "github" { &read["jobs"] } else { &read };
        assert!(jobs[job].is_object(), "{job} is not in {text}");
    }
}
