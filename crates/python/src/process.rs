//! Starts worker processes.

use std::collections::BTreeMap;
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::net::UnixStream as StdUnixStream;
use std::process::Stdio;
use std::time::Duration;

use lang::{Error, Result};
use plan::contract::PythonSession;
use serde_json::Value;
use tokio::net::UnixStream;
use tokio::process::{Child, Command};
use tokio::time::timeout;

use crate::error;
use crate::protocol::read_text;
use crate::task::files_directory;

/// What the process runs: it serves PySpark's worker module over its standard input, which is a socket.
const BOOTSTRAP: &str = include_str!("bootstrap.py");
/// Importing PySpark, Arrow and pandas from a slow disk.
const START_LIMIT: Duration = Duration::from_secs(120);
/// How long a process that closed its socket may take to end.
pub(crate) const EXIT_LIMIT: Duration = Duration::from_secs(5);

/// Session settings of this prefix become environment variables of the workers.
const ENVIRONMENT_PREFIX: &str = "spark.executorEnv.";
/// Session settings that PySpark's worker reads from its environment.
const SWITCHES: [(&str, &str, bool); 3] = [
    ("spark.sql.execution.pyspark.udf.simplifiedTraceback.enabled", "SPARK_SIMPLIFIED_TRACEBACK", true),
    ("spark.sql.execution.pyspark.udf.hideTraceback.enabled", "SPARK_HIDE_TRACEBACK", false),
    ("spark.sql.execution.pyspark.udf.tracebackWithLocals.enabled", "SPARK_TRACEBACK_WITH_LOCALS", false),
];
/// What one worker may allocate, in a session and in the environment of the worker, which sets itself the limit.
const MEMORY_KEY: &str = "spark.executor.pyspark.memory";
const MEMORY_VARIABLE: &str = "PYSPARK_EXECUTOR_MEMORY_MB";
/// What Spark sets where the user does not: text hashes agree in all workers, and workers do not compete for cores.
const DEFAULTS: [(&str, &str); 3] =
    [("PYTHONHASHSEED", "0"), ("PYTHONUNBUFFERED", "YES"), ("OMP_NUM_THREADS", "1")];

/// All that a process keeps for its life; processes with an equal one are interchangeable.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Launch {
    executable: String,
    python_path: Vec<String>,
    environment: BTreeMap<String, String>,
    /// Where the session's own modules are; not shared with sessions that have others.
    files_directory: String,
}

impl Launch {
    pub(crate) fn new(session: &PythonSession) -> Self {
        let mut environment: BTreeMap<String, String> = session
            .conf
            .iter()
            .filter_map(|(k, v)| Some((k.strip_prefix(ENVIRONMENT_PREFIX)?.to_string(), v.clone())))
            .collect();
        for (key, variable, default) in SWITCHES {
            if session.conf.get(key).map_or(default, |value| value.eq_ignore_ascii_case("true")) {
                environment.insert(variable.to_string(), "1".to_string());
            }
        }
        if let Some(limit) = session.conf.get(MEMORY_KEY) {
            environment.insert(MEMORY_VARIABLE.to_string(), megabytes(limit));
        }
        Launch {
            executable: executable(session),
            python_path: session.python_path.clone(),
            environment,
            files_directory: files_directory(session).to_string(),
        }
    }

    pub(crate) fn executable(&self) -> &str {
        &self.executable
    }

    /// Starts a process and waits until it is ready for a task; whether it takes groups that are marked comes with it.
    ///
    /// # Errors
    /// When there is no such executable, or it has no PySpark that the protocol fits.
    pub(crate) async fn start(&self) -> Result<(Child, UnixStream, bool)> {
        let (ours, theirs) = socket_pair().map_err(|e| self.failed(e))?;
        let mut child = self.command(theirs).and_then(|mut c| c.spawn()).map_err(|e| self.failed(e))?;
        let mut stream = ours;
        let ready = match timeout(START_LIMIT, read_text(&mut stream)).await {
            Ok(Ok(text)) => text,
            Ok(Err(_)) => {
                let status = timeout(EXIT_LIMIT, child.wait()).await.ok().and_then(|s| s.ok());
                return Err(self.failed(error::exited(status).message()));
            }
            Err(_) => return Err(self.failed(format!("not ready after {} seconds", START_LIMIT.as_secs()))),
        };
        match serde_json::from_str::<Value>(&ready) {
            Ok(ready) => match ready.get("error").and_then(Value::as_str) {
                Some(reason) => Err(self.failed(reason)),
                None => {
                    let takes_marks = ready.get("takes_marks").and_then(Value::as_bool).unwrap_or(false);
                    Ok((child, stream, takes_marks))
                }
            },
            Err(e) => Err(self.failed(e)),
        }
    }

    fn command(&self, socket: StdUnixStream) -> io::Result<Command> {
        let mut command = Command::new(&self.executable);
        command.arg("-c").arg(BOOTSTRAP);
        command.stdin(Stdio::from(OwnedFd::from(socket)));
        // What the user prints goes to the server's standard error.
        command.stdout(Stdio::from(io::stderr().as_fd().try_clone_to_owned()?));
        command.kill_on_drop(true);
        // An interrupt from the server's terminal is for the server.
        command.process_group(0);
        for (variable, value) in DEFAULTS {
            if std::env::var_os(variable).is_none() {
                command.env(variable, value);
            }
        }
        command.envs(&self.environment);
        if let Some(path) = self.module_path() {
            command.env("PYTHONPATH", path);
        }
        Ok(command)
    }

    /// The session's modules before those of the environment.
    fn module_path(&self) -> Option<String> {
        let inherited = self.environment.get("PYTHONPATH").cloned();
        let inherited =
            inherited.or_else(|| std::env::var("PYTHONPATH").ok()).filter(|path| !path.is_empty());
        let paths: Vec<String> = self.python_path.iter().cloned().chain(inherited).collect();
        (!paths.is_empty()).then(|| paths.join(":"))
    }

    fn failed(&self, reason: impl std::fmt::Display) -> Error {
        error::not_started(&self.executable, reason)
    }
}

/// A size such as `512m` or `2g` in megabytes, which are also what a number alone means; what is no size stays as it is,
/// and the worker says so.
fn megabytes(size: &str) -> String {
    let size = size.trim().to_ascii_lowercase();
    let digits = size.find(|c: char| !c.is_ascii_digit()).unwrap_or(size.len());
    let (number, unit) = size.split_at(digits);
    let bytes_of_unit: u64 = match unit {
        "b" => 1,
        "k" | "kb" => 1 << 10,
        "" | "m" | "mb" => 1 << 20,
        "g" | "gb" => 1 << 30,
        "t" | "tb" => 1 << 40,
        _ => return size,
    };
    match number.parse::<u64>().ok().and_then(|number| number.checked_mul(bytes_of_unit)) {
        Some(bytes) => (bytes >> 20).to_string(),
        None => size,
    }
}

fn executable(session: &PythonSession) -> String {
    if !session.executable.is_empty() {
        return session.executable.clone();
    }
    std::env::var("PYSPARK_PYTHON")
        .ok()
        .filter(|path| !path.is_empty())
        .unwrap_or_else(|| "python3".to_string())
}

/// The server's end, for its reactor, and the worker's end, which blocks.
fn socket_pair() -> io::Result<(UnixStream, StdUnixStream)> {
    let (ours, theirs) = StdUnixStream::pair()?;
    ours.set_nonblocking(true)?;
    Ok((UnixStream::from_std(ours)?, theirs))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn launch(conf: &[(&str, &str)], python_path: &[&str]) -> Launch {
        Launch::new(&PythonSession {
            executable: "/nowhere/python".to_string(),
            python_path: python_path.iter().map(|p| p.to_string()).collect(),
            conf: conf.iter().map(|(k, v)| (k.to_string(), v.to_string())).collect(),
            ..PythonSession::default()
        })
    }

    #[test]
    fn processes_are_shared_only_where_their_surroundings_agree() {
        let plain = launch(&[], &[]);
        assert_eq!(plain, launch(&[("spark.sql.ansi.enabled", "false")], &[]));
        assert_ne!(plain, launch(&[("spark.executorEnv.TOKEN", "a")], &[]));
        assert_ne!(plain, launch(&[], &["/modules"]));
        let key = "spark.sql.execution.pyspark.udf.simplifiedTraceback.enabled";
        assert_ne!(plain, launch(&[(key, "false")], &[]));
    }

    #[test]
    fn limits_of_memory_are_megabytes() {
        let cases = [("512m", "512"), ("2g", "2048"), ("64", "64"), ("1048576b", "1"), ("much", "much")];
        for (size, expected) in cases {
            assert_eq!(megabytes(size), expected);
        }
    }

    #[tokio::test]
    async fn a_missing_executable_is_named() {
        let error = launch(&[], &[]).start().await.unwrap_err();
        assert_eq!(error.condition(), "PYTHON_WORKER_NOT_STARTED");
        assert!(error.message().contains("/nowhere/python"), "{error}");
    }
}
