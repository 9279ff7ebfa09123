//! What the claims of a verified token say of its actor: in the ways in which standards and issuers write them, and in the
//! words that the rules of its issuer give a meaning.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use crate::access::actor::{Actor, BUILT_IN, Role};
use crate::access::bad_token::BadToken;
use crate::access::issuers::{EVERYTHING, IssuerRules};
use crate::access::words::Words;
use crate::db::ids::VolunteerId;
use crate::text::tidy::{Lines, is_foreign, is_visible, tidy};
use crate::text::{comparable, is_invisible};

/// The most bytes of a subject, of a token's id, and of a name as it is shown.
const LONGEST_NAME: usize = 200;

/// The claims of a token whose signature was verified.
#[derive(Debug)]
pub(super) struct Claims(pub(super) Value);

impl Claims {
    /// A claim by its name, or by a JSON pointer; null counts as absent.
    fn get(&self, name: &str) -> Option<&Value> {
        let found = if name.starts_with('/') { self.0.pointer(name) } else { self.0.get(name) };
        found.filter(|value| !value.is_null())
    }

    fn read<'c, T: Deserialize<'c>>(&'c self, name: &str) -> Result<Option<T>, BadToken> {
        let wrong = |_| BadToken::because(format!("{name} is not of the kind that it must be"));
        self.get(name).map(T::deserialize).transpose().map_err(wrong)
    }

    /// The words of these claims together; none where none of them is there.
    fn words(&self, names: &Words) -> Result<Vec<String>, BadToken> {
        let mut all = Vec::new();
        for name in names.as_slice() {
            all.extend(self.read::<Words>(name)?.map(Words::list).unwrap_or_default());
        }
        Ok(all)
    }

    /// A moment as seconds since 1970, which may have a fraction (RFC 7519, section 2); it is cut off.
    pub(super) fn seconds(&self, name: &str) -> Result<Option<u64>, BadToken> {
        let Some(number) = self.read::<serde_json::Number>(name)? else { return Ok(None) };
        let whole =
            number.as_u64().or_else(|| format!("{:.0}", number.as_f64().filter(|it| *it >= 0.0)?.floor()).parse().ok());
        whole.map(Some).ok_or_else(|| BadToken::because(format!("{name} is no moment")))
    }
}

/// The actor of whom a token of this issuer speaks.
pub(super) fn actor(claims: &Claims, rules: &IssuerRules) -> Result<Actor, BadToken> {
    for (name, values) in &rules.require {
        let said = claims.get(name).map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned));
        if !said.is_some_and(|said| values.as_slice().contains(&said)) {
            return Err(BadToken::because(format!("{name} has not the value that it must have")));
        }
    }
    if rules.issuer == BUILT_IN {
        return Err(BadToken::because("iss is that of the service's own actors"));
    }
    let names = &rules.claims;
    let mut roles: Vec<Role> =
        meant(claims.words(&names.roles)?, rules.roles.as_ref()).iter().filter_map(|word| word.parse().ok()).collect();
    roles.sort_unstable();
    roles.dedup();
    let services = meant(claims.words(&names.services)?, rules.services.as_ref());
    Ok(Actor {
        issuer: rules.issuer.clone(),
        subject: subject(claims, rules)?,
        // Only shown, and never a reason not to let somebody in, whatever it is.
        name: claims.get(&names.name).and_then(Value::as_str).and_then(shown),
        roles,
        // A word with control characters is no service's code.
        services: services.iter().filter(|code| is_plain(code)).map(|code| comparable(code)).collect(),
        volunteer_id: claims.read::<uuid::Uuid>(&names.volunteer_id)?.map(VolunteerId::from),
        scope: scope(claims, rules)?,
        token_id: token_id(claims, rules)?,
    })
}

fn is_plain(text: &str) -> bool {
    !text.chars().any(char::is_control)
}

fn token_id(claims: &Claims, rules: &IssuerRules) -> Result<Option<String>, BadToken> {
    let name = &rules.claims.token_id;
    match claims.get(name).and_then(Value::as_str) {
        Some(id) if !is_plain(id) => Err(BadToken::because(format!("{name} has control characters"))),
        id => Ok(id.map(str::to_owned)),
    }
}

fn subject(claims: &Claims, rules: &IssuerRules) -> Result<String, BadToken> {
    let name = &rules.claims.subject;
    let sub = claims.read::<&str>(name)?.ok_or_else(|| BadToken::because(format!("{name} is missing")))?;
    let whole = format!("{}{sub}", rules.subject_prefix);
    if sub.is_empty() || whole.len() > LONGEST_NAME || sub.chars().any(char::is_control) {
        return Err(BadToken::because(format!("{name} is empty, too long or has control characters")));
    }
    if sub.trim() != sub || sub.chars().any(is_invisible) {
        return Err(BadToken::because(format!("{name} has invisible characters, or white space at an end")));
    }
    Ok(whole)
}

/// What words mean: what the rules of the issuer say, and themselves where they say nothing.
fn meant(words: Vec<String>, meanings: Option<&BTreeMap<String, Words>>) -> Vec<String> {
    let Some(meanings) = meanings else { return words };
    words.iter().filter_map(|word| meanings.get(word)).flat_map(|meaning| meaning.as_slice().to_vec()).collect()
}

/// The scopes that narrow the roles. A token that says it in two claims is narrowed by both.
fn scope(claims: &Claims, rules: &IssuerRules) -> Result<Option<Vec<String>>, BadToken> {
    let mut narrowed: Option<Vec<String>> = None;
    for name in rules.claims.scope.as_slice() {
        let Some(words) = claims.read::<Words>(name)? else { continue };
        let words = meant(words.spaced(), rules.scopes.as_ref());
        // Beside a word that narrows, one that does not changes nothing.
        let (all, words): (Vec<String>, Vec<String>) =
            words.into_iter().partition(|word| rules.scopes.is_some() && word == EVERYTHING);
        if words.is_empty() && !all.is_empty() {
            continue;
        }
        narrowed = Some(match narrowed {
            Some(before) => before.into_iter().filter(|word| words.contains(word)).collect(),
            None => words,
        });
    }
    Ok(narrowed)
}

/// A name as it is shown: on one line, and no longer than there is room for; none where nothing is left of it.
fn shown(name: &str) -> Option<String> {
    let name: String = tidy(name, Lines::One).chars().filter(|letter| !is_foreign(*letter, Lines::One)).collect();
    let end =
        name.char_indices().map(|(at, letter)| at + letter.len_utf8()).take_while(|end| *end <= LONGEST_NAME).last();
    let name = name.get(..end?)?.trim();
    is_visible(name).then(|| name.to_owned())
}
