//! SQL of the table `reply_secrets`: a secret is made for each question that a message asks, when the message is sent or
//! printed, and finds the question for as long as it waits for an answer.

use std::collections::HashMap;

use crate::db::prelude::*;
use diesel::sql_types::{Array, Binary, Bool, Jsonb, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use uuid::Uuid;

use crate::clock::Instant;
use crate::db::Json;
use crate::db::ids::{DeliveryId, VolunteerId};
use crate::db::schema::reply_secrets as secrets;
use crate::db::statement::in_blocks;
use crate::documents::{AnswerAt, Layout, words};
use crate::refusal::Result;
use crate::secret_addresses::secret::{Secret, hash_of};
use crate::text::Person;
use crate::work::{Reader, Writer};

/// Most days for which an address can be used, where its question waits as long as that.
const MOST_DAYS: i64 = 365;

crate::text_enum! {
    /// What a message asks.
    pub enum QuestionKind {
        /// Whether the person takes the place that is offered.
        Offer = "offer",
        /// Whether the person accepts the agreement.
        Agreement = "agreement",
        /// Whether the person comes to a session.
        Session = "session",
    }
}

const QUESTIONS: &str = "\
SELECT k.delivery_id, k.volunteer_id, k.kind, k.subject_id, q.standing, q.respond_by, q.starts_at, q.ends_at
FROM questions_of_deliveries k CROSS JOIN LATERAL open_question(k.kind, k.subject_id, k.volunteer_id, $2) q
WHERE k.delivery_id = ANY($1) ORDER BY k.delivery_id, q.starts_at, k.subject_id";

#[derive(QueryableByName)]
struct AskedRow {
    #[diesel(sql_type = SqlUuid)]
    delivery_id: DeliveryId,
    #[diesel(sql_type = SqlUuid)]
    volunteer_id: VolunteerId,
    #[diesel(sql_type = Text)]
    kind: QuestionKind,
    #[diesel(sql_type = SqlUuid)]
    subject_id: Uuid,
    #[diesel(sql_type = Text)]
    standing: String,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    respond_by: Option<Instant>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    starts_at: Option<Instant>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    ends_at: Option<Instant>,
}

/// Where a person answers what a message asks.
#[derive(Clone, Debug, Default)]
pub struct Answers {
    /// Where, question by question, the nearest session first.
    pub at: Vec<AnswerAt>,
    /// How many later sessions the message tells of without an address.
    pub later: usize,
}

/// Makes an address for each question that these messages ask and that is still open, and keeps the hashes. Called when a
/// message is sent or printed, and at no other time: the addresses are nowhere but in what is made of them then. Those of
/// earlier tries and prints go on working until the question ends. Of many sessions in one message, the nearest have one, at most
/// `most`: each is a question of its own, and nobody knows today whether they come to all of a year.
///
/// # Errors
/// Database errors.
pub fn ask(
    reader: &mut Reader<'_>,
    messages: &HashMap<DeliveryId, Layout>,
    most: usize,
) -> Result<HashMap<DeliveryId, Answers>> {
    if messages.is_empty() {
        return Ok(HashMap::new());
    }
    let (now, home) = (reader.now(), replies_at(reader));
    let mut ids: Vec<DeliveryId> = messages.keys().copied().collect();
    ids.sort_unstable();
    let found: Vec<AskedRow> =
        diesel::sql_query(QUESTIONS).bind::<Array<SqlUuid>, _>(ids).bind::<Timestamptz, _>(now).load(reader.conn)?;
    let last = now.plus_minutes(MOST_DAYS * 24 * 60);
    let (mut asked, mut rows): (HashMap<DeliveryId, Answers>, Vec<_>) = (HashMap::new(), Vec::new());
    for row in found {
        let answers = asked.entry(row.delivery_id).or_default();
        if answers.at.len() >= most {
            answers.later += 1;
            continue;
        }
        let secret = Secret::new()?;
        let says = said(row.kind, row.starts_at.zip(row.ends_at));
        answers.at.push(AnswerAt { says, address: format!("{home}/{}", secret.shown()) });
        rows.push((
            secrets::hash.eq(secret.hash()),
            secrets::delivery_id.eq(row.delivery_id),
            secrets::volunteer_id.eq(row.volunteer_id),
            secrets::kind.eq(row.kind),
            secrets::subject_id.eq(row.subject_id),
            secrets::standing.eq(row.standing),
            secrets::layout.eq(messages.get(&row.delivery_id).copied().unwrap_or(Layout::Standard)),
            secrets::made_at.eq(now),
            secrets::until.eq(row.respond_by.unwrap_or(last).min(last)),
        ));
    }
    in_blocks(rows, |rows| diesel::insert_into(secrets::table).values(rows).execute(reader.conn))?;
    Ok(asked)
}

/// Where the portal answers, or where this service does itself.
fn replies_at(reader: &Reader<'_>) -> String {
    match &reader.trust().portal {
        Some(portal) => format!("{portal}/replies"),
        None => format!("{}/v1/public/replies", reader.context().home.trim_end_matches('/')),
    }
}

fn said(kind: QuestionKind, when: Option<(Instant, Instant)>) -> String {
    match (kind, when) {
        (QuestionKind::Offer, _) => "Accept the place or turn it down".to_owned(),
        (QuestionKind::Agreement, _) => "Accept the agreement or turn it down".to_owned(),
        (QuestionKind::Session, None) => "Tell us if you can come".to_owned(),
        (QuestionKind::Session, Some((starts_at, ends_at))) => {
            format!("Tell us if you can come on {}", words::span(starts_at, ends_at))
        }
    }
}

/// A question that waits for an answer, found by its secret.
#[derive(Clone, Debug)]
pub struct Question {
    /// Whose answer it waits for.
    pub volunteer: VolunteerId,
    /// What is asked.
    pub kind: QuestionKind,
    /// Id of the offer's expression of interest, of the agreement or of the session.
    pub subject: Uuid,
    /// When the message was made.
    pub asked_at: Instant,
    /// The layout of the message.
    pub layout: Layout,
    /// The moment before which it must be answered, if there is one.
    pub answer_before: Option<Instant>,
    /// When the session begins and ends.
    pub when: Option<(Instant, Instant)>,
    /// Whom to ask.
    pub contact: Option<Person>,
}

// The same is looked for whatever the secret is: an invented one takes no less time than one that is over.
const FIND: &str = "\
SELECT s.volunteer_id, s.kind, s.subject_id, s.made_at, s.layout, q.respond_by, q.starts_at, q.ends_at, q.contact
FROM (SELECT $1::bytea AS hash) asked LEFT JOIN reply_secrets s ON s.hash = asked.hash
CROSS JOIN LATERAL open_question(COALESCE(s.kind, 'session'), COALESCE(s.subject_id, $3), COALESCE(s.volunteer_id, $3), $2) q
WHERE q.standing = s.standing AND s.until > $2";

#[derive(QueryableByName)]
struct FoundRow {
    #[diesel(sql_type = SqlUuid)]
    volunteer_id: VolunteerId,
    #[diesel(sql_type = Text)]
    kind: QuestionKind,
    #[diesel(sql_type = SqlUuid)]
    subject_id: Uuid,
    #[diesel(sql_type = Timestamptz)]
    made_at: Instant,
    #[diesel(sql_type = Text)]
    layout: Layout,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    respond_by: Option<Instant>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    starts_at: Option<Instant>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    ends_at: Option<Instant>,
    #[diesel(sql_type = Nullable<Jsonb>)]
    contact: Option<Json<Person>>,
}

/// The open question of an address with this text in the place of its secret; none where it was answered, has ended or
/// never was.
///
/// # Errors
/// Database errors.
pub fn find(reader: &mut Reader<'_>, text: &str) -> Result<Option<Question>> {
    let now = reader.now();
    let found: Option<FoundRow> = diesel::sql_query(FIND)
        .bind::<Binary, _>(hash_of(text))
        .bind::<Timestamptz, _>(now)
        .bind::<SqlUuid, _>(Uuid::nil())
        .get_result(reader.conn)
        .optional()?;
    Ok(found.map(|row| Question {
        volunteer: row.volunteer_id,
        kind: row.kind,
        subject: row.subject_id,
        asked_at: row.made_at,
        layout: row.layout,
        answer_before: row.respond_by,
        when: row.starts_at.zip(row.ends_at),
        contact: row.contact.map(|Json(contact)| contact),
    }))
}

/// Ends every address of a question that was answered by the one with this text; whether that was still there. Of two
/// answers at once, the second finds none.
///
/// # Errors
/// Database errors.
pub fn close(writer: &mut Writer<'_>, question: &Question, text: &str) -> Result<bool> {
    let of_question = secrets::table
        .filter(secrets::volunteer_id.eq(question.volunteer))
        .filter(secrets::subject_id.eq(question.subject).and(secrets::kind.eq(question.kind)));
    let gone: Vec<Vec<u8>> = diesel::delete(of_question).returning(secrets::hash).get_results(writer.conn)?;
    Ok(gone.contains(&hash_of(text)))
}

const IS_OPEN: &str = "\
SELECT EXISTS (SELECT FROM questions_of_deliveries k
    CROSS JOIN LATERAL open_question(k.kind, k.subject_id, k.volunteer_id, $2) q WHERE k.delivery_id = $1) AS is_open";

#[derive(QueryableByName)]
struct IsOpen {
    #[diesel(sql_type = Bool)]
    is_open: bool,
}

/// Whether something that a message asks still waits for an answer.
///
/// # Errors
/// Database errors.
pub fn is_open(reader: &mut Reader<'_>, message: DeliveryId) -> Result<bool> {
    let now = reader.now();
    let asked = diesel::sql_query(IS_OPEN).bind::<SqlUuid, _>(message).bind::<Timestamptz, _>(now);
    Ok(asked.get_result::<IsOpen>(reader.conn)?.is_open)
}

const EXPIRE: &str = "\
DELETE FROM reply_secrets WHERE hash IN (SELECT s.hash FROM reply_secrets s WHERE s.until <= $1
    ORDER BY s.until LIMIT 500)";

/// Removes addresses that can no longer be used, because the session has begun, the day to answer by has passed, or they
/// are a year old; 500 at most. Returns how many.
///
/// # Errors
/// Database errors.
pub fn expire(conn: &mut PgConnection, now: Instant) -> Result<usize> {
    Ok(diesel::sql_query(EXPIRE).bind::<Timestamptz, _>(now).execute(conn)?)
}
