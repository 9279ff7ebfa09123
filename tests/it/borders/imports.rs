//! What the sources import, read token by token: paths that begin with `crate`, `super` or `self`, each followed through
//! re-exports to the file that has the item.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// A path of modules and items, from the crate's root.
type Item = Vec<String>;

/// Every source file and the files that it imports from.
pub struct Imports {
    /// By file, as `feature/file.rs`: the files that its own code reaches.
    pub files: BTreeMap<String, BTreeSet<String>>,
}

/// A file's module, its re-exports by name, and the paths in its code.
struct Source {
    exports: BTreeMap<String, Item>,
    paths: Vec<Item>,
}

impl Imports {
    /// Reads the sources below a folder, but for the roots of the crates.
    pub fn read(root: &Path) -> Self {
        let mut names: BTreeMap<Item, String> = BTreeMap::new();
        let mut texts: BTreeMap<Item, String> = BTreeMap::new();
        for path in files(root) {
            let name = path.strip_prefix(root).unwrap().to_string_lossy().replace('\\', "/");
            if ["lib.rs", "main.rs", "commands.rs"].contains(&name.as_str()) {
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            let module = module_of(&name);
            texts.insert(module.clone(), text);
            names.insert(module, name);
        }
        let sources: BTreeMap<Item, Source> =
            texts.iter().map(|(module, text)| (module.clone(), read(module, text, &names))).collect();
        let reached = |module: &Item, source: &Source| {
            let found = source.paths.iter().filter_map(|path| resolve(path, &sources, 0));
            found.filter(|to| to != module).filter_map(|to| names.get(&to).cloned()).collect()
        };
        Self {
            files: sources.iter().map(|(module, source)| (names[module].clone(), reached(module, source))).collect(),
        }
    }

    /// The top-level modules and those that each imports from, with one file that does.
    pub fn modules(&self) -> BTreeMap<String, BTreeMap<String, String>> {
        let mut modules: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
        for (file, reached) in &self.files {
            let from = top(file);
            let edges = modules.entry(from.clone()).or_default();
            for to in reached.iter().map(|file| top(file)).filter(|to| *to != from) {
                edges.entry(to).or_insert_with(|| file.clone());
            }
        }
        modules
    }

    /// The files that can reach one another within a top-level module: each circle once, sorted.
    pub fn circles(&self) -> Vec<Vec<String>> {
        let mut circles: BTreeSet<Vec<String>> = BTreeSet::new();
        for file in self.files.keys() {
            let ahead = self.reach(file);
            let circle: Vec<String> = ahead.iter().filter(|other| self.reach(other).contains(file)).cloned().collect();
            if circle.len() > 1 {
                circles.insert(circle);
            }
        }
        circles.into_iter().collect()
    }

    /// Every file of the same top-level module that can be reached from one.
    fn reach(&self, file: &str) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        let mut open = vec![file.to_owned()];
        while let Some(file) = open.pop() {
            for next in self.files.get(&file).into_iter().flatten().filter(|next| top(next) == top(&file)) {
                if found.insert(next.clone()) {
                    open.push(next.clone());
                }
            }
        }
        found
    }
}

fn files(root: &Path) -> Vec<PathBuf> {
    let (mut open, mut found) = (vec![root.to_owned()], Vec::new());
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|kind| kind == "rs") {
                found.push(path);
            }
        }
    }
    found
}

/// The top-level module of a file.
fn top(file: &str) -> String {
    file.split('/').next().unwrap_or(file).trim_end_matches(".rs").to_owned()
}

fn module_of(name: &str) -> Item {
    let name = name.trim_end_matches(".rs");
    name.trim_end_matches("/mod").split('/').map(str::to_owned).collect()
}

fn read(module: &Item, text: &str, names: &BTreeMap<Item, String>) -> Source {
    let tokens: TokenStream = text.parse().unwrap_or_else(|error| panic!("{module:?}: {error}"));
    let mut uses = Vec::new();
    let mut code = Vec::new();
    walk(tokens, &mut uses, &mut code);
    let absolute = |path: &[String]| absolute(path, module, names);
    let exports =
        uses.iter().filter(|(public, _)| *public).filter_map(|(_, path)| Some((path.last()?.clone(), absolute(path)?)));
    // A name that was imported as a module stands for what is reached through it.
    let own: Vec<Item> = uses.iter().filter(|(public, _)| !public).filter_map(|(_, path)| absolute(path)).collect();
    // Within the same top-level module, a module that is only named leads nowhere; from another, naming it is enough,
    // also by an alias or with all that is in it.
    let foreign = |path: &Item| path.first() != module.first();
    let mut paths: Vec<Item> = own.iter().filter(|path| foreign(path) || !names.contains_key(*path)).cloned().collect();
    for path in &code {
        let [first, rest @ ..] = path.as_slice() else { continue };
        match own.iter().find(|known| names.contains_key(*known) && known.last() == Some(first)) {
            Some(known) if !rest.is_empty() => paths.push([known.as_slice(), rest].concat()),
            _ => paths.extend(absolute(path)),
        }
    }
    Source { exports: exports.collect(), paths }
}

/// A path from the root: one of this crate's, or none.
fn absolute(path: &[String], module: &Item, names: &BTreeMap<Item, String>) -> Option<Item> {
    let ups = path.iter().take_while(|part| *part == "super").count();
    let from = |base: &[String], rest: &[String]| Some([base, rest].concat());
    match path.first().map(String::as_str) {
        Some("crate") => from(&[], &path[1..]),
        Some("self") => from(module, &path[1..]),
        Some("super") => from(module.get(..module.len().checked_sub(ups)?)?, &path[ups..]),
        // A child of this module, named without more ado.
        Some(first) => {
            let child = [module.as_slice(), &[first.to_owned()]].concat();
            (path.len() > 1 && names.contains_key(&child)).then(|| [module.as_slice(), path].concat())
        }
        None => None,
    }
}

/// The module that has what a path names, through re-exports.
fn resolve(path: &Item, sources: &BTreeMap<Item, Source>, depth: u8) -> Option<Item> {
    let length = (1..=path.len()).rev().find(|length| sources.contains_key(&path[..*length]))?;
    let (module, rest) = path.split_at(length);
    let exported = rest.first().and_then(|name| sources[module].exports.get(name)).filter(|_| depth < 8);
    match exported {
        Some(target) if target != path => {
            let whole = [target.as_slice(), rest.get(1..).unwrap_or_default()].concat();
            resolve(&whole, sources, depth + 1).or_else(|| Some(module.to_vec()))
        }
        _ => Some(module.to_vec()),
    }
}

/// Collects the paths of `use` items, each with whether it is public, and the paths in code.
fn walk(tokens: TokenStream, uses: &mut Vec<(bool, Item)>, code: &mut Vec<Item>) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mut public = false;
    let mut at = 0;
    while at < tokens.len() {
        match &tokens[at] {
            TokenTree::Ident(word) if word == "use" => {
                let end = at + tokens[at..].iter().position(|token| is(token, ';')).unwrap_or(tokens.len() - at);
                leaves(&tokens[at + 1..end], &[], &mut |path| uses.push((public, path)));
                at = end;
            }
            TokenTree::Ident(word) if word == "pub" => {
                public = true;
                // `pub(crate)` and its kind.
                at += usize::from(
                    matches!(tokens.get(at + 1), Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Parenthesis),
                ) + 1;
                continue;
            }
            TokenTree::Ident(_) => {
                let (path, next) = path_at(&tokens, at);
                code.push(path);
                at = next;
                public = false;
                continue;
            }
            // What stands in a file's own tests is their business.
            TokenTree::Group(group) if group.to_string().replace(' ', "") == "[cfg(test)]" => {
                let ends = |token: &TokenTree| {
                    is(token, ';') || matches!(token, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace)
                };
                at += tokens[at..].iter().position(ends).unwrap_or(tokens.len() - at);
            }
            TokenTree::Group(group) => walk(group.stream(), uses, code),
            _ => {}
        }
        public = false;
        at += 1;
    }
}

/// `a::b::c` from here, and where it ends.
fn path_at(tokens: &[TokenTree], mut at: usize) -> (Item, usize) {
    let mut path = Vec::new();
    while let Some(TokenTree::Ident(word)) = tokens.get(at) {
        path.push(word.to_string());
        at += 1;
        if !(tokens.get(at).is_some_and(|token| is(token, ':'))
            && tokens.get(at + 1).is_some_and(|token| is(token, ':')))
        {
            break;
        }
        at += 2;
    }
    (path, at)
}

/// Every leaf of a `use` tree.
fn leaves(tokens: &[TokenTree], before: &[String], found: &mut dyn FnMut(Item)) {
    let (mut path, mut next) = path_at(tokens, 0);
    if path.last().is_some_and(|last| last == "self") && !before.is_empty() {
        path.pop();
    }
    let whole = [before, path.as_slice()].concat();
    while tokens.get(next).is_some_and(|token| is(token, ':')) {
        next += 1;
    }
    match tokens.get(next) {
        Some(TokenTree::Group(group)) => {
            let inner: Vec<TokenTree> = group.stream().into_iter().collect();
            inner
                .split(|token| is(token, ','))
                .filter(|part| !part.is_empty())
                .for_each(|part| leaves(part, &whole, found));
        }
        _ => found(whole),
    }
}

fn is(token: &TokenTree, sign: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == sign)
}

#[test]
fn every_form_of_an_import_is_seen() {
    let root = std::env::temp_dir().join(format!("involvement-imports-{}", std::process::id()));
    std::fs::create_dir_all(root.join("high")).unwrap();
    std::fs::write(root.join("high/mod.rs"), "mod store; pub use store::find; pub const LIFE: u8 = 1;").unwrap();
    std::fs::write(root.join("high/store.rs"), "pub fn find() {}").unwrap();
    let forms = [
        ("use crate::high::LIFE;", true),
        ("use crate::high;", true),
        ("use crate::high as kept;", true),
        ("use crate::{high::{self, find}};", true),
        ("use crate::high::*;", true),
        ("fn a() { crate::high::find(); }", true),
        ("fn a() { let _ = vec![crate::high::LIFE]; }", true),
        ("use super::high::find;", true),
        ("//! Nothing of `crate::high`.\nfn a() { let high = 1; }", false),
        ("#[cfg(test)]\nmod tests { use crate::high::find; }", false),
    ];
    for (form, wanted) in forms {
        std::fs::write(root.join("low.rs"), form).unwrap();
        let modules = Imports::read(&root).modules();
        assert_eq!(modules["low"].contains_key("high"), wanted, "{form}");
    }
    std::fs::remove_dir_all(&root).unwrap();
}
