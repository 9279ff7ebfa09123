//! What leads decided about notes of staff before the person gets them with their own export.
//! Which notes these are is said by each feature (`StaffNotes`); `privacy` shows and withholds them.

use crate::db::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::clock::Instant;
use crate::db::Json;
use crate::db::ids::{ExportReleaseId, VolunteerId};
use crate::db::page::{Page, Rows};
use crate::db::schema::{actors, export_releases};
use crate::db::views::merged_records;
use crate::page_by;
use crate::refusal::Result;
use crate::work::export_rows::rows;
use crate::work::{Reader, Writer};

/// What the record calls a release.
pub const RESOURCE: &str = "export_release";

crate::text_enum! {
    /// Ground on which a note is not given to the person whom it is about (Data Protection Act 2018, Schedules 2 and 3).
    pub enum WithholdingGround {
        /// It would be likely to cause serious harm to the health of the person or of somebody else.
        SeriousHarm = "serious_harm",
        /// It tells about somebody else, who does not agree and whom it would not be reasonable to tell about.
        ThirdParty = "third_party",
        /// Another exemption of the Act.
        OtherExemption = "other_exemption",
    }
}

/// A record whose note is not given to the person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct WithheldNote {
    /// Support contact whose private note it is, or session in whose attendance it stands.
    pub id: Uuid,
    /// Ground.
    pub ground: WithholdingGround,
}

/// A release.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = export_releases, check_for_backend(diesel::pg::Pg))]
pub struct ReleaseRow {
    /// Its id.
    pub id: ExportReleaseId,
    /// Whose export it is.
    pub volunteer_id: VolunteerId,
    /// When the export was made that the lead looked at.
    pub looked_at: Instant,
    /// What is not given out.
    pub withheld: Json<Vec<WithheldNote>>,
    /// When it was released.
    pub created_at: Instant,
}

/// Inserts a release.
///
/// # Errors
/// Database errors.
pub fn insert(
    writer: &mut Writer<'_>,
    of: VolunteerId,
    looked_at: Instant,
    withheld: Vec<WithheldNote>,
) -> Result<ReleaseRow> {
    let row = ReleaseRow {
        id: writer.new_id(),
        volunteer_id: of,
        looked_at,
        withheld: Json(withheld),
        created_at: writer.now(),
    };
    let by = writer.actor_id();
    diesel::insert_into(export_releases::table)
        .values((
            export_releases::id.eq(row.id),
            export_releases::volunteer_id.eq(of),
            export_releases::looked_at.eq(looked_at),
            export_releases::withheld.eq(&row.withheld),
            export_releases::created_at.eq(row.created_at),
            export_releases::created_by.eq(by),
        ))
        .execute(writer.conn)?;
    Ok(row)
}

/// The newest release of a person's export. One of before their records were merged counts no longer: whoever made it had
/// not read what came to the record since.
///
/// # Errors
/// Database errors.
pub fn newest(conn: &mut PgConnection, of: VolunteerId) -> Result<Option<ReleaseRow>> {
    let merged = merged_records::table
        .filter(merged_records::into_id.eq(export_releases::volunteer_id))
        .filter(merged_records::merged_at.ge(export_releases::looked_at));
    let releases = export_releases::table
        .filter(export_releases::volunteer_id.eq(of))
        .filter(diesel::dsl::not(diesel::dsl::exists(merged)));
    Ok(releases.order_by(export_releases::id.desc()).select(ReleaseRow::as_select()).first(conn).optional()?)
}

/// The releases of a person's export, with who made them.
///
/// # Errors
/// Database errors.
pub fn list(reader: &mut Reader<'_>, of: VolunteerId, page: &Page) -> Result<Rows<(ReleaseRow, Option<String>)>> {
    let query = export_releases::table
        .inner_join(actors::table)
        .filter(export_releases::volunteer_id.eq(of))
        .select((ReleaseRow::as_select(), actors::subject))
        .into_boxed();
    Ok(page.load(page_by!(query, page, export_releases::id), reader.conn)?)
}

const RELEASES: &str = "\
SELECT r.id, r.looked_at, r.withheld, a.subject AS created_by, r.created_at
FROM export_releases r JOIN actors a ON a.id = r.created_by WHERE r.volunteer_id = $1 ORDER BY r.id";

/// What was decided about their export.
///
/// # Errors
/// Database errors.
pub fn export(reader: &mut Reader<'_>, of: VolunteerId) -> Result<Value> {
    rows(reader, RELEASES, of)
}
