//! Releasing notes of staff to the person whom they are about, after a lead looked whether they would harm somebody
//! seriously or tell about somebody else; and leaving out of the person's own export what is not released.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use utoipa::ToSchema;
use utoipa::openapi::schema::{Object, ObjectBuilder, Type};
use validator::{Validate, ValidationErrors};

use crate::clock::Instant;
use crate::db::ids::{ExportReleaseId, VolunteerId};
use crate::db::page::{Page, Rows};
use crate::features::FEATURES;
use crate::http::answer::shows;
use crate::http::body::rule;
use crate::http::{Keyed, Represent};
use crate::people::volunteers;
use crate::people::volunteers::releases::{self, ReleaseRow, WithheldNote};
use crate::refusal::{Fault, Kind, Refusal, Result, refuse_unknown};
use crate::work::access_log::{self, Category, SensitiveRead};
use crate::work::feature::StaffNotes;
use crate::work::{Change, Changed, Reader, Writer};

/// Release of the notes that staff wrote about a volunteer, after a look at the export that has them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct NewExportRelease {
    /// `exported_at` of the export that you read; notes written later stay withheld.
    pub exported_at: Instant,
    /// Confirmation that no note which is released would be likely to cause serious harm to anybody's health; must be
    /// true.
    #[schema(schema_with = only_true)]
    pub no_serious_harm: bool,
    /// Confirmation that no note which is released tells about somebody else without their agreement, unless that is
    /// reasonable; must be true.
    #[schema(schema_with = only_true)]
    pub no_third_parties: bool,
    /// Records whose notes stay withheld, each with the ground.
    #[serde(default)]
    #[schema(max_items = 500)]
    pub withheld: Vec<WithheldNote>,
}

fn only_true() -> Object {
    ObjectBuilder::new()
        .schema_type(Type::Boolean)
        .enum_values(Some([true]))
        .description(Some("Confirmation; must be true. Withhold the notes of which it is not."))
        .build()
}

impl Validate for NewExportRelease {
    fn validate(&self) -> Result<(), ValidationErrors> {
        let mut errors = ValidationErrors::new();
        for (confirmed, pointer) in
            [(self.no_serious_harm, "/no_serious_harm"), (self.no_third_parties, "/no_third_parties")]
        {
            if !confirmed {
                errors.add(
                    "__all__",
                    rule(pointer, "not-allowed", "must be true: withhold the notes of which it is not"),
                );
            }
        }
        if errors.is_empty() { Ok(()) } else { Err(errors) }
    }
}

/// Filters for the list of releases: none.
#[derive(Debug, Deserialize, ToSchema)]
pub struct ExportReleaseFilter {}

/// A release of notes that staff wrote about a volunteer.
#[derive(Debug, Serialize, ToSchema)]
pub struct ExportReleaseView {
    /// Unique identifier (UUIDv7).
    pub id: ExportReleaseId,
    /// Always 1: a release never changes; the newest counts.
    pub version: i32,
    /// Volunteer whose export it is.
    pub volunteer_id: VolunteerId,
    /// When the export was made that the lead read; notes written later are not released.
    pub exported_at: Instant,
    /// Records whose notes stay withheld, each with the ground.
    pub withheld: Vec<WithheldNote>,
    /// When the notes were released.
    pub created_at: Instant,
    /// Who released them: the subject of their token.
    pub created_by: Option<String>,
    /// When they were released; a release never changes.
    pub updated_at: Instant,
}

impl Represent for ExportReleaseView {
    shows!(ExportRelease, |it| [(it.volunteer_id, Some(it.id.into()))]);

    fn etag(&self) -> Option<String> {
        Some(self.version.to_string())
    }

    fn location(&self) -> Option<String> {
        // A release has no address of its own; the list shows it.
        Some(format!("/v1/volunteers/{}/export-releases", self.volunteer_id))
    }
}

impl Keyed for ExportReleaseView {
    shows!(ExportRelease, |it| [(it.volunteer_id, Some(it.id.into()))]);

    fn key(&self) -> uuid::Uuid {
        self.id.into()
    }
}

fn view((row, created_by): (ReleaseRow, Option<String>)) -> ExportReleaseView {
    ExportReleaseView {
        id: row.id,
        version: 1,
        volunteer_id: row.volunteer_id,
        exported_at: row.looked_at,
        withheld: row.withheld.0,
        created_at: row.created_at,
        created_by,
        updated_at: row.created_at,
    }
}

pub(super) fn list_export_releases(
    reader: &mut Reader<'_>,
    of: VolunteerId,
    _: &ExportReleaseFilter,
    page: &Page,
) -> Result<Rows<ExportReleaseView>> {
    volunteers::visible(reader, of)?.ok_or_else(Refusal::not_found)?;
    Ok(releases::list(reader, of, page)?.map(view))
}

pub(super) fn release_export(
    writer: &mut Writer<'_>,
    of: VolunteerId,
    new: NewExportRelease,
) -> Result<Changed<ExportReleaseView>> {
    let person = volunteers::visible(writer, of)?.ok_or_else(Refusal::not_found)?;
    volunteers::editable(person.status, std::iter::empty())?;
    volunteers::not_about_oneself(writer, of)?;
    let look = SensitiveRead { volunteer: of, what: Category::Export, thing: None };
    let by = writer.actor_id();
    if !access_log::was_read(writer.conn, look, by, new.exported_at)? {
        let detail = "You have not read an export of this volunteer that was made at that moment. Read it first.";
        return Err(Refusal::new(Kind::ExportNotRead, detail).into());
    }
    are_notes_of(writer, of, &new.withheld)?;
    let row = releases::insert(writer, of, new.exported_at, new.withheld)?;
    let subject = writer.actor()?.subject.clone();
    let change = Change::created(releases::RESOURCE, row.id);
    Ok(writer.changed(change, view((row, Some(subject)))))
}

/// What is to be withheld is a note about this person: an id that is none would withhold nothing without a word.
fn are_notes_of(writer: &mut Writer<'_>, of: VolunteerId, withheld: &[WithheldNote]) -> Result<()> {
    if withheld.is_empty() {
        return Ok(());
    }
    let mut known: BTreeSet<String> = BTreeSet::new();
    for feature in FEATURES {
        for notes in feature.staff_notes {
            let part = feature.export.iter().find(|part| part.name == notes.part);
            let rows = part.map(|part| (part.rows)(writer, of)).transpose()?.unwrap_or_default();
            let rows = rows.as_array().into_iter().flatten().filter(|row| !row[notes.note].is_null());
            known.extend(rows.filter_map(|row| row[notes.id].as_str().map(str::to_owned)));
        }
    }
    let unknown = withheld.iter().enumerate().filter(|(_, note)| !known.contains(&note.id.to_string()));
    let fault = |(position, _): (usize, &WithheldNote)| {
        let detail = "is not the id of a record with a note about this volunteer";
        Fault::at(format!("/withheld/{position}/id"), "unknown-reference", detail)
    };
    Ok(refuse_unknown(unknown.map(fault).collect())?)
}

/// What a person is told about notes that their own export does not have.
const WHY: &str = "Staff wrote these notes for themselves. You get them after an involvement lead has looked whether they \
    would cause serious harm or tell about somebody else (UK GDPR; Data Protection Act 2018, Schedules 2 and 3). Ask an \
    involvement lead to look.";

/// Says in an export how many notes are not released to the person, and takes them out of the person's own.
pub(super) fn withhold(document: &mut Map<String, Value>, release: Option<&ReleaseRow>, own: bool) {
    let mut count = 0;
    for notes in FEATURES.iter().flat_map(|feature| feature.staff_notes) {
        let rows = document.get_mut(notes.part).and_then(Value::as_array_mut);
        for row in rows.into_iter().flatten().filter(|row| !row[notes.note].is_null()) {
            if !release.is_some_and(|release| covers(release, notes, row)) {
                count += 1;
                if own {
                    row[notes.note] = Value::Null;
                }
            }
        }
    }
    let released_at = release.map(|release| release.created_at);
    let told = json!({ "notes": count, "released_at": released_at, "why": (count > 0).then_some(WHY) });
    document.insert("withheld".to_owned(), told);
}

/// Whether a release is of the note in a row.
fn covers(release: &ReleaseRow, notes: &StaffNotes, row: &Value) -> bool {
    let text = |name: &str| row[name].as_str().unwrap_or_default();
    let written: Option<Instant> = text(notes.written_at).parse().ok();
    let id = text(notes.id);
    written.is_some_and(|at| at <= release.looked_at)
        && !release.withheld.0.iter().any(|note| note.id.to_string() == id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::Json;
    use crate::people::volunteers::releases::WithholdingGround::SeriousHarm;

    const NOTES: StaffNotes =
        StaffNotes { part: "attendance", id: "session_id", note: "note", written_at: "recorded_at" };

    #[test]
    fn a_release_is_of_what_the_lead_saw_and_did_not_withhold() {
        let (one, other) = (uuid::Uuid::from_u128(1), uuid::Uuid::from_u128(2));
        let at = |text: &str| text.parse::<Instant>().unwrap();
        let release = ReleaseRow {
            id: uuid::Uuid::nil().into(),
            volunteer_id: uuid::Uuid::nil().into(),
            looked_at: at("2026-06-15T10:00:00Z"),
            withheld: Json(vec![WithheldNote { id: other, ground: SeriousHarm }]),
            created_at: at("2026-06-15T11:00:00Z"),
        };
        for (id, written, covered) in [
            (one, "2026-06-15T10:00:00Z", true),
            (one, "2026-06-15T10:00:00.000001Z", false),
            (one, "2026-06-15T10:30:00Z", false),
            (other, "2026-06-14T10:00:00Z", false),
            (one, "no time", false),
        ] {
            let row = json!({ "session_id": id, "note": "A note.", "recorded_at": written });
            assert_eq!(covers(&release, &NOTES, &row), covered, "{id} {written}");
        }
    }
}
