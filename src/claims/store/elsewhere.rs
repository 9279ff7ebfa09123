//! What the claimant of a claim that is submitted claims elsewhere: the same time, lines that look alike, sessions at the
//! same hours, and receipts of any person with the same file. Read in the statement that reads what the claim rests on.

use serde::Deserialize;

use crate::claims::line::LineKind;
use crate::claims::receipts;
use crate::claims::time_claimed::TimeClaimed;
use crate::clock::{Day, Instant};
use crate::db::ids::{AgreementId, ReceiptId, SessionId};
use crate::money::Pence;

/// What is claimed elsewhere, from the day before the first line to the day after the last, and of the sessions of the lines.
#[derive(Debug, Deserialize)]
pub struct Elsewhere {
    lines: Option<Vec<OtherLine>>,
    receipts: Option<Vec<ReceiptId>>,
}

/// A line of another live claim of the person.
#[derive(Clone, Debug, Deserialize)]
pub struct OtherLine {
    /// The day that it is for.
    pub day: Option<Day>,
    /// What it claims.
    pub kind: LineKind,
    /// What it comes to.
    pub payable: Option<Pence>,
    session: Option<SessionId>,
    agreement: Option<AgreementId>,
    is_top_up: bool,
    starts_at: Option<Instant>,
    ends_at: Option<Instant>,
}

impl Elsewhere {
    /// The lines.
    pub fn lines(&self) -> &[OtherLine] {
        self.lines.as_deref().unwrap_or_default()
    }

    /// The receipts of the claim whose exact file is also in another submitted claim, of any person.
    pub fn receipts(&self) -> &[ReceiptId] {
        self.receipts.as_deref().unwrap_or_default()
    }

    fn time(&self) -> impl Iterator<Item = &OtherLine> {
        self.lines().iter().filter(|line| line.kind == LineKind::Time)
    }

    /// The time that is claimed already: of sessions, and of work on days under the agreement.
    pub fn time_taken(&self, agreement: AgreementId) -> Vec<TimeClaimed> {
        let counts =
            |line: &&OtherLine| !line.is_top_up && (line.session.is_some() || line.agreement == Some(agreement));
        self.time().filter(counts).filter_map(|line| TimeClaimed::of_row(line.session, line.day)).collect()
    }

    /// From when to when the sessions last for whose time the person claims elsewhere, from the day before to the day after
    /// these days: a session may begin before midnight.
    pub fn hours_around(&self, days: &[Day]) -> Vec<(Instant, Instant)> {
        let Some((first, last)) = days.iter().min().zip(days.iter().max()) else { return Vec::new() };
        let near = first.plus_days(-1)..=last.plus_days(1);
        let around = self.time().filter(|line| line.day.is_some_and(|day| near.contains(&day)));
        around.filter_map(|line| line.starts_at.zip(line.ends_at)).collect()
    }
}

/// It as an expression over a row called `asked`.
pub(super) fn of_asked() -> String {
    format!(
        "jsonb_build_object('lines', (SELECT jsonb_agg(jsonb_build_object('day', l.on_day, 'kind', l.kind, 'payable', l.payable_pence,
    'session', l.session_id, 'agreement', l.agreement_id, 'is_top_up', l.supplements_line_id IS NOT NULL,
    'starts_at', s.starts_at, 'ends_at', s.ends_at))
FROM claim_lines l LEFT JOIN session_times s ON s.session_id = l.session_id
WHERE l.volunteer_id = asked.volunteer_id AND l.live AND l.claim_id <> asked.claim_id
    AND (l.on_day BETWEEN asked.first_day AND asked.last_day OR (l.kind = 'time' AND l.session_id = ANY (asked.session_ids)))),
'receipts', {})",
        receipts::seen_elsewhere_of_asked()
    )
}
