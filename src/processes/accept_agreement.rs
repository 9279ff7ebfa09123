//! Accepting an agreement: it is in force, what it replaces ends, and the induction begins where its plan has one.

use serde_json::json;

use crate::access::Action;
use crate::agreements::{
    self, AcceptAgreement, AcceptedHow, AgreementStep, AgreementTexts, AgreementVerb, AgreementView, LIFE, rules,
};
use crate::db::ids::AgreementId;
use crate::http::Routes;
use crate::people::volunteers;
use crate::refusal::Result;
use crate::work::{Changed, Writer};
use crate::{expressions, plans, sessions, support};

/// Declares the operation.
pub(super) fn routes(routes: &mut Routes) {
    routes
        .within("Agreements")
        .post("/v1/agreements/{id}/accept", Action::AnswerAgreements, accept_agreement)
        .verb(&LIFE, AgreementVerb::Accept)
        .describe(
            "Accept an agreement",
            "The volunteer accepts online, or an involvement lead records that it was signed on paper, with `how` set \
             to `paper` and a witness. The agreement covers days from `starts_on` on; the agreement that it replaces \
             ends on the day before.",
        )
        .refuses(&["no-accepted-expression", "agreement-exists", "field-forbidden", "segregation-of-duties"])
        .example("signed on paper", json!({ "how": "paper", "witness": "Jo Bell" }));
}

pub(super) fn accept_agreement(
    writer: &mut Writer<'_>,
    id: AgreementId,
    body: AcceptAgreement,
) -> Result<Changed<AgreementView>> {
    // The opportunity first: the place must still be theirs, and can't go meanwhile.
    let of = agreements::lock_places(writer, id)?.facts.id;
    let row = agreements::lock(writer, id)?;
    let to = writer.step(&LIFE, row.version, row.status, AgreementVerb::Accept)?;
    let caller = writer.grant().viewer_of(row.content.volunteer_id);
    let how = rules::answered_how(body.how, caller, writer.context().has_secret_address())?;
    // Volunteers answer as themselves; a paper one is recorded by somebody else.
    if how == AcceptedHow::Paper {
        volunteers::not_about_oneself(writer, row.content.volunteer_id)?;
    }
    expressions::place_of(writer.conn, of, row.content.volunteer_id)?;
    agreements::end_replaced(writer, &row)?;
    let step = AgreementStep { accepted_at: Some(writer.now()), accepted_how: Some(how), ..AgreementStep::default() };
    let said = AgreementTexts { witness: body.witness.map(Into::into), ..AgreementTexts::default() };
    let accepted = agreements::write_step(writer, (id, row.version), to, &step, &said)?;
    // What begins with an agreement, where its plan has one.
    if plans::facts(writer.conn, row.plan_id)?.is_some_and(|plan| plan.induction) {
        support::begin_induction(writer, id, row.content.starts_on, row.content.replaces_id)?;
    }
    sessions::tell_person(writer, of, row.content.volunteer_id)?;
    agreements::answered(writer, (&row, accepted), AgreementVerb::Accept, to, &["accepted_at", "accepted_how"])
}
