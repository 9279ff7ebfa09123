//! The operations on feedback.
//! The public list of published feedback is in `public`.

use serde_json::json;

use crate::access::{Action, Viewer, Viewers};
use crate::db::ids::{FeedbackId, PlanId, ServiceId, VolunteerId};
use crate::db::page::{Page, Rows};
use crate::deliveries::{self, About, Recipient};
use crate::documents::{HTML, Layout};
use crate::feedback::poster::poster;
use crate::feedback::rules;
use crate::feedback::said_and_done::{SaidAndDoneFilter, SaidAndDoneFormat, YouSaidWeDid, any_of_plan, published};
use crate::feedback::status::{Decision, FeedbackStatus, FeedbackVerb, LIFE};
use crate::feedback::store::{self, FeedbackAndCreator, FeedbackRow};
use crate::feedback::views::{FeedbackFilter, FeedbackItem, FeedbackView, NewFeedback, Response};
use crate::http::{Fields, Listed, Nothing, Patch, Routes};
use crate::people::volunteers;
use crate::plans;
use crate::refusal::{Refusal, Result};
use crate::work::{Change, Changed, Reader, Writer};

/// Declares the operations.
pub fn routes(routes: &mut Routes) {
    routes.tag("Feedback", "\"You said, we did\": what people said, what was decided, and what was done.");
    items(routes);
    verbs(routes);
    said_and_done(routes);
}

fn items(routes: &mut Routes) {
    routes.list("/v1/feedback", Some(Action::ReadFeedback), list_feedback).describe(
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
        "Only staff and leads get `contributors`. Every volunteer can get published items.",
    );
    routes
        .patch("/v1/feedback/{id}", Action::WriteFeedback, change_feedback)
        .describe("Change an item of feedback", "Possible until it is published. The plan can't be changed.")
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
             the decision by their preferred contact method.",
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
        .describe("Publish feedback", "Everybody can then read it. Contributors are told in the same moment.")
        .verb(&LIFE, FeedbackVerb::Publish);
}

fn said_and_done(routes: &mut Routes) {
    routes
        .list("/v1/plans/{id}/you-said-we-did", Some(Action::ReadYouSaidWeDid), list_you_said_we_did)
        .describe(
            "List a plan's published feedback",
            "\"You said, we did\": the plan's published feedback, newest first, without names. With `format=html`, the \
             same page of the list as an accessible A4 poster. Whoever can't read the plan finds it once something of \
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
    Ok(FeedbackView { item: item(found, viewer), contributors })
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
    store::save(writer, &row, &new, fields.iter().any(|field| field == "contributors"))?;
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
    let (we_did, because) = (response.we_did.as_deref(), response.because.as_deref());
    notify(writer, &row, &rules::message(Some(response.decision), we_did, because, false))?;
    let view = read_feedback(writer, id)?;
    Ok(writer.changed(Change::step(&LIFE, id, row.version + 1, (row.status, verb, to)), view))
}

fn publish_feedback(writer: &mut Writer<'_>, id: FeedbackId, _: Nothing) -> Result<Changed<FeedbackView>> {
    let row = store::lock(writer, id)?;
    let verb = FeedbackVerb::Publish;
    let to = writer.step(&LIFE, row.version, row.status, verb)?;
    store::publish(writer, &row)?;
    notify(writer, &row, &rules::message(row.decision, row.we_did.as_deref(), row.because.as_deref(), true))?;
    let view = read_feedback(writer, id)?;
    Ok(writer.changed(Change::step(&LIFE, id, row.version + 1, (row.status, verb, to)), view))
}

/// Tells everyone who contributed, fifty at most.
fn notify(writer: &mut Writer<'_>, row: &FeedbackRow, message: &str) -> Result<()> {
    let contributors = store::contributors(writer.conn, row.id)?.into_iter();
    let recipients: Vec<Recipient> = contributors
        .map(|volunteer| Recipient { volunteer, service: Some(row.service_id), subject: row.id.into() })
        .collect();
    deliveries::notify_all(writer, About::FeedbackDecided, LIFE.resource, &recipients, Some(message))
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

/// What decides whom the caller is to each of some items.
struct Sight {
    caller: Viewers,
    services: Vec<ServiceId>,
    own: Vec<FeedbackId>,
}

impl Sight {
    fn over(reader: &mut Reader<'_>, found: &[FeedbackAndCreator]) -> Result<Self> {
        let caller = reader.grant().viewer();
        let services = store::own_services(reader)?;
        let own = match reader.grant().own() {
            None => Vec::new(),
            Some(person) => {
                let ids: Vec<FeedbackId> = found.iter().map(|(row, ..)| row.id).collect();
                store::contributed(reader.conn, &ids, person)?
            }
        };
        Ok(Self { caller, services, own })
    }

    /// Whom the caller is to an item: it is a volunteer's own if they contributed to it.
    fn viewer(&self, row: &FeedbackRow) -> Viewers {
        let staff = self.services.contains(&row.service_id);
        self.caller.only_if(Viewer::Service, staff).only_if(Viewer::Own, self.own.contains(&row.id))
    }
}

fn item((row, created_by, names): FeedbackAndCreator, viewer: Viewers) -> FeedbackItem {
    FeedbackItem {
        id: row.id,
        version: row.version,
        service_id: row.service_id,
        names,
        status: row.status,
        content: Fields(row.content),
        decision: row.decision,
        we_did: row.we_did,
        because: row.because,
        published_at: row.published_at,
        created_at: row.created_at,
        created_by: viewer.shown(FeedbackItem::CREATED_BY, || created_by),
        updated_at: row.updated_at,
    }
}
