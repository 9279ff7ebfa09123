//! What each command does, in terms of the library.

use std::collections::BTreeMap;
use std::io::Write;

use clap::Args;
use involvement::access::Role;
use involvement::access::token::{Mint, mint};
use involvement::app::{self, Ready, Running};
use involvement::audit::{Anchor, verify};
use involvement::clock::Clock;
use involvement::db::embedded::Embedded;
use involvement::db::ids::IdSource;
use involvement::db::pool::Db;
use involvement::service::Service;
use involvement::service::limit::Limit;
use involvement::settings::{self, Database, Settings, TokenKeys, environment};
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

type Outcome = Result<(), Box<dyn std::error::Error>>;

/// The secret of demonstrations; `serve` knows no default.
const DEMO_SECRET: &str = "demonstration-only-secret-of-32-bytes-or-more";

/// What a token for development says.
#[derive(Args, Debug)]
pub(crate) struct TokenOptions {
    /// A role: staff, involvement_lead, finance, volunteer. May be repeated.
    #[arg(long, required = true)]
    role: Vec<Role>,
    /// The code of a service that a member of staff works for. May be repeated.
    #[arg(long)]
    service: Vec<String>,
    /// The id of the volunteer that it speaks for.
    #[arg(long)]
    volunteer: Option<uuid::Uuid>,
    /// Who it is.
    #[arg(long, default_value = "developer")]
    sub: String,
    /// What histories call them.
    #[arg(long)]
    name: Option<String>,
    /// What the roles are narrowed to, space separated.
    #[arg(long)]
    scope: Option<String>,
    /// Seconds until it expires.
    #[arg(long, default_value_t = 3600)]
    ttl: u64,
}

fn service(settings: &Settings, url: &str) -> Result<Service, settings::Wrong> {
    let db = Db::new(url, settings.pool_size);
    let mut service = Service::new(
        app::routes(),
        db,
        Clock::System,
        IdSource::default(),
        settings.verifier()?,
        settings.files()?,
        settings.public_url.clone(),
    );
    service.metrics_here = settings.metrics_bind.is_none();
    service.mail = settings.mail()?;
    service.limit = settings.rate_limit.map(Limit::of);
    Ok(service)
}

/// Serves until a signal asks to stop.
pub(crate) fn serve() -> Outcome {
    let mut signals = Signals::new([SIGINT, SIGTERM])?;
    let settings = Settings::read(&environment, None)?;
    settings.verifier()?;
    settings.mail()?;
    let Ready { url, cluster, .. } = app::database(&settings, false)?;
    let running = app::start(service(&settings, &url)?, settings.bind, settings.workers)?;
    log::info!("listening on {}", running.address);
    let metrics = app::metrics(&running, settings.metrics_bind)?;
    wait(&mut signals, running, cluster);
    drop(metrics);
    Ok(())
}

fn wait(signals: &mut Signals, running: Running, cluster: Option<Embedded>) {
    let clockwork = app::clockwork(&running.service);
    signals.forever().next();
    log::info!("stopping");
    running.stop();
    clockwork.stop();
    drop(cluster);
}

/// Serves with demonstration data, and says what to try first.
pub(crate) fn demo() -> Outcome {
    let mut signals = Signals::new([SIGINT, SIGTERM])?;
    let get = |name: &str| match (name, environment(name)) {
        ("JWT_HS256_SECRET", None)
            if environment("JWT_JWKS").is_none() && environment("JWT_HS256_SECRET_FILE").is_none() =>
        {
            Some(DEMO_SECRET.to_owned())
        }
        (_, value) => value,
    };
    let settings = Settings::read(&get, Some(&settings::default_data_dir()))?;
    if let Database::Embedded(dir) = &settings.database {
        eprintln!("Starting an embedded PostgreSQL in {} …", dir.display());
    }
    let Ready { url, cluster, loaded } = app::database(&settings, true)?;
    let running = app::start(service(&settings, &url)?, settings.bind, settings.workers)?;
    println!("{}", app::demo::welcome(&settings, running.address, loaded)?);
    std::io::stdout().flush()?;
    wait(&mut signals, running, cluster);
    Ok(())
}

/// Brings the database to this version's schema.
pub(crate) fn migrate() -> Outcome {
    let settings = Settings::read(&without_tokens, None)?;
    let done = match &settings.database {
        Database::Server { url, owner_url } => app::migrate_server(url, owner_url.as_deref())?,
        Database::Embedded(_) => {
            app::database(&settings, false)?;
            Vec::new()
        }
    };
    println!("{} migrations run; the database is current", done.len());
    Ok(())
}

/// Mints a token for development.
pub(crate) fn token(options: &TokenOptions) -> Outcome {
    let keys = BTreeMap::from([("JWT_ISSUER", "involvement"), ("JWT_AUDIENCE", "involvement")]);
    let of = |name: &'static str| {
        environment(name).unwrap_or_else(|| keys.get(name).map(|value| (*value).to_owned()).unwrap_or_default())
    };
    if environment("JWT_JWKS").is_some() {
        return Err("tokens are verified by a key set (JWT_JWKS): its issuer mints them".into());
    }
    let secret = match settings::token_keys(&environment) {
        Ok(TokenKeys::Secret(secret)) => secret,
        Ok(TokenKeys::JwksFile(_)) => {
            return Err("tokens are verified by a key set (JWT_JWKS): its issuer mints them".into());
        }
        Err(_) if environment("JWT_HS256_SECRET").is_none() && environment("JWT_HS256_SECRET_FILE").is_none() => {
            DEMO_SECRET.to_owned()
        }
        Err(wrong) => return Err(wrong.into()),
    };
    let what = Mint {
        roles: options.role.clone(),
        services: options.service.clone(),
        volunteer_id: options.volunteer.map(Into::into),
        subject: options.sub.clone(),
        name: options.name.clone(),
        scope: options.scope.clone(),
        ttl_seconds: options.ttl,
    };
    println!("{}", mint(&what, &of("JWT_ISSUER"), &of("JWT_AUDIENCE"), &secret)?);
    Ok(())
}

/// Prints what is generated from the declared operations.
pub(crate) fn openapi(access: bool, states: bool) -> Outcome {
    let text = match (access, states) {
        (true, _) => app::generated::access_grid(&app::routes()),
        (_, true) => app::generated::states(),
        _ => app::generated::document(&app::routes()),
    };
    std::io::stdout().write_all(text.as_bytes())?;
    Ok(())
}

/// Verifies the audit record: every row, the chain, and that nothing was cut off.
pub(crate) fn verify_audit(anchor: Option<&str>) -> Outcome {
    let anchor: Option<Anchor> = anchor.map(str::parse).transpose().map_err(|_| "--anchor must be NUMBER:HASH")?;
    let settings = Settings::read(&without_tokens, None)?;
    let Ready { url, cluster, .. } = app::database(&settings, false)?;
    let report =
        Db::new(&url, 1).with(|conn| verify::run(conn, anchor.as_ref())).map_err(|failure| failure.to_string())?;
    drop(cluster);
    println!("{} records checked, {} sealed", report.checked, report.sealed);
    if let Some(head) = &report.head {
        println!("anchor for the next verification: {head}");
    }
    for problem in &report.problems {
        let at = problem.seq.map(|seq| format!(" at record {seq}")).unwrap_or_default();
        println!("{}{at}: {}", problem.wrong, problem.detail);
    }
    if report.is_whole() { Ok(()) } else { Err("the audit record is not whole".into()) }
}

/// The environment of a command that needs no tokens.
fn without_tokens(name: &str) -> Option<String> {
    match name {
        "JWT_HS256_SECRET" => Some("not-used-by-this-command-but-long-enough".to_owned()),
        "JWT_JWKS" | "JWT_HS256_SECRET_FILE" => None,
        _ => environment(name),
    }
}
