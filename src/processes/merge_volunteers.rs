//! Making two records of one person one. What comes of them is in `people::volunteers::merging`; the database moves the rows of
//! all features, and says what stands in the way (ADR 26). A clearance of one record may take over from one of the other: then
//! nobody is reminded of that one.

use serde_json::json;

use crate::access::Action;
use crate::db::ids::VolunteerId;
use crate::deliveries::{self, About};
use crate::http::Routes;
use crate::people::clearances::{self, reminders};
use crate::people::volunteers::views::VolunteerView;
use crate::people::volunteers::{self, LIFE, Merging, VolunteerVerb};
use crate::refusal::Result;
use crate::work::{Changed, Writer};

/// Declares the operation.
pub(super) fn routes(routes: &mut Routes) {
    routes
        .within("Volunteers")
        .post("/v1/volunteers/{id}/merge", Action::MergeVolunteers, merge_volunteers)
        .describe(
            "Merge a volunteer into another record of the same person",
            "For somebody who has two records (`possible_duplicate`). Everything of this record moves to the record in \
             `into`, which is the answer: expressions of interest, agreements, attendance, claims, payments, clearances, \
             messages and log-ins. Where both profiles say something, that of `into` counts; empty fields are filled, and \
             needs, adjustments, interests, skills and memberships are united. Payee numbers that only this record has are \
             proposed for the other one, and finance confirms them. This can't be undone. From then on this record's \
             address answers `301` with the address of the other one, and a change of it is refused with `merged`. What \
             the two records contradict each other in is refused with all of it in `errors`: settle it first. Nobody \
             merges their own records.",
        )
        .verb(&LIFE, VolunteerVerb::Merge)
        .refuses(&["merge-conflicts", "merged", "unknown-reference", "segregation-of-duties"])
        .example("into the record of before", json!({ "into": "019d5fdf-c000-7000-8000-000000000001" }));
}

fn merge_volunteers(writer: &mut Writer<'_>, from: VolunteerId, body: Merging) -> Result<Changed<VolunteerView>> {
    let two = volunteers::hold_two(writer, from, body.into)?;
    volunteers::merge(writer, two)?;
    let over: Vec<uuid::Uuid> = reminders::over(writer.conn, body.into)?.into_iter().map(Into::into).collect();
    deliveries::supersede_of(writer, &[About::ClearanceExpiring], clearances::RESOURCE, &over)?;
    let view = volunteers::written(writer, body.into)?;
    Ok(writer.unchanged(view))
}
