//! What each step makes of a claim that was read: the row to be written, and what is answered without reading it again.

use crate::claims::bodies::NewClaim;
use crate::claims::row::ClaimHeader;
use crate::claims::status::{Calculation, ClaimStatus};
use crate::claims::store::Sums;
use crate::db::Json;
use crate::money::Pence;
use crate::work::Writer;

impl ClaimHeader {
    /// A new version of it, written now.
    fn counted_up(&mut self, writer: &Writer<'_>) {
        self.row.version += 1;
        self.row.updated_at = writer.now();
    }

    /// With what its lines come to.
    fn with(&mut self, sums: Sums) {
        self.row.total_pence = sums.total;
        self.row.claim_by = sums.claim_by;
    }

    /// A draft that was changed.
    pub fn changed(&mut self, new: NewClaim, sums: Sums, writer: &Writer<'_>) {
        self.counted_up(writer);
        self.with(sums);
        self.late_reason = new.late_reason;
        self.declaration = new.declaration.map(Json);
    }

    /// A draft that the caller submitted: its figures are frozen.
    pub fn submitted(&mut self, sums: Sums, late: bool, writer: &Writer<'_>) {
        self.counted_up(writer);
        self.with(sums);
        let now = writer.now();
        self.row.status = ClaimStatus::Submitted;
        self.row.calculation = Calculation::Frozen;
        self.row.late = late;
        self.row.first_submitted_at.get_or_insert(now);
        self.row.submitted_at = Some(now);
        self.submitted_by = writer.context().actor.as_ref().map(|actor| actor.subject.clone());
    }

    /// A claim sent back: a draft again, provisional again.
    pub fn given_back(&mut self, reason: String, sums: Sums, writer: &Writer<'_>) {
        self.counted_up(writer);
        self.with(sums);
        self.row.status = ClaimStatus::Draft;
        self.row.calculation = Calculation::Provisional;
        self.row.submitted_at = None;
        self.submitted_by = None;
        self.reason = Some(reason);
    }

    /// A claim that was rejected for a reason, or withdrawn.
    pub fn closed(&mut self, to: ClaimStatus, reason: Option<String>, writer: &Writer<'_>) {
        self.counted_up(writer);
        self.row.status = to;
        self.reason = reason.or(self.reason.take());
    }

    /// What the caller's approval makes of it.
    pub fn approved(&mut self, total: Pence, writer: &Writer<'_>) {
        self.counted_up(writer);
        self.row.status = ClaimStatus::Approved;
        self.row.total_pence = Some(total);
        self.row.approved_at = Some(self.row.updated_at);
        self.approved_by = writer.context().actor.as_ref().map(|actor| actor.subject.clone());
    }
}
