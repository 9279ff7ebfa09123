//! The issuers of tokens that a trust names, and what the claims of each mean here. Read once, at the start, and strictly:
//! a word that is not understood must not let the wrong people in.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use url::Url;

use crate::access::actor::{BUILT_IN, Role};
use crate::access::policy::{Area, Right};
use crate::access::words::Words;
use crate::outgoing::is_guarded;
use crate::text::comparable;

/// The word that a scope is mapped to where it does not narrow what the roles allow, unless one beside it does.
pub const EVERYTHING: &str = "everything";

/// An issuer of tokens, as the file that `JWT_ISSUERS` names describes it.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct IssuerRules {
    /// What logs and metrics call it.
    pub name: String,
    /// The `iss` of its tokens.
    pub issuer: String,
    /// The `aud` that its tokens must have, or one of several.
    pub audience: Words,
    /// Where its keys are: an https address, http on this machine, or a file.
    pub jwks: String,
    /// What is put in front of its subjects, so that nobody is taken for somebody of another issuer.
    #[serde(default)]
    pub subject_prefix: String,
    /// Which claim says what.
    #[serde(default)]
    pub claims: ClaimNames,
    /// Claims that must have this value, or one of these.
    #[serde(default)]
    pub require: BTreeMap<String, Words>,
    /// What its words for roles mean; where it is given, no other word counts.
    #[serde(default)]
    pub roles: Option<BTreeMap<String, Words>>,
    /// What its words for services mean, as codes of services; where it is given, no other word counts.
    #[serde(default)]
    pub services: Option<BTreeMap<String, Words>>,
    /// What its scopes mean; where it is given, no other word counts.
    #[serde(default)]
    pub scopes: Option<BTreeMap<String, Words>>,
}

/// Which claim says what: by its name, or by a JSON pointer (RFC 6901), such as `/realm_access/roles`.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields, default)]
pub struct ClaimNames {
    /// Who it is; must never change and never be given to somebody else.
    pub subject: String,
    /// The name that is shown.
    pub name: String,
    /// Roles; those of several claims are united.
    pub roles: Words,
    /// Services of staff; those of several claims are united.
    pub services: Words,
    /// The volunteer whom the token speaks for.
    pub volunteer_id: String,
    /// The token's own id, by which it alone can be refused.
    pub token_id: String,
    /// Scopes; several claims narrow together.
    pub scope: Words,
}

impl Default for ClaimNames {
    fn default() -> Self {
        let one = |name: &str| Words::One(name.to_owned());
        Self {
            subject: "sub".to_owned(),
            name: "name".to_owned(),
            roles: one("roles"),
            services: one("services"),
            volunteer_id: "volunteer_id".to_owned(),
            token_id: "jti".to_owned(),
            // The second is what Entra ID calls it.
            scope: Words::Several(vec!["scope".to_owned(), "scp".to_owned()]),
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    issuers: Vec<IssuerRules>,
}

impl IssuerRules {
    /// The only issuer of a service that names none in a file; its claims are those of the documentation.
    #[must_use]
    pub fn only(issuer: &str, audience: &str) -> Self {
        Self {
            name: "issuer".to_owned(),
            issuer: issuer.to_owned(),
            audience: Words::One(audience.to_owned()),
            jwks: String::new(),
            subject_prefix: String::new(),
            claims: ClaimNames::default(),
            require: BTreeMap::new(),
            roles: None,
            services: None,
            scopes: None,
        }
    }

    /// Where the keys are, if that is an address.
    #[must_use]
    pub fn address(&self) -> Option<Url> {
        Url::parse(&self.jwks).ok().filter(|url| matches!(url.scheme(), "http" | "https"))
    }
}

/// The issuers of a file.
///
/// # Errors
/// What is wrong, and where.
pub fn read(json: &str) -> Result<Vec<IssuerRules>, String> {
    let mut text = serde_json::Deserializer::from_str(json);
    let File { issuers } = serde_path_to_error::deserialize(&mut text).map_err(|error| error.to_string())?;
    text.end().map_err(|error| error.to_string())?;
    if issuers.is_empty() {
        return Err("issuers is empty: name at least one".to_owned());
    }
    for (place, rules) in issuers.iter().enumerate() {
        fault(rules, issuers.get(..place).unwrap_or_default()).map_or(Ok(()), |why| {
            Err(format!("issuers[{place}] ({}): {why}", rules.name.chars().take(40).collect::<String>()))
        })?;
    }
    Ok(issuers)
}

/// What is wrong with an issuer, beside those before it.
fn fault(rules: &IssuerRules, before: &[IssuerRules]) -> Option<String> {
    let word = |text: &str| {
        !text.is_empty() && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    };
    if !word(&rules.name) || rules.name.len() > 40 {
        return Some("name must be a short word of a-z, 0-9 and -".to_owned());
    }
    if before.iter().any(|other| other.name == rules.name) {
        return Some("another issuer has the same name".to_owned());
    }
    if rules.issuer.trim() != rules.issuer || rules.issuer.is_empty() || rules.issuer == BUILT_IN {
        return Some("issuer must be the iss of its tokens, and not that of the service's own actors".to_owned());
    }
    if before.iter().any(|other| other.issuer == rules.issuer) {
        return Some("another one has the same issuer".to_owned());
    }
    let audiences = rules.audience.as_slice();
    if audiences.is_empty() || audiences.iter().any(|audience| audience.trim().is_empty()) {
        return Some("audience must name what its tokens are for".to_owned());
    }
    wrong_keys(rules).or_else(|| wrong_prefix(rules, before, word)).or_else(|| wrong_words(rules))
}

fn wrong_keys(rules: &IssuerRules) -> Option<String> {
    let is_address = rules.jwks.contains("://") && !rules.jwks.starts_with("file://");
    let guarded = rules.address().is_some_and(|url| is_guarded(&url));
    let wrong = rules.jwks.trim().is_empty() || (is_address && !guarded);
    wrong.then(|| "jwks must be an https address (http on this machine alone) or a file".to_owned())
}

/// Subjects are compared without their issuer in many places, so those of one issuer alone may stand as they are.
fn wrong_prefix(rules: &IssuerRules, before: &[IssuerRules], word: impl Fn(&str) -> bool) -> Option<String> {
    let prefix = &rules.subject_prefix;
    if !prefix.is_empty() && !prefix.strip_suffix(':').is_some_and(word) {
        return Some("subject_prefix must be a word of a-z, 0-9 and - with a colon, such as cis2:".to_owned());
    }
    if before.iter().any(|other| other.subject_prefix == *prefix) {
        return Some(
            "subject_prefix must differ from that of every other issuer; one of them alone may have none".to_owned(),
        );
    }
    None
}

fn wrong_words(rules: &IssuerRules) -> Option<String> {
    let ClaimNames { subject, name, roles, services, volunteer_id, token_id, scope } = &rules.claims;
    let lists = [roles, services, scope].into_iter().flat_map(Words::as_slice);
    let names: Vec<&String> =
        [subject, name, volunteer_id, token_id].into_iter().chain(lists).chain(rules.require.keys()).collect();
    if let Some(wrong) = names.iter().find(|name| name.trim().is_empty() || name.len() > 200) {
        return Some(format!("`{wrong}` is not the name of a claim"));
    }
    if let Some((claim, _)) = rules.require.iter().find(|(_, values)| values.as_slice().is_empty()) {
        return Some(format!("require: {claim} must name at least one value"));
    }
    let meanings = |map: &Option<BTreeMap<String, Words>>| -> BTreeSet<String> {
        map.iter().flatten().flat_map(|(_, words)| words.as_slice().to_vec()).collect()
    };
    let unknown = meanings(&rules.roles).into_iter().find(|role| role.parse::<Role>().is_err());
    if let Some(role) = unknown {
        let known: Vec<&str> = Role::ALL.iter().map(|role| role.as_str()).collect();
        return Some(format!("roles: `{role}` is none of {}", known.join(", ")));
    }
    let code = |code: &String| comparable(code) != *code || code.is_empty() || code.len() > 40;
    if let Some(code) = meanings(&rules.services).into_iter().find(code) {
        return Some(format!("services: `{code}` is not the code of a service"));
    }
    let unknown = meanings(&rules.scopes).into_iter().find(|scope| *scope != EVERYTHING && !is_scope(scope));
    unknown.map(|scope| format!("scopes: `{scope}` is neither {EVERYTHING} nor a scope such as plans:read"))
}

fn is_scope(scope: &str) -> bool {
    scope.split_once(':').is_some_and(|(area, right)| {
        area.parse::<Area>().is_ok() && Right::ALL.iter().any(|known| known.as_str() == right)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn entra() -> Value {
        json!({ "name": "entra", "issuer": "https://login.example/v2.0", "audience": "api", "jwks": "https://login.example/keys" })
    }

    fn with(more: Value) -> Value {
        let mut rules = entra();
        more.as_object().expect("members").iter().for_each(|(name, value)| rules[name] = value.clone());
        rules
    }

    fn said(issuers: Value) -> String {
        read(&json!({ "issuers": issuers }).to_string()).err().unwrap_or_default()
    }

    #[test]
    fn whatever_is_not_understood_stops_the_start_and_says_where() {
        let other = |more: Value| {
            let own = json!({ "name": "cis2", "issuer": "https://cis2.example", "subject_prefix": "cis2:" });
            let mut rules = with(own);
            more.as_object().expect("members").iter().for_each(|(name, value)| rules[name] = value.clone());
            json!([entra(), rules])
        };
        assert_eq!(said(json!([entra()])), "");
        assert_eq!(said(other(json!({}))), "");
        for (issuers, why) in [
            (json!([]), "issuers is empty"),
            (json!([with(json!({ "rolez": {} }))]), "rolez"),
            (json!([with(json!({ "claims": { "role": "x" } }))]), "role"),
            (json!([with(json!({ "name": "Entra ID" }))]), "name must be"),
            (json!([with(json!({ "issuer": "built-in" }))]), "issuer must be"),
            (json!([with(json!({ "audience": [] }))]), "audience must"),
            (json!([with(json!({ "jwks": "http://login.example/keys" }))]), "jwks must"),
            (json!([with(json!({ "jwks": "ftp://login.example/keys" }))]), "jwks must"),
            (json!([with(json!({ "jwks": " " }))]), "jwks must"),
            (json!([with(json!({ "roles": { "Lead": "boss" } }))]), "`boss` is none of staff"),
            (json!([with(json!({ "services": { "G1": "Crisis Café" } }))]), "services: "),
            (json!([with(json!({ "scopes": { "all": "plans" } }))]), "scopes: "),
            (json!([with(json!({ "claims": { "subject": "" } }))]), "not the name of a claim"),
            (json!([with(json!({ "require": { "tid": [] } }))]), "require: tid"),
            (json!([with(json!({ "subject_prefix": "cis2" }))]), "subject_prefix must be"),
            (other(json!({ "name": "entra" })), "issuers[1] (entra): another issuer has the same name"),
            (other(json!({ "issuer": "https://login.example/v2.0" })), "same issuer"),
            (other(json!({ "subject_prefix": "" })), "subject_prefix must differ"),
        ] {
            let said = said(issuers.clone());
            assert!(said.contains(why) && !said.contains('\n'), "{issuers}: {said}");
        }
        assert!(read("{}").is_err() && read("{\"issuers\": []} more").is_err());
    }
}
