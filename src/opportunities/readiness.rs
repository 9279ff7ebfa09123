//! What keeps an opportunity from being published, and what whoever publishes it must have thought of.
//! The findings are in `rules`, the cautions in `cautions`; this reads the facts for both.

use serde::Serialize;
use utoipa::ToSchema;

use crate::access::Action;
use crate::db::ids::OpportunityId;
use crate::http::{Represent, Routes};
use crate::opportunities::cautions::{self, Caution};
use crate::opportunities::kind_defaults;
use crate::opportunities::publication::{AnsweredCaution, CautionCode};
use crate::opportunities::rules::{self, Background};
use crate::opportunities::store;
use crate::opportunities::views::OpportunityContent;
use crate::plans;
use crate::policies::{self, Promised};
use crate::refusal::{Fault, Kind, Place, Result, refuse_if_any};
use crate::text::RequiredText;
use crate::work::Reader;

/// Something that publication needs and that is missing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct OpportunityFinding {
    /// Place in the opportunity, as a JSON pointer.
    #[schema(example = "/commitment")]
    pub pointer: String,
    /// Code of the finding.
    #[schema(example = "required")]
    pub code: &'static str,
    /// What is missing, in words.
    #[schema(example = "must say how much time it takes")]
    pub detail: String,
}

/// A difference from the approved plan or from what is usual, which publishing must answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct OpportunityCaution {
    /// Code of the caution.
    pub code: CautionCode,
    /// Place in the opportunity, as a JSON pointer.
    #[schema(example = "/involvement_level")]
    pub pointer: &'static str,
    /// What differs, in words.
    #[schema(example = "The plan promises Co-design; this offers Consult.")]
    pub detail: String,
    /// Why it is right all the same, as whoever published it said; null where nobody has answered.
    pub reason: Option<RequiredText>,
}

/// Readiness of an opportunity to be published.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct OpportunityReadiness {
    /// Whether nothing is missing. Cautions don't count: they are answered when it is published.
    pub ready: bool,
    /// What is missing.
    pub findings: Vec<OpportunityFinding>,
    /// Differences from the approved plan and from what is usual for the kind.
    pub cautions: Vec<OpportunityCaution>,
}

impl Represent for OpportunityReadiness {}

/// Declares the operation.
pub(super) fn routes(routes: &mut Routes) {
    routes
        .get("/v1/opportunities/{id}/readiness", Action::AssessOpportunities, assess_opportunity).without_etag()
        .describe(
            "Assess the readiness of an opportunity",
            "What publishing would refuse (`findings`), and how the opportunity differs from the approved plan and from what \
             is usual for its kind (`cautions`). Whoever publishes it answers each caution.",
        );
}

fn assess_opportunity(reader: &mut Reader<'_>, id: OpportunityId) -> Result<OpportunityReadiness> {
    let (row, ..) = store::find(reader, id)?;
    let assessment = Assessment::of(reader, &row.content, row.promised.as_deref())?;
    let answer = |code: CautionCode| row.cautions.iter().find(|answer| answer.code == code);
    let shown = |caution: Caution| OpportunityCaution {
        reason: answer(caution.code).map(|answer| answer.reason.clone()),
        code: caution.code,
        pointer: caution.pointer,
        detail: caution.detail,
    };
    Ok(OpportunityReadiness {
        ready: assessment.findings.is_empty(),
        findings: assessment.findings.into_iter().map(finding).collect(),
        cautions: assessment.cautions.into_iter().map(shown).collect(),
    })
}

fn finding(fault: Fault) -> OpportunityFinding {
    let pointer = match fault.place {
        Place::Pointer(pointer) => pointer,
        _ => String::new(),
    };
    OpportunityFinding { pointer, code: fault.code, detail: fault.detail }
}

/// An opportunity held against what publication needs, the approved plan and its kind.
pub(super) struct Assessment {
    /// What its tariff promises.
    pub promised: Option<Promised>,
    /// What is missing.
    pub findings: Vec<Fault>,
    /// What must have been thought of.
    pub cautions: Vec<Caution>,
}

impl Assessment {
    pub fn of(reader: &mut Reader<'_>, new: &OpportunityContent, before: Option<&Promised>) -> Result<Self> {
        let plan = plans::facts(reader.conn, new.plan_id)?;
        let promised = match new.offer.as_ref().and_then(|offer| offer.tariff.as_ref()) {
            None => None,
            Some(name) => {
                let days = (reader.today(), new.starts_on);
                policies::promise(&policies::published(reader.conn)?, name, days, before)
            }
        };
        let usual = kind_defaults::in_use(reader.conn, new.kind)?;
        let intended = plan.as_ref().filter(|plan| plan.in_force).map(|plan| &plan.intended);
        let cautions = cautions::cautions(new, intended, &usual);
        let background = Background {
            plan_in_force: plan.as_ref().is_some_and(|plan| plan.in_force),
            has_link_person: plan.is_some_and(|plan| plan.link_person.is_some()),
            tariff_known: promised.is_some(),
        };
        let findings = rules::unpublishable(new, background, reader.now());
        Ok(Self { promised, findings, cautions })
    }

    /// Refuses what can't be published, with everything that is missing, and then what nobody has answered. Returns what the
    /// tariff promises, and the answers to keep.
    pub fn publishable(self, answers: Vec<AnsweredCaution>) -> Result<(Option<Promised>, Vec<AnsweredCaution>)> {
        refuse_if_any(
            Kind::NotPublishable,
            "The opportunity can't be published yet. `errors` says what is missing.",
            self.findings,
        )?;
        refuse_if_any(Kind::CautionsUnanswered, UNANSWERED, cautions::unanswered(&self.cautions, &answers))?;
        Ok((self.promised, cautions::kept(&self.cautions, answers)))
    }
}

/// The detail of the refusal.
pub(super) const UNANSWERED: &str = "The opportunity differs from its approved plan, or from what is usual for its kind. \
    Change it, or say in `cautions` why each difference is right.";
