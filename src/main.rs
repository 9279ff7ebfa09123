//! The command line: `serve`, `demo`, `migrate`, `token`, `openapi`, `verify-audit`.
//! The work is done in the library. This file declares the commands and reports a failure in one line.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use involvement::app;
use involvement::settings;

mod commands;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// REST service for NHS patient and public involvement: from involvement plan to paid claim and "you said, we did".
#[derive(Debug, Parser)]
#[command(
    name = "involvement",
    version,
    about,
    after_help = "Configured by environment variables; docs/configuration.md lists them."
)]
struct Line {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Start the service. Needs DATABASE_URL, or DATA_DIR for an embedded PostgreSQL.
    Serve,
    /// Start the service with demonstration data, on an embedded PostgreSQL unless DATABASE_URL is set.
    Demo,
    /// Migrate the database to this version's schema. Needs DATABASE_URL, and DATABASE_OWNER_URL for the owner of the
    /// tables.
    Migrate,
    /// Create a token for development. Not available when JWT_JWKS or JWT_ISSUERS is set.
    Token(commands::TokenOptions),
    /// Print the OpenAPI document (openapi/openapi.json).
    Openapi(commands::Generated),
    /// Verify the audit record: every row and the hash chain that seals the rows. Ends with 1 if something is wrong with
    /// the record, with 2 if it could not be verified.
    VerifyAudit {
        /// Anchor printed by an earlier verification, as NUMBER:HASH. Detects a chain that was rewritten since.
        #[arg(long)]
        anchor: Option<String>,
        /// File with the anchor of the last verification, which is compared; a verification that finds nothing wrong
        /// leaves the next anchor there. It need not exist.
        #[arg(long, conflicts_with = "anchor")]
        anchor_file: Option<PathBuf>,
    },
}

/// The exit status of a verification that could not be made, which says nothing about the record.
const NOT_VERIFIED: u8 = 2;

fn main() -> ExitCode {
    let line = Line::parse();
    involvement::machine::keep_files_private();
    match settings::log_format(&settings::environment) {
        Ok(format) => app::set_up_log(format),
        Err(wrong) => return failed(&wrong),
    }
    let outcome = match line.command {
        Command::Serve => commands::serve(),
        Command::Demo => commands::demo(),
        Command::Migrate => commands::migrate(),
        Command::Token(options) => commands::token(&options),
        Command::Openapi(which) => commands::openapi(&which),
        Command::VerifyAudit { anchor, anchor_file } => {
            return commands::verify_audit(anchor.as_deref(), anchor_file.as_deref()).unwrap_or_else(|why| {
                failed(&why);
                ExitCode::from(NOT_VERIFIED)
            });
        }
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => failed(&why),
    }
}

/// Prints the failure on standard error and returns the exit status for failure.
fn failed(why: &dyn std::fmt::Display) -> ExitCode {
    eprintln!("involvement: {}", why.to_string().replace('\n', "\n  "));
    ExitCode::FAILURE
}
