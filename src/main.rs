//! The command line: `serve`, `demo`, `migrate`, `token`, `openapi`, `verify-audit`.
//! The work is done in the library. This file declares the commands and reports a failure in one line.

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
    /// Create a token for development. Not available when JWT_JWKS is set.
    Token(commands::TokenOptions),
    /// Print the OpenAPI document (openapi/openapi.json).
    Openapi {
        /// Print the table of access rights (openapi/access.txt) instead.
        #[arg(long)]
        access: bool,
        /// Print the life cycles (docs/states.md) instead.
        #[arg(long)]
        states: bool,
        /// Print who sees which field of an answer (openapi/fields.txt) instead.
        #[arg(long)]
        fields: bool,
    },
    /// Verify the audit record: every row and the hash chain that seals the rows.
    VerifyAudit {
        /// Anchor printed by an earlier verification, as NUMBER:HASH. Detects a chain that was rewritten since.
        #[arg(long)]
        anchor: Option<String>,
    },
}

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
        Command::Openapi { access, states, fields } => commands::openapi(access, states, fields),
        Command::VerifyAudit { anchor } => commands::verify_audit(anchor.as_deref()),
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
