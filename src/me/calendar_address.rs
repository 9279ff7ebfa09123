//! The address at which a calendar app reads a volunteer's sessions: calendar apps can get an address, but not sign in. It has
//! a secret of its own, can be revoked, and shows the same as the calendar that the volunteer gets with a log-in.

use serde::Serialize;
use utoipa::ToSchema;

use crate::access::Action;
use crate::clock::Instant;
use crate::db::ids::VolunteerId;
use crate::http::{Content, Nothing, Represent, Routes};
use crate::me::calendar::{CALENDAR, calendar_of};
use crate::refusal::{Refusal, Result};
use crate::secret_addresses::{self as addresses, Secret};
use crate::work::{Changed, Reader, Writer};

/// What an address may end with; some calendar apps want it.
const ENDING: &str = ".ics";

/// Declares the operations.
pub(super) fn routes(routes: &mut Routes) {
    routes.within("Sessions");
    routes.get("/v1/me/calendar-address", Action::ReadOwnCalendar, read_calendar_address).without_etag().may_be_missing().describe(
        "Get whether my calendar has an address",
        "When the address was made, at which a calendar app reads the volunteer's sessions. The address itself is shown \
         only once, when it is made.",
    );
    routes
        .create("/v1/me/calendar-address", Action::WriteOwnCalendar, make_calendar_address)
        .without_etag()
        .shows_secret()
        .describe(
            "Make an address for my calendar",
            "An address that a calendar app can subscribe to, without a log-in: it answers what `GET /v1/me/calendar` does. \
             Whoever has the address can read the calendar, so it is shown only once. A new one takes the place of the one \
             before, which ends. It also ends when the volunteer leaves.",
        )
        .refuses(&["volunteer-not-active"])
        .may_be_missing();
    routes.delete("/v1/me/calendar-address", Action::WriteOwnCalendar, revoke_calendar_address).may_be_missing().describe(
        "Revoke the address of my calendar",
        "The address answers `404` from now on; where there is none, nothing changes. Calendar apps keep what they have read until they are told to forget it.",
    );
    routes
        .within("Public")
        .content("/v1/public/calendars/{secret}", None, &[CALENDAR], read_calendar_by_address)
        .path_parts(&["Secret of the address, with or without `.ics` at its end."])
        .describe(
            "Get a calendar by its address",
            "The sessions of a volunteer as iCalendar (RFC 5545), for calendar apps, which can't sign in: the same as `GET \
             /v1/me/calendar`, with neutral titles and without venue and subject. An address that was revoked or replaced, or \
             that never was, answers the same `404`.",
        );
}

/// Whether a volunteer's calendar has an address.
#[derive(Debug, Serialize, ToSchema)]
pub struct CalendarAddressState {
    /// When the address was made; null if there is none.
    pub made_at: Option<Instant>,
}

impl Represent for CalendarAddressState {}

/// New address of a volunteer's calendar.
#[derive(Debug, Serialize, ToSchema)]
pub struct NewCalendarAddress {
    /// Address to subscribe to; shown this once. Calendar apps take it with `https` or `webcal` at its beginning.
    #[schema(example = "https://involvement.trust.example/v1/public/calendars/4t7qz-0h3mk-8wn5r-e2cx9-vb6dj1.ics")]
    pub address: String,
    /// When it was made.
    pub made_at: Instant,
}

impl Represent for NewCalendarAddress {
    fn location(&self) -> Option<String> {
        Some("/v1/me/calendar-address".to_owned())
    }
}

fn own(reader: &Reader<'_>) -> Result<VolunteerId> {
    // A token may have the role and name no volunteer.
    reader.grant().own().ok_or_else(|| Refusal::not_found().into())
}

fn read_calendar_address(reader: &mut Reader<'_>, (): ()) -> Result<CalendarAddressState> {
    let own = own(reader)?;
    let found = addresses::calendar_address(reader, own)?;
    Ok(CalendarAddressState { made_at: found.map(|found| found.made_at) })
}

fn make_calendar_address(writer: &mut Writer<'_>, (): ()) -> Result<Changed<NewCalendarAddress>> {
    let (own, secret) = (own(writer)?, Secret::new()?);
    addresses::make_calendar_address(writer, own, secret)?;
    let home = writer.context().home.trim_end_matches('/').to_owned();
    let address = format!("{home}/v1/public/calendars/{}{ENDING}", secret.shown());
    let made_at = writer.now();
    Ok(writer.unchanged(NewCalendarAddress { address, made_at }))
}

fn revoke_calendar_address(writer: &mut Writer<'_>, (): ()) -> Result<Changed<()>> {
    let own = own(writer)?;
    let found = addresses::calendar_address(writer, own)?;
    writer.matches(found.map_or(0, |found| found.version))?;
    addresses::remove_of(writer, own, ("revoke", "revoked"))?;
    Ok(writer.unchanged(()))
}

fn read_calendar_by_address(reader: &mut Reader<'_>, secret: String, _: &Nothing) -> Result<Content> {
    let text = secret.strip_suffix(ENDING).unwrap_or(&secret);
    let owner = addresses::owner(reader, text)?.ok_or_else(Refusal::not_found)?;
    let headers = vec![
        ("content-disposition", "inline; filename=\"involvement.ics\"".to_owned()),
        ("cache-control", "no-store".to_owned()),
        ("x-robots-tag", "noindex, nofollow".to_owned()),
    ];
    Ok(Content::of(CALENDAR, headers, calendar_of(reader, owner)?))
}
