//! Why the service did not start.

use std::net::SocketAddr;

use crate::db::migrate::MigrationError;
use crate::embedded_postgres::EmbeddedError;
use crate::settings::Wrong;

/// Why the service did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// A setting is missing or wrong.
    #[error("{0}")]
    Setting(#[from] Wrong),
    /// The embedded PostgreSQL did not start.
    #[error("{0}")]
    Embedded(#[from] EmbeddedError),
    /// The database could not be migrated.
    #[error("{0}")]
    Migration(#[from] MigrationError),
    /// The server can't listen on the address, or did not start.
    #[error("can't listen on {0} ({1}): set BIND or METRICS_BIND to an address and port that are free on this machine")]
    Bind(SocketAddr, std::io::Error),
    /// The demonstration data could not be loaded.
    #[error("the demonstration data could not be loaded: {0}")]
    Demo(String),
}
