//! Scripts for pgbench: the very statements that a request sends, with values that fit any claim; and the best ones.

use crate::capture::Sent;
use crate::facts::{Facts, Size, uuid_sql};
use crate::works::Work;

/// A script, and the values of the variables in it.
pub struct Script {
    pub text: String,
    pub variables: Vec<(String, String)>,
}

/// The beginning of every script: the number of the claim, numbers that follow from it, and one that is new each time.
fn beginning(work: Work, size: Size) -> String {
    let waiting = size.first_waiting();
    let number = match work {
        Work::Floor | Work::Read | Work::Create => format!("random(1, {})", size.claims),
        Work::Page => format!("random({}, {})", waiting + size.to_approve() + 100, size.claims),
        Work::Approve => format!("{waiting} + (:i - 1) * :clients + :client_id"),
    };
    let settings = Facts::settings(size);
    format!("\\set i :i + 1\n\\set u :base + :i * :clients + :client_id\n\\set n {number}\n{settings}")
}

/// A new id of each transaction; a new kind of id for each of several.
fn fresh(kind: usize) -> String {
    uuid_sql("01a0", &format!("{kind:04x}"), ":u")
}

/// The best statements for a piece of work that were found, written by hand.
pub fn best(work: Work, size: Size) -> Script {
    let statements = match work {
        Work::Floor => "SELECT 1;",
        Work::Read => include_str!("best/read.sql"),
        Work::Page => include_str!("best/page.sql"),
        Work::Create => include_str!("best/create.sql"),
        Work::Approve => include_str!("best/approve.sql"),
    };
    let names = [
        "claim",
        "volunteer",
        "agreement",
        "person",
        "opportunity",
        "plan",
        "service",
        "reference",
        "subject",
        "session",
    ];
    let lines = ["line0", "line1", "line2"];
    let known = Facts::of(size, size.claims).known;
    let known = names.iter().chain(&lines).zip(known).map(|(name, (_, sql))| ((*name).to_owned(), sql));
    let fresh = (0..10).map(|n| (format!("new{n}"), fresh(n)));
    let filled =
        known.chain(fresh).fold(statements.to_owned(), |text, (name, sql)| text.replace(&format!("{{{name}}}"), &sql));
    // A comment would be taken for a part of the statement that is measured.
    let bare: String = filled.lines().filter(|line| !line.starts_with("--")).flat_map(|line| [line, "\n"]).collect();
    Script { text: format!("{}{bare}", beginning(work, size)), variables: Vec::new() }
}

/// The statements of requests, with the values of any claim in the place of theirs.
pub fn same(work: Work, size: Size, requests: &[(Facts, Sent)]) -> Script {
    let mut script = Script { text: beginning(work, size), variables: Vec::new() };
    let mut made = Vec::new();
    for (place, statement) in requests[0].1.statements.iter().enumerate() {
        let sql = (0..statement.values.len()).rev().fold(statement.sql.clone(), |sql, n| {
            let values: Vec<Option<&str>> =
                requests.iter().map(|(_, sent)| sent.statements[place].values[n].as_deref()).collect();
            let knowns: Vec<&Facts> = requests.iter().map(|(facts, _)| facts).collect();
            let value = match generalised(&values, &knowns, &mut made) {
                Value::Sql(sql) => sql,
                Value::Nothing => "NULL".to_owned(),
                Value::Always(text) => script.variable(text),
            };
            replaced(&sql, n + 1, &value)
        });
        script.text.push_str(&format!("{sql};\n"));
    }
    script
}

impl Script {
    fn variable(&mut self, text: String) -> String {
        let place = self.variables.iter().position(|(_, known)| *known == text).unwrap_or_else(|| {
            self.variables.push((format!("c{}", self.variables.len()), text));
            self.variables.len() - 1
        });
        format!(":{}", self.variables[place].0)
    }
}

/// Puts a value in the place of `$n`.
fn replaced(sql: &str, n: usize, value: &str) -> String {
    let parameter = format!("${n}");
    let mut parts = sql.split(&parameter);
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        // `$1` is also how `$10` begins.
        let longer = part.starts_with(|next: char| next.is_ascii_digit());
        text.push_str(if longer { &parameter } else { value });
        text.push_str(part);
    }
    text
}

enum Value {
    Sql(String),
    Always(String),
    Nothing,
}

/// What a parameter is in any request, from what it was in some. Ids made by the service become ids made by pgbench, the
/// same at every place; texts that differ for other reasons, such as hashes, stay those of one request.
fn generalised(values: &[Option<&str>], knowns: &[&Facts], made: &mut Vec<Vec<String>>) -> Value {
    let Some(texts) = values.iter().copied().collect::<Option<Vec<&str>>>() else {
        return values.iter().flatten().next().map_or(Value::Nothing, |text| Value::Always((*text).to_owned()));
    };
    let mut marked: Vec<String> = texts.iter().zip(knowns).map(|(text, facts)| mark_known(text, facts)).collect();
    // The few requests that were read may be about one service: its id is known all the same, and another claim's differs.
    let known = marked.iter().all(|text| *text == marked[0] && text.contains(MARK));
    if !known && texts.iter().all(|text| *text == texts[0]) {
        return Value::Always(texts[0].to_owned());
    }
    mark_made(&mut marked, made);
    if marked.iter().all(|text| *text == marked[0]) {
        return Value::Sql(as_sql(&marked[0], knowns[0]));
    }
    if texts[0].starts_with("CLM-") {
        return Value::Sql("('CLM-0-' || (:u::bigint)::text)".to_owned());
    }
    let moment = |text: &str| text.len() > 20 && text.as_bytes()[4] == b'-' && text.as_bytes()[10] == b' ';
    if texts.iter().all(|text| moment(text)) {
        Value::Sql("now()".to_owned())
    } else {
        Value::Always(texts[0].to_owned())
    }
}

/// Marks of what is known and of what is made, which no text has.
const MARK: char = '\u{1}';

fn mark_known(text: &str, facts: &Facts) -> String {
    facts
        .known
        .iter()
        .enumerate()
        .fold(text.to_owned(), |text, (n, (known, _))| text.replace(known, &format!("{MARK}known {n}{MARK}")))
}

fn mark_made(texts: &mut [String], made: &mut Vec<Vec<String>>) {
    let found: Vec<Vec<String>> = texts.iter().map(|text| uuids(text)).collect();
    let few = found.iter().map(Vec::len).min().unwrap_or_default();
    for n in 0..few {
        let ids: Vec<String> = found.iter().map(|ids| ids[n].clone()).collect();
        if ids.iter().all(|id| *id == ids[0]) {
            continue;
        }
        let kind = made.iter().position(|known| *known == ids).unwrap_or_else(|| {
            made.push(ids.clone());
            made.len() - 1
        });
        for (text, id) in texts.iter_mut().zip(&ids) {
            *text = text.replace(id, &format!("{MARK}made {kind}{MARK}"));
        }
    }
}

fn uuids(text: &str) -> Vec<String> {
    let words = text.split(|letter: char| !(letter.is_ascii_hexdigit() || letter == '-'));
    words.filter(|word| word.len() == 36 && word.parse::<uuid::Uuid>().is_ok()).map(str::to_owned).collect()
}

fn as_sql(marked: &str, facts: &Facts) -> String {
    let part = |(place, part): (usize, &str)| match part.split_once(' ').filter(|_| place % 2 == 1) {
        Some(("known", n)) => facts.known[n.parse::<usize>().expect("a number")].1.clone(),
        Some((_, kind)) => fresh(kind.parse().expect("a number")),
        // A colon would begin a variable of pgbench.
        None => format!("'{}'", part.replace('\'', "''").replace(':', "' || chr(58) || '")),
    };
    let parts: Vec<&str> = marked.split(MARK).collect();
    if let ["", _, ""] = parts.as_slice() {
        return part((1, parts[1]));
    }
    // An array of ids, unless there is more between the marks than brackets and commas.
    let bare = parts.iter().step_by(2).all(|part| part.chars().all(|letter| "{,}".contains(letter)));
    let cast = match marked.get(..2) {
        Some("{\"" | "[{" | "[[" | "[\"") => "::jsonb",
        _ if bare => "::uuid[]",
        _ => "",
    };
    let texts: Vec<String> = parts.into_iter().enumerate().map(|one| format!("({})::text", part(one))).collect();
    format!("({}){cast}", texts.join(" || "))
}
