//! The machine that the service runs on: which names mean it, and files that nobody else on it may read.

use std::io;
use std::net::IpAddr;
use std::path::{Path, PathBuf};

/// Whether the name or address of a machine means this one.
#[must_use]
pub fn is_own_host(host: &str) -> bool {
    let host = host.trim_matches(['[', ']']).trim_end_matches('.').to_ascii_lowercase();
    host == "localhost"
        || host.ends_with(".localhost")
        || host.parse::<IpAddr>().is_ok_and(|ip| ip.to_canonical().is_loopback())
}

/// From now on, what this process and its children make is closed to other users, whatever the umask was.
pub fn keep_files_private() {
    #[cfg(unix)]
    nix::sys::stat::umask(nix::sys::stat::Mode::from_bits_truncate(0o077));
}

/// Makes a folder that only its owner may enter, and the folders above it that are missing, which nobody else can list:
/// PostgreSQL, where it runs as another user, has its own folder beside. Returns those that were made, the highest first.
///
/// # Errors
/// A folder can't be made.
pub fn make_private_folder(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut missing: Vec<&Path> = folder.ancestors().take_while(|one| !one.exists()).collect();
    missing.reverse();
    let mut made = Vec::new();
    for one in missing.into_iter().filter(|one| !one.as_os_str().is_empty()) {
        let mut builder = std::fs::DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        match builder.create(one) {
            Ok(()) => {
                if one != folder {
                    let_through(one)?;
                }
                made.push(one.to_owned());
            }
            // Another process was faster.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && one.is_dir() => {}
            Err(error) => return Err(error),
        }
    }
    Ok(made)
}

/// Closes a file to other users.
///
/// # Errors
/// The file is not there, or is somebody else's.
pub fn make_private(file: &Path) -> io::Result<()> {
    set_mode(file, 0o600)
}

/// Lets other users pass through a folder to what they own below it; they can't list it.
///
/// # Errors
/// The folder is not there, or is somebody else's.
pub fn let_through(folder: &Path) -> io::Result<()> {
    set_mode(folder, 0o711)
}

#[cfg(unix)]
fn set_mode(path: &Path, mode: u32) -> io::Result<()> {
    std::fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(mode))
}

#[cfg(not(unix))]
fn set_mode(_: &Path, _: u32) -> io::Result<()> {
    Ok(())
}

/// Whether other users of this machine may list or enter a folder.
#[must_use]
pub fn is_open_to_others(folder: &Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        std::fs::metadata(folder).is_ok_and(|found| found.mode() & 0o077 != 0)
    }
    #[cfg(not(unix))]
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_machine_has_several_names() {
        for host in
            ["localhost", "LOCALHOST.", "a.localhost", "127.0.0.1", "127.8.8.8", "::1", "[::1]", "::ffff:127.0.0.1"]
        {
            assert!(is_own_host(host), "{host}");
        }
        for host in ["localhost.example", "0.0.0.0", "::", "10.0.0.7", "mail.example", "127.0.0.1.example", ""] {
            assert!(!is_own_host(host), "{host}");
        }
    }

    #[test]
    fn what_is_made_is_ones_own() {
        let above = std::env::temp_dir().join(format!("involvement-private-{}", std::process::id()));
        let folder = above.join("a/b");
        assert_eq!(make_private_folder(&folder).unwrap(), [above.clone(), above.join("a"), folder.clone()]);
        assert!(make_private_folder(&folder).unwrap().is_empty(), "it was there");
        assert!(!is_open_to_others(&folder));
        assert!([&above, &above.join("a")].iter().all(|made| is_open_to_others(made)), "others pass through");
        std::fs::remove_dir_all(above).unwrap();
    }
}
