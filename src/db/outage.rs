//! What an error of PostgreSQL means that diesel has no kind for. diesel hides its code (SQLSTATE), so this goes by what
//! does not depend on the server's language, as far as there is such a thing, and by the words where the server speaks
//! English. A server that speaks another language is treated with more patience: what nothing tells apart from an outage
//! counts as one.

use std::sync::atomic::{AtomicBool, Ordering};

use diesel::result::DatabaseErrorInformation;

/// Whether a server was met whose messages are not in English.
static FOREIGN: AtomicBool = AtomicBool::new(false);

/// What an error means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    /// The server is gone, stopping, full or busy, or somebody cancelled the statement: trying later can succeed.
    Outage,
    /// Two transactions waited for each other: trying again can succeed.
    Deadlock,
    /// A fault of ours.
    Fault,
}

/// Notes the language of a server's messages (`lc_messages`).
pub(super) fn speaks(language: &str) {
    if !is_english(language) {
        FOREIGN.store(true, Ordering::Relaxed);
    }
}

/// Whether messages of this locale are in English.
#[must_use]
pub(super) fn is_english(language: &str) -> bool {
    ["", "C", "POSIX"].contains(&language.split('.').next().unwrap_or_default()) || language.starts_with("en")
}

pub(super) fn meaning(info: &dyn DatabaseErrorInformation) -> Meaning {
    meaning_in(info, FOREIGN.load(Ordering::Relaxed))
}

fn meaning_in(info: &dyn DatabaseErrorInformation, foreign: bool) -> Meaning {
    if info.message().starts_with("deadlock detected") || info.details().is_some_and(is_a_circle) {
        return Meaning::Deadlock;
    }
    if SIGNS.iter().any(|sign| info.message().contains(sign)) {
        return Meaning::Outage;
    }
    // An outage names no table. It may have a place in the statement: a lock that is not given while PostgreSQL parses has
    // that of the table.
    let named = info.table_name().or(info.column_name()).or(info.constraint_name()).is_some();
    if foreign && !named { Meaning::Outage } else { Meaning::Fault }
}

/// Whether a foreign key was broken by the row that names another one, not by the removal of that other one. In another
/// language it is taken for that, too: the service removes little that others name.
pub(super) fn names_another(said: &str) -> bool {
    said.starts_with("insert or update") || FOREIGN.load(Ordering::Relaxed)
}

/// Whether the details are those of a deadlock: a line for each process, with its number, what it waits for and the number
/// of the process that blocks it.
fn is_a_circle(details: &str) -> bool {
    let of_process = |line: &str| line.split(|c: char| !c.is_ascii_digit()).filter(|n| !n.is_empty()).count() >= 3;
    details.lines().count() >= 2 && details.lines().all(of_process)
}

/// Words in PostgreSQL's and libpq's messages about what passes.
const SIGNS: [&str; 32] = [
    // The server is gone, stopping or starting.
    "terminating connection",
    "server closed the connection",
    "the database system is",
    "connection to server",
    "no connection to the server",
    "could not receive data",
    "could not send data",
    "SSL connection has been closed",
    "SSL error",
    "SSL SYSCALL error",
    "lost synchronization with server",
    "remaining connection slots",
    "too many clients",
    "too many connections",
    // Somebody or something ended the statement.
    "canceling statement due to",
    // A table was changed under a statement that this connection had prepared: another connection prepares it anew.
    "cached plan must not change result type",
    "could not obtain lock",
    "could not serialize access",
    // Room and memory.
    "No space left on device",
    "Disk quota exceeded",
    "Input/output error",
    "Read-only file system",
    "could not extend file",
    "could not write to file",
    "could not fsync file",
    "could not open file",
    "could not read block",
    "could not access status of transaction",
    "out of memory",
    "out of shared memory",
    "could not resize shared memory segment",
    "temporary file size exceeds",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Default)]
    struct Info {
        message: &'static str,
        details: Option<&'static str>,
        table: Option<&'static str>,
        position: Option<i32>,
    }

    impl DatabaseErrorInformation for Info {
        fn message(&self) -> &str {
            self.message
        }
        fn details(&self) -> Option<&str> {
            self.details
        }
        fn hint(&self) -> Option<&str> {
            None
        }
        fn table_name(&self) -> Option<&str> {
            self.table
        }
        fn column_name(&self) -> Option<&str> {
            None
        }
        fn constraint_name(&self) -> Option<&str> {
            None
        }
        fn statement_position(&self) -> Option<i32> {
            self.position
        }
    }

    fn said(message: &'static str) -> Info {
        Info { message, ..Info::default() }
    }

    #[test]
    fn what_passes_is_an_outage() {
        for message in [
            "could not extend file \"base/5/16409\": No space left on device",
            "could not write to file \"pg_wal/xlogtemp.42\": No space left on device",
            "canceling statement due to user request",
            "canceling statement due to lock timeout",
            "terminating connection due to administrator command",
            "out of shared memory",
        ] {
            assert_eq!(meaning_in(&said(message), false), Meaning::Outage, "{message}");
        }
        assert_eq!(meaning_in(&said("division by zero"), false), Meaning::Fault);
    }

    #[test]
    fn a_server_that_speaks_german_is_understood() {
        for message in [
            "konnte Datei »base/5/16409« nicht erweitern: Auf dem Gerät ist kein Speicherplatz mehr verfügbar",
            "storniere Anfrage wegen Benutzeraufforderung",
            "storniere Anfrage wegen Zeitüberschreitung einer Sperre",
            "Verbindung wird abgebrochen aufgrund von Anweisung des Administrators",
        ] {
            assert_eq!(meaning_in(&said(message), true), Meaning::Outage, "{message}");
        }
        let deadlock = Info {
            message: "Verklemmung (Deadlock) entdeckt",
            details: Some(
                "Prozess 17 wartet auf ShareLock-Sperre auf Transaktion 742; blockiert von Prozess 18.\n\
                 Prozess 18 wartet auf ShareLock-Sperre auf Transaktion 741; blockiert von Prozess 17.",
            ),
            ..Info::default()
        };
        assert_eq!(meaning_in(&deadlock, true), Meaning::Deadlock);
        // On a connection that has not prepared the statement yet.
        let locked = Info { position: Some(15), ..said("storniere Anfrage wegen Zeitüberschreitung einer Sperre") };
        assert_eq!(meaning_in(&locked, true), Meaning::Outage);
        let ours = Info { table: Some("claims"), ..said("NULL-Wert") };
        assert_eq!(meaning_in(&ours, true), Meaning::Fault);
    }

    #[test]
    fn english_is_known_by_the_name_of_its_locale() {
        for (language, english) in
            [("C", true), ("C.UTF-8", true), ("POSIX", true), ("", true), ("en_GB.UTF-8", true), ("de_DE.UTF-8", false)]
        {
            assert_eq!(is_english(language), english, "{language}");
        }
    }
}
