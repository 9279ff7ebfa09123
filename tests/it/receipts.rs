//! Receipts: sent as a form, detected by their first bytes, stored once, allocated exactly, and read only by those who
//! may.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use involvement::db::schema::{receipts, unclaimed_files};
use serde_json::{Value, json};

use crate::support::app::faults;
use crate::support::client::{Answer, Client};
use crate::support::form::{Form, JPEG, PDF, pdf_of};
use crate::support::make::Engaged;
use crate::support::{App, make};

struct Draft {
    app: App,
    engaged: Engaged,
    session: String,
    claim: String,
}

/// A draft claim for parking of £3.50.
fn draft() -> Draft {
    let app = App::start();
    let engaged = make::engaged(&app);
    let session = make::attended(&app, &engaged.opportunity, &engaged.volunteer, "2026-06-08T09:00:00Z", 240);
    let who = app.volunteer(&engaged.volunteer);
    let claim = make::id(&make::claim(&who, &engaged.agreement, json!([parking(&session, 350, &[])])));
    Draft { app, engaged, session, claim }
}

fn parking(session: &str, pence: i64, receipts: &[&str]) -> Value {
    json!({ "kind": "parking", "session_id": session, "spent_pence": pence, "receipt_ids": receipts })
}

impl Draft {
    fn own(&self) -> Client<'_> {
        self.app.volunteer(&self.engaged.volunteer)
    }

    fn path(&self) -> String {
        format!("/v1/claims/{}", self.claim)
    }

    fn receipts(&self) -> String {
        format!("{}/receipts", self.path())
    }

    /// Sends a PDF as a receipt for this amount.
    fn receipt(&self, pence: i64) -> String {
        make::id(&self.own().send_form(&self.receipts(), &Form::receipt(PDF, pence)).expect(201))
    }

    fn files(&self) -> usize {
        std::fs::read_dir(&self.app.files).expect("a folder").count()
    }

    fn rows(&self) -> (i64, i64) {
        let mut conn = self.app.database.as_service();
        let receipts = receipts::table.count().get_result(&mut conn).expect("a number");
        (receipts, unclaimed_files::table.count().get_result(&mut conn).expect("a number"))
    }

    fn submit(&self) -> Answer {
        self.own().ask(&format!("{}/submit", self.path()))
    }
}

#[test]
fn a_receipt_is_sent_named_by_a_line_and_read_by_the_approver() {
    let it = draft();
    let refused = it.submit().refused(409, "claim-not-submittable");
    assert_eq!(faults(&refused), [("/lines/0".to_owned(), "receipt-required".to_owned())]);
    let mut form = Form::receipt(PDF, 350);
    form.name = "../../taxi \"to\" Ely\r\n.pdf".to_owned();
    let answer = it.own().send_form(&it.receipts(), &form);
    assert_eq!(answer.header("etag"), Some("\"1\""));
    let location = answer.header("location").expect("a place").to_owned();
    let receipt = answer.expect(201);
    assert_eq!(location, format!("/v1/receipts/{}/content", make::id(&receipt)));
    assert_eq!((&receipt["media_type"], &receipt["size_bytes"]), (&json!("application/pdf"), &json!(PDF.len())));
    assert_eq!(receipt["sha256"], json!(crate::support::form::sha256(PDF)));
    assert_eq!((&receipt["amount_pence"], &receipt["claim_id"]), (&json!(350), &json!(it.claim)));
    let shown = it.own().get(&it.path()).expect(200);
    assert_eq!(
        (&shown["version"], &shown["receipts"][0]["id"]),
        (&json!(1), &receipt["id"]),
        "the claim keeps its version"
    );
    let lines = json!({ "lines": [parking(&it.session, 350, &[&make::id(&receipt)])] });
    it.own().patch(&it.path(), 1, lines).expect(200);
    it.submit().expect(200);
    for who in [it.own(), it.app.lead()] {
        let content = who.get(&location);
        assert_eq!(content.status, 200, "{}", content.text);
        assert_eq!(content.bytes, PDF);
        assert_eq!(content.header("content-type"), Some("application/pdf"));
        assert_eq!(content.header("x-content-type-options"), Some("nosniff"));
        assert_eq!(content.header("cache-control"), Some("no-store"));
        let disposition = content.header("content-disposition").expect("a disposition");
        assert!(disposition.starts_with("attachment; filename=\""), "{disposition}");
        assert!(disposition.bytes().all(|byte| (b' '..0x7F).contains(&byte)), "{disposition}");
        assert!(!disposition.contains("..") && !disposition.contains('/'), "{disposition}");
    }
    it.app.finance().get(&location).refused(403, "forbidden");
    it.app.staff(&["crisis-cafe"]).get(&location).refused(403, "forbidden");
    it.app.public().get(&location).refused(401, "unauthenticated");
    let stranger = make::volunteer(&it.app, "Cy Other");
    it.app.volunteer(&stranger).get(&location).refused(404, "not-found");
    let late = it.own().send_form(&it.receipts(), &Form::receipt(PDF, 350));
    late.refused(409, "not-editable");
    assert_eq!((it.files(), it.rows().0), (1, 1), "what was refused is not kept");
}

#[test]
fn its_bytes_say_what_a_file_is_and_nothing_refused_is_kept() {
    let it = draft();
    let send = |form: &Form| it.own().send_form(&it.receipts(), form);
    for bytes in
        [&b"<html><script>alert(1)</script>"[..], b"GIF89a..........", b"PK\x03\x04", b"", b"\0\0\0\x18ftypisom"]
    {
        send(&Form::receipt(bytes, 350)).refused(415, "unsupported-media-type");
    }
    let most = 10 * 1024 * 1024;
    send(&Form::receipt(&pdf_of(most + 1), 350)).refused(413, "too-large");
    let problem = send(&Form { fields: Vec::new(), ..Form::receipt(PDF, 0) }).refused(422, "invalid");
    assert_eq!(faults(&problem), [("/amount_pence".to_owned(), "required".to_owned())]);
    for (amount, code) in [
        ("0", "out-of-range"),
        ("-1", "out-of-range"),
        ("9223372036854775808", "wrong-type"),
        ("1e400", "wrong-type"),
        ("12.5", "wrong-type"),
        ("NaN", "wrong-type"),
        ("", "wrong-type"),
        ("\"350\"", "wrong-type"),
    ] {
        let form = Form { fields: vec![("amount_pence".to_owned(), amount.to_owned())], ..Form::receipt(PDF, 0) };
        let problem = send(&form).refused(422, "invalid");
        let told = faults(&problem);
        assert_eq!(told[0].0, "/amount_pence", "{amount}");
        assert!([code, "wrong-type", "out-of-range"].contains(&told[0].1.as_str()), "{amount}: {told:?}");
    }
    let mut strange = Form::receipt(PDF, 350);
    strange.fields.push(("bank_account".to_owned(), "12345678".to_owned()));
    assert_eq!(
        faults(&send(&strange).refused(422, "invalid")),
        [("/bank_account".to_owned(), "unknown-field".to_owned())]
    );
    let mut twice = Form::receipt(PDF, 350);
    twice.fields.push(("amount_pence".to_owned(), "351".to_owned()));
    send(&twice).refused(400, "malformed-body");
    let fileless = Form { file: None, ..Form::receipt(PDF, 350) };
    assert_eq!(faults(&send(&fileless).refused(422, "invalid")), [("/file".to_owned(), "required".to_owned())]);
    it.own().post(&it.receipts(), json!({ "amount_pence": 350 })).refused(415, "unsupported-media-type");
    let cut = [("content-type", "multipart/form-data; boundary=x")];
    it.own().send_bytes("POST", &it.receipts(), &cut, b"--x\r\nContent-Disp".to_vec()).refused(400, "malformed-body");
    it.app.finance().send_form(&it.receipts(), &Form::receipt(PDF, 350)).refused(403, "forbidden");
    let stranger = make::volunteer(&it.app, "Cy Other");
    it.app.volunteer(&stranger).send_form(&it.receipts(), &Form::receipt(PDF, 350)).refused(404, "not-found");
    it.app.staff(&["elsewhere"]).send_form(&it.receipts(), &Form::receipt(PDF, 350)).refused(404, "not-found");
    let (files, (rows, _)) = (it.files(), it.rows());
    assert_eq!((files, rows), (0, 0), "what was refused is not kept");
    send(&Form::receipt(&pdf_of(most), 350)).expect(201);
    send(&Form::receipt(JPEG, 350)).expect(201);
    assert_eq!((it.files(), it.rows().0), (2, 2));
}

#[test]
fn a_receipt_serves_lines_up_to_its_amount_and_one_claim() {
    let it = draft();
    let (one, two) = (it.receipt(1000), it.receipt(400));
    let lines = |lines: Value| it.own().change(&it.path(), json!({ "lines": lines })).expect(200);
    lines(json!([parking(&it.session, 600, &[&one]), parking(&it.session, 401, &[&one])]));
    let problem = it.submit().refused(409, "claim-not-submittable");
    assert_eq!(faults(&problem), [("/lines/1".to_owned(), "receipt-exceeded".to_owned())]);
    // Fifty races of two edits of one version: one of them is refused, and the receipt's amount is never exceeded.
    for round in 0..50 {
        let version = it.own().get(&it.path()).expect(200)["version"].as_i64().expect("a version");
        let edit = |first: i64| {
            let lines = [parking(&it.session, first, &[&one]), parking(&it.session, 1001 - first, &[&one])];
            json!({ "lines": lines })
        };
        let mut answers = std::thread::scope(|scope| {
            let both = [edit(500 + round), edit(501 + round)];
            let sent = both.map(|body| scope.spawn(|| it.own().patch(&it.path(), version, body).status));
            sent.map(|thread| thread.join().expect("an answer")).to_vec()
        });
        answers.sort_unstable();
        assert_eq!(answers, [200, 412]);
        it.submit().refused(409, "claim-not-submittable");
    }
    // A line with two receipts, and one that shares one of them.
    lines(json!([parking(&it.session, 900, &[&one, &two]), parking(&it.session, 501, &[&one])]));
    it.submit().refused(409, "claim-not-submittable");
    lines(json!([parking(&it.session, 900, &[&one, &two]), parking(&it.session, 500, &[&one])]));
    // Another claim can't name it.
    let body = json!({ "agreement_id": it.engaged.agreement, "lines": [parking(&it.session, 100, &[&one])] });
    let problem = it.own().post("/v1/claims", body).refused(409, "unknown-reference");
    assert_eq!(faults(&problem), [("/lines/0/receipt_ids/0".to_owned(), "unknown-reference".to_owned())]);
    it.submit().expect(200);
}

#[test]
fn the_same_file_in_another_claim_warns_the_approver_alone() {
    let it = draft();
    let receipt = it.receipt(350);
    it.own().change(&it.path(), json!({ "lines": [parking(&it.session, 350, &[&receipt])] })).expect(200);
    it.submit().expect(200);
    let other = make::volunteer(&it.app, "Cy Other");
    let agreement = make::agreement(&it.app, &it.engaged.opportunity, &other, json!({}));
    make::attend(&it.app, &it.session, &other, "attended");
    let who = it.app.volunteer(&other);
    let claim = make::id(&make::claim(&who, &agreement, json!([])));
    let path = format!("/v1/claims/{claim}");
    let mine = make::id(&who.send_form(&format!("{path}/receipts"), &Form::receipt(PDF, 350)).expect(201));
    who.change(&path, json!({ "lines": [parking(&it.session, 350, &[&mine])] })).expect(200);
    who.ask(&format!("{path}/submit")).expect(200);
    let codes = |claim: &Value| {
        claim["lines"][0]["warnings"]
            .as_array()
            .expect("warnings")
            .iter()
            .map(|w| w["code"].clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(codes(&it.app.lead().get(&path).expect(200)), [json!("same-receipt")]);
    assert_eq!(codes(&who.get(&path).expect(200)), Vec::<Value>::new());
    assert_eq!(codes(&it.app.lead().get(&it.path()).expect(200)), Vec::<Value>::new());
}

#[test]
fn sent_again_under_its_key_it_is_one_receipt_and_one_file() {
    let it = draft();
    let send = |border: &str, pence: i64| {
        let form = Form { border: border.to_owned(), ..Form::receipt(PDF, pence) };
        it.own().send_form_once(&it.receipts(), &form, "receipt-key-0123456789")
    };
    let first = send("one", 350).expect(201);
    let again = send("another", 350);
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    assert_eq!(again.expect(201), first);
    send("one", 351).refused(422, "idempotency-key-reused");
    assert_eq!((it.files(), it.rows().0), (1, 1));
}

#[test]
fn what_stops_half_way_is_swept_and_what_stands_is_not() {
    let it = draft();
    it.receipt(350);
    // The connection breaks in the middle of the file; no answer is read.
    let half = Form::receipt(&pdf_of(3_000_000), 350).bytes();
    let path = it.receipts();
    it.own().break_off(&path, "multipart/form-data; boundary=border", &half[..half.len() / 2], half.len());
    it.app.until(|| it.rows().1 > 0, "the file is announced");
    // As after a crash between the file and its row: the file is complete, and there is no row.
    let orphan = uuid::Uuid::now_v7();
    std::fs::write(it.app.files.join(orphan.to_string()), PDF).expect("a file");
    std::fs::write(it.app.files.join(format!("{orphan}#1")), PDF).expect("a file");
    let announced = format!("INSERT INTO unclaimed_files VALUES ('{orphan}', '2026-06-15T10:00:00Z')");
    it.app.database.as_service().batch_execute(&announced).expect("announced");
    involvement::app::tick(&it.app.running().service).expect("a tick");
    assert!(it.app.files.join(orphan.to_string()).exists(), "it may be about to get its row");
    it.app.now_is("2026-06-15T10:15:01Z");
    involvement::app::tick(&it.app.running().service).expect("a tick");
    assert_eq!(it.rows(), (1, 0));
    it.app.until(|| it.files() == 1, "only the one with a row stays");
}

#[test]
fn a_receipt_never_changes_in_the_database() {
    let it = draft();
    let id = it.receipt(350);
    let mut conn = it.app.database.as_service();
    for change in [
        "UPDATE receipts SET amount_pence = 9999",
        "UPDATE receipts SET sha256 = repeat('0', 64)",
        "UPDATE receipts SET claim_id = gen_random_uuid()",
        "UPDATE receipts SET file_name = 'other.pdf'",
        "DELETE FROM receipts",
        "TRUNCATE receipts",
    ] {
        assert!(conn.batch_execute(change).is_err(), "{change}");
    }
    assert!(conn.batch_execute("UPDATE receipts SET kept = false").is_err(), "its person is not erased");
    conn.batch_execute("UPDATE volunteers SET status = 'erased'").expect("an erasure");
    conn.batch_execute("UPDATE receipts SET file_name = NULL, kept = false").expect("erasure clears these");
    assert!(conn.batch_execute("UPDATE receipts SET kept = true").is_err());
    it.app.lead().get(&format!("/v1/receipts/{id}/content")).refused(410, "erased");
}

/// EXIF data with a place: longitude 987,654 thousandths of a second.
fn exif() -> Vec<u8> {
    let entry = |tag: u16, kind: u16, count: u32, value: u32| {
        [&tag.to_le_bytes()[..], &kind.to_le_bytes(), &count.to_le_bytes(), &value.to_le_bytes()].concat()
    };
    let number = |n: u32| n.to_le_bytes().to_vec();
    [
        b"II*\0\x08\0\0\0\x01\0".to_vec(),
        entry(0x8825, 4, 1, 26),
        number(0),
        vec![1, 0],
        entry(4, 5, 1, 44),
        number(0),
        number(987_654),
        number(1_000),
    ]
    .concat()
}

/// A JPEG with a place.
fn photograph() -> Vec<u8> {
    let tiff = exif();
    let length = u16::try_from(tiff.len() + 8).unwrap().to_be_bytes();
    [b"\xFF\xD8\xFF\xE1", &length[..], b"Exif\0\0", &tiff, b"\xFF\xDA\0\x02light and shade\xFF\xD9"].concat()
}

/// A PNG with a place after its picture, which is longer than what is read at once.
fn screenshot() -> Vec<u8> {
    let chunk = |kind: &[u8; 4], content: &[u8]| {
        let length = u32::try_from(content.len()).unwrap().to_be_bytes();
        [&length[..], kind, content, b"\0\0\0\0"].concat()
    };
    let picture = chunk(b"IDAT", &vec![7; 200_000]);
    let chunks = [chunk(b"IHDR", &[1; 13]), picture, chunk(b"eXIf", &exif()), chunk(b"IEND", b"")];
    [b"\x89PNG\r\n\x1A\n".to_vec(), chunks.concat()].concat()
}

#[test]
fn a_photograph_is_kept_without_its_place_and_given_out_under_what_it_is() {
    let it = draft();
    let (sent, screen) = (photograph(), screenshot());
    for (file, name, given) in [
        (screen.as_slice(), "screen.png", "screen.png"),
        (sent.as_slice(), "invoice.exe", "invoice.jpg"),
        (sent.as_slice(), "receipt\u{202E}gpj.exe", "receiptgpj.jpg"),
        (b"\xEF\xBB\xBF\r\n%PDF-1.4\n<script>".as_slice(), "receipt.html", "receipt.pdf"),
        (b"\0\0\0\x18ftypmif1\0\0\0\0mif1heix".as_slice(), "IMG_0001.HEIC", "IMG_0001.HEIC"),
    ] {
        let mut form = Form::receipt(file, 350);
        form.name = name.to_owned();
        let answer = it.own().send_form(&it.receipts(), &form);
        let place = answer.header("location").expect("a place").to_owned();
        let receipt = answer.expect(201);
        let content = it.own().get(&place);
        assert_eq!(content.header("content-disposition"), Some(&*format!("attachment; filename=\"{given}\"")));
        assert_eq!(receipt["sha256"], json!(crate::support::form::sha256(&content.bytes)));
        assert!(!content.bytes.windows(4).any(|four| four == 987_654_u32.to_le_bytes()), "{name}");
        assert_eq!(content.bytes.len(), file.len());
        assert!(content.bytes.ends_with(&file[file.len() - 8..]));
    }
}
