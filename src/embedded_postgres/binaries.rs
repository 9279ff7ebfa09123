//! Finds PostgreSQL's programs on this machine.
//! Downloading them is in `fetch`.

use std::cmp::Reverse;
use std::env::split_paths;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::error::EmbeddedError;
use super::owner::Owner;

/// The oldest major version that has the `initdb` options used here.
const OLDEST: u32 = 14;
/// Where distributions install the programs: the path before and after the version.
const STARRED: [(&str, &str); 5] = [
    ("/usr/lib/postgresql", "bin"),
    ("/usr/pgsql-", "bin"),
    ("/opt/homebrew/opt/postgresql@", "bin"),
    ("/usr/local/opt/postgresql@", "bin"),
    ("/home/linuxbrew/.linuxbrew/opt/postgresql@", "bin"),
];
/// Where distributions install the programs without a version in the path.
const PLAIN: [&str; 4] = [
    "/usr/lib64/pgsql/bin",
    "/opt/homebrew/opt/postgresql/bin",
    "/usr/local/opt/postgresql/bin",
    "/usr/local/pgsql/bin",
];

/// Where to look.
#[derive(Debug, Clone)]
pub(super) struct Search {
    /// `PG_BINDIR`: if set, the only place to look.
    pub(super) bindir: Option<PathBuf>,
    /// Search path for programs (`PATH`).
    pub(super) path: Option<OsString>,
    /// Places where distributions install the programs, in order.
    pub(super) places: Vec<PathBuf>,
    /// Where a downloaded PostgreSQL is stored.
    pub(super) fetched: PathBuf,
}

/// A directory with the programs of one version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Binaries {
    pub(super) dir: PathBuf,
    pub(super) major: u32,
}

impl Binaries {
    /// The first directory that has the programs needed, in the version of the existing data if there is any.
    ///
    /// Errors: `BadBindir`, `NoBinaries`.
    pub(super) fn find(search: &Search, wanted: Option<u32>, owner: &Owner) -> Result<Binaries, EmbeddedError> {
        if let Some(dir) = &search.bindir {
            return look(dir, wanted, owner).map_err(|why| EmbeddedError::BadBindir { dir: dir.clone(), why });
        }
        let mut rejected = Vec::new();
        for dir in search.directories() {
            if !dir.join("initdb").exists() {
                continue;
            }
            match look(&dir, wanted, owner) {
                Ok(found) => return Ok(found),
                Err(why) => rejected.push(format!("{}: {why}", dir.display())),
            }
        }
        rejected.dedup();
        Err(EmbeddedError::NoBinaries { wanted, rejected })
    }

    pub(super) fn program(&self, name: &str) -> PathBuf {
        self.dir.join(name)
    }
}

impl Search {
    /// Every directory to look in, in order.
    fn directories(&self) -> impl Iterator<Item = PathBuf> {
        let path = self.path_directories();
        let told = self.program("pg_config").and_then(|program| ask_pg_config(&program));
        path.into_iter().chain(told).chain(self.places.iter().cloned()).chain([self.fetched.clone()])
    }

    /// A program on the `PATH`.
    pub(super) fn program(&self, name: &str) -> Option<PathBuf> {
        self.path_directories().into_iter().map(|dir| dir.join(name)).find(|file| file.is_file())
    }

    fn path_directories(&self) -> Vec<PathBuf> {
        self.path.iter().flat_map(split_paths).filter(|dir| dir.is_absolute()).collect()
    }
}

/// The usual places of Debian, Fedora, the PostgreSQL project's own packages and Homebrew, the highest version first.
pub(super) fn usual_places() -> Vec<PathBuf> {
    let starred = STARRED.iter().flat_map(|(before, after)| versions(before, after));
    let mut found: Vec<(u32, PathBuf)> = starred.collect();
    found.sort_by_key(|(version, _)| Reverse(*version));
    found.into_iter().map(|(_, dir)| dir).chain(PLAIN.iter().map(PathBuf::from)).collect()
}

/// The directories `before/NN/after`, or `beforeNN/after` where the version is the end of a name.
fn versions(before: &str, after: &str) -> Vec<(u32, PathBuf)> {
    let before = Path::new(before);
    let (parent, prefix) = if before.is_dir() {
        (before, "")
    } else {
        (before.parent().unwrap_or(before), before.file_name().and_then(|name| name.to_str()).unwrap_or_default())
    };
    let entries = fs::read_dir(parent).into_iter().flatten().flatten();
    let version = |name: OsString| name.to_str()?.strip_prefix(prefix)?.parse().ok();
    entries.filter_map(|entry| Some((version(entry.file_name())?, entry.path().join(after)))).collect()
}

fn ask_pg_config(program: &Path) -> Option<PathBuf> {
    let out = Command::new(program).arg("--bindir").stdin(Stdio::null()).output().ok()?;
    let text = String::from_utf8(out.stdout).ok()?;
    out.status.success().then(|| PathBuf::from(text.trim()))
}

/// Checks a directory, as the user that will run the programs. The error says why it can't be used.
fn look(dir: &Path, wanted: Option<u32>, owner: &Owner) -> Result<Binaries, String> {
    if let Some(missing) = ["initdb", "pg_ctl", "postgres"].iter().find(|name| !dir.join(name).is_file()) {
        return Err(format!("it has no {missing}"));
    }
    let dir = fs::canonicalize(dir).map_err(|error| error.to_string())?;
    let out = owner.command(dir.join("postgres")).arg("--version").stdout(Stdio::piped()).output();
    let out =
        out.map_err(|error| format!("its postgres cannot be run as the user that PostgreSQL runs as: {error}"))?;
    let text = String::from_utf8_lossy(&out.stdout);
    let major = major(&text).ok_or_else(|| format!("its postgres does not report its version ('{}')", text.trim()))?;
    match wanted {
        Some(wanted) if wanted != major => {
            Err(format!("it is PostgreSQL {major}, but the existing data needs PostgreSQL {wanted}"))
        }
        None if major < OLDEST => Err(format!("it is PostgreSQL {major}, but version {OLDEST} or newer is needed")),
        _ => Ok(Binaries { dir, major }),
    }
}

/// The major version in `postgres (PostgreSQL) 15.18 (Debian …)` or `postgres (PostgreSQL) 18beta1`.
fn major(text: &str) -> Option<u32> {
    let after = text.split_once("(PostgreSQL) ")?.1;
    after.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_major_version_is_read() {
        assert_eq!(major("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)"), Some(15));
        assert_eq!(major("postgres (PostgreSQL) 18beta1\n"), Some(18));
        assert_eq!(major("bash 5"), None);
    }

    #[test]
    fn a_machine_without_postgresql_gets_the_three_commands() {
        let nowhere = PathBuf::from("/nowhere/bin");
        let search = Search { bindir: None, path: None, places: vec![nowhere.clone()], fetched: nowhere };
        let owner = Owner::choose(Path::new("/nowhere"), None).expect("a user");
        let message = Binaries::find(&search, None, &owner).expect_err("none").to_string();
        for command in [
            "sudo apt-get install postgresql\n",
            "sudo dnf install postgresql-server\n",
            "brew install postgresql@17\n",
        ] {
            assert!(message.contains(command), "{message}");
        }
        let message = Binaries::find(&search, Some(99), &owner).expect_err("none").to_string();
        assert!(message.contains("PostgreSQL 99"), "{message}");
    }
}
