//! Expressing interest without a token: creates a prospective volunteer, and the answer says only that it was received.
//! Nobody is merged with a known volunteer here, and no answer reveals whether somebody is known.

use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use validator::{Validate, ValidationErrors};

use crate::db::Json;
use crate::db::ids::OpportunityId;
use crate::expressions::{self, ExpressionContent};
use crate::http::body::rule;
use crate::http::{Represent, Routes};
use crate::opportunities;
use crate::people::volunteers::{self, CommunicationNeed, ContactWay, Said, VolunteerContent, VolunteerDetails};
use crate::plans::Channel;
use crate::refusal::{Kind, Refusal, Result};
use crate::text::{Email, Label, LongText, Phone, ShortText};
use crate::work::{Changed, Writer};

/// How many expressions of interest from people without a log-in may wait for an answer in one opportunity: more than
/// anybody reads, and each is a person.
const MOST_WAITING: i64 = 200;

/// Declares the operation.
pub(super) fn routes(routes: &mut Routes) {
    routes
        .receive("/v1/public/opportunities/{id}/expressions-of-interest", None, receive_interest)
        .describe(
            "Express interest without signing in",
            "Sends an expression of interest in a published opportunity. The answer is the same for everybody. The \
             same again, by the same name and address while the first is not answered, makes nothing new; one that \
             says anything more or else, such as another need, is kept as well. \
             Involvement leads then see a prospective volunteer, with `possible_duplicate` if the e-mail address or \
             telephone number is already known. While 200 expressions of interest from people without a log-in wait \
             for an answer in an opportunity, no more are taken.",
        )
        .refuses(&["opportunity-not-open"])
        .example(
            "by e-mail",
            json!({
                "name": "Sam Adeyemi", "email": "sam.adeyemi@example.org", "statement": "I used the café last winter.",
                "adjustments": "Step-free access, please.", "communication_needs": [{ "kind": "large_print" }],
                "heard_from": "appointment_letters", "privacy_notice_version": "2026-04",
            }),
        );
}

/// Expression of interest from somebody without a token.
#[derive(Clone, Debug, Deserialize, ToSchema)]
struct PublicInterest {
    /// Name of the person.
    /// Example: Sam Adeyemi
    name: ShortText,
    /// E-mail address; this or a telephone number must be given.
    #[serde(default)]
    email: Option<Email>,
    /// Telephone number; this or an e-mail address must be given.
    #[serde(default)]
    phone: Option<Phone>,
    /// Preferred contact method; by default e-mail if an address is given, else telephone.
    #[serde(default)]
    preferred_contact: Option<ContactWay>,
    /// Why they are interested.
    /// Example: I used the café last winter.
    #[serde(default)]
    statement: Option<LongText>,
    /// What they need in order to take part.
    /// Example: Step-free access, please.
    #[serde(default)]
    adjustments: Option<LongText>,
    /// Channel in which they heard of the opportunity.
    #[serde(default)]
    heard_from: Option<Channel>,
    /// Communication needs.
    #[serde(default)]
    #[schema(max_items = 20)]
    communication_needs: Vec<CommunicationNeed>,
    /// Version of the privacy notice that they were shown.
    /// Example: 2026-04
    privacy_notice_version: Label,
}

impl Validate for PublicInterest {
    fn validate(&self) -> Result<(), ValidationErrors> {
        let mut errors = ValidationErrors::new();
        if self.email.is_none() && self.phone.is_none() {
            errors.add("__all__", rule("/email", "required", "must be given, unless a telephone number is"));
        }
        let unreachable = match self.preferred_contact {
            Some(ContactWay::Email) => self.email.is_none(),
            Some(ContactWay::Phone | ContactWay::Sms) => self.phone.is_none(),
            // There is no address in this form.
            Some(ContactWay::Letter) => true,
            Some(ContactWay::InPerson) | None => false,
        };
        if unreachable {
            let detail = "needs an e-mail address or telephone number to go with it; letters are not possible here";
            errors.add("__all__", rule("/preferred_contact", "not-allowed", detail));
        }
        if errors.is_empty() { Ok(()) } else { Err(errors) }
    }
}

/// Confirmation that the expression of interest was received.
#[derive(Debug, Serialize, ToSchema)]
struct Received {
    /// Always true.
    received: bool,
}

impl Represent for Received {}

fn receive_interest(writer: &mut Writer<'_>, id: OpportunityId, said: PublicInterest) -> Result<Changed<Received>> {
    let open = opportunities::hold_published(writer, id)?.ok_or_else(Refusal::not_found)?;
    let person = person(&said);
    let details = &person.details;
    let who = Said {
        name: &said.name,
        email: details.email.as_ref(),
        phone: details.phone.as_ref(),
        needs: &details.communication_needs,
        preferred_contact: said.preferred_contact,
    };
    let known = volunteers::known_by(writer, who)?;
    let interest = ExpressionContent {
        statement: said.statement.clone(),
        adjustments: said.adjustments.clone(),
        heard_from: said.heard_from,
        ..ExpressionContent::default()
    };
    let waiting = expressions::waiting(writer.conn, id, (&known, &interest), MOST_WAITING)?;
    // Asked first: who is known gets no other answer.
    if waiting.too_much {
        let detail = "Very many people have expressed interest and wait for an answer. Try again in a few days, or write \
             to the contact of the opportunity.";
        return Err(Refusal::new(Kind::OpportunityNotOpen, detail).into());
    }
    if waiting.theirs {
        return Ok(writer.unchanged(Received { received: true }));
    }
    let volunteer = volunteers::prospective(writer, person, &said.privacy_notice_version)?;
    let change = expressions::from_the_public(writer, (id, open.service_id), volunteer, interest)?;
    Ok(writer.changed(change, Received { received: true }))
}

fn person(said: &PublicInterest) -> VolunteerContent {
    let reached = if said.email.is_some() { ContactWay::Email } else { ContactWay::Phone };
    let details = VolunteerDetails {
        email: said.email.clone(),
        phone: said.phone.clone(),
        preferred_contact: said.preferred_contact.unwrap_or(reached),
        communication_needs: Json(said.communication_needs.clone()),
        ..VolunteerDetails::default()
    };
    VolunteerContent { legal_name: said.name.clone(), details, ..VolunteerContent::default() }
}
