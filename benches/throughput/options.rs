//! What the command line says.

use std::path::PathBuf;
use std::time::Duration;

use crate::works::Work;

const USAGE: &str = "cargo bench --bench throughput -- [CLAIMS] [--seconds N] [--rounds N] [--connections 1,16,64] \
    [--work W0,W1,W2,W3,W4] [--baseline BINARY] [--statements]";
/// Bytes of disk that a claim takes with all that belongs to it, and the most that all databases may take.
const BYTES_A_CLAIM: u64 = 4_300;
const MOST_BYTES: u64 = 5_000_000_000;

/// The parameters of a run.
#[derive(Debug)]
pub struct Options {
    /// Claims in the database.
    pub claims: u32,
    /// How long a turn lasts.
    pub time: Duration,
    /// Rounds, of which the median counts.
    pub rounds: usize,
    /// Numbers of connections.
    pub connections: Vec<usize>,
    /// What is measured.
    pub works: Vec<Work>,
    /// A build of another commit.
    pub baseline: Option<PathBuf>,
    /// Whether only the statements of each request are printed.
    pub statements: bool,
}

impl Options {
    /// Reads the arguments; what is wrong ends the process.
    pub fn read() -> Self {
        Self::parse(std::env::args().skip(1)).unwrap_or_else(|wrong| {
            eprintln!("{wrong}\n{USAGE}");
            std::process::exit(2);
        })
    }

    fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut options = Self {
            claims: 1_000_000,
            time: Duration::from_secs(5),
            rounds: 3,
            connections: vec![1, 16, 64],
            works: Work::ALL.to_vec(),
            baseline: None,
            statements: false,
        };
        while let Some(argument) = arguments.next() {
            let mut value = || arguments.next().ok_or_else(|| format!("{argument} needs a value"));
            match argument.as_str() {
                // Added by cargo.
                "--bench" => {}
                "--statements" => options.statements = true,
                "--seconds" => options.time = Duration::from_secs(number(&value()?)?),
                "--rounds" => options.rounds = number(&value()?)?,
                "--connections" => options.connections = value()?.split(',').map(number).collect::<Result<_, _>>()?,
                "--work" => options.works = value()?.split(',').map(str::parse).collect::<Result<_, _>>()?,
                "--baseline" => options.baseline = Some(value()?.into()),
                claims => options.claims = number(claims)?,
            }
        }
        options.checked()
    }

    fn checked(self) -> Result<Self, String> {
        if !(20_000..=1_000_000).contains(&self.claims) {
            return Err("CLAIMS is 20000 to 1000000".to_owned());
        }
        let databases = if self.baseline.is_some() { 2 } else { 1 };
        if databases * BYTES_A_CLAIM * u64::from(self.claims) > MOST_BYTES {
            let most = MOST_BYTES / databases / BYTES_A_CLAIM;
            return Err(format!("so many claims would take more than 5 GB of disk; with a baseline, at most {most}"));
        }
        if self.time.is_zero() || self.rounds == 0 || self.connections.iter().any(|n| !(1..=64).contains(n)) {
            return Err("seconds and rounds are 1 at the least, connections 1 to 64".to_owned());
        }
        Ok(self)
    }
}

fn number<T: std::str::FromStr>(text: &str) -> Result<T, String> {
    text.parse().map_err(|_| format!("{text} is not understood"))
}
