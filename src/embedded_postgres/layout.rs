//! The paths of a cluster, derived from its data directory.
//! Nothing here creates a cluster or takes a lock.

use std::fs::{self, DirBuilder};
use std::io::ErrorKind;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

use super::error::EmbeddedError;
use super::owner::Owner;
use crate::machine::{let_through, make_private_folder};

/// Maximum length of the socket's directory, in bytes. A socket's path may have 107 bytes, and the socket's name takes
/// 18.
const LONGEST_SOCKET_DIR: usize = 80;

/// The paths of one cluster.
#[derive(Debug, Clone)]
pub(super) struct Layout {
    /// The data directory: absolute, without symbolic links.
    pub(super) root: PathBuf,
    /// PostgreSQL's own directory.
    pub(super) data: PathBuf,
    /// The server's log.
    pub(super) log: PathBuf,
    /// The directory that holds the socket.
    pub(super) socket: PathBuf,
    /// The directories above `root` that this start made.
    made: Vec<PathBuf>,
}

impl Layout {
    /// Derives the paths, and creates the parents of the data directory.
    ///
    /// Errors: `BadPath`; `Io` if a parent can't be created.
    pub(super) fn new(data_dir: &Path) -> Result<Layout, EmbeddedError> {
        let (root, made) = resolve(data_dir)?;
        let bytes = root.as_os_str().as_bytes();
        if bytes.iter().any(|byte| b"\"$`\\\n\r".contains(byte)) {
            return Err(EmbeddedError::BadPath { dir: root });
        }
        let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"/._-".contains(byte);
        let socket = if bytes.len() <= LONGEST_SOCKET_DIR && bytes.iter().all(plain) {
            root.clone()
        } else {
            PathBuf::from(format!("/tmp/involvement-{:016x}", fnv1a(bytes)))
        };
        Ok(Layout { data: root.join("data"), log: root.join("postgres.log"), socket, root, made })
    }

    /// Lets PostgreSQL through the directories that this start made, where it runs as another user.
    ///
    /// Errors: `Io`.
    pub(super) fn let_through(&self, owner: &Owner) -> Result<(), EmbeddedError> {
        let above = self.made.iter().filter(|_| owner.is_another());
        above.into_iter().try_for_each(|dir| let_through(dir).map_err(EmbeddedError::io("let PostgreSQL through", dir)))
    }

    /// Creates the data directory, open to its owner only, unless it exists.
    ///
    /// Errors: `Io`; `NotOurs` for a directory with other things in it.
    pub(super) fn make_root(&self) -> Result<(), EmbeddedError> {
        match DirBuilder::new().mode(0o700).create(&self.root) {
            Ok(()) => Ok(()),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                match self.contents() {
                    Ok((false, true)) => Err(EmbeddedError::NotOurs { dir: self.root.clone() }),
                    // A watcher removed it at this moment: opening the lock file fails, and the caller tries again.
                    Err(EmbeddedError::Io { source, .. }) if source.kind() == ErrorKind::NotFound => Ok(()),
                    other => other.map(|_| ()),
                }
            }
            Err(error) => Err(EmbeddedError::io("make the data directory", &self.root)(error)),
        }
    }

    /// Removes the data directory if it holds nothing but locks, because it can't be used.
    pub(super) fn abandon(&self) {
        if matches!(self.contents(), Ok((_, false))) {
            let lock = fs::remove_file(self.root.join("start.lock"));
            if let Err(error) = lock.and_then(|()| fs::remove_dir(&self.root)) {
                log::debug!("{} can't be removed: {error}", self.root.display());
            }
        }
    }

    /// Whether the data directory holds a lock file of this service, and whether it holds anything else.
    pub(super) fn contents(&self) -> Result<(bool, bool), EmbeddedError> {
        let failed = || EmbeddedError::io("read the data directory", &self.root);
        let (mut ours, mut others) = (false, false);
        for entry in fs::read_dir(&self.root).map_err(failed())? {
            let name = entry.map_err(failed())?.file_name();
            match name.as_bytes() {
                b"start.lock" | b"users.lock" | b"watch.lock" => ours = true,
                b"lost+found" => {}
                hidden if hidden.starts_with(b".") => {}
                _ => others = true,
            }
        }
        Ok((ours, others))
    }

    /// Creates the socket's directory, unless it is the data directory.
    ///
    /// Errors: `Io`; `SocketDir` if it belongs to somebody else.
    pub(super) fn make_socket_dir(&self, owner: &Owner) -> Result<(), EmbeddedError> {
        if self.socket == self.root {
            return Ok(());
        }
        let failed = || EmbeddedError::io("make the socket directory", &self.socket);
        match DirBuilder::new().mode(0o700).create(&self.socket) {
            Ok(()) => owner.give(&self.socket)?,
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            Err(error) => return Err(failed()(error)),
        }
        let found = fs::symlink_metadata(&self.socket).map_err(failed())?;
        if found.is_dir() && found.uid() == owner.uid() && found.permissions().mode() & 0o077 == 0 {
            Ok(())
        } else {
            Err(EmbeddedError::SocketDir { dir: self.socket.clone() })
        }
    }

    /// Removes the socket's directory, unless it is the data directory. The next start creates it again.
    pub(super) fn remove_socket_dir(&self) {
        if self.socket != self.root
            && let Err(error) = fs::remove_dir(&self.socket)
        {
            log::debug!("{} can't be removed: {error}", self.socket.display());
        }
    }

    /// The major version of the data, if there is any.
    pub(super) fn version(&self) -> Option<u32> {
        fs::read_to_string(self.data.join("PG_VERSION")).ok()?.trim().parse().ok()
    }

    /// Whether a server has this data open, or had it open when it was killed.
    pub(super) fn has_pid_file(&self) -> bool {
        self.data.join("postmaster.pid").exists()
    }
}

/// The path without symbolic links, so that every process finds the same cluster.
fn resolve(data_dir: &Path) -> Result<(PathBuf, Vec<PathBuf>), EmbeddedError> {
    if let Ok(known) = fs::canonicalize(data_dir) {
        return Ok((known, Vec::new()));
    }
    let full = std::path::absolute(data_dir).map_err(EmbeddedError::io("find", data_dir))?;
    let (Some(parent), Some(name)) = (full.parent(), full.file_name()) else { return Ok((full, Vec::new())) };
    let made = make_private_folder(parent).map_err(EmbeddedError::io("make the directory", parent))?;
    Ok((fs::canonicalize(parent).map_err(EmbeddedError::io("find", parent))?.join(name), made))
}

/// FNV-1a hash: a short name for a long path, the same in every build.
fn fnv1a(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}
