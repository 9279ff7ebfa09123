//! Plays a script: requests as a user would send them, with names for the records they create and dates relative to
//! today. A refused step stops the script, so that the demonstration obeys the rules that it demonstrates.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use crate::access::{Actor, Role};
use crate::clock::Instant;
use crate::http::operation::Method;
use crate::refusal::Failure;
use crate::service::Service;
use crate::service::local::Local;

/// A person who sends requests in a script.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// Roles in their token.
    pub roles: Vec<Role>,
    /// Subject in their token.
    pub subject: String,
    /// Name in their token.
    pub name: String,
    /// Codes of the services that they work for.
    #[serde(default)]
    pub services: Vec<String>,
    /// Name, in the script, of the volunteer that they are.
    #[serde(default)]
    pub volunteer: Option<String>,
}

/// One request of a script.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Step {
    /// Who sends it: the name of a person in `0-actors.json`, or `volunteer:<name>`.
    #[serde(rename = "as")]
    who: String,
    #[serde(default)]
    get: Option<String>,
    #[serde(default)]
    post: Option<String>,
    #[serde(default)]
    put: Option<String>,
    #[serde(default)]
    patch: Option<String>,
    #[serde(default)]
    body: Option<Value>,
    /// Name for the answer, so that later steps can refer to it.
    #[serde(default)]
    save: Option<String>,
}

/// The state of a script that is being played: the answers so far, by name.
#[derive(Debug)]
pub struct Play<'s> {
    service: &'s Service,
    parts: BTreeMap<String, Part>,
    made: BTreeMap<String, Value>,
    number: u64,
}

/// Plays scripts on a service; returns the saved answers, by name.
///
/// # Errors
/// The step that was refused, and why.
pub fn play(service: &Service, people: &str, scripts: &[(&str, &str)]) -> Result<BTreeMap<String, Value>, String> {
    let parts = serde_json::from_str(people).map_err(|error| format!("the actors: {error}"))?;
    let mut play = Play { service, parts, made: BTreeMap::new(), number: 0 };
    for (position, (name, text)) in scripts.iter().enumerate() {
        play.number = 1_000 * u64::try_from(position + 1).unwrap_or(1);
        let steps: Vec<Step> = serde_json::from_str(text).map_err(|error| format!("{name}: {error}"))?;
        for (place, step) in steps.iter().enumerate() {
            play.step(step).map_err(|why| format!("{name}, step {}: {why}", place + 1))?;
        }
    }
    service.ids.foresee(None);
    Ok(play.made)
}

impl Play<'_> {
    fn step(&mut self, step: &Step) -> Result<(), String> {
        let methods = [
            (Method::Get, &step.get),
            (Method::Post, &step.post),
            (Method::Put, &step.put),
            (Method::Patch, &step.patch),
        ];
        let mut named = methods.into_iter().filter_map(|(method, target)| Some((method, target.as_ref()?)));
        let (Some((method, target)), None) = (named.next(), named.next()) else {
            return Err("must have exactly one of get, post, put and patch".to_owned());
        };
        let target = self.filled(target)?;
        let actor = self.actor(&step.who)?;
        let body = step.body.clone().map(|body| self.filled_in(body)).transpose()?;
        let mut headers = Vec::new();
        if method == Method::Patch {
            let version = self.ask(Some(actor.clone()), Method::Get, &target, &[], None)?;
            headers.push(("if-match", format!("\"{}\"", version["version"])));
        }
        if method == Method::Post {
            headers.push(("idempotency-key", format!("demonstration-{:08}", self.number)));
        }
        self.number += 1;
        self.service.ids.foresee(Some(self.number));
        let answer = self.ask(Some(actor), method, &target, &headers, body.map(|body| body.to_string()))?;
        if let Some(name) = &step.save {
            self.made.insert(name.clone(), answer);
        }
        Ok(())
    }

    fn ask(
        &self,
        actor: Option<Actor>,
        method: Method,
        target: &str,
        headers: &[(&'static str, String)],
        body: Option<String>,
    ) -> Result<Value, String> {
        let answer = self.service.call(actor, &Local { method, target, headers, body });
        match answer {
            Ok(answer) => answer
                .body
                .whole()
                .map_err(|error| format!("{error:?}"))
                .and_then(|body| serde_json::from_slice(body).map_err(|error| error.to_string())),
            Err(Failure::Refused(refusal)) => Err(format!("{method} {target}: {refusal} {:?}", refusal.errors)),
            Err(failure) => Err(format!("{method} {target}: {failure}")),
        }
    }

    fn actor(&self, who: &str) -> Result<Actor, String> {
        let part = match who.strip_prefix("volunteer:") {
            Some(name) => Part {
                roles: vec![Role::Volunteer],
                subject: name.to_owned(),
                name: name.to_owned(),
                services: Vec::new(),
                volunteer: Some(name.to_owned()),
            },
            None => self.parts.get(who).cloned().ok_or_else(|| format!("there is no person called {who}"))?,
        };
        let volunteer = part.volunteer.map(|name| self.value(&name)).transpose()?;
        Ok(Actor {
            issuer: self.service.verifier.issuer().to_owned(),
            subject: part.subject,
            name: Some(part.name),
            roles: part.roles,
            services: part.services,
            volunteer_id: volunteer.and_then(|id| id.as_str()?.parse::<uuid::Uuid>().ok()).map(Into::into),
            scope: None,
            token_id: None,
        })
    }

    /// A body with every `{{…}}` replaced. A text that is nothing but `{{…}}` takes the type of the value.
    fn filled_in(&self, body: Value) -> Result<Value, String> {
        Ok(match body {
            Value::String(text) => match text.strip_prefix("{{").and_then(|text| text.strip_suffix("}}")) {
                Some(name) if !name.contains("{{") => self.value(name)?,
                _ => Value::String(self.filled(&text)?),
            },
            Value::Array(items) => items.into_iter().map(|item| self.filled_in(item)).collect::<Result<_, _>>()?,
            Value::Object(members) => members
                .into_iter()
                .map(|(name, member)| self.filled_in(member).map(|member| (name, member)))
                .collect::<Result<_, _>>()?,
            other => other,
        })
    }

    fn filled(&self, text: &str) -> Result<String, String> {
        let mut filled = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("{{") {
            let (name, after) = after.split_once("}}").ok_or("an unclosed {{")?;
            filled.push_str(before);
            let value = self.value(name)?;
            filled.push_str(&value.as_str().map_or_else(|| value.to_string(), str::to_owned));
            rest = after;
        }
        filled.push_str(rest);
        Ok(filled)
    }

    /// The value of a `{{…}}`: `name` is the id of a saved answer, `name.member.0` a member of it, `day:-3` a date
    /// three days ago, and `time:-3 14:00` a time of that day in London.
    fn value(&self, name: &str) -> Result<Value, String> {
        let now = self.service.clock.now();
        if let Some(days) = name.strip_prefix("day:") {
            let days = days.parse().map_err(|_| format!("{name} is not a day"))?;
            return Ok(Value::String(now.london_day().plus_days(days).to_string()));
        }
        if let Some(time) = name.strip_prefix("time:") {
            return moment(now, time)
                .map(|at| Value::String(at.to_string()))
                .ok_or_else(|| format!("{name} is not a time"));
        }
        let (label, path) = name.split_once('.').unwrap_or((name, "id"));
        let made = self.made.get(label).ok_or_else(|| format!("no earlier step saved {label}"))?;
        let pointer = format!("/{}", path.replace('.', "/"));
        made.pointer(&pointer).cloned().ok_or_else(|| format!("{label} has no {path}"))
    }
}

fn moment(now: Instant, text: &str) -> Option<Instant> {
    let (days, time) = text.split_once(' ')?;
    let (hours, minutes) = time.split_once(':')?;
    let day = now.london_day().plus_days(days.parse().ok()?);
    Some(day.starts_at().plus_minutes(hours.parse::<i64>().ok()? * 60 + minutes.parse::<i64>().ok()?))
}
