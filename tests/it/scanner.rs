//! A scanner of receipts: a command that is fed the bytes; what it finds is not kept, and what it can't tell isn't either.

use std::sync::Arc;
use std::time::Duration;

use involvement::files::Scanner;
use serde_json::{Value, json};

use crate::support::books::number;
use crate::support::database::Database;
use crate::support::form::{Form, PDF, pdf_of};
use crate::support::{Answer, App, make};

/// A server whose scanner is this script of a shell.
fn app(script: &str, seconds: u64) -> App {
    let file = std::env::temp_dir().join(format!("involvement-scan-{}.sh", uuid::Uuid::now_v7()));
    std::fs::write(&file, script).expect("a script");
    let scanner = Scanner::of(&format!("/bin/sh {}", file.display()), Duration::from_secs(seconds)).expect("a scanner");
    App::beside(&Arc::new(Database::new()), |service| service.scanner = Some(scanner))
}

/// A draft claim's receipts.
fn receipts(app: &App) -> (String, String) {
    let it = make::engaged(app);
    let session = make::attended(app, &it.opportunity, &it.volunteer, "2026-06-08T09:00:00Z", 240);
    let lines = json!([{ "kind": "parking", "session_id": session, "spent_pence": 350 }]);
    let claim = make::id(&make::claim(&app.volunteer(&it.volunteer), &it.agreement, lines));
    (it.volunteer, format!("/v1/claims/{claim}/receipts"))
}

fn sent(app: &App, (volunteer, path): &(String, String), file: &[u8]) -> Answer {
    app.volunteer(volunteer).send_form(path, &Form::receipt(file, 350))
}

fn files(app: &App) -> usize {
    std::fs::read_dir(&app.files).expect("a folder").count()
}

#[test]
fn a_file_is_fed_to_the_scanner_and_an_infected_one_is_not_kept() {
    let app = app("if grep -aq EICAR; then exit 1; fi", 30);
    let claim = receipts(&app);
    let clean = sent(&app, &claim, &pdf_of(1_000_000)).expect(201);
    assert_eq!(clean["scan"], "clean");
    let at = claim.1.trim_end_matches("/receipts");
    let shown: Value = app.lead().get(at).expect(200);
    assert_eq!(shown["receipts"][0]["scan"], "clean");
    // At the end of a long file, too: all of it is scanned.
    for infected in [[PDF, b"EICAR".as_slice()].concat(), [&pdf_of(2_000_000), b"EICAR".as_slice()].concat()] {
        let problem = sent(&app, &claim, &infected).refused(422, "file-infected");
        assert!(!problem.to_string().contains("EICAR"));
    }
    assert_eq!((files(&app), number(&app, "SELECT count(*) FROM receipts")), (1, 1));
}

#[test]
fn a_scanner_that_can_not_tell_keeps_nothing_and_the_receipt_can_be_sent_again() {
    for (script, seconds) in [("exit 2", 30), ("kill -9 $$", 30), ("exec sleep 60", 1)] {
        let app = app(script, seconds);
        let claim = receipts(&app);
        let refused = sent(&app, &claim, PDF);
        assert_eq!((refused.status, refused.header("retry-after")), (503, Some("1")), "{script}: {}", refused.text);
        assert_eq!((files(&app), number(&app, "SELECT count(*) FROM receipts")), (0, 0), "{script}");
    }
}

#[test]
fn where_no_scanner_is_set_it_says_so() {
    let app = App::start();
    let claim = receipts(&app);
    assert_eq!(sent(&app, &claim, PDF).expect(201)["scan"], "not_scanned");
    let shown: Value = app.lead().get(claim.1.trim_end_matches("/receipts")).expect(200);
    assert_eq!(shown["receipts"][0]["scan"], "not_scanned");
}
