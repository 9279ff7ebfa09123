//! The operations on opportunities.

use std::collections::HashSet;

use serde_json::json;

use crate::access::Action;
use crate::db::ids::{OpportunityId, ServiceId};
use crate::db::page::{Page, Rows};
use crate::http::{Patch, Routes};
use crate::opportunities::advert;
use crate::opportunities::cautions::{self, Caution};
use crate::opportunities::filter::OpportunityFilter;
use crate::opportunities::kind_defaults;
use crate::opportunities::list;
use crate::opportunities::readiness;
use crate::opportunities::row::OpportunityRow;
use crate::opportunities::rules;
use crate::opportunities::show::{item, read_opportunity, view};
use crate::opportunities::status::{LIFE, OpportunityStatus};
use crate::opportunities::store;
use crate::opportunities::verbs::{self, settled};
use crate::opportunities::views::{OpportunityContent, OpportunityItem, OpportunityView};
use crate::people::trainings;
use crate::plans;
use crate::refusal::{Kind, Refusal, Result, refuse_if_any};
use crate::text::Label;
use crate::work::{Change, Changed, Reader, Writer};

/// Declares the operations.
pub fn routes(routes: &mut Routes) {
    routes.tag(
        "Opportunities",
        "What people can take part in: drafted under a plan, published with an explicit offer, then closed.",
    );
    routes
        .list_with_csv("/v1/opportunities", Action::ReadOpportunities, list_opportunities)
        .sorted_by(list::SORTINGS)
        .describe(
            "List opportunities",
            "Newest first, or what closes soonest. Volunteers see published opportunities, and those for which they \
             were considered or have an agreement.",
        );
    routes
        .create("/v1/opportunities", Action::WriteOpportunities, create_opportunity)
        .describe(
            "Draft an opportunity",
            "Creates a draft under a plan that you can see and that is neither completed nor withdrawn. Most fields \
             can be left out until the opportunity is published.",
        )
        .refuses(&["unknown-reference", "not-editable"])
        .example("focus group", focus_group());
    routes.get("/v1/opportunities/{id}", Action::ReadOpportunities, read_opportunity).describe(
        "Get an opportunity",
        "The `status` is `closed` from `closes_at` on. The ETag also changes with the number of places taken, but \
             `If-Match` compares the version only.",
    );
    readiness::routes(routes);
    kind_defaults::routes(routes);
    verbs::routes(routes);
    advert::routes(routes);
}

fn focus_group() -> serde_json::Value {
    json!({
        "plan_id": "019d5fdf-e939-7000-8000-000000000001", "title": "Waiting room focus group", "kind": "focus_group",
        "summary": "Tell us how the waiting room feels, and what would help.", "involvement_level": "engage", "audience": "both",
        "commitment": "Two mornings of two hours.", "starts_on": "2026-12-07", "mode": "in_person", "venue": "Fulbourn, room 3",
        "places": 6, "basis": "expenses_only",
        "offer": { "travel": true, "subsistence": true, "care": true, "access_support": true, "other": false, "tariff": null,
            "statement": "We pay your travel, lunch, and care of somebody while you are with us." },
        "contact": { "name": "Amara Okafor", "email": "amara.okafor@trust.example" }, "closes_at": "2026-12-04T17:00:00Z",
    })
}

/// The codes of the trainings that an opportunity requires.
fn trainings_of(content: &OpportunityContent) -> HashSet<String> {
    let cleared = content.clearances_required.iter().filter_map(|required| required.kind.training_code());
    cleared.chain(content.training_required.iter().map(Label::as_str)).map(str::to_owned).collect()
}

fn list_opportunities(
    reader: &mut Reader<'_>,
    (): (),
    filter: &OpportunityFilter,
    page: &Page,
) -> Result<Rows<OpportunityItem>> {
    let rows = list::list(reader, filter, page)?;
    Ok(rows.map(|row| item(reader, row)))
}

fn create_opportunity(writer: &mut Writer<'_>, (): (), new: OpportunityContent) -> Result<Changed<OpportunityView>> {
    let plan = plan_of(writer, &new, None)?;
    let made = store::insert(writer, plan.service_id, new)?;
    let change = Change::created(LIFE.resource, made.0.id).to(OpportunityStatus::Draft);
    let view = view(writer, made);
    Ok(writer.changed(change, view))
}

/// Changes an opportunity. The operation is a process, because people may have to be told.
pub(crate) fn change_opportunity(
    writer: &mut Writer<'_>,
    id: OpportunityId,
    patch: Patch<OpportunityContent>,
) -> Result<Changed<OpportunityView>> {
    let row = store::lock(writer, id)?;
    writer.matches(row.version)?;
    let row = settled(writer, row)?;
    rules::editable(row.status, patch.fields())?;
    let (new, fields) = patch.onto(&row.content)?;
    if fields.is_empty() {
        let view = read_opportunity(writer, id)?;
        return Ok(writer.unchanged(view));
    }
    let now = writer.now();
    still_fit(&row, &new, now)?;
    if new.places < row.content.places {
        let offered = store::open_offers(writer.conn, id, now)?;
        rules::keeps_places(new.places, row.accepted_count, offered)?;
    }
    let plan = plan_of(writer, &new, Some(&row.content))?;
    still_as_planned(&row, &new, &plan)?;
    let saved = store::save(writer, &row, plan.service_id, new)?;
    let view = view(writer, saved);
    Ok(writer.changed(Change::changed(LIFE.resource, id, row.version + 1).fields(fields), view))
}

/// Refuses a change that leaves a published or closed opportunity without what publication needs.
fn still_fit(row: &OpportunityRow, new: &OpportunityContent, now: crate::clock::Instant) -> Result<(), Refusal> {
    if row.status == OpportunityStatus::Draft {
        return Ok(());
    }
    let mut faults = rules::unfit(new);
    if row.status == OpportunityStatus::Published && new.closes_at.is_some_and(|closes_at| closes_at <= now) {
        faults.push(crate::refusal::Fault::at("/closes_at", "out-of-range", "must be in the future"));
    }
    refuse_if_any(
        Kind::NotPublishable,
        "A published or closed opportunity must keep everything that publication needs. `errors` says what is missing.",
        faults,
    )?;
    Ok(())
}

/// Refuses a change that makes a published opportunity differ from its plan in a way that nobody answered.
fn still_as_planned(row: &OpportunityRow, new: &OpportunityContent, plan: &plans::PlanFacts) -> Result<(), Refusal> {
    if row.status != OpportunityStatus::Published || !plan.in_force {
        return Ok(());
    }
    let usual = kind_defaults::usual(new.kind);
    let of = |content| cautions::cautions(content, Some(&plan.intended), &usual);
    let before = of(&row.content);
    let raised: Vec<Caution> =
        of(new).into_iter().filter(|caution| before.iter().all(|old| old.code != caution.code)).collect();
    let detail = "The opportunity is published, and this change makes it differ from its approved plan in a way that nobody \
                  answered. Close it, change it, and reopen it with the answers.";
    refuse_if_any(Kind::CautionsUnanswered, detail, cautions::unanswered(&raised, &row.cautions))
}

/// Checks the plan, every service and every training that the body names, and returns the plan. A new plan must be open.
fn plan_of(
    writer: &mut Writer<'_>,
    new: &OpportunityContent,
    before: Option<&OpportunityContent>,
) -> Result<plans::PlanFacts> {
    let plan = plans::visible(writer, new.plan_id)?.ok_or_else(|| Refusal::unknown_reference("/plan_id"))?;
    if before.map(|before| before.plan_id) != Some(new.plan_id) {
        plans::hold_open(writer, new.plan_id, Some("/plan_id"))?;
    }
    let named: Vec<ServiceId> = new.experience_wanted.iter().map(|wanted| wanted.service_id).collect();
    let known = store::known_services(writer, &named)?;
    if let Some(position) = named.iter().position(|id| !known.contains(id)) {
        return Err(Refusal::unknown_reference(&format!("/experience_wanted/{position}/service_id")).into());
    }
    let kept = before.map(trainings_of).unwrap_or_default();
    let unknown = trainings::unknown(writer.conn, &new.clearances_required, &new.training_required, &kept)?;
    let detail = "A training in the body is not in the list of trainings, or no longer used.";
    refuse_if_any(Kind::UnknownReference, detail, unknown)?;
    Ok(plan)
}
