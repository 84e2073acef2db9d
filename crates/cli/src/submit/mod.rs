//! `firesteel submit`: an embedded server on a free port, and a Python program that finds it in `SPARK_REMOTE`.

use std::ffi::OsString;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{ExitCode, ExitStatus, Stdio};

use anyhow::{Context, Result, bail};
use tokio::net::TcpListener;
use tokio::process::Command;
use tokio::signal::unix::{SignalKind, signal};

use crate::arguments::SubmitOptions;
use crate::compose::{self, Runtimes};

/// Modules that the program finds before any others of their names: `findspark`, so that its `init()` does not look for a
/// JVM, and what makes `SparkSession.builder.master("local[*]")` mean the server that is already there.
const SHIMS: [(&str, &str); 2] =
    [("findspark.py", include_str!("findspark.py")), ("sitecustomize.py", include_str!("sitecustomize.py"))];
/// Exits with 3 where the Python lacks what the Spark Connect client imports.
const CHECK: &str = "import importlib.util as u, sys\n\
    missing = [m for m in ('pyspark', 'grpc', 'pandas', 'pyarrow', 'grpc_status') if u.find_spec(m) is None]\n\
    print(' '.join(missing))\n\
    sys.exit(3 if missing else 0)";

pub fn run(options: SubmitOptions) -> Result<ExitCode> {
    if !options.program.is_file() {
        bail!("there is no program {}", options.program.display());
    }
    let runtimes = Runtimes::start()?;
    let (status, folder) = runtimes.front.block_on(async {
        let python = python(&options);
        check_python(&python).await?;
        let listener =
            TcpListener::bind("127.0.0.1:0").await.context("could not open a port on the loopback")?;
        let address = listener.local_addr().context("the listener has no address")?;
        let executable = python.to_string_lossy().into_owned();
        let composed = compose::engine(&options.engine, Some(executable), &runtimes.work)?;
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let work = runtimes.work.handle().clone();
        let server = tokio::spawn(connect::serve(composed.engine, listener, work, async {
            // An error means that the sender is gone: stop as well.
            let _ = stopped.await;
        }));
        let shims = write_shims(composed.folder.path())?;
        let status = run_program(&options, &python, &format!("sc://{address}"), &shims).await?;
        let _ = stop.send(());
        server.abort();
        Ok::<_, anyhow::Error>((status, composed.folder))
    })?;
    runtimes.shutdown();
    drop(folder);
    Ok(exit_code(status))
}

/// A folder for the program's module path.
fn write_shims(folder: &Path) -> Result<PathBuf> {
    let shims = folder.join("shims");
    std::fs::create_dir_all(&shims).context("could not make a temporary folder")?;
    for (name, text) in SHIMS {
        std::fs::write(shims.join(name), text).context("could not write to the temporary folder")?;
    }
    Ok(shims)
}

/// `--python`, else `PYSPARK_PYTHON`, else `python3`.
fn python(options: &SubmitOptions) -> PathBuf {
    let from_environment = || std::env::var_os("PYSPARK_PYTHON").filter(|p| !p.is_empty()).map(PathBuf::from);
    options.python.clone().or_else(from_environment).unwrap_or_else(|| PathBuf::from("python3"))
}

async fn check_python(python: &Path) -> Result<()> {
    let output = Command::new(python)
        .args(["-c", CHECK])
        .stdin(Stdio::null())
        .output()
        .await
        .with_context(|| format!("could not run {}; name a Python with --python", python.display()))?;
    if output.status.code() == Some(3) {
        let missing = String::from_utf8_lossy(&output.stdout);
        bail!(
            "{python} lacks {missing}. Install the Spark Connect client with:\n  {python} -m pip install pyspark-client",
            python = python.display(),
            missing = missing.trim().replace(' ', ", "),
        );
    }
    Ok(())
}

async fn run_program(
    options: &SubmitOptions,
    python: &Path,
    remote: &str,
    shims: &Path,
) -> Result<ExitStatus> {
    let mut python_path = OsString::from(shims);
    if let Some(existing) = std::env::var_os("PYTHONPATH").filter(|p| !p.is_empty()) {
        python_path.push(":");
        python_path.push(existing);
    }
    let mut child = Command::new(python)
        .arg(&options.program)
        .args(&options.arguments)
        .env("SPARK_REMOTE", remote)
        // Decorators such as `@udf` ask before there is a session.
        .env("SPARK_CONNECT_MODE_ENABLED", "1")
        .env("PYTHONPATH", python_path)
        // A local JVM must not be started by accident.
        .env_remove("SPARK_HOME")
        .env_remove("SPARK_LOCAL_REMOTE")
        // The client refuses another place beside the server's.
        .env_remove("MASTER")
        .spawn()
        .with_context(|| format!("could not run {}", python.display()))?;
    // The terminal sends Ctrl-C to the program too; its end is ours.
    let mut interrupt = signal(SignalKind::interrupt()).context("could not listen for SIGINT")?;
    let mut terminate = signal(SignalKind::terminate()).context("could not listen for SIGTERM")?;
    loop {
        tokio::select! {
            status = child.wait() => return status.context("the program's end could not be waited for"),
            _ = interrupt.recv() => {}
            _ = terminate.recv() => { child.start_kill().context("the program could not be stopped")?; }
        }
    }
}

/// The program's own status; 128 + n where signal n ended it, as shells have it.
fn exit_code(status: ExitStatus) -> ExitCode {
    let code = status.code().or_else(|| status.signal().map(|s| 128 + s)).unwrap_or(1);
    ExitCode::from(u8::try_from(code).unwrap_or(1))
}
