//! Rebuilds the binary when a migration changes, because the migrations are embedded in it, and lists them for their digests;
//! and says at once, not after minutes and in the linker's words, where PostgreSQL's client library is needed and missing.

use std::path::Path;
use std::process::{Command, ExitCode};

fn main() -> ExitCode {
    println!("cargo:rerun-if-changed=migrations");
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-env-changed=PQ_LIB_DIR");
    if let Err(error) = list_migrations() {
        eprintln!("the migrations can't be listed: {error}");
        return ExitCode::FAILURE;
    }
    let built_in = std::env::var_os("CARGO_FEATURE_BUILT_IN_LIBPQ").is_some();
    if built_in || std::env::var_os("PQ_LIB_DIR").is_some() || is_installed() {
        return ExitCode::SUCCESS;
    }
    eprintln!("PostgreSQL's client library (libpq) and its headers are missing. Install them:\n");
    eprintln!("  Debian, Ubuntu:  sudo apt-get install pkg-config libpq-dev");
    eprintln!("  Fedora:          sudo dnf install pkgconf-pkg-config libpq-devel");
    eprintln!("  macOS:           brew install libpq, then put its bin folder on the PATH\n");
    eprintln!("Or build without --no-default-features: the library is then built in, without TLS, for a database on");
    eprintln!("this machine.");
    ExitCode::FAILURE
}

/// Writes the list of migrations, each with its version, as diesel names it, and its text.
fn list_migrations() -> std::io::Result<()> {
    // Asked for when it runs: builds of several checkouts may share this program.
    let folder =
        std::env::var_os("CARGO_MANIFEST_DIR").ok_or_else(|| std::io::Error::other("CARGO_MANIFEST_DIR is not set"))?;
    let root = Path::new(&folder).join("migrations");
    let mut list = String::from("&[\n");
    let mut folders: Vec<_> =
        std::fs::read_dir(root)?.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>()?;
    folders.retain(|folder| folder.join("up.sql").is_file());
    folders.sort();
    for folder in folders {
        let name = folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let version = name.split('_').next().unwrap_or_default().replace('-', "");
        list.push_str(&format!("({version:?}, include_str!({:?})),\n", folder.join("up.sql")));
    }
    list.push(']');
    let out = std::env::var_os("OUT_DIR").ok_or_else(|| std::io::Error::other("OUT_DIR is not set"))?;
    std::fs::write(Path::new(&out).join("migrations.rs"), list)
}

/// Whether the ways find it by which it is looked for (`pq-sys`).
fn is_installed() -> bool {
    let finds = |program: &str, argument: &[&str]| {
        Command::new(program).args(argument).output().ok().filter(|output| output.status.success())
    };
    if finds("pkg-config", &["--exists", "libpq"]).is_some() {
        return true;
    }
    // PostgreSQL's server programs come with a pg_config that may name a folder without the library.
    finds("pg_config", &["--libdir"]).is_some_and(|output| {
        let folder = String::from_utf8_lossy(&output.stdout);
        ["so", "dylib", "a"]
            .iter()
            .any(|kind| std::path::Path::new(folder.trim()).join(format!("libpq.{kind}")).exists())
    })
}
