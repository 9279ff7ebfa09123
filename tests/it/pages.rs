//! The pages of the documentation name only what is there: files, folders, tests, other pages and their headings.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// How paths of the repository begin where a page names them.
const BEGINNINGS: [&str; 9] =
    ["src/", "tests/", "docs/", "migrations/", "openapi/", "docker/", "benches/", "demo/", ".ci/"];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Every page of the repository, but the records of decisions: what those name may be gone.
fn pages() -> Vec<PathBuf> {
    let in_folder = |folder: PathBuf| {
        let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        entries.filter(|path| path.extension().is_some_and(|ending| ending == "md")).collect::<Vec<_>>()
    };
    [in_folder(root()), in_folder(root().join("docs"))].concat()
}

/// What stands between backticks, outside of blocks.
fn quoted(page: &str) -> Vec<&str> {
    let outside = page.split("```").step_by(2);
    outside.flat_map(|part| part.lines()).flat_map(|line| line.split('`').skip(1).step_by(2)).collect()
}

#[test]
fn every_path_that_a_page_names_is_there() {
    let mut named = 0;
    for page in pages() {
        let text = std::fs::read_to_string(&page).unwrap();
        for path in quoted(&text) {
            let is_path = BEGINNINGS.iter().any(|begins| path.starts_with(begins) && path.len() > begins.len())
                && !path.contains([' ', '*', '…', '<', '{']);
            if is_path {
                assert!(root().join(path).exists(), "{} names {path}", page.display());
                named += 1;
            }
        }
    }
    assert!(named > 100, "{named}");
}

/// The anchor that a heading gets.
fn anchor(heading: &str) -> String {
    let kept = heading
        .to_lowercase()
        .chars()
        .filter(|it| it.is_alphanumeric() || matches!(it, ' ' | '-' | '_'))
        .collect::<String>();
    kept.replace(' ', "-")
}

fn anchors(page: &Path) -> BTreeSet<String> {
    let text = std::fs::read_to_string(page).unwrap();
    let headings = text.lines().filter(|line| line.starts_with('#'));
    headings.map(|line| anchor(line.trim_start_matches('#').trim())).collect()
}

#[test]
fn every_link_of_a_page_leads_to_a_page_and_to_a_heading_there() {
    let mut followed = 0;
    for page in pages() {
        let text = std::fs::read_to_string(&page).unwrap();
        for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            if link.contains("://") || link.starts_with("mailto:") {
                continue;
            }
            let (path, heading) = link.split_once('#').map_or((link, None), |(path, heading)| (path, Some(heading)));
            let target = if path.is_empty() { page.clone() } else { page.parent().unwrap().join(path) };
            assert!(target.exists(), "{} leads to {link}", page.display());
            if let Some(heading) = heading.filter(|_| target.extension().is_some_and(|ending| ending == "md")) {
                assert!(anchors(&target).contains(heading), "{} leads to {link}", page.display());
            }
            followed += 1;
        }
    }
    assert!(followed > 50, "{followed}");
}
