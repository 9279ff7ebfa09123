//! The operations on a plan's comments: list, create, resolve.
//! Members and staff see the same comments.

use std::collections::HashMap;

use serde_json::json;

use crate::access::{Action, Viewer, Viewers};
use crate::db::ids::{PlanCommentId, PlanId, VolunteerId};
use crate::db::page::{Page, Rows};
use crate::http::Routes;
use crate::people::volunteers;
use crate::plans::comments::status::{CommentStatus, CommentVerb, LIFE};
use crate::plans::comments::store::{self, Found};
use crate::plans::comments::views::{
    CommentAnswer, CommentAuthor, CommentAuthorKind, NewPlanComment, PlanCommentFilter, PlanCommentView,
};
use crate::plans::{facts, store as plans};
use crate::refusal::{Refusal, Result};
use crate::work::{Change, Changed, Reader, Writer};

/// Declares the operations.
pub(in crate::plans) fn routes(routes: &mut Routes) {
    routes.list("/v1/plans/{id}/comments", Some(Action::ReadPlans), list_plan_comments).describe(
        "List the comments on a plan",
        "Newest first. Staff, involvement leads and the members of the plan see every comment, its author and its \
         answer.",
    );
    routes
        .create("/v1/plans/{id}/comments", Action::CommentOnPlans, comment_on_plan)
        .describe(
            "Comment on a plan",
            "Possible while the plan is draft, submitted or approved. `pointer` names the part of the plan that the comment \
             is about. Open comments do not prevent approval; the plan and its readiness show how many there are.",
        )
        .refuses(&["not-editable"])
        .example(
            "about the evenings",
            json!({ "text": "Evenings are hard for carers. Could one be at lunchtime?", "pointer": "/requirements/commitment" }),
        );
    routes
        .post("/v1/plans/{id}/comments/{comment_id}/resolve", Action::WritePlans, resolve_plan_comment)
        .describe(
            "Resolve a comment",
            "Marks the comment as dealt with. Everyone who can see the comment sees the `answer`, too.",
        )
        .verb(&LIFE, CommentVerb::Resolve)
        .example("taken up", json!({ "answer": "The second workshop is at lunchtime now." }));
}

fn list_plan_comments(
    reader: &mut Reader<'_>,
    plan: PlanId,
    filter: &PlanCommentFilter,
    page: &Page,
) -> Result<Rows<PlanCommentView>> {
    let member = plans::reader_of(reader, plan)?;
    let viewer = viewer(reader, member);
    let rows = store::list(reader, plan, filter.status.as_ref(), page)?;
    let ids: Vec<VolunteerId> = rows.rows.iter().filter_map(|(row, ..)| row.volunteer_id).collect();
    let names = names(reader, &ids)?;
    Ok(rows.map(|found| view(found, &names, viewer)))
}

fn comment_on_plan(writer: &mut Writer<'_>, plan: PlanId, new: NewPlanComment) -> Result<Changed<PlanCommentView>> {
    let member = plans::reader_of(writer, plan)?;
    facts::hold_open(writer, plan, None)?;
    let id = store::insert(writer, plan, member, &new)?;
    let view = read(writer, id, member)?;
    Ok(writer.changed(Change::created(LIFE.resource, id).to(CommentStatus::Open), view))
}

fn resolve_plan_comment(
    writer: &mut Writer<'_>,
    (plan, id): (PlanId, PlanCommentId),
    body: CommentAnswer,
) -> Result<Changed<PlanCommentView>> {
    facts::visible(writer, plan)?.ok_or_else(Refusal::not_found)?;
    let row = store::lock(writer, plan, id)?;
    let to = writer.step(&LIFE, row.version, row.status, CommentVerb::Resolve)?;
    store::resolve(writer, &row, body.answer.as_deref())?;
    let view = read(writer, id, None)?;
    let change = Change::step(&LIFE, id, row.version + 1, (row.status, CommentVerb::Resolve, to));
    Ok(writer.changed(change.fields(["answer", "resolved_at", "resolved_by"]), view))
}

/// Whom the caller is to comments: the plan is a member's own.
fn viewer(reader: &Reader<'_>, member: Option<VolunteerId>) -> Viewers {
    if member.is_some() { Viewers::of(&[Viewer::Own]) } else { reader.grant().viewer() }
}

fn read(reader: &mut Reader<'_>, id: PlanCommentId, member: Option<VolunteerId>) -> Result<PlanCommentView> {
    let found = store::find(reader, id)?;
    let ids: Vec<VolunteerId> = found.0.volunteer_id.into_iter().collect();
    let names = names(reader, &ids)?;
    Ok(view(found, &names, viewer(reader, member)))
}

/// Names of members by id, in one query; erased members are left out.
fn names(reader: &mut Reader<'_>, ids: &[VolunteerId]) -> Result<HashMap<VolunteerId, String>> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let people = volunteers::facts_of(reader.conn, ids)?;
    Ok(people.into_iter().map(|person| (person.id, person.called)).filter(|(_, name)| !name.is_empty()).collect())
}

fn view((row, said_by, resolved_by): Found, names: &HashMap<VolunteerId, String>, viewer: Viewers) -> PlanCommentView {
    let author = match row.volunteer_id {
        Some(id) => {
            CommentAuthor { kind: CommentAuthorKind::Member, name: names.get(&id).cloned(), volunteer_id: Some(id) }
        }
        None => CommentAuthor { kind: CommentAuthorKind::Staff, name: said_by.clone(), volunteer_id: None },
    };
    PlanCommentView {
        id: row.id,
        version: row.version,
        plan_id: row.plan_id,
        status: row.status,
        pointer: row.pointer,
        text: row.text,
        author,
        answer: row.answer,
        resolved_at: row.resolved_at,
        resolved_by,
        created_at: row.created_at,
        created_by: viewer.shown(PlanCommentView::CREATED_BY, || said_by),
        updated_at: row.updated_at,
    }
}
