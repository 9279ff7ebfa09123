//! The rules of agreements, case by case.
//! What needs a database is tested in `tests/it`.

use super::*;
use crate::agreements::wording::{Wording, says_employment};
use crate::people::clearances::ClearanceStatus;
use crate::text::{Person, ShortText};

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

fn offer(travel: bool, tariff: Option<&str>) -> Offer {
    Offer {
        travel,
        subsistence: false,
        care: true,
        access_support: false,
        other: false,
        tariff: tariff.map(Into::into),
        statement: "As said in the payment and CONTRACT leaflet.".into(),
    }
}

fn person() -> Person {
    Person { name: ShortText::from("Amara Okafor"), email: "amara@trust.example".into(), phone: None, subject: None }
}

fn draft(basis: Basis, tariff: Option<&str>, route: Option<PaymentRoute>) -> AgreementContent {
    serde_json::from_value(serde_json::json!({
        "volunteer_id": uuid::Uuid::nil(), "opportunity_id": uuid::Uuid::nil(), "basis": basis, "role": "Reader",
        "offer": offer(true, tariff), "payment_route": route, "link_person": person(), "starts_on": "2026-04-07",
    }))
    .unwrap()
}

fn codes(outcome: Result<(), Refusal>) -> Vec<String> {
    let errors = outcome.err().map(|refusal| refusal.errors).unwrap_or_default();
    errors
        .into_iter()
        .map(|fault| match fault.place {
            crate::refusal::Place::Pointer(pointer) => pointer,
            _ => fault.detail,
        })
        .collect()
}

#[test]
fn an_agreement_is_never_worse_than_the_offer() {
    let none: Vec<String> = vec![];
    for (agreed, offered, less) in [
        (offer(true, None), offer(true, None), none.clone()),
        (offer(true, Some("meeting")), offer(false, None), none.clone()),
        (offer(false, None), offer(true, None), vec!["/offer/travel".to_owned()]),
        (offer(true, None), offer(true, Some("meeting")), vec!["/offer/tariff".to_owned()]),
        (offer(true, Some("hourly")), offer(true, Some("meeting")), vec!["/offer/tariff".to_owned()]),
    ] {
        assert_eq!(codes(keeps_offer(unpriced(&agreed), unpriced(&offered))), less);
    }
}

fn unpriced(offer: &Offer) -> Terms<'_> {
    Terms { offer, promised: None }
}

#[test]
fn a_tariff_of_another_name_is_not_worse_where_it_pays_at_least_as_much() {
    let promised = |name: &str, pence: i64| Promised {
        policy_id: uuid::Uuid::nil().into(),
        name: name.into(),
        terms: serde_json::from_value(serde_json::json!({ "kind": "flat", "pence": pence })).unwrap(),
    };
    let (senior, meeting) = (offer(true, Some("senior")), offer(true, Some("meeting")));
    for (pence, less) in [(7600, vec![]), (7500, vec![]), (7499, vec!["/offer/tariff".to_owned()])] {
        let (mine, theirs) = (promised("senior", pence), promised("meeting", 7500));
        let agreed = Terms { offer: &senior, promised: Some(&mine) };
        let offered = Terms { offer: &meeting, promised: Some(&theirs) };
        assert_eq!(codes(keeps_offer(agreed, offered)), less, "{pence}");
        assert_eq!(codes(keeps_agreed(agreed, offered)), less, "{pence}");
    }
    let mine = promised("senior", 9000);
    let unknown = keeps_offer(Terms { offer: &senior, promised: Some(&mine) }, unpriced(&meeting));
    assert_eq!(codes(unknown), ["/offer/tariff"], "what can't be compared is not taken for better");
}

#[test]
fn issuing_needs_a_way_to_pay_what_is_promised() {
    use PaymentRoute::{AccountsPayable, Payroll};
    for (basis, tariff, route, known, missing) in [
        (Basis::ExpensesOnly, None, None, true, vec![]),
        (Basis::PaidInvolvement, Some("meeting"), Some(Payroll), true, vec![]),
        (Basis::PaidInvolvement, Some("meeting"), None, true, vec!["/payment_route"]),
        (Basis::PaidInvolvement, Some("meeting"), Some(AccountsPayable), true, vec!["/employment_status"]),
        (Basis::PaidInvolvement, Some("gone"), Some(Payroll), false, vec!["/offer/tariff"]),
        (Basis::PaidInvolvement, None, None, false, vec!["/offer/tariff", "/payment_route"]),
    ] {
        assert_eq!(codes(issuable(&draft(basis, tariff, route), OpportunityStatus::Closed, known)), missing);
    }
    let cancelled = issuable(&draft(Basis::ExpensesOnly, None, None), OpportunityStatus::Cancelled, true);
    assert_eq!(codes(cancelled), ["/opportunity_id"]);
}

#[test]
fn only_payroll_pays_the_employed() {
    use PaymentRoute::{AccountsPayable, Payroll};
    for outcome in EmploymentOutcome::ALL.iter().copied().map(Some).chain([None]) {
        for route in [Payroll, AccountsPayable] {
            let mut agreement = draft(Basis::PaidInvolvement, Some("meeting"), Some(route));
            let status = outcome.map(|outcome| {
                serde_json::json!({ "outcome": outcome, "determined_by": "HR", "determined_on": "2026-01-05" })
            });
            agreement.employment_status = status.map(|status| serde_json::from_value(status).unwrap());
            let told = employed_by_payroll(&agreement).map_err(|refusal| refusal.kind);
            let refused = outcome == Some(EmploymentOutcome::Employed) && route == AccountsPayable;
            assert_eq!(told, if refused { Err(Kind::EmployedNeedsPayroll) } else { Ok(()) }, "{outcome:?} {route}");
        }
    }
}

#[test]
fn better_terms_are_never_worse_than_those_they_replace() {
    let none: Vec<String> = vec![];
    for (agreed, replaced, fewer) in [
        (offer(true, Some("meeting")), offer(true, Some("meeting")), none.clone()),
        (offer(true, Some("meeting")), offer(false, None), none.clone()),
        (offer(false, Some("meeting")), offer(true, Some("meeting")), vec!["/offer/travel".to_owned()]),
        (offer(true, None), offer(true, Some("meeting")), vec!["/offer/tariff".to_owned()]),
    ] {
        assert_eq!(codes(keeps_agreed(unpriced(&agreed), unpriced(&replaced))), fewer);
    }
}

#[test]
fn a_chair_has_sat_in_on_a_panel_and_others_need_not() {
    let panel = |role: PanelRole| {
        serde_json::from_value::<Panel>(serde_json::json!({ "role": role, "scoring": "equal" })).unwrap()
    };
    for (role, has_sat, may) in [
        (Some(PanelRole::Chair), true, true),
        (Some(PanelRole::Chair), false, false),
        (Some(PanelRole::Member), false, true),
        (Some(PanelRole::SeparatePanel), false, true),
        (None, false, true),
    ] {
        let panel = role.map(panel);
        let wanted: Vec<String> = if may { vec![] } else { vec!["/volunteer_id".to_owned()] };
        assert_eq!(codes(may_chair(panel.as_ref(), has_sat)), wanted, "{role:?} {has_sat}");
    }
}

#[test]
fn every_clearance_that_is_missing_is_named() {
    let missing = |kind: &str, status| Missing { kind: kind.to_owned(), status };
    let found = [missing("dbs_enhanced", Some(ClearanceStatus::Expired)), missing("training:panel", None)];
    assert_eq!(codes(cleared(&found)), ["dbs_enhanced: expired", "training:panel: not recorded"]);
    assert!(cleared(&[]).is_ok());
}

#[test]
fn people_answer_online_and_leads_record_paper() {
    use AnsweredHow::{Online, Paper};
    for (how, themselves, lead, counts) in [
        (None, true, false, Some(AcceptedHow::Online)),
        (Some(Online), true, false, Some(AcceptedHow::Online)),
        (Some(Paper), true, false, None),
        (None, false, true, None),
        (Some(Online), false, true, None),
        (Some(Paper), false, true, Some(AcceptedHow::Paper)),
        (Some(Paper), true, true, Some(AcceptedHow::Paper)),
    ] {
        let caller = Viewers::of(&[Viewer::Own, Viewer::Lead]);
        let caller = caller.only_if(Viewer::Own, themselves).only_if(Viewer::Lead, lead);
        assert_eq!(answered_how(how, caller, false).ok(), counts, "{how:?} {themselves} {lead}");
    }
    let own = Viewers::of(&[Viewer::Own]);
    assert_eq!(answered_how(None, own, true).ok(), Some(AcceptedHow::ByLink));
    assert!(answered_how(None, Viewers::of(&[]), true).is_err());
}

#[test]
fn an_agreement_ends_on_a_day_that_was() {
    let (start, today) = (day("2026-04-07"), day("2026-06-10"));
    for (on, starts_on, ends) in [
        (None, start, Some(today)),
        (Some(start), start, Some(start)),
        (Some(day("2026-06-11")), start, None),
        (Some(day("2026-04-06")), start, None),
        (None, day("2026-07-01"), Some(today)),
        (Some(day("2026-06-09")), day("2026-07-01"), None),
    ] {
        assert_eq!(last_day(on, starts_on, today).ok(), ends, "{on:?} {starts_on}");
    }
}

#[test]
fn the_one_replaced_covers_every_day_before_and_none_after() {
    assert_eq!(replaced_until(day("2026-05-01")), day("2026-04-30"));
}

#[test]
fn a_short_form_covers_what_happened_and_is_tested_for_what_comes() {
    let today = day("2026-06-10");
    for (first, covers, tested) in [
        (None, today, today),
        (Some(day("2026-06-01")), day("2026-06-01"), today),
        (Some(day("2026-07-01")), today, day("2026-07-01")),
    ] {
        assert_eq!(short_form_days(first, today), (covers, tested));
    }
}

fn wording<'a>(basis: Basis, offer: &'a Offer, person: &'a Person, title: &'a str, role: &'a str) -> Wording<'a> {
    Wording {
        basis,
        person: "Rose Tyler",
        trust: "The Contract Jobs Trust",
        service: "Jobs and Contracts",
        title,
        role,
        panel: None,
        expectations: Some("A PAYMENT"),
        adjustments: None,
        offer,
        promised: None,
        route: Some(PaymentRoute::Payroll),
        link_person: person,
        starts_on: day("2026-04-07"),
        ends_on: Some(day("2026-05-07")),
        review_on: Some(day("2026-04-30")),
    }
}

#[test]
fn a_text_for_expenses_never_says_contract_job_or_payment() {
    let (link, promised) = (person(), offer(true, None));
    for title in ["Payment review", "SubCONTRACTORS", "Jobcentre visits", "Forum"] {
        for role in ["Job share", "Reader"] {
            let frozen = wording(Basis::ExpensesOnly, &promised, &link, title, role).freeze();
            assert!(!says_employment(&frozen.body), "{}", frozen.body);
            assert!(frozen.body.contains("travel and parking") && frozen.body.contains("care for somebody"));
        }
    }
}

#[test]
fn a_text_for_a_panel_says_the_part_and_what_scores_count() {
    let (link, promised) = (person(), offer(true, None));
    for (scoring, says) in [
        (
            "equal",
            "Panel chair. You lead the panel: you welcome people, keep time and sum up. Your scores count as much as everybody else's.",
        ),
        ("advisory", "Your scores advise the panel. The staff panel decides."),
    ] {
        let panel: Panel = serde_json::from_value(serde_json::json!({ "role": "chair", "scoring": scoring })).unwrap();
        let plain = wording(Basis::ExpensesOnly, &promised, &link, "Forum", "Reader");
        let frozen = Wording { panel: Some(&panel), ..plain }.freeze();
        assert!(frozen.body.contains(says), "{}", frozen.body);
        assert!(!says_employment(&frozen.body));
    }
}

#[test]
fn a_paid_text_names_the_tariff_and_is_hashed_as_it_stands() {
    let (link, promised) = (person(), offer(true, Some("meeting")));
    let frozen = wording(Basis::PaidInvolvement, &promised, &link, "Forum", "Reader").freeze();
    assert!(frozen.body.contains("Payment for your time follows the policy's tariff \"meeting\", through the payroll"));
    assert!(frozen.body.contains("From 7 April 2026 to 7 May 2026."));
    assert_eq!(frozen.sha256, crate::digest::sha256_hex(frozen.body.as_bytes()));
}

#[test]
fn a_text_says_the_amounts_that_are_promised() {
    let (link, offered) = (person(), offer(true, Some("meeting")));
    let bands =
        serde_json::json!([{ "up_to_minutes": 240, "pence": 7500 }, { "up_to_minutes": null, "pence": 15_000 }]);
    let terms = serde_json::from_value(serde_json::json!({ "kind": "bands", "bands": bands })).unwrap();
    let paid = wording(Basis::PaidInvolvement, &offered, &link, "Panel", "Reader");
    let body = Wording { promised: Some(&terms), ..paid }.freeze().body;
    assert!(body.contains("We promise you £75.00 for up to 4 hours; £150.00 for more than 4 hours."), "{body}");
}

#[test]
fn a_text_is_between_the_trust_for_the_service_and_the_person() {
    let (link, promised) = (person(), offer(true, Some("meeting")));
    let paid = wording(Basis::PaidInvolvement, &promised, &link, "Forum", "Reader");
    let body = Wording { trust: "Fenside NHS Trust", service: "Ward 7", ..paid }.freeze().body;
    assert!(body.contains("This agreement is between Fenside NHS Trust, for Ward 7, and Rose Tyler,"), "{body}");
}

#[test]
fn everything_that_stands_in_the_way_is_said_at_once() {
    let refuse = |kind, code| Err(Refusal::new(kind, "No.").with(vec![Fault::at("/x", code, "is wrong")]));
    let codes = |checks: Vec<Result<(), Refusal>>| {
        together(checks)
            .err()
            .map(|refusal| (refusal.kind, refusal.errors.iter().map(|fault| fault.code).collect::<Vec<_>>()))
    };
    let (missing, worse) = (Kind::ClearanceMissing, Kind::WorseThanOffered);
    assert_eq!(codes(vec![Ok(()), Ok(())]), None);
    assert_eq!(codes(vec![Ok(()), refuse(missing, "a")]), Some((missing, vec!["a"])));
    assert_eq!(codes(vec![refuse(missing, "a"), refuse(missing, "b")]), Some((missing, vec!["a", "b"])));
    let mixed = codes(vec![refuse(missing, "a"), Ok(()), refuse(worse, "b")]);
    assert_eq!(mixed, Some((Kind::NotIssuable, vec!["a", "b"])));
}
