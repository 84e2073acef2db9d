//! Runs the scripts in `golden/`.
//!
//! A script is a list of cases: a CALL, `---`, what it becomes, an empty line. Lines that begin with `source:`, `target:`,
//! `mark:` or `files` set, from there on, the columns of the source, those of the target, the mark, and that the target
//! cannot be changed in place. `LOAD_GOLDEN=write` writes what is found into the scripts.

use super::show;
use crate::ir::{Literal, Statement};
use crate::load::{Compiled, Facts, Spec, Value, compile, is_load, mark};
use crate::{Error, Result, parse_statement};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/load/tests/golden");

#[test]
fn scripts() {
    let mut different = Vec::new();
    let mut found: Vec<_> =
        std::fs::read_dir(FOLDER).expect("the folder").map(|e| e.expect("a file").path()).collect();
    found.sort();
    for path in found {
        let script = std::fs::read_to_string(&path).expect("a script");
        let run = run(&script);
        if run != script {
            if std::env::var("LOAD_GOLDEN").as_deref() == Ok("write") {
                std::fs::write(&path, &run).expect("written");
            }
            different.push(format!("{}:\n{}", path.display(), first_difference(&script, &run)));
        }
    }
    assert!(different.is_empty(), "{}", different.join("\n"));
}

fn first_difference(expected: &str, found: &str) -> String {
    let mut pairs = expected.lines().zip(found.lines()).enumerate();
    match pairs.find(|(_, (expected, found))| expected != found) {
        Some((line, (expected, found))) => format!("line {}\n  {expected}\n  {found}", line + 1),
        None => "one is longer".to_string(),
    }
}

/// The script with what its cases become now.
fn run(script: &str) -> String {
    let mut facts = Facts { merges: true, ..Facts::default() };
    let mut out = String::new();
    for block in script.split("\n\n").map(str::trim).filter(|block| !block.is_empty()) {
        let input = block.split("\n---").next().unwrap_or(block);
        out += input;
        if input.starts_with("CALL") {
            out += "\n---\n";
            out += &outcome(input, &facts).unwrap_or_else(|error| first_line(&error));
        } else {
            input.lines().for_each(|line| set(&mut facts, line));
        }
        out += "\n\n";
    }
    out.truncate(out.trim_end().len());
    out + "\n"
}

/// Errors of texts show the text below.
fn first_line(error: &Error) -> String {
    error.to_string().lines().next().unwrap_or_default().to_string()
}

fn set(facts: &mut Facts, line: &str) {
    let names = |text: &str| text.split(',').map(|name| name.trim().to_string()).collect();
    match line.split_once(':') {
        Some(("source", columns)) => facts.source_columns = names(columns),
        Some(("target", columns)) => facts.target_columns = names(columns),
        Some(("mark", value)) => facts.mark = value.trim().parse().ok().map(Literal::Long),
        _ if line == "files" => facts.merges = false,
        _ if line == "lake" => facts.merges = true,
        _ => assert!(line.starts_with('#'), "{line}"),
    }
}

fn outcome(text: &str, facts: &Facts) -> Result<String> {
    let Statement::Call { name, arguments } = parse_statement(text)? else { panic!("no call: {text}") };
    assert!(is_load(&name), "{text}");
    let spec = Spec::read(Value::from_arguments(&arguments)?)?;
    let mark = mark(&spec, &facts.target_columns)?.map(Statement::Query);
    let Compiled { quality, quarantine, load } = compile(&spec, facts)?;
    let counts = quality.map(|quality| Statement::Query(quality.counts));
    let statements = [mark, counts, quarantine, Some(load)];
    let texts: Vec<_> = statements.iter().flatten().map(show::statement).collect();
    for text in &texts {
        let again = parse_statement(text).map_err(|e| Error::internal(format!("{e} in {text}")))?;
        assert_eq!(&show::statement(&again), text, "what is shown is not what is read");
    }
    Ok(texts.join(";\n"))
}
