//! Who an approver is to a claim: persons are compared, not log-ins.
//! What follows stands in `claims::approval`.

use diesel::sql_types::{Bool, Uuid as SqlUuid};

use crate::db::ids::{ActorId, VolunteerId};
use crate::db::prelude::*;
use crate::refusal::Result;

/// What rules of segregation ask of an approver, by person.
#[derive(Clone, Copy, Debug, QueryableByName)]
pub struct Approver {
    /// Submitted or typed the claim.
    #[diesel(sql_type = Bool)]
    pub is_submitter: bool,
    /// Is paid by it.
    #[diesel(sql_type = Bool)]
    pub is_claimant: bool,
}

/// Who an approver is to a claim.
pub fn approver(
    conn: &mut PgConnection,
    who: ActorId,
    (submitter, typist): (ActorId, ActorId),
    claimant: VolunteerId,
) -> Result<Approver> {
    let asked = diesel::sql_query(
        "SELECT same_person($1, $2) OR same_person($1, $3) AS is_submitter, is_volunteer($1, $4) AS is_claimant",
    );
    let asked = asked.bind::<SqlUuid, _>(who).bind::<SqlUuid, _>(submitter).bind::<SqlUuid, _>(typist);
    Ok(asked.bind::<SqlUuid, _>(claimant).get_result(conn)?)
}
