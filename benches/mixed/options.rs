//! What the command line says.

const USAGE: &str = "cargo bench --bench mixed -- [MINUTES] [--claims N] [--rate R]";

/// The parameters of a run.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// How long the load lasts.
    pub minutes: u32,
    /// Claims in the database.
    pub claims: u32,
    /// Requests a second; none for half of what is possible.
    pub rate: Option<u32>,
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
        let mut options = Self { minutes: 20, claims: 100_000, rate: None };
        while let Some(argument) = arguments.next() {
            let mut value = || arguments.next().ok_or_else(|| format!("{argument} needs a value"));
            match argument.as_str() {
                // Added by cargo.
                "--bench" => {}
                "--claims" => options.claims = number(&value()?)?,
                "--rate" => options.rate = Some(number(&value()?)?),
                minutes => options.minutes = number(minutes)?,
            }
        }
        if !(1..=600).contains(&options.minutes) || !(20_000..=1_000_000).contains(&options.claims) {
            return Err("MINUTES is 1 to 600, --claims 20000 to 1000000".to_owned());
        }
        if options.rate == Some(0) {
            return Err("--rate is 1 at the least".to_owned());
        }
        Ok(options)
    }
}

fn number(text: &str) -> Result<u32, String> {
    text.parse().map_err(|_| format!("{text} is not understood"))
}
