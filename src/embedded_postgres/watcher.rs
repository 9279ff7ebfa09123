//! The watcher: a shell loop that outlives the service and stops a cluster some time after its last user has gone, even
//! if that was killed. A cluster without `linger` has none: its last user stops it.

use std::time::Duration;

use super::binaries::Search;
use super::cluster::Cluster;
use super::error::EmbeddedError;
use super::locks;

/// The loop holds `watch.lock` while it runs. Once a second it tries the users' lock. When nobody has held that for the
/// whole linger, it takes the starting lock, too, and stops the cluster. It removes only files that this module
/// created.
const SCRIPT: &str = r#"(
trap '' HUP INT
root=$1 socket=$2 bin=$3 linger=$4 remove=$5 tool=$6
exec 7>>"$root/watch.lock" 8>>"$root/start.lock" 9>>"$root/users.lock" || exit 1
inode() { ls -i "$root/watch.lock" 2>/dev/null | { read -r number rest; echo "$number"; }; }
was=$(inode)
lock() { case $tool in
  flock) flock -n "$1" ;;
  perl) perl -e 'open F, ">&=", $ARGV[0]; exit !flock F, 6' "$1" ;;
  *) python3 -c 'import fcntl, sys; fcntl.flock(int(sys.argv[1]), 6)' "$1" 2>/dev/null ;;
esac; }
unlock() { case $tool in
  flock) flock -u "$1" ;;
  perl) perl -e 'open F, ">&=", $ARGV[0]; flock F, 8' "$1" ;;
  *) python3 -c 'import fcntl, sys; fcntl.flock(int(sys.argv[1]), 8)' "$1" ;;
esac; }
lock 7 || exit 0
idle=0
while [ "$(inode)" = "$was" ]; do
  if lock 9; then unlock 9; idle=$((idle + 1)); else idle=0; fi
  if [ "$idle" -gt "$linger" ]; then
    idle=0
    if lock 8; then
      if lock 9; then
        "$bin/pg_ctl" -D "$root/data" stop -s -w -m fast -t 60
        if [ "$remove" = yes ]; then
          rm -rf "$root/data" "$root"/data.new-* "$root/pg" "$root"/pg.new-* "$root"/postgres.log*
          [ "$socket" = "$root" ] || rm -rf "$socket"
          rm -f "$root"/watch.lock "$root"/users.lock "$root"/start.lock
          rmdir "$root"
        fi
        exit 0
      fi
      unlock 8
    fi
  fi
  sleep 1
done
) &"#;

/// A program of this machine with which a shell can take a lock.
pub(super) fn tool(search: &Search) -> Option<&'static str> {
    ["flock", "perl", "python3"].into_iter().find(|name| search.program(name).is_some())
}

/// Starts a watcher unless the cluster has one. The caller holds the starting lock.
///
/// Errors: `Io`.
pub(super) fn ensure(cluster: &Cluster, linger: Duration, tool: &str) -> Result<(), EmbeddedError> {
    let layout = &cluster.layout;
    if !locks::is_free(layout, &cluster.owner, "watch.lock")? {
        return Ok(());
    }
    let mut shell = cluster.owner.command("/bin/sh");
    shell.args(["-c", SCRIPT, "involvement-watcher"]).arg(&layout.root).arg(&layout.socket).arg(&cluster.binaries.dir);
    shell.arg(linger.as_secs().to_string()).arg(if cluster.throwaway { "yes" } else { "no" }).arg(tool);
    // The shell starts the loop in the background and ends at once.
    shell.status().map_err(EmbeddedError::io("run", "/bin/sh".as_ref()))?;
    Ok(())
}
