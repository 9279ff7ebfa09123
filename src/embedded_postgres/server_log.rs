//! The log file of the PostgreSQL server: renamed when it is long, shown when the server fails.
//! The service's own log is elsewhere.

use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

use super::error::EmbeddedError;

/// A log longer than this many bytes is renamed at the next start.
const LONGEST: u64 = 10 * 1024 * 1024;
/// Number of bytes at the end of the log that an error shows.
const TAIL: u64 = 1500;

/// Renames a long log, replacing the previously renamed one. To be called while no server runs.
///
/// Errors: `Io`.
pub(super) fn set_aside(log: &Path) -> Result<(), EmbeddedError> {
    if fs::metadata(log).is_ok_and(|found| found.len() > LONGEST) {
        fs::rename(log, log.with_extension("log.1")).map_err(EmbeddedError::io("rename", log))?;
    }
    Ok(())
}

/// The end of the log, for an error message.
pub(super) fn tail(log: &Path) -> String {
    match read_end(log) {
        Ok(text) => format!("the end of {}:\n{text}", log.display()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => "there is no log".to_owned(),
        Err(error) => format!("its log cannot be read: {error}"),
    }
}

fn read_end(log: &Path) -> io::Result<String> {
    let mut file = File::open(log)?;
    let start = file.metadata()?.len().saturating_sub(TAIL);
    file.seek(SeekFrom::Start(start))?;
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).trim().to_owned())
}
