//! The environment itself: nothing else in the service reads it.

use std::env;
use std::ffi::OsString;

/// Looks up a variable in the environment; an empty one counts as not set.
#[must_use]
pub fn environment(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.is_empty())
}

/// The search path for programs (`PATH`).
pub(super) fn search_path() -> Option<OsString> {
    env::var_os("PATH")
}

/// The options of S3: every variable whose name begins with `AWS_`.
pub(super) fn s3_options() -> Vec<(String, String)> {
    env::vars().filter(|(name, _)| name.starts_with("AWS_")).collect()
}
