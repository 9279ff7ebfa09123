//! Why a token is not accepted.

/// Why a token is not accepted. The text is for the log, never for the caller.
#[derive(Debug, thiserror::Error)]
#[error("{why}")]
pub struct BadToken {
    pub(super) why: String,
    /// The issuer whose keys may be too old to know the one that signed it.
    pub(super) unknown_key_of: Option<usize>,
}

impl BadToken {
    pub(super) fn because(why: impl std::fmt::Display) -> Self {
        Self { why: why.to_string(), unknown_key_of: None }
    }
}
