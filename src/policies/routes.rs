//! The operations on versions of the reimbursement policy.

use serde_json::{Value, json};

use crate::access::Action;
use crate::db::Json;
use crate::db::ids::PolicyId;
use crate::db::page::{Page, Rows};
use crate::http::{Fields, Nothing, Patch, PlainFields, Routes};
use crate::policies::status::{LIFE, PolicyStatus, PolicyVerb};
use crate::policies::store::{self, PolicyRow, PolicyWithNames};
use crate::policies::terms::Terms;
use crate::policies::views::{PolicyContent, PolicyFilter, PolicyItem, PolicyRecord, PolicyView};
use crate::refusal::{Fault, Kind, Refusal, Result, refuse_if_any};
use crate::work::{Change, Changed, Reader, Writer};

/// Declares the operations.
pub fn routes(routes: &mut Routes) {
    routes.tag(
        "Reimbursement policies",
        "Rates and rules for what is reimbursed, in dated versions that never change once published.",
    );
    routes.list("/v1/reimbursement-policies", Some(Action::ReadPolicies), list_policies).describe(
        "List reimbursement policies",
        "All versions, newest first; with `on`, the one in force that day. Volunteers get published versions only.",
    );
    routes
        .create("/v1/reimbursement-policies", Action::WritePolicies, create_policy)
        .describe(
            "Draft a reimbursement policy",
            "Creates a version that is not in force yet. A draft can be changed and deleted until it is published.",
        )
        .example("rates of 2026/27", example());
    routes.get("/v1/reimbursement-policies/{id}", Action::ReadPolicies, read_policy).describe(
        "Get a reimbursement policy",
        "One version with all its terms. Volunteers get published versions only. The ETag says also whether it is in force \
         today; `If-Match` compares the version alone.",
    );
    routes
        .patch("/v1/reimbursement-policies/{id}", Action::WritePolicies, change_policy)
        .describe(
            "Change a draft reimbursement policy",
            "A merge patch: a tariff that is null is taken out. Once published, a version never changes.",
        )
        .refuses(&["not-editable"])
        .example("a tariff that pays more", json!({ "tariffs": { "document_review": { "pence": 3000 } } }));
    routes
        .delete("/v1/reimbursement-policies/{id}", Action::WritePolicies, delete_policy)
        .describe("Delete a draft reimbursement policy", "Once published, a version stays for good.")
        .requires_match()
        .refuses(&["not-editable"]);
    routes
        .post("/v1/reimbursement-policies/{id}/publish", Action::WritePolicies, publish_policy)
        .describe(
            "Publish a reimbursement policy",
            "The version applies from `effective_from` and never changes again. A claim line is worked out by the \
             version with the latest `effective_from` on or before its date; of two with the same `effective_from`, by \
             the one published later. Claims that are already approved do not change.",
        )
        .verb(&LIFE, PolicyVerb::Publish)
        .refuses(&["policy-not-publishable"]);
}

/// The HMRC rates from 6 April 2026.
fn example() -> Value {
    let mut example: Value = serde_json::from_str(include_str!("examples/2026-27.json")).unwrap_or_default();
    example["name"] = json!("Reimbursement policy 2026/27");
    example["effective_from"] = json!("2026-04-06");
    example
}

fn list_policies(reader: &mut Reader<'_>, (): (), filter: &PolicyFilter, page: &Page) -> Result<Rows<PolicyItem>> {
    Ok(store::list(reader, filter, page)?.map(item))
}

fn read_policy(reader: &mut Reader<'_>, id: PolicyId) -> Result<PolicyView> {
    Ok(view(store::find(reader, id)?))
}

fn create_policy(writer: &mut Writer<'_>, (): (), new: PolicyContent) -> Result<Changed<PolicyView>> {
    refuse_if_any(Kind::Invalid, "The terms contradict each other. Correct what `errors` lists.", faults(&new.terms))?;
    let id = store::insert(writer, new)?;
    let view = read_policy(writer, id)?;
    Ok(writer.changed(Change::created(LIFE.resource, id).to(PolicyStatus::Draft), view))
}

fn change_policy(writer: &mut Writer<'_>, id: PolicyId, patch: Patch<PolicyContent>) -> Result<Changed<PolicyView>> {
    let row = draft(writer, id)?;
    let (new, fields) = patch.onto(&row.content)?;
    refuse_if_any(Kind::Invalid, "The terms contradict each other. Correct what `errors` lists.", faults(&new.terms))?;
    if fields.is_empty() {
        let view = read_policy(writer, id)?;
        return Ok(writer.unchanged(view));
    }
    store::save(writer, &row, new)?;
    let view = read_policy(writer, id)?;
    Ok(writer.changed(Change::changed(LIFE.resource, id, row.version + 1).fields(fields), view))
}

fn delete_policy(writer: &mut Writer<'_>, id: PolicyId) -> Result<Changed<()>> {
    let row = draft(writer, id)?;
    store::delete(writer, &row)?;
    Ok(writer.changed(Change::new(LIFE.resource, id, row.version + 1, "remove", "removed"), ()))
}

/// A version that can still be changed, locked.
fn draft(writer: &mut Writer<'_>, id: PolicyId) -> Result<PolicyRow> {
    let row = store::lock(writer, id)?;
    writer.matches(row.version)?;
    if row.status != PolicyStatus::Draft {
        let detail = "A published policy can't be changed. Draft a new version instead.";
        return Err(Refusal::new(Kind::NotEditable, detail).into());
    }
    Ok(row)
}

fn publish_policy(writer: &mut Writer<'_>, id: PolicyId, _: Nothing) -> Result<Changed<PolicyView>> {
    let row = store::lock(writer, id)?;
    let to = writer.step(&LIFE, row.version, row.status, PolicyVerb::Publish)?;
    refuse_if_any(
        Kind::PolicyNotPublishable,
        "The terms contradict each other. Correct what `errors` lists.",
        faults(&row.content.terms),
    )?;
    store::publish(writer, &row, to)?;
    let view = read_policy(writer, id)?;
    let change = Change::step(&LIFE, id, row.version + 1, (row.status, PolicyVerb::Publish, to));
    Ok(writer.changed(change.fields(["published_at", "published_by"]), view))
}

fn faults(terms: &Terms) -> Vec<Fault> {
    terms.faults().into_iter().map(|fault| Fault::at(fault.pointer, fault.code, fault.detail)).collect()
}

/// What a list shows of a version.
fn item(found: PolicyWithNames) -> PolicyItem {
    let (record, PolicyContent { outline, terms: Json(terms) }) = shown(found);
    PolicyItem { record, outline: Fields(outline), terms: PlainFields(terms) }
}

/// The same with its lists.
fn view(found: PolicyWithNames) -> PolicyView {
    let (record, PolicyContent { outline, terms: Json(terms) }) = shown(found);
    PolicyView { record, outline: Fields(outline), terms: Fields(terms) }
}

fn shown((row, created_by, published_by, in_force): PolicyWithNames) -> (PolicyRecord, PolicyContent) {
    let record = PolicyRecord {
        id: row.id,
        version: row.version,
        status: row.status,
        in_force,
        published_at: row.published_at,
        published_by,
        created_at: row.created_at,
        created_by,
        updated_at: row.updated_at,
    };
    (record, row.content)
}
