//! No input may panic, hang, or overflow the stack.

use super::repository::{Repo, diagnostics, summaries};

/// A small generator, so that a failure can be repeated.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % bound.max(1)
    }
}

/// Cuts out, doubles or swaps a piece.
fn mutated(text: &str, numbers: &mut Numbers) -> String {
    let chars: Vec<char> = text.chars().collect();
    let from = numbers.below(chars.len());
    let to = (from + numbers.below(12)).min(chars.len());
    let piece = &chars[from..to];
    let middle: Vec<char> = match numbers.below(4) {
        0 => Vec::new(),
        1 => piece.iter().chain(piece).copied().collect(),
        2 => piece.iter().rev().copied().collect(),
        _ => ["{", "}", "\"", "$(", "${", "=", "\n", "[", "\\\n", "\t"][numbers.below(10)].chars().collect(),
    };
    chars[..from].iter().chain(&middle).chain(&chars[to..]).collect()
}

#[test]
fn damaged_files_are_loaded_as_far_as_they_go() {
    let native = include_str!("declarations.txt").replace("=== ", "# ").replace("--- ", "# ");
    let blocks: Vec<&str> = native.split("\n# ").collect();
    let json = r#"{ "resource": { "a": { "b": [{ "lifecycle": { "ignore_changes": ["x"] } }] } }, "variable": { "v": { "type": "map(string)" } } }"#;
    let make = "A := $(dir $(CURDIR))\ninclude $(A)/x.mk\nifeq ($(A),x)\nB += y\nelse\nendif\ni:\n\tterraform init -backend-config=$(B) \\\n\t -backend-config='k=$(A)'\n";
    let mut numbers = Numbers(7);
    for round in 0..150 {
        let text = mutated(blocks[numbers.below(blocks.len())], &mut numbers);
        let repo = Repo::new(&[
            ("main.tf", &text),
            ("backend.tf", &mutated("terraform {\n  backend \"s3\" {}\n}\n", &mut numbers)),
            ("x_override.tf", &mutated(blocks[numbers.below(blocks.len())], &mut numbers)),
            ("x.tf.json", &mutated(json, &mut numbers)),
            ("Makefile", &mutated(make, &mut numbers)),
            ("terraform.tfvars", &mutated("v = { a = [1, \"x\"] }\n", &mut numbers)),
            (
                ".terraform/modules/modules.json",
                &mutated(r#"{"Modules":[{"Key":"m","Source":"a/b/c","Dir":"."}]}"#, &mut numbers),
            ),
        ]);
        let repository = repo.load(&["."]);
        for diagnostic in diagnostics(&repository) {
            let Some(place) = diagnostic.place else { continue };
            let file = repo.sources.get(place.file);
            assert!(place.span.end as usize <= file.text.len(), "round {round}: {diagnostic:?}");
            assert!(file.text.is_char_boundary(place.span.start as usize), "round {round}: {diagnostic:?}");
        }
    }
}

#[test]
fn deep_and_endless_things_end() {
    let deep_type = format!("variable \"v\" {{\n  type = {}string{}\n}}\n", "list(".repeat(5_000), ")".repeat(5_000));
    let deep_value = format!("variable \"v\" {{\n  default = {}1{}\n}}\n", "[".repeat(5_000), "]".repeat(5_000));
    let deep_object =
        format!("terraform {{\n  backend \"s3\" {{\n    x = {}1{}\n  }}\n}}\n", "{a=".repeat(5_000), "}".repeat(5_000));
    for text in [deep_type, deep_value, deep_object] {
        assert!(!summaries(&Repo::new(&[("main.tf", &text)]).load(&["."])).is_empty());
    }
    let doubling: String = (1..60).map(|i| format!("V{i} = $(V{})$(V{})\n", i - 1, i - 1)).collect();
    let make = format!("include Makefile\nV0 = x\n{doubling}i:\n\tterraform init -backend-config=key=$(V59)\n");
    let repo = Repo::new(&[("main.tf", "terraform {\n  backend \"s3\" {}\n}\n"), ("Makefile", &make)]);
    assert!(repo.load(&["."]).root_modules[0].backend.partial.is_some());
}

#[cfg(unix)]
#[test]
fn links_that_go_in_circles_are_not_followed() {
    let repo = Repo::new(&[
        ("a/main.tf", "resource \"a\" \"b\" {}\n"),
        ("shared/provider.tf", "provider \"x\" {\n  y = 1\n}\n"),
    ]);
    let root = repo.sources.root();
    std::os::unix::fs::symlink(root, root.join("a/loop")).unwrap();
    std::os::unix::fs::symlink(root.join("shared/provider.tf"), root.join("a/provider.tf")).unwrap();
    std::os::unix::fs::symlink(root.join("nowhere"), root.join("a/broken.tf")).unwrap();
    let repository = repo.load(&["a"]);
    let module = &repository.root_modules[0].module;
    assert_eq!((module.providers.len(), module.resources.len()), (1, 1), "a linked file is read");
    assert_eq!(summaries(&repository), ["Failed to read file"]);
}
