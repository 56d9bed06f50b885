//! Compiles the output of `terraform providers schema -json` (tests/schema/record.sh runs both):
//! `cargo run --example compile-schema -- schema.json hashicorp/aws 5.100.0 src/schema/aws.schema`

use std::{env, error::Error, fs};

use infralint::schema::compile::Document;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [json, source, version, out] = arguments.as_slice() else {
        return Err("usage: compile-schema SCHEMA.JSON SOURCE VERSION OUT".into());
    };
    let compiled = Document::parse(&fs::read_to_string(json)?)?.compile(source, version)?;
    fs::write(out, compiled)?;
    Ok(())
}
