//! The claim form without a claim: lines to write on, for somebody who claims on paper. Staff type it afterwards.
//! The layout is in `documents`; the form of a claim is in `form`.

use crate::access::Action;
use crate::agreements::{self, AgreementFacts};
use crate::db::ids::AgreementId;
use crate::documents::{self, ClaimForm, DocumentFilter, HTML, Offered, Page, Typed};
use crate::http::{Content, Routes};
use crate::people::volunteers;
use crate::refusal::{Failure, Refusal, Result};
use crate::work::Reader;
use crate::work::access_log::Category;
use crate::{opportunities, services};

/// Declares the operation.
pub(super) fn routes(routes: &mut Routes) {
    routes
        .content("/v1/agreements/{id}/claim-form", Some(Action::ReadClaimForms), &[HTML], read_blank_claim_form)
        .describe(
            "Get a blank claim form",
            "A page to print and write on, for somebody who claims on paper: whose it is, what the agreement lets them claim, \
             lines, and a declaration to sign. Whoever types it records the declaration with the claim.",
        );
}

fn read_blank_claim_form(reader: &mut Reader<'_>, id: AgreementId, asked: &DocumentFilter) -> Result<Content> {
    let (of, form) = reader.snapshot(|reader| {
        let agreement = agreements::visible(reader, id)?.ok_or_else(Refusal::not_found)?;
        if !agreement.was_in_force() {
            return Err(Refusal::not_found().into());
        }
        Ok((agreement.volunteer_id, form(reader, &agreement, asked)?))
    })?;
    Ok(documents::html(&form)?.showing(of, Category::AgreementDocument, Some(id.into())))
}

fn form(reader: &mut Reader<'_>, agreement: &AgreementFacts, asked: &DocumentFilter) -> Result<ClaimForm> {
    let now = reader.now();
    let activity = opportunities::facts(reader.conn, agreement.opportunity_id, now)?;
    let service = services::facts(reader.conn, agreement.service_id)?;
    let (Some(activity), Some(service)) = (activity, service) else {
        return Err(Failure::broken("an agreement without its opportunity or service"));
    };
    let person = volunteers::facts(reader.conn, agreement.volunteer_id)?;
    let name = person.map(|person| person.legal_name).filter(|name| !name.is_empty());
    let promised = agreement.promised.as_ref().map(|promised| &promised.terms);
    let page = Page::new(reader.trust(), asked.layout(), "Claim form", &service.name, reader.today());
    Ok(ClaimForm {
        page: page.asking(Some(&agreement.link_person)),
        notice: None,
        reason: Typed::default(),
        reference: String::new(),
        person: Typed::new(name.as_deref().unwrap_or("the volunteer")),
        needs: Vec::new(),
        activity: Typed::new(&activity.title),
        cost_centre: service.cost_centre.to_string(),
        claim_by: None,
        late: None,
        supplements: false,
        may_claim: Some(Offered::new(&agreement.offer, Some(agreement.basis), promised)),
        lines: Vec::new(),
        totals: Vec::new(),
        total: None,
        frozen: false,
        receipts: Vec::new(),
        submitted: None,
        declared: None,
        approved: None,
        payments: Vec::new(),
    })
}
