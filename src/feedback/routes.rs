//! The operations on feedback.
//! The public list of published feedback is in `public`.

use serde_json::json;

use crate::access::Action;
use crate::db::ids::{FeedbackId, PlanId, VolunteerId};
use crate::db::page::{Page, Rows};
use crate::deliveries::{self, About, Recipient};
use crate::documents::{HTML, Layout};
use crate::feedback::poster::poster;
use crate::feedback::rules;
use crate::feedback::said_and_done::{SaidAndDoneFilter, SaidAndDoneFormat, YouSaidWeDid, any_of_plan, published};
use crate::feedback::show::{Sight, item};
use crate::feedback::status::{Decision, FeedbackStatus, FeedbackVerb, LIFE};
use crate::feedback::store::{self, FeedbackRow};
use crate::feedback::views::{FeedbackFilter, FeedbackItem, FeedbackView, NewFeedback, Publication, Response, Told};
use crate::http::{Listed, Patch, Routes};
use crate::people::volunteers;
use crate::plans;
use crate::refusal::{Happened, Refusal, Result};
use crate::work::{Change, Changed, Reader, Writer};

/// Declares the operations.
pub fn routes(routes: &mut Routes) {
    routes.tag("Feedback", "\"You said, we did\": what people said, what was decided, and what was done.");
    items(routes);
    verbs(routes);
    said_and_done(routes);
}

fn items(routes: &mut Routes) {
    routes.list_with_csv("/v1/feedback", Action::ReadFeedback, list_feedback).describe(
        "List feedback",
        "Newest first. Volunteers get feedback that they contributed to and published feedback, never who else \
         contributed.",
    );
    routes
        .create("/v1/feedback", Action::GiveFeedback, give_feedback)
        .describe(
            "Give feedback",
            "Records feedback on a plan that is not completed. Volunteers give feedback on plans they are engaged \
             with, and are recorded as its contributor.",
        )
        .refuses(&["unknown-reference", "field-forbidden", "not-editable"])
        .example("after a session", json!({
            "plan_id": "019d5fdf-e939-7000-8000-000000000001", "you_said": "The waiting room has nowhere quiet to sit.",
            "theme": "Waiting room", "source": "session",
        }));
    routes.get("/v1/feedback/{id}", Action::ReadFeedback, read_feedback).describe(
        "Get an item of feedback",
        "Only staff and leads get `contributors`. Every volunteer can get published items. `behind_it` says how many people, \
         hours and pounds stand behind a published item: everybody who attended a session of its plan or said it, the \
         planned length of these sessions, and what was approved in claims on the plan, all up to the publication. It is \
         rounded down; staff and leads also get the figures as they were counted (`behind_it_exactly`).",
    );
    routes
        .patch("/v1/feedback/{id}", Action::WriteFeedback, change_feedback)
        .describe(
            "Change an item of feedback",
            "Possible until it is published. The plan can't be changed. Contributors named after the response are told it, \
             too.",
        )
        .refuses(&["not-editable", "unknown-reference"])
        .example("group it", json!({ "theme": "Waiting room" }));
}

fn verbs(routes: &mut Routes) {
    routes
        .post("/v1/feedback/{id}/respond", Action::WriteFeedback, respond_to_feedback)
        .describe(
            "Respond to feedback",
            "Records what is decided and done. A published item is no longer published until it is published again. \
             `exploring` counts as undecided, and can't be chosen once the plan is completed. Contributors are told \
             the decision by their preferred contact method; the same decision in the same words is told once.",
        )
        .verb(&LIFE, FeedbackVerb::Respond)
        .refuses(&["not-editable"])
        .example(
            "not, because",
            json!({ "decision": "not_doing", "because": "The room belongs to another trust; we have asked them." }),
        )
        .example("done", json!({ "decision": "done", "we_did": "A quiet corner with four chairs was set up." }));
    routes
        .post("/v1/feedback/{id}/publish", Action::PublishFeedback, publish_feedback)
        .describe(
            "Publish feedback",
            "Everybody can then read it, with what stands behind it (`behind_it`), which is counted now. Whoever said it hears first: each contributor's delivery about the decision must be \
             done, or `told` says how they were told, which takes their deliveries off the work list.",
        )
        .verb(&LIFE, FeedbackVerb::Publish)
        .refuses(&["contributors-not-told"])
        .example("told at the forum", json!({ "told": { "on": "2026-11-23", "how": "meeting" } }));
}

fn said_and_done(routes: &mut Routes) {
    routes
        .list("/v1/plans/{id}/you-said-we-did", Some(Action::ReadYouSaidWeDid), list_you_said_we_did)
        .describe(
            "List a plan's published feedback",
            "\"You said, we did\": the plan's published feedback, newest first, without names. With `format=html`, the \
             same page of the list as an accessible A4 poster. `behind_it` says how many people, hours and pounds stand behind \
             each change, rounded down, where at least 5 people are behind it. Whoever can't read the plan finds it once something of \
             it is published.",
        )
        .formats(&[("json", "application/json"), ("html", HTML)]);
}

fn list_feedback(reader: &mut Reader<'_>, (): (), filter: &FeedbackFilter, page: &Page) -> Result<Rows<FeedbackItem>> {
    let rows = store::list(reader, filter, page)?;
    let sight = Sight::over(reader, &rows.rows)?;
    Ok(rows.map(|found| {
        let viewer = sight.viewer(&found.0);
        item(found, viewer)
    }))
}

fn read_feedback(reader: &mut Reader<'_>, id: FeedbackId) -> Result<FeedbackView> {
    let found = [store::find(reader, id)?];
    let sight = Sight::over(reader, &found)?;
    let [found] = found;
    let viewer = sight.viewer(&found.0);
    let contributors = viewer.shown(FeedbackView::CONTRIBUTORS, || store::contributors(reader.conn, id)).transpose()?;
    let told =
        viewer.shown(FeedbackView::TOLD, || found.0.told_on.zip(found.0.told_how).map(|(on, how)| Told { on, how }));
    let counted = found.0.behind;
    let behind_it = counted.in_public();
    // They see the attendance and the claims of the plan anyway.
    let behind_it_exactly = viewer.shown(FeedbackView::BEHIND_IT_EXACTLY, || counted.exact());
    Ok(FeedbackView { item: item(found, viewer), contributors, told, behind_it, behind_it_exactly })
}

fn give_feedback(writer: &mut Writer<'_>, (): (), mut new: NewFeedback) -> Result<Changed<FeedbackView>> {
    let plan = if writer.grant().only_own() {
        own_plan(writer, &mut new)?
    } else {
        plans::visible(writer, new.content.plan_id)?
    };
    let plan = plan.ok_or_else(|| Refusal::unknown_reference("/plan_id"))?;
    contributors_seen(writer, &new.contributors)?;
    let state = plans::hold(writer, plan.id)?.ok_or_else(|| Refusal::unknown_reference("/plan_id"))?;
    rules::plan_open(state, "/plan_id")?;
    let id = store::insert(writer, plan.service_id, &new)?;
    let view = read_feedback(writer, id)?;
    Ok(writer.changed(Change::created(LIFE.resource, id).to(FeedbackStatus::Open), view))
}

/// The plan, if the volunteer who gives feedback for themselves is engaged with it.
fn own_plan(writer: &mut Writer<'_>, new: &mut NewFeedback) -> Result<Option<plans::PlanFacts>> {
    let Some(own) = writer.grant().own() else { return Ok(None) };
    if new.contributors.iter().any(|person| *person != own) {
        return Err(Refusal::field_forbidden(&["contributors"]).into());
    }
    new.contributors = vec![own];
    if volunteers::engaged_in_plan(writer.conn, own, new.content.plan_id)? {
        plans::facts(writer.conn, new.content.plan_id)
    } else {
        Ok(None)
    }
}

fn contributors_seen(writer: &mut Writer<'_>, people: &[VolunteerId]) -> Result<()> {
    if people.is_empty() {
        return Ok(());
    }
    let seen = volunteers::visible_among(writer, people)?;
    Ok(rules::unknown_contributors(people, &seen)?)
}

fn change_feedback(
    writer: &mut Writer<'_>,
    id: FeedbackId,
    patch: Patch<NewFeedback>,
) -> Result<Changed<FeedbackView>> {
    let row = store::lock(writer, id)?;
    writer.matches(row.version)?;
    let named = store::contributors(writer.conn, id)?;
    let (new, fields) = patch.onto(&row.written(named.clone()))?;
    rules::editable(row.status, patch.fields(), new.content.plan_id == row.content.plan_id)?;
    if fields.is_empty() {
        let view = read_feedback(writer, id)?;
        return Ok(writer.unchanged(view));
    }
    if new.contributors.iter().any(|person| !named.contains(person)) {
        let mut seen = volunteers::visible_among(writer, &new.contributors)?;
        seen.extend(named);
        rules::unknown_contributors(&new.contributors, &seen)?;
    }
    let people_changed = fields.iter().any(|field| field == "contributors");
    store::save(writer, &row, &new, people_changed)?;
    if let Some(response) = row.response().filter(|_| people_changed) {
        // Whoever is no longer named is told nothing, and whoever is named now hears, too.
        deliveries::supersede_of(writer, &[About::FeedbackDecided], LIFE.resource, &[id.into()])?;
        let untold = store::untold(writer.conn, id)?;
        notify(writer, &row, &response, untold)?;
    }
    let view = read_feedback(writer, id)?;
    Ok(writer.changed(Change::changed(LIFE.resource, id, row.version + 1).fields(fields), view))
}

fn respond_to_feedback(writer: &mut Writer<'_>, id: FeedbackId, response: Response) -> Result<Changed<FeedbackView>> {
    let row = store::lock(writer, id)?;
    let verb = FeedbackVerb::Respond;
    let to = writer.step(&LIFE, row.version, row.status, verb)?;
    if response.decision == Decision::Exploring
        && let Some(plan) = plans::hold(writer, row.content.plan_id)?
    {
        rules::plan_open(plan, "/decision")?;
    }
    store::respond(writer, &row, &response)?;
    if row.response().as_ref() != Some(&response) {
        let contributors = store::contributors(writer.conn, id)?;
        notify(writer, &row, &response, contributors)?;
    }
    let view = read_feedback(writer, id)?;
    Ok(writer.changed(Change::step(&LIFE, id, row.version + 1, (row.status, verb, to)), view))
}

fn publish_feedback(
    writer: &mut Writer<'_>,
    id: FeedbackId,
    publication: Publication,
) -> Result<Changed<FeedbackView>> {
    let row = store::lock(writer, id)?;
    let verb = FeedbackVerb::Publish;
    let to = writer.step(&LIFE, row.version, row.status, verb)?;
    // What was said of telling them holds as long as the response does.
    let kept = row.told_on.zip(row.told_how).map(|(on, how)| Told { on, how });
    let told = publication.told.or(kept);
    match told {
        Some(told) => {
            let responded = row.responded_at.unwrap_or(row.created_at).london_day();
            Happened::since(responded, "the response", writer.today()).check("/told/on", Some(told.on))?;
            deliveries::supersede_of(writer, &[About::FeedbackDecided], LIFE.resource, &[id.into()])?;
        }
        None => {
            let untold = store::untold(writer.conn, id)?;
            if !untold.is_empty() {
                rules::told_first(&store::contributors(writer.conn, id)?, &untold)?;
            }
        }
    }
    store::publish(writer, &row, told)?;
    let view = read_feedback(writer, id)?;
    let told = publication.told.map(|_| ["told_on", "told_how"]);
    let change = Change::step(&LIFE, id, row.version + 1, (row.status, verb, to));
    Ok(writer.changed(change.fields(told.into_iter().flatten()), view))
}

/// Tells people who contributed what was decided, fifty at most.
fn notify(writer: &mut Writer<'_>, row: &FeedbackRow, response: &Response, people: Vec<VolunteerId>) -> Result<()> {
    let (we_did, because) = (response.we_did.as_deref(), response.because.as_deref());
    let message = rules::message(Some(response.decision), we_did, because);
    let recipients: Vec<Recipient> = people
        .into_iter()
        .map(|volunteer| Recipient { volunteer, service: Some(row.service_id), subject: row.id.into(), route: None })
        .collect();
    deliveries::notify_all(writer, About::FeedbackDecided, LIFE.resource, &recipients, Some(&message))
}

fn list_you_said_we_did(
    reader: &mut Reader<'_>,
    plan: PlanId,
    asked: &SaidAndDoneFilter,
    page: &Page,
) -> Result<Listed<YouSaidWeDid>> {
    // Of a plan that they can't read, people learn nothing before something of it is published, not even its title.
    let found = published(reader, Some(plan), page)?;
    let facts = match plans::readable(reader, plan)? {
        None if !found.rows.is_empty() || any_of_plan(reader.conn, plan)? => plans::facts(reader.conn, plan)?,
        readable => readable,
    };
    let facts = facts.ok_or_else(Refusal::not_found)?;
    match asked.format.unwrap_or(SaidAndDoneFormat::Json) {
        SaidAndDoneFormat::Json => Ok(Listed::Items(found)),
        SaidAndDoneFormat::Html => {
            poster(reader, &facts, found, asked.layout.unwrap_or(Layout::Standard)).map(Listed::Content)
        }
    }
}
