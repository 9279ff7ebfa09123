//! The tour of docs/tour.md, played as the page says: each call is made, and must be answered as the page shows.
//! Only the ids of what the reader makes may differ, and each must then differ in the same way all over the page.

use std::collections::BTreeMap;

use involvement::access::token::Mint;
use serde_json::Value;

use crate::support::App;
use crate::support::app::{mint_defaults, token};

/// What the page writes for what it leaves out.
const CUT: &str = "…";

#[test]
fn every_call_of_the_tour_is_answered_as_the_page_shows() {
    let page = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/tour.md")).expect("the page");
    let app = App::demonstration();
    involvement::app::tick(&app.running().service).expect("what time has done");
    let mut reader = Reader { app: &app, variables: BTreeMap::new(), answer: Value::Null, ids: BTreeMap::new() };
    let mut calls = 0;
    for (language, text) in blocks(&page) {
        match language {
            "sh" => calls += statements(text).iter().filter(|statement| reader.does(statement)).count(),
            "json" => {
                let shown = serde_json::from_str(&readable(text)).unwrap_or_else(|error| panic!("{error}: {text}"));
                reader.compares(&format!("call {calls}"), &shown, &reader.answer.clone());
            }
            other => panic!("a block of {other}, which nobody plays"),
        }
    }
    assert_eq!(calls, 10, "the journey in ten calls");
}

/// The fenced blocks of a page, each with its language.
fn blocks(page: &str) -> Vec<(&str, &str)> {
    let fenced = page.split("```").skip(1).step_by(2);
    fenced.map(|block| block.split_once('\n').expect("a block with a language")).collect()
}

/// The statements of a script: lines, joined where a quotation or a backslash goes on.
fn statements(script: &str) -> Vec<String> {
    let (mut all, mut open) = (Vec::new(), String::new());
    for line in script.lines() {
        open.push_str(line);
        if let Some(goes_on) = open.strip_suffix('\\') {
            open = format!("{goes_on} ");
        } else if open.matches('\'').count() % 2 == 1 {
            open.push('\n');
        } else if !open.trim().is_empty() {
            all.push(std::mem::take(&mut open));
        }
    }
    assert!(open.trim().is_empty(), "a statement without an end: {open}");
    all
}

/// Shown JSON with a member or an item in place of each `…` that stands for others.
fn readable(shown: &str) -> String {
    let (mut text, mut opened, mut quoted) = (String::new(), Vec::new(), false);
    for letter in shown.chars() {
        match letter {
            '"' => quoted = !quoted,
            '{' | '[' if !quoted => opened.push(letter),
            '}' | ']' if !quoted => drop(opened.pop()),
            _ => {}
        }
        match (letter, opened.last()) {
            ('…', Some('{')) if !quoted => text.push_str("\"…\": null"),
            ('…', Some('[')) if !quoted => text.push_str("\"…\""),
            _ => text.push(letter),
        }
    }
    text
}

/// Somebody who follows the page in a shell.
struct Reader<'a> {
    app: &'a App,
    variables: BTreeMap<String, String>,
    /// The last answer, as `tee` keeps it.
    answer: Value,
    /// Ids that the page shows, and what they are here.
    ids: BTreeMap<String, String>,
}

impl Reader<'_> {
    /// Does what a statement says; returns whether it was a call.
    fn does(&mut self, statement: &str) -> bool {
        if let Some((name, value)) = statement.split_once('=').filter(|(name, _)| is_variable(name)) {
            let value = match value.strip_prefix("$(").and_then(|value| value.strip_suffix(')')) {
                Some(command) => self.output(&self.words(command)),
                None => self.words(value).concat(),
            };
            self.variables.insert(name.to_owned(), value);
            return false;
        }
        self.calls(&self.words(statement));
        true
    }

    /// What `jq` takes from the last answer, or the token that the service mints.
    fn output(&self, command: &[String]) -> String {
        let command: Vec<&str> = command.iter().map(String::as_str).collect();
        match command[..] {
            ["jq", "-r", path, "answer"] => {
                let pointer = path.replace(['.', '['], "/").replace(']', "");
                let found = self.answer.pointer(&pointer).and_then(Value::as_str);
                found.unwrap_or_else(|| panic!("no {path} in {}", self.answer)).to_owned()
            }
            ["cargo", "run", "-q", "--", "token", ref options @ ..] => minted(options),
            _ => panic!("nobody plays {command:?}"),
        }
    }

    /// Makes a call of curl, and keeps what is answered.
    fn calls(&mut self, words: &[String]) {
        let mut words = words.iter().map(String::as_str);
        let (mut method, mut target, mut headers, mut body) = ("GET", "", Vec::new(), "");
        assert_eq!(words.next(), Some("curl"), "only curl calls");
        let mut word = || words.next().unwrap_or_default();
        loop {
            match word() {
                "-s" => {}
                "-X" => method = word(),
                "-H" => headers.push(word().split_once(": ").expect("a header")),
                "-d" => body = word(),
                "|" => break,
                "" => panic!("a call that shows nothing: {target}"),
                address => target = address,
            }
        }
        let shown: Vec<&str> = words.collect();
        assert!(matches!(shown[..], ["jq"] | ["tee", "answer", "|", "jq"]), "{shown:?}");
        let path = target.strip_prefix(&self.variables["HOST"]).expect("an address of the service");
        let answer = self.app.public().send_bytes(method, path, &headers, body.as_bytes().to_vec());
        assert!(answer.status < 300, "{method} {path}: {}", answer.text);
        self.answer = answer.json;
    }

    /// The words of a command as a shell reads them.
    fn words(&self, command: &str) -> Vec<String> {
        let (mut words, mut word, mut quote) = (Vec::new(), None::<String>, None);
        let mut letters = command.chars().peekable();
        while let Some(letter) = letters.next() {
            match letter {
                '\'' | '"' if quote.is_none() => {
                    quote = Some(letter);
                    word.get_or_insert_default();
                }
                '\'' | '"' if quote == Some(letter) => quote = None,
                '$' if quote != Some('\'') => {
                    let mut name = String::new();
                    while let Some(next) = letters.next_if(|next| is_variable(&next.to_string())) {
                        name.push(next);
                    }
                    let value = self.variables.get(&name).unwrap_or_else(|| panic!("nothing is called {name}"));
                    word.get_or_insert_default().push_str(value);
                }
                letter if quote.is_none() && letter.is_whitespace() => words.extend(word.take()),
                letter => word.get_or_insert_default().push(letter),
            }
        }
        words.extend(word);
        words
    }

    /// What the page shows is what is there.
    fn compares(&mut self, at: &str, shown: &Value, real: &Value) {
        match (shown, real) {
            (Value::Object(shown), Value::Object(real)) => {
                let cut = shown.contains_key(CUT);
                for (name, member) in shown.iter().filter(|(name, _)| *name != CUT) {
                    let here = real.get(name).unwrap_or_else(|| panic!("{at}: there is no {name}"));
                    self.compares(&format!("{at} {name}"), member, here);
                }
                let more = real.keys().find(|name| !cut && !shown.contains_key(*name));
                assert_eq!(more, None, "{at}: the page shows everything but this");
            }
            (Value::Array(shown), Value::Array(real)) => {
                let cut = shown.last().is_some_and(|last| last == CUT);
                let shown = &shown[..shown.len() - usize::from(cut)];
                assert!(real.len() == shown.len() || cut && real.len() > shown.len(), "{at}: {} items", real.len());
                for (n, (item, here)) in shown.iter().zip(real).enumerate() {
                    self.compares(&format!("{at} {n}"), item, here);
                }
            }
            (Value::String(shown), Value::String(real)) if shown.ends_with(CUT) => {
                assert!(real.starts_with(shown.trim_end_matches(CUT)), "{at}: {real}");
            }
            (Value::String(shown), Value::String(real)) if is_new(shown) && is_new(real) => {
                let known = self.ids.iter().find(|(of, here)| *of == shown || *here == real);
                assert!(known.is_none_or(|(of, here)| of == shown && here == real), "{at}: {shown} is {real}");
                self.ids.insert(shown.clone(), real.clone());
            }
            _ => assert_eq!(shown, real, "{at}"),
        }
    }
}

fn is_variable(name: &str) -> bool {
    !name.is_empty()
        && name.chars().all(|letter| letter.is_ascii_uppercase() || letter.is_ascii_digit() || letter == '_')
}

/// Whether this is the id of something that the reader made; ids of the demonstration are the same everywhere.
fn is_new(text: &str) -> bool {
    uuid::Uuid::parse_str(text).is_ok() && !text.contains("-7000-8000-")
}

/// The token that `involvement token` prints for these options.
fn minted(options: &[&str]) -> String {
    let mut what = mint_defaults();
    for option in options.chunks(2) {
        match *option {
            ["--role", role] => what.roles.push(role.parse().expect("a role")),
            ["--sub", subject] => what.subject = subject.to_owned(),
            ["--name", name] => what.name = Some(name.to_owned()),
            ["--volunteer", id] => what.volunteer_id = Some(id.parse::<uuid::Uuid>().expect("an id").into()),
            _ => panic!("nobody plays {option:?}"),
        }
    }
    token(Mint { ttl_seconds: 3600, ..what })
}
