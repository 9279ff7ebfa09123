//! What the trust decided about log-ins beside their tokens: which are refused, and which services staff work for whose
//! token names none. How it is kept is in `work::log_ins`, and how fresh it is, in `service`.

use std::collections::HashMap;

use crate::access::actor::Actor;
use crate::clock::Instant;
use crate::text::comparable;

/// What was decided about log-ins, as it was when it was read.
#[derive(Debug, Default)]
pub struct LogIns {
    subjects: HashMap<String, Option<Instant>>,
    token_ids: HashMap<String, Option<Instant>>,
    services: HashMap<String, Vec<String>>,
}

impl LogIns {
    /// Refuses whoever has this subject, up to a moment if there is one. The longer of two refusals holds.
    pub fn refuse_subject(&mut self, subject: &str, until: Option<Instant>) {
        refuse(&mut self.subjects, comparable(subject), until);
    }

    /// Refuses the token with this id, up to a moment if there is one.
    pub fn refuse_token(&mut self, id: &str, until: Option<Instant>) {
        refuse(&mut self.token_ids, id.to_owned(), until);
    }

    /// Gives services, by their codes, to whoever has this subject.
    pub fn give_services(&mut self, subject: &str, codes: Vec<String>) {
        self.services.insert(comparable(subject), codes);
    }

    /// The caller with the services that they were given, unless they or their token are refused now.
    #[must_use]
    pub fn admit(&self, actor: Actor, now: Instant) -> Option<Actor> {
        let holds = |until: &Option<Instant>| until.is_none_or(|until| now < until);
        let subject = comparable(&actor.subject);
        let by_id = actor.token_id.as_ref().and_then(|id| self.token_ids.get(id));
        if self.subjects.get(&subject).is_some_and(holds) || by_id.is_some_and(holds) {
            return None;
        }
        match self.services.get(&subject) {
            Some(codes) if actor.lacks_services() => Some(Actor { services: codes.clone(), ..actor }),
            _ => Some(actor),
        }
    }
}

fn refuse(refused: &mut HashMap<String, Option<Instant>>, what: String, until: Option<Instant>) {
    let longest = refused.entry(what).or_insert(until);
    *longest = match (*longest, until) {
        (Some(known), Some(until)) => Some(known.max(until)),
        _ => None,
    };
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::Role;

    fn at(text: &str) -> Instant {
        text.parse().expect("an instant")
    }

    fn nurse() -> Actor {
        let subject = "nurse.vera".to_owned();
        Actor { subject, roles: vec![Role::Staff], token_id: Some("t-1".to_owned()), ..Actor::public() }
    }

    #[test]
    fn who_is_refused_is_not_let_in_until_the_refusal_ends() {
        let (now, later) = (at("2026-06-15T10:00:00Z"), at("2026-06-15T11:00:00Z"));
        let mut log_ins = LogIns::default();
        assert!(log_ins.admit(nurse(), now).is_some());
        log_ins.refuse_subject(" NURSE.Vera", Some(later));
        assert!(log_ins.admit(nurse(), now).is_none() && log_ins.admit(nurse(), later).is_some());
        log_ins.refuse_subject("nurse.vera", None);
        log_ins.refuse_subject("nurse.vera", Some(later));
        assert!(log_ins.admit(nurse(), later).is_none(), "the longest holds");

        let mut log_ins = LogIns::default();
        log_ins.refuse_token("t-1", None);
        assert!(log_ins.admit(nurse(), now).is_none());
        assert!(log_ins.admit(Actor { token_id: Some("t-2".to_owned()), ..nurse() }, now).is_some(), "another token");
        assert!(log_ins.admit(Actor { token_id: None, ..nurse() }, now).is_some());
    }

    #[test]
    fn services_are_given_to_staff_whose_token_names_none() {
        let now = at("2026-06-15T10:00:00Z");
        let mut log_ins = LogIns::default();
        log_ins.give_services("Nurse.Vera", vec!["crisis-cafe".to_owned()]);
        let services = |actor| log_ins.admit(actor, now).map(|actor| actor.services).unwrap_or_default();
        assert_eq!(services(nurse()), ["crisis-cafe"]);
        assert_eq!(services(Actor { services: vec!["perinatal".to_owned()], ..nurse() }), ["perinatal"]);
        assert_eq!(services(Actor { roles: vec![Role::Volunteer], ..nurse() }), Vec::<String>::new());
    }
}
