//! A form with a file, on its way in: the file goes piece by piece into the store, the other fields become the body.
//! What the fields must look like stands in their schema, like any body's.

use std::time::Duration;

use actix_multipart::{Field, Multipart};
use actix_web::http::header::{self, HeaderMap};
use actix_web::web::{self, Bytes, BytesMut, Payload};
use futures_util::StreamExt;
use futures_util::stream::Fuse;
use serde_json::{Map, Value};

use crate::db::budget::Budget;
use crate::db::ids::FileId;
use crate::files::kind::{ENOUGH, FileKind};
use crate::files::position::{self, Remover};
use crate::files::scan::{Scan, Verdict};
use crate::files::{self, Arrived, Keeping, ScanState, Scanner};
use crate::http::answer::Answer;
use crate::http::body::{self, FORM};
use crate::http::call::Admitted;
use crate::http::compile::Taken;
use crate::http::operation::{Operation, PrepareUpload};
use crate::http::shape::{Shape, What};
use crate::refusal::{Failure, Kind, Refusal, Result};
use crate::service::blocking::at_database;
use crate::service::{Job, Service, Shared, file_name};

/// The most that a file may have.
pub const MOST_BYTES: u64 = 10 * 1024 * 1024;
/// What a form has beside its file: fields, heads and borders.
const MOST_AROUND: u64 = 64 * 1024;
/// The most that a field beside the file may have.
const MOST_FIELD: usize = 4 * 1024;
/// The most parts of a form.
const MOST_PARTS: usize = 20;
/// How long a form may take to arrive.
const TIME: Duration = Duration::from_secs(60);

/// Checks that a form is what comes, before a byte of it is read.
///
/// # Errors
/// `unsupported-media-type`, `too-large`.
pub fn expect_form(headers: &HeaderMap) -> Result<(), Refusal> {
    let encoded = headers.get(header::CONTENT_ENCODING).is_some_and(|encoding| encoding != "identity");
    let given = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let kind = given.split(';').next().unwrap_or_default().trim();
    if encoded || !kind.eq_ignore_ascii_case(FORM) {
        return Err(Refusal::new(Kind::UnsupportedMediaType, format!("This operation reads {FORM}, not compressed.")));
    }
    let length = headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    if length.is_some_and(|length| length > MOST_BYTES + MOST_AROUND) { Err(too_large()) } else { Ok(()) }
}

/// Takes a form, stores its file, and does the work that the file is for. A file that nothing adopted is removed again.
///
/// # Errors
/// Those of the form, of the body, and of the work.
pub async fn answer(
    service: &Shared,
    operation: &Operation,
    prepare: &PrepareUpload,
    admitted: Admitted,
    (headers, payload): (&HeaderMap, Payload),
) -> Result<Answer> {
    expect_form(headers)?;
    let mut file = None;
    let received = tokio::time::timeout(TIME, receive(service, Multipart::new(headers, payload), &mut file)).await;
    let received = received.unwrap_or_else(|_| {
        Err(Refusal::new(Kind::RequestTimeout, "The form did not arrive in sixty seconds.").into())
    });
    let arrived = file.as_ref().map(|begun: &Begun| begun.id);
    let outcome = match received {
        Ok(fields) => work(service, operation, prepare, admitted, (fields, file)).await,
        Err(failure) => Err(failure),
    };
    let replayed = |answer: &Answer| answer.get("idempotency-replayed").is_some();
    // Where it isn't known whether the row was written, the file stays: it is swept if it wasn't.
    let orphaned = match &outcome {
        Ok(answer) => replayed(answer),
        Err(failure) => matches!(failure, Failure::Refused(_)),
    };
    if let Some(id) = arrived.filter(|_| orphaned) {
        service.files.remove(id).await.ok();
    }
    outcome
}

async fn work(
    service: &Shared,
    operation: &Operation,
    prepare: &PrepareUpload,
    admitted: Admitted,
    (mut fields, file): (Map<String, Value>, Option<Begun>),
) -> Result<Answer> {
    let arrived = file.and_then(|begun| begun.arrived);
    if let Some(arrived) = &arrived {
        fields.insert("file".to_owned(), Value::from(arrived.sha256.clone()));
    }
    if let Some(shape) = operation.body.as_ref().map(Taken::shape) {
        as_shaped(&mut fields, shape);
    }
    // The same form sent again has another border, but the same fields and the same file.
    let canonical = serde_json::to_vec(&fields).map_err(Failure::broken)?;
    let (asked, prepared) = admitted.take(operation, &canonical, Some(body::read))?;
    let arrived = arrived.ok_or_else(|| Failure::broken("a form that fits its schema has a file"))?;
    let job = Job::Write(prepare(prepared, arrived)?);
    let budget = Budget::of_write(false);
    at_database(service, budget, move |service| service.run(&asked, &job, &budget)).await
}

/// A file that is announced, and what it is once all of it is there.
struct Begun {
    id: FileId,
    arrived: Option<Arrived>,
}

/// Reads every part of a form.
async fn receive(service: &Shared, mut form: Multipart, file: &mut Option<Begun>) -> Result<Map<String, Value>> {
    let mut fields = Map::new();
    let mut parts = 0;
    while let Some(part) = form.next().await {
        let mut part = part.map_err(|_| malformed("it can't be read as a form"))?;
        parts += 1;
        let name = part.name().unwrap_or_default().to_owned();
        if parts > MOST_PARTS || fields.contains_key(&name) || (name == "file" && file.is_some()) {
            return Err(malformed("it has too many parts, or one of them twice").into());
        }
        if name == "file" {
            store(service, &mut part, file).await?;
        } else {
            let bytes = part.bytes(MOST_FIELD).await.map_err(|_| too_large())?;
            let bytes = bytes.map_err(|_| malformed("it broke off"))?;
            let text = String::from_utf8(bytes.to_vec()).map_err(|_| malformed("a field is not UTF-8"))?;
            fields.insert(name, Value::String(text));
        }
    }
    Ok(fields)
}

/// Stores the file of a form: announced before its first byte, and told by its first bytes what it is.
async fn store(service: &Shared, part: &mut Field, file: &mut Option<Begun>) -> Result<()> {
    let name = part.content_disposition().and_then(file_name::of);
    // A field that has ended must not be asked again.
    let mut pieces = part.fuse();
    let mut begins = BytesMut::new();
    while begins.len() < ENOUGH
        && let Some(piece) = next(&mut pieces).await?
    {
        begins.extend_from_slice(&piece);
    }
    let kind = FileKind::of(&begins).ok_or_else(|| {
        Refusal::new(Kind::UnsupportedMediaType, "The file is neither a PDF nor a JPEG, PNG or HEIC picture.")
    })?;
    // Looked through again when there is twice as much: the work stays in proportion however small the pieces are.
    while !position::is_complete(kind, &begins) && begins.len() < position::MOST_HEAD {
        let enough = begins.len() * 2;
        while begins.len() < enough
            && let Some(piece) = next(&mut pieces).await?
        {
            begins.extend_from_slice(&piece);
        }
        if begins.len() < enough {
            break;
        }
    }
    let id: FileId = service.ids.next();
    announce(service, id).await?;
    let begun = file.insert(Begun { id, arrived: None });
    let scan = service.scanner.as_ref().map(Scanner::begin).transpose()?;
    let mut keeping = service.files.begin(id).await?;
    let scan = match pass_on(&mut pieces, (kind, begins), &mut keeping, scan).await {
        Ok(scan) => scan,
        Err(failure) => {
            keeping.abandon().await;
            return Err(failure);
        }
    };
    let (size_bytes, sha256) = keeping.finish().await?;
    begun.arrived = Some(Arrived { id, name, kind, size_bytes, sha256, scan });
    Ok(())
}

/// Passes a file on to the store and to the scanner, if there is one, as it comes, without where a picture was taken; says
/// what the scanner thinks of it.
async fn pass_on(
    pieces: &mut Fuse<&mut Field>,
    (kind, begins): (FileKind, BytesMut),
    keeping: &mut Keeping,
    scan: Option<Scan>,
) -> Result<ScanState> {
    let mut received = 0;
    let mut count = |piece: &[u8]| {
        received += u64::try_from(piece.len()).unwrap_or(u64::MAX);
        if received > MOST_BYTES { Err(too_large()) } else { Ok(()) }
    };
    let scanned = |piece: &Bytes| scan.as_ref().map(|scan| scan.add(piece.clone()));
    count(&begins)?;
    let (mut remover, kept) = Remover::begin(kind, begins.freeze());
    scanned(&kept);
    keeping.add(kept).await?;
    while let Some(piece) = next(pieces).await? {
        count(&piece)?;
        let kept = remover.pass(piece);
        scanned(&kept);
        keeping.add(kept).await?;
    }
    let kept: Bytes = remover.end().into();
    if !kept.is_empty() {
        scanned(&kept);
        keeping.add(kept).await?;
    }
    let Some(scan) = scan else { return Ok(ScanState::NotScanned) };
    match scan.told().await? {
        Verdict::Clean => Ok(ScanState::Clean),
        Verdict::Infected => {
            let detail =
                "A scanner found malware in the file, and it was not kept. Send another file, or the receipt on paper.";
            Err(Refusal::new(Kind::FileInfected, detail).into())
        }
    }
}

async fn next(pieces: &mut Fuse<&mut Field>) -> Result<Option<web::Bytes>, Refusal> {
    pieces.next().await.transpose().map_err(|_| malformed("it broke off"))
}

async fn announce(service: &Shared, id: FileId) -> Result<()> {
    let now = service.clock.now();
    let announcing = move |service: &Service| service.db.with(|conn| files::announce(conn, id, now));
    at_database(service, Budget::of_write(false), announcing).await
}

/// Fields of a form are text; what the schema has as a number becomes one, where it is one.
fn as_shaped(fields: &mut Map<String, Value>, shape: &Shape) {
    for (name, value) in fields {
        let number = shape.member(name).is_some_and(|it| matches!(it.what, What::Whole(..) | What::Number(..)));
        if let (true, Some(text)) = (number, value.as_str())
            && let Ok(read @ Value::Number(_)) = serde_json::from_str(text)
        {
            *value = read;
        }
    }
}

fn malformed(why: &str) -> Refusal {
    Refusal::new(Kind::MalformedBody, format!("The body is not a form as it must be: {why}."))
}

fn too_large() -> Refusal {
    Refusal::new(Kind::TooLarge, "The file has more than 10 MiB, or the form more beside it than it needs.")
}
