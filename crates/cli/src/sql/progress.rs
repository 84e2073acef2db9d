//! A bar on standard error for statements that take a while.

use std::io::IsTerminal;
use std::sync::Arc;
use std::time::Duration;

use engine::Operation;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use tokio::task::JoinHandle;

/// Quick statements show no bar.
const APPEARS_AFTER: Duration = Duration::from_millis(500);
const REFRESH_EVERY: Duration = Duration::from_millis(100);

/// A bar that follows an operation until it is finished or dropped.
pub struct Bar {
    bar: ProgressBar,
    follower: Option<JoinHandle<()>>,
}

/// Follows `operation`; without a terminal nothing is drawn.
pub fn watch(operation: &Arc<Operation>) -> Bar {
    if !std::io::stderr().is_terminal() {
        return Bar { bar: ProgressBar::hidden(), follower: None };
    }
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
    if let Ok(style) =
        ProgressStyle::with_template("{spinner} [{elapsed_precise}] {wide_bar} {pos}/{len} tasks {msg}")
    {
        bar.set_style(style);
    }
    let follower = tokio::spawn(follow(bar.clone(), Arc::clone(operation)));
    Bar { bar, follower: Some(follower) }
}

async fn follow(bar: ProgressBar, operation: Arc<Operation>) {
    tokio::time::sleep(APPEARS_AFTER).await;
    bar.set_draw_target(ProgressDrawTarget::stderr());
    loop {
        let progress = operation.progress();
        let (mut tasks, mut completed, mut bytes) = (0, 0, 0);
        for stage in &progress.stages {
            tasks += stage.tasks;
            completed += stage.completed_tasks;
            bytes += stage.input_bytes;
        }
        bar.set_length(u64::try_from(tasks).unwrap_or(0));
        bar.set_position(u64::try_from(completed).unwrap_or(0));
        if bytes > 0 {
            bar.set_message(format!("{} read", indicatif::HumanBytes(u64::try_from(bytes).unwrap_or(0))));
        }
        bar.tick();
        tokio::time::sleep(REFRESH_EVERY).await;
    }
}

impl Bar {
    /// Runs `print` with the bar out of the way.
    pub fn suspend<R>(&self, print: impl FnOnce() -> R) -> R {
        self.bar.suspend(print)
    }

    pub fn finish(&self) {
        if let Some(follower) = &self.follower {
            follower.abort();
        }
        self.bar.finish_and_clear();
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.finish();
    }
}
