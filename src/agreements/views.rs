//! An agreement as clients see it, and the filters of its list.
//! What they write is in `content`, the bodies of the verbs in `bodies`.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::agreements::AgreementStatus;
use crate::agreements::bodies::AcceptedHow;
use crate::agreements::content::AgreementContent;
use crate::clock::{Day, Instant};
use crate::db::ids::{AgreementId, OpportunityId, PlanId, ServiceId, VolunteerId};
use crate::http::answer::{shows, stands};
use crate::http::table::{TableFormat, TableQuery};
use crate::http::{Keyed, PlainFields, Represent};
use crate::policies::Promised;
use crate::text::Email;
use crate::work::names::AgreementNames;

/// Filters for the list of agreements.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct AgreementFilter {
    /// Only agreements with these volunteers; several separated by commas.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub volunteer_id: Option<Vec<VolunteerId>>,
    /// Only agreements for these opportunities; several separated by commas.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub opportunity_id: Option<Vec<OpportunityId>>,
    /// Only agreements for these services; several separated by commas.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub service_id: Option<Vec<ServiceId>>,
    /// Only agreements whose link person has this e-mail address; upper and lower case are the same.
    #[serde(default)]
    pub link_person_email: Option<Email>,
    /// Only agreements with one of these statuses; several separated by commas.
    #[serde(default)]
    #[schema(max_items = 10)]
    pub status: Option<Vec<AgreementStatus>>,
    /// `csv` for every agreement that matches, for a spreadsheet; a page as JSON by default.
    #[serde(default)]
    pub format: Option<TableFormat>,
}

impl TableQuery for AgreementFilter {
    fn format(&self) -> Option<TableFormat> {
        self.format
    }
}

type ItemFields = PlainFields<AgreementContent>;

/// An agreement in a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct AgreementItem {
    /// Unique identifier (UUIDv7).
    pub id: AgreementId,
    /// Version, counted from 1; send it in If-Match to change the record.
    pub version: i32,
    /// Status of the agreement.
    pub status: AgreementStatus,
    /// Plan that the opportunity belongs to.
    pub plan_id: PlanId,
    /// Service that the opportunity belongs to.
    pub service_id: ServiceId,
    /// Names of the volunteer, the plan, the opportunity and the service.
    #[serde(flatten)]
    pub names: AgreementNames,
    /// Whether it is a short form: made when the volunteer accepted an offer, because the plan needs no full agreement.
    pub short_form: bool,
    /// Fields that clients write.
    #[serde(flatten)]
    pub content: ItemFields,
    /// Terms of its tariff, as they were promised when it was issued. Time is paid by them or by the policy in force on its
    /// day, whichever comes to more. Null until the agreement is issued, and where time is not paid.
    pub promised: Option<Promised>,
    /// Text of the agreement, frozen when it was issued; null before, and once the volunteer was erased.
    pub body: Option<String>,
    /// SHA-256 of the text in UTF-8, in hexadecimal; null until the agreement is issued.
    pub body_sha256: Option<String>,
    /// When it was issued; null until then.
    pub issued_at: Option<Instant>,
    /// When it was accepted; null until then.
    pub accepted_at: Option<Instant>,
    /// How it was accepted; null until then.
    pub accepted_how: Option<AcceptedHow>,
    /// Name of the person who saw it signed; null unless it was answered on paper.
    #[schema(example = "Jo Bell")]
    pub witness: Option<String>,
    /// Reason given when it was last refused, paused or ended; null if there is none.
    #[schema(example = "A break over the summer, as we agreed.")]
    pub reason: Option<String>,
    /// Last day that the agreement covers, inclusive; null until it is ended.
    pub ended_on: Option<Day>,
    /// When it was created.
    pub created_at: Instant,
    /// Who created it: the subject of their token; null once that person was erased.
    pub created_by: Option<String>,
    /// When it was last changed.
    pub updated_at: Instant,
}

/// A pause of an agreement.
#[derive(Debug, Serialize, ToSchema)]
pub struct AgreementPause {
    /// First day of the pause.
    pub from_day: Day,
    /// Last day of the pause, inclusive; null while it lasts.
    pub to_day: Option<Day>,
}

/// An agreement.
#[derive(Debug, Serialize, ToSchema)]
pub struct AgreementView {
    /// The fields that lists show, too.
    #[serde(flatten)]
    pub item: AgreementItem,
    /// Pauses, earliest first.
    pub pauses: Vec<AgreementPause>,
}

impl Represent for AgreementView {
    shows!(Agreement, |it| [(it.item.content.0.volunteer_id, Some(it.item.id.into()))]);
    stands!(|it| it.item.status);

    fn etag(&self) -> Option<String> {
        Some(format!("{}-{}", self.item.version, self.item.names.tag()))
    }

    fn location(&self) -> Option<String> {
        Some(format!("/v1/agreements/{}", self.item.id))
    }
}

impl Keyed for AgreementItem {
    shows!(Agreement, |it| [(it.content.0.volunteer_id, Some(it.id.into()))]);

    const CHANGED: Option<fn(&Self) -> Instant> = Some(|it| it.updated_at);

    fn key(&self) -> uuid::Uuid {
        self.id.into()
    }
}
