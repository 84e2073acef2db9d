//! What the user typed.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

/// Firesteel: Spark programs and SQL on one binary, no JVM.
#[derive(Debug, Parser)]
#[command(name = "firesteel", version, about, long_about = None, propagate_version = true, after_help = EXAMPLES)]
pub struct Arguments {
    /// Log more (-v: what happens, -vv: everything).
    #[arg(short, long, action = clap::ArgAction::Count, global = true)]
    pub verbose: u8,

    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run a Spark Connect server.
    #[command(after_help = SERVE_EXAMPLES)]
    Serve(ServeOptions),
    /// Run a PySpark program on an embedded server.
    #[command(after_help = SUBMIT_EXAMPLES)]
    Submit(SubmitOptions),
    /// Run SQL: a shell, a statement (-e), a file (-f) or what comes through a pipe.
    #[command(after_help = SQL_EXAMPLES)]
    Sql(SqlOptions),
    /// Run the loads of YAML files.
    #[command(after_help = LOAD_EXAMPLES)]
    Load(LoadOptions),
}

/// What every front door needs to compose an engine.
#[derive(Debug, Clone, Args)]
pub struct EngineArguments {
    /// Folder of managed tables (`spark.sql.warehouse.dir`).
    #[arg(long, value_name = "DIR", default_value = "spark-warehouse")]
    pub warehouse: PathBuf,

    /// A setting every session starts with; may be repeated.
    #[arg(long = "conf", value_name = "KEY=VALUE", value_parser = key_value)]
    pub conf: Vec<(String, String)>,

    /// Memory for queries and caches, such as `4g` or `512m` [default: 70 % of the machine].
    #[arg(long, value_name = "SIZE", value_parser = bytes)]
    pub memory: Option<usize>,
}

#[derive(Debug, Args)]
pub struct ServeOptions {
    /// Address to listen on.
    #[arg(long, value_name = "HOST:PORT", default_value = "127.0.0.1:15002", value_parser = address)]
    pub bind: String,

    #[command(flatten)]
    pub engine: EngineArguments,
}

#[derive(Debug, Args)]
pub struct SubmitOptions {
    /// The Python to run the program with [default: $PYSPARK_PYTHON, else python3].
    #[arg(long, value_name = "EXECUTABLE")]
    pub python: Option<PathBuf>,

    #[command(flatten)]
    pub engine: EngineArguments,

    /// The program.
    #[arg(value_name = "PROGRAM.py")]
    pub program: PathBuf,

    /// Its arguments.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "ARGS")]
    pub arguments: Vec<String>,
}

#[derive(Debug, Args)]
pub struct SqlOptions {
    /// Run these statements and exit.
    #[arg(short = 'e', value_name = "SQL", conflicts_with = "file")]
    pub execute: Option<String>,

    /// Run the statements of this file and exit.
    #[arg(short = 'f', long, value_name = "FILE")]
    pub file: Option<PathBuf>,

    /// How to print rows.
    #[arg(long, value_enum, default_value_t = Output::Table)]
    pub output: Output,

    #[command(flatten)]
    pub engine: EngineArguments,
}

#[derive(Debug, Args)]
pub struct LoadOptions {
    /// Files with one load a document.
    #[arg(value_name = "FILE.yaml", required = true)]
    pub files: Vec<PathBuf>,

    /// How to print what was counted.
    #[arg(long, value_enum, default_value_t = Output::Table)]
    pub output: Output,

    #[command(flatten)]
    pub engine: EngineArguments,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Output {
    Table,
    Csv,
    /// One JSON object a line.
    Json,
}

const EXAMPLES: &str = "\
Examples:
  firesteel submit etl.py --day 2024-01-31
  firesteel sql -e 'select * from csv.`flights.csv`'
  firesteel serve --warehouse /data/warehouse";

const SERVE_EXAMPLES: &str = "\
Examples:
  firesteel serve
  firesteel serve --bind 0.0.0.0:15002 --warehouse /data/warehouse
  firesteel serve --conf spark.sql.ansi.enabled=false

Then, in Python:
  SparkSession.builder.remote(\"sc://127.0.0.1:15002\").getOrCreate()";

const SUBMIT_EXAMPLES: &str = "\
Examples:
  firesteel submit etl.py
  firesteel submit --python .venv/bin/python --conf spark.sql.session.timeZone=UTC etl.py --day 2024-01-31";

const SQL_EXAMPLES: &str = "\
Examples:
  firesteel sql
  firesteel sql -e 'select origin, count(*) from parquet.`flights/` group by 1'
  firesteel sql -f report.sql --output csv > report.csv
  echo 'select 1' | firesteel sql --output json";

const LOAD_EXAMPLES: &str = "\
Examples:
  firesteel load customers.yaml
  firesteel load --warehouse /data/warehouse --output json nightly/*.yaml

A file such as:
  target: sales.customers
  source: parquet.`/landing/customers`
  pattern: upsert
  keys: [id]
  sequence: updated_at
  expectations:
    - {check: not_null, column: name, action: drop}";

fn key_value(text: &str) -> Result<(String, String), String> {
    let (key, value) = text.split_once('=').ok_or("write it as KEY=VALUE")?;
    if key.is_empty() {
        return Err("the key is empty".to_string());
    }
    Ok((key.to_string(), value.to_string()))
}

/// `localhost:15002`, `0.0.0.0:15002`, `[::1]:15002`; the name is looked up when the server starts.
fn address(text: &str) -> Result<String, String> {
    match text.rsplit_once(':') {
        Some((host, port)) if !host.is_empty() && port.parse::<u16>().is_ok() => Ok(text.to_string()),
        _ => Err("write it as HOST:PORT".to_string()),
    }
}

/// `512m`, `4g`, `1073741824`.
fn bytes(text: &str) -> Result<usize, String> {
    let lower = text.trim().to_ascii_lowercase();
    let digits = lower.trim_end_matches(['b', 'k', 'm', 'g', 't']);
    let unit: usize = match &lower[digits.len()..] {
        "" | "b" => 1,
        "k" | "kb" => 1 << 10,
        "m" | "mb" => 1 << 20,
        "g" | "gb" => 1 << 30,
        "t" | "tb" => 1 << 40,
        other => return Err(format!("unknown unit {other}; use k, m, g or t")),
    };
    let number: usize = digits.parse().map_err(|_| format!("{text} is not a size such as 512m or 4g"))?;
    number.checked_mul(unit).filter(|n| *n > 0).ok_or_else(|| format!("{text} is not a usable size"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_have_units() {
        assert_eq!(bytes("4g"), Ok(4 << 30));
        assert_eq!(bytes("512MB"), Ok(512 << 20));
        assert_eq!(bytes("100"), Ok(100));
        assert!(bytes("0").is_err());
        assert!(bytes("many").is_err());
    }

    #[test]
    fn settings_keep_equal_signs_in_values() {
        assert_eq!(key_value("a=b=c"), Ok(("a".into(), "b=c".into())));
        assert!(key_value("a").is_err());
        assert!(key_value("=a").is_err());
    }

    #[test]
    fn addresses_have_a_host_and_a_port() {
        for text in ["localhost:15002", "0.0.0.0:0", "[::1]:15002"] {
            assert_eq!(address(text).as_deref(), Ok(text));
        }
        for text in ["15002", ":15002", "localhost", "localhost:many"] {
            assert!(address(text).is_err(), "{text}");
        }
    }

    #[test]
    fn the_command_line_is_consistent() {
        use clap::CommandFactory;
        Arguments::command().debug_assert();
    }
}
