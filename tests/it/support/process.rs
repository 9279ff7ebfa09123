//! Signals to processes, and whether they live, with nothing but a shell and the system's own files: a bare machine has no
//! `ps` and no `kill` of its own.

use std::fs;
use std::process::{Command, Stdio};

/// Sends a signal (`TERM`, `KILL`) to a process, or to a group of processes by its number below zero; says whether there is
/// such a process.
pub fn signal(name: &str, target: i64) -> bool {
    let mut shell = Command::new("sh");
    shell.args(["-c", "kill -s \"$0\" -- \"$1\"", name, &target.to_string()]).stderr(Stdio::null());
    shell.status().is_ok_and(|status| status.success())
}

/// Whether a process is there that has not ended.
pub fn alive(pid: u32) -> bool {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    // Its name stands in brackets, and may have any character.
    let state = stat.rsplit_once(") ").and_then(|(_, rest)| rest.chars().next());
    state.is_some_and(|state| !matches!(state, 'Z' | 'X'))
}
