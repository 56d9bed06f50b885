//! The infrastructure of this repository.

use std::path::{Path, PathBuf};

use infralint::{
    config::{BackendKind, LoadOptions, load},
    source::Sources,
    value::show,
};

use super::repository::{diagnostics, roots};

#[test]
fn the_root_modules_of_a_stage() {
    let sources = Sources::new(Path::new(env!("CARGO_MANIFEST_DIR")).to_path_buf());
    let options = LoadOptions { paths: vec![PathBuf::from("stages/test")], ..LoadOptions::default() };
    let repository = load(&sources, &options);
    assert_eq!(roots(&repository), ["stages/test/bootstrap", "stages/test/main"]);
    assert!(repository.called_only.iter().any(|dir| &**dir == "stages/test"));
    let said = diagnostics(&repository);
    assert!(said.is_empty(), "{said:#?}");

    let [bootstrap, main] = repository.root_modules.as_slice() else { panic!("two root modules") };
    assert_eq!(bootstrap.backend.kind, BackendKind::Implicit);
    assert_eq!(
        (main.backend.kind.clone(), main.backend.partial.as_deref()),
        (BackendKind::Named(infralint::addr::name("s3")), None)
    );
    let key = main.backend.arguments.iter().find(|(name, _)| *name == "key").unwrap();
    assert_eq!(show(&key.1.value), "\"main/terraform.tfstate\"");
    assert!(main.module.calls.len() > 5 && main.module.resources.len() > 3);
}
