//! What a feature tells the rest of the service about itself, in one value. `crate::features` is the one list of them;
//! the document of life cycles, export, erasure, titles of messages, what waits, the audit's check and the tests walk it.

use serde_json::Value;

use crate::access::Action;
use crate::db::ids::VolunteerId;
use crate::life::LifeCycle;
use crate::refusal::Result;
use crate::work::export;
use crate::work::titles::Titles;
use crate::work::{Reader, Writer};

/// A feature, as lists of them all see it.
pub struct Feature {
    /// The folder that it stands in, below `src/`.
    pub name: &'static str,
    /// Its tables: it alone writes them.
    pub tables: &'static [&'static str],
    /// The resources that the audit record knows it by.
    pub resources: &'static [Resource],
    /// Its life cycles.
    pub lives: &'static [Lived],
    /// What it keeps about a person, for the export of everything kept about them.
    pub export: &'static [ExportPart],
    /// Members of these parts that hold notes which staff wrote for themselves.
    pub staff_notes: &'static [StaffNotes],
    /// How it erases a person.
    pub erase: Option<fn(&mut Writer<'_>, VolunteerId) -> Result<()>>,
    /// What its resources are called in messages to people.
    pub titles: &'static [Titles],
    /// What waits for somebody in it.
    pub waiting: &'static [WaitingCount],
}

impl std::fmt::Debug for Feature {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Feature").field("name", &self.name).finish_non_exhaustive()
    }
}

impl Feature {
    /// One that keeps nothing; a feature names what it has beside it.
    pub const EMPTY: Self = Self {
        name: "",
        tables: &[],
        resources: &[],
        lives: &[],
        export: &[],
        staff_notes: &[],
        erase: None,
        titles: &[],
        waiting: &[],
    };
}

/// A resource in the audit record.
#[derive(Clone, Copy, Debug)]
pub struct Resource {
    /// Its name in records, histories and events.
    pub name: &'static str,
    /// The table, or a statement in brackets, whose rows have its versions.
    pub rows: &'static str,
    /// The column of its id.
    pub key: &'static str,
    /// Whether each version has a record of its own; payments do not, for a run moves very many at once.
    pub each_version: bool,
    /// The actions after which it is no longer there.
    pub gone_by: &'static [&'static str],
    /// An expression over its row, `t`: the digest that the record of its last change has of it.
    pub vouched: Option<&'static str>,
}

impl Resource {
    /// A resource whose rows stand in a table, under `id`.
    #[must_use]
    pub const fn of(name: &'static str, table: &'static str) -> Self {
        Self { name, rows: table, key: "id", each_version: true, gone_by: &[], vouched: None }
    }
}

/// Who or what takes the steps of a life cycle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// Whoever calls the operation of that verb.
    Operation,
    /// The passing of time.
    Time,
    /// What happens elsewhere, in words.
    Consequence(&'static str),
}

/// A life cycle and who takes its steps.
#[derive(Clone, Copy)]
pub struct Lived {
    /// The table of steps.
    pub life: &'static dyn LifeCycle,
    /// Who takes them.
    pub by: By,
}

impl std::fmt::Debug for Lived {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Lived").field("resource", &self.life.resource()).field("by", &self.by).finish()
    }
}

/// A part of the export of everything kept about a person.
#[derive(Clone, Copy, Debug)]
pub struct ExportPart {
    /// Its name in the document.
    pub name: &'static str,
    /// The tables that it tells of.
    pub tables: &'static [&'static str],
    /// What is kept, as JSON.
    pub rows: fn(&mut Reader<'_>, VolunteerId) -> Result<Value>,
}

/// Notes about a person that staff wrote for themselves. The person sees them nowhere; their own export has them only
/// after a lead released them.
#[derive(Clone, Copy, Debug)]
pub struct StaffNotes {
    /// The part of the export.
    pub part: &'static str,
    /// The member of its rows with the id by which a lead withholds a note.
    pub id: &'static str,
    /// The member that is a note.
    pub note: &'static str,
    /// The member that says when it was written.
    pub written_at: &'static str,
}

/// Whose rows are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    /// Everybody's.
    Everyones,
    /// Those of services that the caller reaches.
    OfServices,
    /// Those whose link person the caller is, or of the whole trust for leads.
    OfLinkPerson,
    /// Those of people who neither left nor were erased.
    OfPeoplePresent,
    /// The caller's own, as a volunteer.
    Own,
}

/// What waits for somebody who may do something about it.
#[derive(Clone, Copy, Debug)]
pub struct WaitingCount {
    /// The member of `waiting` in the answer of `GET /v1/me`.
    pub name: &'static str,
    /// Whoever may do this is told the count.
    pub action: Action,
    /// The table, or a statement in brackets, whose rows are counted.
    pub table: &'static str,
    /// The condition on a row, `w`: that it waits. `$5` is today in London, `$6` the time, `$7` and `$4` issuer and subject of
    /// the caller's token.
    pub waits: fn() -> String,
    /// Whose rows.
    pub whose: Whose,
    /// What the work list says of a row.
    pub shown: Shown,
}

/// What the work list says of a row of waiting work, as SQL expressions over the row `w`.
#[derive(Clone, Copy, Debug)]
pub struct Shown {
    /// Type of the resource, as in the audit record.
    pub resource: &'static str,
    /// Its id.
    pub id: &'static str,
    /// The address at which something is done about it.
    pub path: &'static str,
    /// What it is called.
    pub title: &'static str,
    /// The volunteer whom it is about; none where it is about nobody, or the caller is not to see who it is.
    pub who: Option<&'static str>,
    /// The moment, or the day in London, since when it waits.
    pub since: Since,
    /// The day by which it should be done.
    pub due: Option<&'static str>,
}

/// Since when something waits.
#[derive(Clone, Copy, Debug)]
pub enum Since {
    /// A moment.
    Moment(&'static str),
    /// The beginning of a day in London.
    Day(&'static str),
}

/// Everything that the caller is, as an array of ids: their log-ins and volunteers, by whatever links. What they may not
/// decide because it is theirs does not wait for them. Asked once for a statement.
pub const MINE: &str =
    "(ARRAY(SELECT mine.id FROM (SELECT k.id FROM actors k WHERE k.issuer = $7 AND k.subject = $4) me,
    LATERAL (SELECT me.id AS id UNION ALL SELECT person_volunteers(me.id)) mine))";

/// The condition that none of these columns names the caller.
#[must_use]
pub fn by_others(columns: &[&str]) -> String {
    let other = |column: &&str| format!("({column} IS NULL OR {column} <> ALL ({MINE}))");
    columns.iter().map(other).collect::<Vec<_>>().join(" AND ")
}

/// Title of the opportunity of a row, for [`Shown`].
pub const OPPORTUNITY_TITLE: &str =
    "(SELECT n.title FROM opportunity_titles n WHERE n.opportunity_id = w.opportunity_id)";
/// Title of the plan of a row, for [`Shown`].
pub const PLAN_TITLE: &str = "(SELECT n.title FROM plan_titles n WHERE n.plan_id = w.plan_id)";

/// What the unit of work writes by itself: who acts, the record of every change, who read what about whom.
pub static FEATURE: Feature = Feature {
    name: "work",
    tables: &[
        "actors",
        "actor_volunteers",
        "persons",
        "person_links",
        "remembered_log_ins",
        "audit_records",
        "histories",
        "events",
        "access_log",
        "idempotency_keys",
    ],
    export: &[
        ExportPart { name: "log_ins", tables: &["actor_volunteers"], rows: export::log_ins },
        ExportPart { name: "looks", tables: &["access_log"], rows: export::accesses },
    ],
    ..Feature::EMPTY
};
