//! One variable: looked up, read from the file that it names, parsed, or found wrong.

/// A setting that is missing or wrong.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{name} {why}")]
pub struct Wrong {
    /// Name of the environment variable.
    pub name: &'static str,
    /// What is wrong and what to set, as the rest of a sentence that begins with the name.
    pub why: String,
}

pub(super) fn wrong(name: &'static str, why: impl Into<String>) -> Wrong {
    Wrong { name, why: why.into() }
}

/// The source of the variables: the environment, or a list given by a test.
pub type Lookup<'l> = &'l dyn Fn(&str) -> Option<String>;

pub(super) fn secret(get: Lookup<'_>, name: &'static str, file: &'static str) -> Result<Option<String>, Wrong> {
    match (get(name), get(file)) {
        (Some(_), Some(_)) => Err(wrong(file, format!("and {name} are both set: set only one of them"))),
        (Some(value), None) => Ok(Some(value)),
        (None, Some(path)) => std::fs::read_to_string(&path)
            .map(|text| Some(text.trim_end().to_owned()))
            .map_err(|error| wrong(file, format!("names a file that can't be read: {error}"))),
        (None, None) => Ok(None),
    }
}

pub(super) fn parsed<T: std::str::FromStr>(
    get: Lookup<'_>,
    name: &'static str,
    otherwise: T,
    what: &str,
) -> Result<T, Wrong> {
    get(name).map_or(Ok(otherwise), |text| text.parse().map_err(|_| wrong(name, format!("must be {what}"))))
}
