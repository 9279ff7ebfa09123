//! Lock files that coordinate the processes that share a cluster: one for starting and stopping it, one for using it.
//! The locks are the kernel's, which releases those of a killed process. The files themselves mean nothing.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::ErrorKind;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::{Duration, Instant};

use super::error::EmbeddedError;
use super::layout::Layout;
use super::owner::Owner;

/// The longest wait for a lock; longer than any start, stop or download.
const PATIENCE: Duration = Duration::from_secs(300);
const PAUSE: Duration = Duration::from_millis(10);

/// Whether a lock is shared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    /// Shared with other processes.
    Shared,
    /// Held by one process only.
    Exclusive,
}

/// A lock that is held until dropped.
#[derive(Debug)]
pub(super) struct Held {
    file: File,
}

impl Drop for Held {
    fn drop(&mut self) {
        // Closing the file is not enough: a child process between fork and exec has a copy of the descriptor.
        if let Err(error) = self.file.unlock() {
            log::warn!("a lock of the embedded PostgreSQL could not be released: {error}");
        }
    }
}

/// The starting lock, under which a cluster is created, started or stopped. Creates the data directory unless it
/// exists.
///
/// Errors: `Io`, `NotOurs`, `Locked`.
pub(super) fn starting(layout: &Layout, owner: &Owner) -> Result<Held, EmbeddedError> {
    let path = layout.root.join("start.lock");
    let deadline = Instant::now() + PATIENCE;
    loop {
        layout.make_root()?;
        let held = match open(&path, owner) {
            // A watcher removed the directory at this moment.
            Err(EmbeddedError::Io { source, .. }) if source.kind() == ErrorKind::NotFound => None,
            Err(error) => return Err(error),
            Ok(file) => Some(wait(file, &path, Mode::Exclusive, deadline)?),
        };
        if let Some(held) = held
            && is_at(&held.file, &path)
        {
            return Ok(held);
        }
        if Instant::now() > deadline {
            return Err(EmbeddedError::Locked { path, seconds: PATIENCE.as_secs() });
        }
    }
}

/// The lock that every process that uses the cluster shares. The caller holds the starting lock.
///
/// Errors: `Io`, `Locked`.
pub(super) fn using(layout: &Layout, owner: &Owner) -> Result<Held, EmbeddedError> {
    let path = layout.root.join("users.lock");
    wait(open(&path, owner)?, &path, Mode::Shared, Instant::now() + PATIENCE)
}

/// Whether nobody holds this lock now.
///
/// Errors: `Io`.
pub(super) fn is_free(layout: &Layout, owner: &Owner, name: &str) -> Result<bool, EmbeddedError> {
    let path: PathBuf = layout.root.join(name);
    Ok(attempt(open(&path, owner)?, &path, Mode::Exclusive)?.is_ok())
}

fn open(path: &Path, owner: &Owner) -> Result<File, EmbeddedError> {
    let opened = OpenOptions::new().read(true).write(true).create(true).truncate(false).mode(0o600).open(path);
    let file = opened.map_err(EmbeddedError::io("open", path))?;
    let found = file.metadata().map_err(EmbeddedError::io("read", path))?;
    if found.uid() != owner.uid() {
        owner.give(path)?;
    }
    Ok(file)
}

fn wait(mut file: File, path: &Path, mode: Mode, deadline: Instant) -> Result<Held, EmbeddedError> {
    loop {
        match attempt(file, path, mode)? {
            Ok(held) => return Ok(held),
            Err(back) => file = back,
        }
        if Instant::now() > deadline {
            return Err(EmbeddedError::Locked { path: path.to_owned(), seconds: PATIENCE.as_secs() });
        }
        sleep(PAUSE);
    }
}

/// The lock; or the file, if another process holds the lock.
fn attempt(file: File, path: &Path, mode: Mode) -> Result<Result<Held, File>, EmbeddedError> {
    let tried = match mode {
        Mode::Shared => file.try_lock_shared(),
        Mode::Exclusive => file.try_lock(),
    };
    match tried {
        Ok(()) => Ok(Ok(Held { file })),
        Err(TryLockError::WouldBlock) => Ok(Err(file)),
        Err(TryLockError::Error(error)) => Err(EmbeddedError::io("lock", path)(error)),
    }
}

/// Whether the locked file is still the file at that path.
fn is_at(file: &File, path: &Path) -> bool {
    match (file.metadata(), fs::metadata(path)) {
        (Ok(held), Ok(there)) => held.ino() == there.ino() && held.dev() == there.dev(),
        _ => false,
    }
}
