//! A scanner for malware: a command of the trust's that is fed each file as it arrives, and says by its exit status what
//! it thinks of it.

use std::io::Write;
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use bytes::Bytes;
use tokio::sync::oneshot;

use crate::refusal::Failure;

crate::text_enum! {
    /// What a scanner said of a file when it arrived.
    pub enum ScanState {
        /// It found nothing.
        Clean = "clean",
        /// No scanner was set then.
        NotScanned = "not_scanned",
    }
}

/// What a scanner says of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Exit status 0.
    Clean,
    /// Exit status 1.
    Infected,
}

/// How often it is looked whether a scanner is done.
const LOOK: Duration = Duration::from_millis(10);

/// The command, with its arguments, and how long it may take once it has the whole file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scanner {
    program: PathBuf,
    arguments: Vec<String>,
    within: Duration,
}

impl Scanner {
    /// A command as it is written, its parts separated by spaces; no shell reads it.
    ///
    /// # Errors
    /// It names no program.
    pub fn of(command: &str, within: Duration) -> Result<Self, String> {
        let mut parts = command.split_whitespace().map(ToOwned::to_owned);
        let program = PathBuf::from(parts.next().ok_or("is empty")?);
        if !program.is_absolute() || !program.is_file() {
            return Err(format!("{} is no program: write its whole path", program.display()));
        }
        Ok(Self { program, arguments: parts.collect(), within })
    }

    /// Starts the scanner for one file.
    ///
    /// # Errors
    /// It can't be started.
    pub fn begin(&self) -> Result<Scan, Failure> {
        let mut child = Command::new(&self.program)
            .args(&self.arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| failed(&format!("can't be started: {error}")))?;
        let (pieces, arriving) = channel();
        if let Some(input) = child.stdin.take() {
            thread::spawn(move || feed(input, &arriving));
        }
        Ok(Scan { child, pieces: Some(pieces), within: self.within })
    }
}

/// Hands a file on to a scanner. One that has seen enough need not read the rest.
fn feed(mut input: impl Write, arriving: &Receiver<Bytes>) {
    for piece in arriving {
        if input.write_all(&piece).is_err() {
            return;
        }
    }
}

fn failed(why: &str) -> Failure {
    Failure::Unavailable(format!("the scanner of files (FILE_SCANNER) {why}"))
}

/// A scanner at work on one file. Dropped before it is done, it is ended.
#[derive(Debug)]
pub struct Scan {
    child: Child,
    pieces: Option<Sender<Bytes>>,
    within: Duration,
}

impl Scan {
    /// The next piece of the file; never waits.
    pub fn add(&self, piece: Bytes) {
        // A scanner that reads no more is asked for its verdict all the same.
        self.pieces.as_ref().map(|pieces| pieces.send(piece).ok());
    }

    /// What the scanner says, now that it has the whole file. It is waited for by a thread of its own, so that slow
    /// scanners hold up nothing else.
    ///
    /// # Errors
    /// It takes too long, or says something else.
    pub async fn told(self) -> Result<Verdict, Failure> {
        let (tell, told) = oneshot::channel();
        thread::spawn(move || tell.send(self.verdict()));
        told.await.map_err(Failure::broken)?
    }

    fn verdict(mut self) -> Result<Verdict, Failure> {
        drop(self.pieces.take());
        let until = Instant::now() + self.within;
        loop {
            match self.child.try_wait() {
                Ok(Some(status)) => return of_status(status),
                Ok(None) if Instant::now() < until => thread::sleep(LOOK),
                Ok(None) => return Err(failed(&format!("took longer than {} seconds", self.within.as_secs()))),
                Err(error) => return Err(failed(&error.to_string())),
            }
        }
    }
}

impl Drop for Scan {
    fn drop(&mut self) {
        if let Ok(None) = self.child.try_wait() {
            self.child.kill().ok();
            self.child.wait().ok();
        }
    }
}

fn of_status(status: ExitStatus) -> Result<Verdict, Failure> {
    match status.code() {
        Some(0) => Ok(Verdict::Clean),
        Some(1) => Ok(Verdict::Infected),
        _ => Err(failed(&format!("ended with {status}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scanned(script: &str, pieces: &[&[u8]]) -> Result<Verdict, Failure> {
        let folder = std::env::temp_dir().join(format!("involvement-scanner-{}", uuid::Uuid::now_v7()));
        std::fs::write(&folder, script).unwrap();
        let scanner = Scanner::of(&format!("/bin/sh {}", folder.display()), Duration::from_millis(300)).unwrap();
        let scan = scanner.begin()?;
        pieces.iter().for_each(|piece| scan.add(Bytes::copy_from_slice(piece)));
        let verdict = scan.verdict();
        std::fs::remove_file(folder).unwrap();
        verdict
    }

    #[test]
    fn the_exit_status_says_what_the_file_is() {
        let grep = "if grep -q EICAR; then exit 1; else exit 0; fi";
        assert_eq!(scanned(grep, &[b"a harm", b"less file\n"]).unwrap(), Verdict::Clean);
        assert_eq!(scanned(grep, &[b"an EI", b"CAR test\n"]).unwrap(), Verdict::Infected);
        assert_eq!(scanned(grep, &[]).unwrap(), Verdict::Clean);
        // One that knows without reading.
        let much = vec![b'x'; 1_000_000];
        assert_eq!(scanned("exit 1", &[&much, &much]).unwrap(), Verdict::Infected);
    }

    #[test]
    fn whatever_else_a_scanner_does_is_no_verdict() {
        for script in ["exit 2", "kill -9 $$", "exec sleep 60", "while :; do :; done"] {
            let failure = scanned(script, &[b"a file"]).unwrap_err();
            assert!(matches!(failure, Failure::Unavailable(_)), "{script}: {failure}");
        }
        assert!(Scanner::of("no-such-program", LOOK).is_err());
        assert!(Scanner::of("/no/such/program", LOOK).is_err());
        assert!(Scanner::of(" ", LOOK).is_err());
    }
}
