//! The lock files that keep the users of one cluster from each other: one to start or stop it, one to use it.
//! It is not a file whose being there means anything: the kernel drops a killed process's locks, so nothing goes stale.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::ErrorKind;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::{Duration, Instant};

use super::error::EmbeddedError;
use super::layout::Layout;
use super::owner::Owner;

/// Longer than any start, stop or fetch that another process does under the lock.
const PATIENCE: Duration = Duration::from_secs(300);
const PAUSE: Duration = Duration::from_millis(10);

/// How a lock is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    /// With others.
    Shared,
    /// Alone.
    Exclusive,
}

/// A lock that is held until dropped.
#[derive(Debug)]
pub(super) struct Held {
    file: File,
}

impl Drop for Held {
    fn drop(&mut self) {
        // Not by closing alone: a child between fork and exec has a copy of the descriptor.
        if let Err(error) = self.file.unlock() {
            log::warn!("cannot unlock: {error}");
        }
    }
}

/// The lock under which a cluster is made, started or stopped; makes the data directory when it is not there.
///
/// Errors: `Io`, `NotOurs`, `Locked`.
pub(super) fn starting(layout: &Layout, owner: &Owner) -> Result<Held, EmbeddedError> {
    let path = layout.root.join("start.lock");
    let deadline = Instant::now() + PATIENCE;
    loop {
        layout.make_root()?;
        let held = match open(&path, owner) {
            // A watcher removed the directory just now.
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

/// The lock that a user of the cluster shares with the others. To be taken under the starting lock.
///
/// Errors: `Io`, `Locked`.
pub(super) fn using(layout: &Layout, owner: &Owner) -> Result<Held, EmbeddedError> {
    let path = layout.root.join("users.lock");
    wait(open(&path, owner)?, &path, Mode::Shared, Instant::now() + PATIENCE)
}

/// Whether nobody holds this lock at the moment.
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

/// The lock, or the file back when another holds it.
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

/// Whether the file that is locked is still the one at that path.
fn is_at(file: &File, path: &Path) -> bool {
    match (file.metadata(), fs::metadata(path)) {
        (Ok(held), Ok(there)) => held.ino() == there.ino() && held.dev() == there.dev(),
        _ => false,
    }
}
