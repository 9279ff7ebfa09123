//! An agreement for printing: the frozen text with its hash and both sides' answers, or a draft marked as such.
//! The layout is in `documents`, the words of the text in `wording`.

use crate::access::{Viewer, Viewers};
use crate::agreements::AgreementStatus;
use crate::agreements::bodies::AcceptedHow;
use crate::agreements::promise::EarlierTerms;
use crate::agreements::store::{self, AgreementRow, AgreementTexts};
use crate::agreements::verbs::freeze;
use crate::agreements::wording::{self, plainly};
use crate::db::Json;
use crate::db::ids::AgreementId;
use crate::documents::{
    self, Acknowledgement, Agreement, Contact, DocumentFilter, Notice, Offered, Page, Typed, words,
};
use crate::http::Content;
use crate::opportunities;
use crate::people::volunteers;
use crate::policies::Promised;
use crate::refusal::{Failure, Result};
use crate::services;
use crate::trust::Trust;
use crate::vocabulary::offer::Basis;
use crate::work::Reader;
use crate::work::access_log::Category;

/// Those who see the volunteer's communication needs on the document.
const NEEDS: Viewers = Viewers::of(&[Viewer::Lead, Viewer::Service]);

pub(super) fn read_agreement_document(
    reader: &mut Reader<'_>,
    id: AgreementId,
    asked: &DocumentFilter,
) -> Result<Content> {
    let (of, agreement) = reader.snapshot(|reader| {
        let ((row, ..), said, _) = store::find(reader, id)?.into_parts();
        Ok((row.content.volunteer_id, agreement(reader, &row, said, asked)?))
    })?;
    Ok(documents::html(&agreement)?.showing(of, Category::AgreementDocument, Some(id.into())))
}

fn agreement(
    reader: &mut Reader<'_>,
    row: &AgreementRow,
    said: AgreementTexts,
    asked: &DocumentFilter,
) -> Result<Agreement> {
    let now = reader.now();
    let opportunity = opportunities::facts(reader.conn, row.content.opportunity_id, now)?;
    let service = services::facts(reader.conn, row.service_id)?;
    let (Some(opportunity), Some(service)) = (opportunity, service) else {
        return Err(Failure::broken("an agreement without its opportunity or service"));
    };
    let promised = promised(reader, row, &opportunity)?;
    let body = text(reader, row, said.body, (&opportunity, promised.as_ref()))?;
    let person = volunteers::facts(reader.conn, row.content.volunteer_id)?.filter(|person| !person.called.is_empty());
    let called = person.as_ref().map_or("the volunteer", |person| person.called.as_str());
    let needs =
        reader.grant().viewer().shown(NEEDS, || person_needs(row.content.basis, person.as_ref())).unwrap_or_default();
    let title = plainly(row.content.basis, &opportunity.title, "Involvement");
    let service = plainly(row.content.basis, &service.name, "The service");
    Ok(Agreement {
        page: Page::new(reader.trust(), asked.layout(), title, service, reader.today())
            .asking(Some(&row.content.link_person.0)),
        notice: notice(row.status),
        paid: row.content.basis == Basis::PaidInvolvement,
        title: Typed::new(title),
        person: Typed::new(called),
        needs,
        role: Typed::new(plainly(row.content.basis, &row.content.role, "Taking part")),
        expectations: Typed::maybe(
            row.content.expectations.as_deref().map(|said| plainly(row.content.basis, said, "")),
        ),
        days: days(row),
        review: row.content.review_on.map(|day| day.words()),
        offered: Offered::new(&row.content.offer.0, Some(row.content.basis), promised.as_ref().map(|kept| &kept.terms)),
        link_person: Contact::from(&row.content.link_person.0),
        body: wording::parts(&body),
        sha256: row.body_sha256.clone(),
        sides: sides(row, (&on_behalf(row.content.basis, reader.trust(), service), called), said.witness),
        to_be_signed: row.status == AgreementStatus::Issued,
        unsaid: match row.status {
            AgreementStatus::Refused | AgreementStatus::Withdrawn => "Not agreed",
            _ => "Not yet",
        },
    })
}

/// What was promised of its tariff; before it is issued, what would be promised now.
fn promised(
    reader: &mut Reader<'_>,
    row: &AgreementRow,
    opportunity: &opportunities::OpportunityFacts,
) -> Result<Option<Promised>> {
    match &row.promised {
        Some(Json(promised)) => Ok(Some(promised.clone())),
        None if row.body_sha256.is_some() => Ok(None),
        None => EarlierTerms::of(reader, &row.content, opportunity)?.promise(reader, &row.content.offer),
    }
}

/// The frozen text; nothing once it was erased; before it is issued, what would be frozen now.
fn text(
    reader: &mut Reader<'_>,
    row: &AgreementRow,
    kept: Option<String>,
    (opportunity, promised): (&opportunities::OpportunityFacts, Option<&Promised>),
) -> Result<String> {
    match (kept, &row.body_sha256) {
        (Some(body), _) => Ok(body),
        (None, Some(_)) => Ok(String::new()),
        (None, None) => Ok(freeze(reader, &row.content, opportunity, promised)?.body),
    }
}

/// Communication needs, for the person who hands the document over. A need whose words an expenses-only page must not
/// use is mentioned without them.
fn person_needs(basis: Basis, person: Option<&volunteers::VolunteerFacts>) -> Vec<Typed> {
    let alerts = person.map(|person| person.communication_alerts.as_slice()).unwrap_or_default();
    alerts.iter().map(|alert| Typed::new(plainly(basis, alert, "A need described in their profile"))).collect()
}

/// The trust's side: the trust, for the service.
fn on_behalf(basis: Basis, trust: &Trust, service: &str) -> String {
    match &trust.name {
        Some(name) => format!("{}, for {service}", plainly(basis, name, "The trust")),
        None => service.to_owned(),
    }
}

fn sides(row: &AgreementRow, (service, person): (&str, &str), witness: Option<String>) -> [Acknowledgement; 2] {
    let given = Acknowledgement {
        who: Typed::new(service),
        when: row.issued_at.map(words::moment),
        how: if row.issued_at.is_some() { "Signed it by giving it to the volunteer." } else { "" },
        witness: Typed::default(),
    };
    let answered = Acknowledgement {
        who: Typed::new(person),
        when: row.accepted_at.map(words::moment),
        how: accepted(row.accepted_how),
        witness: Typed::maybe(witness.filter(|_| row.accepted_at.is_some())),
    };
    [given, answered]
}

const fn accepted(how: Option<AcceptedHow>) -> &'static str {
    match how {
        Some(AcceptedHow::Online) => "Said yes online.",
        Some(AcceptedHow::ByLink) => "Said yes with the link or code in our message.",
        Some(AcceptedHow::Paper) => "Said yes on paper.",
        None => "",
    }
}

const fn notice(status: AgreementStatus) -> Option<Notice> {
    let (word, meaning) = match status {
        AgreementStatus::Draft => ("Draft", "Nothing is agreed yet, and the words may still change."),
        AgreementStatus::Issued => ("Not yet answered", "It starts to count when both sides have said yes."),
        AgreementStatus::Active => return None,
        AgreementStatus::Paused => ("Paused", "It will go on later."),
        AgreementStatus::Ended => ("Ended", "It covers the days until its last day, and no day after."),
        AgreementStatus::Refused => ("Not agreed", "The answer was no."),
        AgreementStatus::Withdrawn => ("Withdrawn", "It was taken back and never agreed."),
    };
    Some(Notice { word, meaning })
}

fn days(row: &AgreementRow) -> String {
    match row.ended_on {
        Some(last) if last < row.content.starts_on => {
            format!("From {}; ended before it began", row.content.starts_on.words())
        }
        last => words::days(Some(row.content.starts_on), last.or(row.content.ends_on)).unwrap_or_default(),
    }
}
