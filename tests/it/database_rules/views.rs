//! The views by which a feature answers other modules have the same words as its lists of statuses.

use std::collections::BTreeSet;
use std::fmt::Display;

use involvement::agreements::AgreementStatus;
use involvement::deliveries::{About, DeliveryStatus};
use involvement::expressions::ExpressionStatus;
use involvement::opportunities::OpportunityStatus;
use involvement::payments::PaymentStatus;
use involvement::people::volunteers::VolunteerStatus;
use involvement::plans::PlanStatus;
use involvement::recoveries::RecoveryStatus;
use involvement::secret_addresses::QuestionKind;
use involvement::sessions::SessionStatus;
use involvement::support::is_link_person;
use involvement::text::Person;
use serde_json::{Value, json};

use crate::support::{App, books};

fn words<W: Display>(lists: &[&[W]]) -> BTreeSet<String> {
    lists.iter().flat_map(|list| list.iter()).map(ToString::to_string).collect()
}

#[test]
fn views_have_the_words_of_the_lists_of_statuses() {
    let app = App::start();
    let engaged = words(&[ExpressionStatus::ENGAGED]);
    let in_force = words(&[AgreementStatus::IN_FORCE]);
    let scheduled = words(&[&[SessionStatus::Scheduled]]);
    let begun = words(&[AgreementStatus::BEGUN]);
    let accepted = words(&[&[ExpressionStatus::Accepted]]);
    let union = |a: &BTreeSet<String>, b: &BTreeSet<String>| a.union(b).cloned().collect::<BTreeSet<_>>();
    let plan_over = words(&[&[PlanStatus::Completed, PlanStatus::Withdrawn]]);
    let none = BTreeSet::new;
    let gone = words(&[&[VolunteerStatus::Left, VolunteerStatus::Erased]]);
    let expected = union(&union(&begun, &words(&[&[AgreementStatus::Refused]])), &union(&accepted, &gone));
    let wanted = [
        ("adjustments_at_sessions", union(&begun, &accepted)),
        ("advert_responses", none()),
        ("agreed_with_services", none()),
        ("agreement_days", begun.clone()),
        ("agreement_titles", none()),
        ("agreements_begun", words(&[AgreementStatus::BEGUN])),
        ("answered_volunteers", words(&[ExpressionStatus::ANSWERED])),
        ("arrangements_to_book", union(&scheduled, &words(&[&["what", "status", "to_book", "not_coming"]]))),
        ("asked_for_sessions", none()),
        ("attendances_offered", ["attended", "left_early", "tariff", "%: true%"].map(str::to_owned).into()),
        ("claim_references", none()),
        ("considered_by_services", engaged.clone()),
        ("credits_made", words(&[&[PaymentStatus::Paid]])),
        ("engaged_volunteers", engaged.clone()),
        // No status: kinds of record that are money, and a step.
        (
            "event_feed",
            ["approve", "claim", "payee", "payment", "payment_run", "recovery", "reopen"].map(str::to_owned).into(),
        ),
        ("expected_at_sessions", expected),
        ("interested_in_services", words(&[&[ExpressionStatus::Received]])),
        ("lines_of_claims", none()),
        ("lines_to_come_back", words(&[RecoveryStatus::LIVE])),
        ("live_payments", words(&[PaymentStatus::LIVE])),
        // No status: members of a list.
        ("log_in_decisions", ["codes", "subject", "token_id", "until"].map(str::to_owned).into()),
        ("made_deliveries", words(&[&[DeliveryStatus::Done]])),
        ("meeting_places", none()),
        ("members_by_services", none()),
        ("merged_records", none()),
        ("offers_open", words(&[&[ExpressionStatus::Offered]])),
        ("opportunities_of_plans", none()),
        ("opportunity_titles", none()),
        ("participants", union(&engaged, &words(&[AgreementStatus::GIVEN]))),
        ("payee_names", none()),
        ("payee_numbers", none()),
        ("pending_deliveries", words(&[&[DeliveryStatus::Pending]])),
        (
            "places_of_opportunities",
            union(&words(&[&[OpportunityStatus::Published, OpportunityStatus::Closed]]), &plan_over),
        ),
        ("places_taken", accepted.clone()),
        (
            "places_without_agreement",
            union(
                &union(&accepted, &words(&[AgreementStatus::OPEN])),
                &union(&words(&[&[OpportunityStatus::Cancelled]]), &plan_over),
            ),
        ),
        ("plan_attendances", none()),
        ("plan_budgets", none()),
        ("plan_titles", none()),
        (
            "questions_of_deliveries",
            [
                About::Offer,
                About::AgreementIssued,
                About::SessionPlanned,
                About::SessionChanged,
                About::SessionReminder,
            ]
            .map(|about| about.to_string())
            .into_iter()
            .chain(QuestionKind::ALL.iter().map(ToString::to_string))
            .collect(),
        ),
        ("recovered_lines", words(&[&[RecoveryStatus::Recovered]])),
        ("session_times", none()),
        ("sessions_ahead", scheduled.clone()),
        ("sessions_to_attend", union(&in_force, &scheduled)),
        ("support_ahead", in_force.clone()),
        ("supported_agreements", none()),
        ("volunteer_names", none()),
        ("volunteers_present", words(&[VolunteerStatus::PRESENT])),
    ];
    let views = "SELECT viewname AS name, definition FROM pg_views WHERE schemaname = 'public' ORDER BY 1";
    let found: Vec<(String, BTreeSet<String>)> = books::ask(&app, views)
        .iter()
        .map(|view| {
            let definition = view["definition"].as_str().unwrap();
            let quoted = definition.split('\'').skip(1).step_by(2);
            // What is not a status: empty lists and texts, the time zone and the day without an end.
            let others = ["", "[]", "Europe/London", "infinity"];
            (
                view["name"].as_str().unwrap().to_owned(),
                quoted.filter(|word| !others.contains(word)).map(str::to_owned).collect(),
            )
        })
        .collect();
    assert_eq!(found, wanted.map(|(name, words)| (name.to_owned(), words)));
}

#[test]
fn the_database_and_the_service_agree_who_is_the_link_person() {
    let app = App::start();
    let mut agreed = Vec::new();
    for named in [Value::Null, json!("nurse.okafor"), json!("amara@trust.example")] {
        let person = json!({ "name": "Amara Okafor", "email": "Amara@trust.example", "phone": null, "subject": named });
        for login in ["nurse.okafor", "Nurse.Okafor", "amara@trust.example", "AMARA@TRUST.EXAMPLE", "tom.reed", ""] {
            let here: Person = serde_json::from_value(person.clone()).unwrap();
            let there = books::ask(&app, &format!("SELECT is_link_person('{person}'::jsonb, '{login}') AS is"));
            assert_eq!(there[0]["is"], is_link_person(&here, login), "{person} {login}");
            agreed.push(is_link_person(&here, login));
        }
    }
    assert_eq!(
        agreed.iter().filter(|is| **is).count(),
        6,
        "two by address, two by subject, two by an address as subject"
    );
}
