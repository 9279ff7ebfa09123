//! Figures about processes, as Linux tells them, and about many measurements.

use std::fs;
use std::time::Duration;

/// Clock ticks of `/proc` in a second: 100 on every Linux that Rust supports.
const TICKS: u64 = 100;

/// The fields of `/proc/<pid>/stat` after the name, which may hold anything; none where there is no such process.
fn stat(pid: u32) -> Option<Vec<u64>> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let (_, rest) = stat.rsplit_once(')')?;
    Some(rest.split_whitespace().skip(1).map(|field| field.parse().unwrap_or_default()).collect())
}

/// Positions in `stat`: the parent, then user and system time of the process, and of its children that have ended.
const PARENT: usize = 0;
const OWN: [usize; 2] = [10, 11];
const ENDED: [usize; 2] = [12, 13];

fn sum(stat: &[u64], fields: &[usize]) -> u64 {
    fields.iter().filter_map(|field| stat.get(*field)).sum()
}

fn time(ticks: u64) -> Duration {
    Duration::from_millis(ticks * 1_000 / TICKS)
}

/// CPU time that a process has used.
pub fn cpu(pid: u32) -> Duration {
    time(stat(pid).map_or(0, |stat| sum(&stat, &OWN)))
}

/// CPU time that a PostgreSQL has used: the postmaster, its backends, and those that have ended.
pub fn cpu_of_cluster(postmaster: u32) -> Duration {
    let whole = || stat(postmaster).map_or(0, |stat| sum(&stat, &OWN) + sum(&stat, &ENDED));
    loop {
        let before = whole();
        let pids = fs::read_dir("/proc").into_iter().flatten().flatten();
        let pids = pids.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
        let children = pids.filter_map(stat).filter(|stat| stat.get(PARENT) == Some(&u64::from(postmaster)));
        let running: u64 = children.map(|stat| sum(&stat, &OWN)).sum();
        // One that ended meanwhile would be missed, or counted twice.
        if before == whole() {
            return time(before + running);
        }
    }
}

/// The process id of the postmaster of a cluster in this folder.
pub fn postmaster(folder: &std::path::Path) -> u32 {
    let file = fs::read_to_string(folder.join("data/postmaster.pid")).expect("a running PostgreSQL");
    file.lines().next().and_then(|line| line.trim().parse().ok()).expect("its process id")
}

/// Memory of a process in kilobytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Memory {
    /// In RAM, shared or not.
    pub resident: u64,
    /// Not shared with any other process.
    pub private: u64,
}

/// The memory of a process now; nothing where the system does not say.
pub fn memory(pid: u32) -> Memory {
    let rollup = fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).unwrap_or_default();
    let figure = |name: &str| {
        let line = rollup.lines().find_map(|line| line.strip_prefix(name));
        line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok()).unwrap_or_default()
    };
    Memory { resident: figure("Rss:"), private: figure("Private_Clean:") + figure("Private_Dirty:") }
}

/// How many entries a folder of a process in `/proc` has: `task` for its threads, `fd` for its open files.
pub fn entries(pid: u32, folder: &str) -> usize {
    fs::read_dir(format!("/proc/{pid}/{folder}")).map_or(0, Iterator::count)
}

/// What lies at the given hundredth of sorted figures; nothing where there are none.
pub fn at<T: Copy + Default>(sorted: &[T], hundredth: usize) -> T {
    let place = (sorted.len() * hundredth).div_ceil(100).clamp(1, sorted.len().max(1)) - 1;
    sorted.get(place).copied().unwrap_or_default()
}

/// The median.
pub fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    at(&figures, 50)
}
