//! The user that PostgreSQL runs as: the current user or, because PostgreSQL refuses root, an ordinary user.
//! Only PostgreSQL's programs run as that user, not the service itself.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::error::EmbeddedError;

/// The users that PostgreSQL runs as if the current user is root; the first that exists is taken.
const LESSER: [&str; 2] = ["postgres", "nobody"];

/// The directories of the system's tools, appended to the given `PATH`.
const SYSTEM_PATH: &str = "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin";

/// The user that PostgreSQL runs as.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Owner {
    name: String,
    uid: u32,
    gid: u32,
    /// Whether the current user is root and this is another user.
    dropped: bool,
    /// `PATH` of the programs that run as this user.
    path: OsString,
}

impl Owner {
    /// The current user; if that is root, the owner of the existing data, or `postgres`, or `nobody`.
    ///
    /// Errors: `NoUser`; `Io` or `Program` if the system can't tell who the current user is.
    pub(super) fn choose(data: &Path, path: Option<&OsStr>) -> Result<Owner, EmbeddedError> {
        let path = path.map_or_else(|| SYSTEM_PATH.into(), |given| [given, SYSTEM_PATH.as_ref()].join(OsStr::new(":")));
        let uid = own_id("-u")?;
        if uid != 0 {
            return Ok(Owner { name: uid.to_string(), uid, gid: own_id("-g")?, dropped: false, path });
        }
        if let Ok(found) = fs::metadata(data)
            && found.uid() != 0
        {
            let name = format!("uid {}", found.uid());
            return Ok(Owner { name, uid: found.uid(), gid: found.gid(), dropped: true, path });
        }
        let passwd = Path::new("/etc/passwd");
        let text = fs::read_to_string(passwd).map_err(EmbeddedError::io("read", passwd))?;
        let (name, (uid, gid)) =
            LESSER.iter().find_map(|name| Some((*name, from_passwd(&text, name)?))).ok_or(EmbeddedError::NoUser)?;
        Ok(Owner { name: name.to_owned(), uid, gid, dropped: true, path })
    }

    /// Whether it is not the user that the service runs as.
    pub(super) fn is_another(&self) -> bool {
        self.dropped
    }

    pub(super) fn uid(&self) -> u32 {
        self.uid
    }

    /// A program to be run as this user, detached from the terminal, without input, and without our environment: it may
    /// hold secrets, which the server would keep, and `PG…` settings meant for other programs.
    pub(super) fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        // In a process group of its own, so that Ctrl-C reaches only the service, which then stops PostgreSQL cleanly.
        command.process_group(0).current_dir("/").env_clear().env("LC_ALL", "C").env("PATH", &self.path);
        if self.dropped {
            // Setting the uid as root also clears the supplementary groups.
            command.uid(self.uid).gid(self.gid);
        }
        command
    }

    /// Gives this user a file or directory that root created.
    ///
    /// Errors: `Io`.
    pub(super) fn give(&self, path: &Path) -> Result<(), EmbeddedError> {
        if self.dropped {
            chown(path, Some(self.uid), Some(self.gid)).map_err(EmbeddedError::io("change the owner of", path))?;
        }
        Ok(())
    }

    /// Gives this user a directory with everything in it.
    ///
    /// Errors: `Io`.
    pub(super) fn give_tree(&self, path: &Path) -> Result<(), EmbeddedError> {
        let found = fs::symlink_metadata(path).map_err(EmbeddedError::io("read", path))?;
        if !self.dropped || found.is_symlink() {
            return Ok(());
        }
        self.give(path)?;
        if found.is_dir() {
            for entry in fs::read_dir(path).map_err(EmbeddedError::io("read", path))? {
                self.give_tree(&entry.map_err(EmbeddedError::io("read", path))?.path())?;
            }
        }
        Ok(())
    }

    /// Closes an empty data directory to other users, and checks that this user may write there. Locks don't count.
    ///
    /// Errors: `NotWritable`, `NoDrop`, `Io`.
    pub(super) fn claim(&self, root: &Path, is_empty: bool) -> Result<(), EmbeddedError> {
        if is_empty {
            let private = fs::Permissions::from_mode(0o700);
            fs::set_permissions(root, private).map_err(EmbeddedError::io("close to others", root))?;
            self.give(root)?;
        }
        if !self.dropped || self.may("-w", root)? {
            return Ok(());
        }
        let mut above: Vec<&Path> = root.ancestors().collect();
        above.reverse();
        let mut closed: Option<PathBuf> = None;
        for one in above {
            if !self.may("-x", one)? {
                closed = Some(one.to_owned());
                break;
            }
        }
        Err(EmbeddedError::NotWritable { dir: root.to_owned(), user: self.name.clone(), closed })
    }

    /// The result of `test -w` or `test -x`, run as this user.
    fn may(&self, what: &str, path: &Path) -> Result<bool, EmbeddedError> {
        let mut test = self.command("/bin/sh");
        let status = test.args(["-c", "test \"$1\" \"$2\"", "sh", what]).arg(path).status();
        let status = status.map_err(|source| EmbeddedError::NoDrop { user: self.name.clone(), source })?;
        Ok(status.success())
    }
}

/// The result of `id -u` or `id -g`. The standard library has no such function, and calling C is unsafe code.
fn own_id(flag: &str) -> Result<u32, EmbeddedError> {
    let out = Command::new("id").arg(flag).output().map_err(EmbeddedError::io("run", Path::new("id")))?;
    let text = String::from_utf8_lossy(&out.stdout);
    text.trim().parse().map_err(|_| EmbeddedError::Program { program: "id", output: text.trim().to_owned() })
}

/// The user and group id of a user in /etc/passwd. macOS writes those of `nobody` as -2.
fn from_passwd(text: &str, name: &str) -> Option<(u32, u32)> {
    let number = |field: &str| field.parse().ok().or_else(|| field.parse().ok().map(i32::cast_unsigned));
    text.lines().find_map(|line| {
        let mut fields = line.split(':');
        (fields.next() == Some(name)).then_some(())?;
        let (uid, gid) = (number(fields.nth(1)?)?, number(fields.next()?)?);
        (uid != 0).then_some((uid, gid))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_is_read_from_passwd() {
        let text =
            "root:x:0:0::/root:/bin/sh\nbad\nnobody:*:-2:-2:x:/:/x\npostgres:x:101:104::/v:/b\nzero:x:0:0::/:/x\n";
        let ids = |name| from_passwd(text, name);
        assert_eq!(ids("postgres"), Some((101, 104)));
        assert_eq!(ids("nobody"), Some((u32::MAX - 1, u32::MAX - 1)));
        assert_eq!(ids("zero"), None, "a second root is no lesser user");
        assert_eq!(ids("bad"), None);
        assert_eq!(ids("post"), None);
    }
}
