//! The command line: `serve`, `demo`, `migrate`, `token`, `openapi`, `verify-audit`.
//! What they do stands in the library; here they are named and their failures told in one line.

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use involvement::app;
use involvement::settings;

mod commands;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Involving people who have used a service in designing it: from plan to paid claim and "you said, we did".
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
    /// Serves; needs DATABASE_URL, or DATA_DIR for an embedded PostgreSQL of its own.
    Serve,
    /// Serves with demonstration data on an embedded PostgreSQL, and says what to try first.
    Demo,
    /// Brings the database to this version's schema, as the owner of its tables.
    Migrate,
    /// Mints a token for development; refused where tokens are verified by a key set.
    Token(commands::TokenOptions),
    /// Prints the OpenAPI document, or the grid of rights.
    Openapi {
        /// Print the grid of rights (openapi/access.txt) instead.
        #[arg(long)]
        access: bool,
        /// Print the life cycles (docs/states.md) instead.
        #[arg(long)]
        states: bool,
    },
    /// Verifies the audit record: every row, and the chain that seals them.
    VerifyAudit {
        /// What an earlier verification said, as NUMBER:HASH; finds a chain that was rewritten since.
        #[arg(long)]
        anchor: Option<String>,
    },
}

fn main() -> ExitCode {
    let line = Line::parse();
    match settings::log_format(&settings::environment) {
        Ok(format) => app::set_up_log(format),
        Err(wrong) => return failed(&wrong),
    }
    let outcome = match line.command {
        Command::Serve => commands::serve(),
        Command::Demo => commands::demo(),
        Command::Migrate => commands::migrate(),
        Command::Token(options) => commands::token(&options),
        Command::Openapi { access, states } => commands::openapi(access, states),
        Command::VerifyAudit { anchor } => commands::verify_audit(anchor.as_deref()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => failed(&why),
    }
}

/// One clear line, and a status that says that it failed.
fn failed(why: &dyn std::fmt::Display) -> ExitCode {
    eprintln!("involvement: {}", why.to_string().replace('\n', "\n  "));
    ExitCode::FAILURE
}
