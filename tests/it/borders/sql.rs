//! SQL in the sources: the words of states stand with the feature that has the states, and a table is read by its owner.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use involvement::features::FEATURES;
use involvement::people::clearances::ClearanceState;
use proc_macro2::{Delimiter, TokenStream, TokenTree};

use super::sources;

/// Modules that read the tables of all features; their heads say so.
const READ_ALL: [&str; 4] = ["matching", "privacy", "processes", "reports"];

/// Tables of the plumbing: whom a record was made by, and the codes of the services that a token names.
const READ_BY_ALL: [&str; 2] = ["actors", "services"];

/// The record is written by the unit of work, with every change, and read, sealed and checked by `audit`.
const READS_THE_RECORD: (&str, &str) = ("audit", "work");

/// The text of every string in a file, without the file's own tests.
fn strings(file: &str) -> Vec<String> {
    fn walk(tokens: TokenStream, found: &mut Vec<String>) {
        let mut tested = false;
        for token in tokens {
            match token {
                TokenTree::Group(group) if group.to_string() == "[cfg(test)]" => tested = true,
                TokenTree::Group(group) if tested => tested = group.delimiter() != Delimiter::Brace,
                TokenTree::Group(group) => walk(group.stream(), found),
                TokenTree::Punct(sign) if sign.as_char() == ';' => tested = false,
                TokenTree::Literal(literal) => {
                    let text = literal.to_string();
                    if text.starts_with(['"', 'r']) {
                        found.push(text);
                    }
                }
                _ => {}
            }
        }
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(file);
    let mut found = Vec::new();
    walk(std::fs::read_to_string(path).unwrap().parse().unwrap(), &mut found);
    found
}

/// By the word of a state: the features whose life cycles, or clearances, have it.
fn owners() -> BTreeMap<String, BTreeSet<&'static str>> {
    let mut owners: BTreeMap<String, BTreeSet<&'static str>> = BTreeMap::new();
    for feature in FEATURES {
        for (from, _, to) in feature.lives.iter().flat_map(|lived| lived.life.steps()) {
            owners.entry(from.to_owned()).or_default().insert(feature.name);
            owners.entry(to.to_owned()).or_default().insert(feature.name);
        }
    }
    for state in ClearanceState::ALL {
        owners.entry(state.to_string()).or_default().insert("people");
    }
    assert!(owners.len() > 25, "{owners:?}");
    owners
}

fn top(file: &str) -> &str {
    file.split(['/', '.']).next().unwrap_or(file)
}

#[test]
fn no_word_of_a_state_stands_in_sql_outside_its_owner() {
    let owners = owners();
    let mut wrong = Vec::new();
    for (file, _) in sources() {
        for string in strings(file) {
            let foreign = owners.iter().filter(|(_, owners)| !owners.contains(top(file)));
            let quoted = foreign.map(|(word, _)| format!("'{word}'")).filter(|quoted| string.contains(quoted));
            wrong.extend(quoted.map(|quoted| format!("{file}: {quoted}")));
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

/// A comparison in Rust takes the value of the list, not its word.
#[test]
fn no_word_of_a_state_is_compared_with_a_column() {
    let owners = owners();
    let mut wrong = Vec::new();
    for (file, text) in sources() {
        for call in [".eq(", ".ne(", ".eq_any(", ".ne_all("] {
            for (at, _) in text.match_indices(call) {
                let argument = text[at + call.len()..].split([')', ']']).next().unwrap_or_default();
                if argument.split('"').skip(1).step_by(2).any(|word| owners.contains_key(word)) {
                    wrong.push(format!("{file}: {call}{argument}"));
                }
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

/// Views of the migrations are doors that a feature opens to other modules; everybody may read them.
#[test]
fn a_table_is_read_by_its_own_feature_alone() {
    let tables: BTreeMap<&str, &str> =
        FEATURES.iter().flat_map(|feature| feature.tables.iter().map(|table| (*table, feature.name))).collect();
    let mut places: Vec<String> = Vec::new();
    for (file, text) in sources() {
        let own = top(file);
        if READ_ALL.contains(&own) || own == "db" {
            continue;
        }
        let foreign = |table: &str| {
            !READ_BY_ALL.contains(&table)
                && tables.get(table).is_some_and(|owner| *owner != own && (own, *owner) != READS_THE_RECORD)
        };
        let mut found: BTreeSet<String> = BTreeSet::new();
        for string in strings(file) {
            let words: Vec<&str> = words(&string).collect();
            let read = words.windows(2).filter(|pair| ["FROM", "JOIN"].contains(&pair[0]) && foreign(pair[1]));
            found.extend(read.map(|pair| pair[1].to_owned()));
        }
        let queried = text.match_indices("::table").filter_map(|(at, _)| words(&text[..at]).next_back());
        found.extend(queried.filter(|table| foreign(table)).map(str::to_owned));
        if !found.is_empty() {
            places.push(format!("{file}: {found:?}"));
        }
    }
    assert_eq!(places, Vec::<String>::new());
}

fn words(text: &str) -> impl DoubleEndedIterator<Item = &str> {
    text.split(|sign: char| !sign.is_alphanumeric() && sign != '_').filter(|word| !word.is_empty())
}

#[test]
fn whatever_reads_the_tables_of_all_says_so_at_its_head() {
    for module in READ_ALL {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(module);
        let said = sources().iter().any(|(file, text)| {
            top(file) == module
                && text.lines().take_while(|line| line.starts_with("//!")).any(|line| line.contains("may read"))
        });
        assert!(said, "{} reads the tables of all features and does not say so", root.display());
    }
}
