//! What each command does, in calls of the library.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use clap::Args;
use involvement::access::Role;
use involvement::access::token::{Mint, mint};
use involvement::app::{self, Ready, Running};
use involvement::audit::{Anchor, verify};
use involvement::clock::Clock;
use involvement::db::ids::IdSource;
use involvement::db::pool::Db;
use involvement::db::standby::Standby;
use involvement::db::unhurried;
use involvement::embedded_postgres::Embedded;
use involvement::service::Service;
use involvement::service::limit::Limit;
use involvement::settings::{self, DEMO_SECRET, Database, ReadFrom, Settings, TokenKeys, environment};
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

type Outcome = Result<(), Box<dyn std::error::Error>>;

/// Contents of a token for development.
#[derive(Args, Debug)]
pub(crate) struct TokenOptions {
    /// Role: staff, involvement_lead, finance or volunteer. Repeat for several roles.
    #[arg(long, required = true)]
    role: Vec<Role>,
    /// Code of a service that the member of staff works for. Repeat for several services.
    #[arg(long)]
    service: Vec<String>,
    /// Id of the volunteer who uses the token.
    #[arg(long)]
    volunteer: Option<uuid::Uuid>,
    /// Subject (`sub`): the user's login name.
    #[arg(long, default_value = "developer")]
    sub: String,
    /// Name that histories show.
    #[arg(long)]
    name: Option<String>,
    /// Scopes that narrow the roles, separated by spaces, such as "plans:read claims:approve".
    #[arg(long)]
    scope: Option<String>,
    /// Seconds until the token expires.
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
    if let Some(folder) = service.files.open_folder() {
        log::warn!(
            "other users of this machine may look into {} (RECEIPTS_URL): close it to them, with chmod 700",
            folder.display()
        );
    }
    service.scanner.clone_from(&settings.file_scanner);
    service.swagger_ui = settings.swagger_ui;
    service.gives_services = settings.gives_services;
    service.webhook_networks = settings.webhook_networks.clone();
    service.metrics_here = settings.metrics_bind.is_none() && settings.bind.ip().is_loopback();
    service.mail = settings.mail()?;
    service.remind_days = settings.remind_days;
    service.trust = Arc::new(settings.trust.clone());
    service.limit = settings.rate_limit.map(Limit::of);
    service.anonymous_writes = Some(Limit::of(settings.anonymous_write_limit).named("unsigned-writes"));
    service.proxies = settings.trusted_proxies.clone();
    service.origins.clone_from(&settings.cors_origins);
    let standby = |from: &ReadFrom| Standby::new(&from.url, settings.pool_size, from.max_age);
    service.standby = settings.read_from.as_ref().map(standby);
    involvement::privacy::set_share(settings.retention_share);
    Ok(service)
}

/// Runs the service until SIGINT or SIGTERM.
pub(crate) fn serve() -> Outcome {
    let mut signals = Signals::new([SIGINT, SIGTERM])?;
    let settings = Settings::read(&environment, None)?;
    settings.verifier()?;
    settings.mail()?;
    warn(&settings.safe_to_serve()?);
    let Some(Ready { url, cluster, .. }) = prepared(&mut signals, &settings, false)? else { return Ok(()) };
    let running =
        app::start_with(service(&settings, &url)?, settings.bind, settings.workers, settings.max_connections)?;
    log::info!("listening on {}", running.address);
    let metrics = app::metrics(&running, settings.metrics_bind)?;
    wait(&mut signals, running, cluster, Duration::from_secs(settings.stop_delay));
    drop(metrics);
    Ok(())
}

/// The database, prepared; none if a signal comes before, because a server that hangs must not hold up the end. A PostgreSQL
/// of the service's own has to be stopped again, so its start is not broken off.
fn prepared(
    signals: &mut Signals,
    settings: &Settings,
    with_demo: bool,
) -> Result<Option<Ready>, Box<dyn std::error::Error>> {
    if matches!(settings.database, Database::Embedded(_)) {
        return Ok(Some(app::database(settings, with_demo)?));
    }
    let settings = settings.clone();
    let preparing = std::thread::spawn(move || app::database(&settings, with_demo));
    while !preparing.is_finished() {
        if signals.pending().next().is_some() {
            log::info!("stopping before the database was prepared");
            return Ok(None);
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    let done = preparing.join().map_err(|_| "the database could not be prepared")?;
    Ok(Some(done?))
}

fn warn(told: &[String]) {
    for warning in told {
        log::warn!("{warning}");
    }
}

/// Serves until a signal. After SIGTERM, requests are still taken for `delay`, so that whoever sends them has time to see
/// that this copy is not ready; a second signal, or Ctrl-C, ends that at once.
fn wait(signals: &mut Signals, running: Running, cluster: Option<Embedded>, delay: Duration) {
    let scheduler = app::start_scheduler(&running.service);
    let signal = signals.forever().next();
    running.service.stop();
    let scheduler = scheduler.told_to_stop();
    if signal == Some(SIGTERM) && !delay.is_zero() {
        log::info!("stopping: not ready any more; requests are still taken for {} s", delay.as_secs());
        let until = Instant::now() + delay;
        while Instant::now() < until && signals.pending().next().is_none() {
            std::thread::sleep(Duration::from_millis(50));
        }
    }
    log::info!("stopping: answering the requests that were accepted");
    running.stop();
    scheduler.wait();
    drop(cluster);
}

/// Runs the service with demonstration data, and prints tokens and a first request to try.
pub(crate) fn demo() -> Outcome {
    let mut signals = Signals::new([SIGINT, SIGTERM])?;
    let get = |name: &str| match (name, environment(name)) {
        ("JWT_HS256_SECRET", None)
            if ["JWT_ISSUERS", "JWT_JWKS", "JWT_HS256_SECRET_FILE"].iter().all(|name| environment(name).is_none()) =>
        {
            Some(DEMO_SECRET.to_owned())
        }
        (_, value) => value,
    };
    let settings = Settings::read(&get, Some(&settings::default_data_dir()))?;
    warn(&settings.safe_to_demonstrate()?);
    if let Database::Embedded(dir) = &settings.database {
        eprintln!("Starting an embedded PostgreSQL in {} …", dir.display());
    }
    let Some(Ready { url, cluster, loaded }) = prepared(&mut signals, &settings, true)? else { return Ok(()) };
    let mut service = service(&settings, &url)?;
    let today = service.clock.now().london_day();
    service.demonstrates(today);
    let sign_ins = app::demo::sign_ins(&settings)?;
    service.sign_ins.clone_from(&sign_ins);
    let running = app::start_with(service, settings.bind, settings.workers, settings.max_connections)?;
    let metrics = app::metrics(&running, settings.metrics_bind)?;
    println!("{}", app::demo::welcome(&settings, running.address, loaded, &sign_ins)?);
    std::io::stdout().flush()?;
    wait(&mut signals, running, cluster, Duration::ZERO);
    drop(metrics);
    Ok(())
}

/// Migrates the database to this version's schema.
pub(crate) fn migrate() -> Outcome {
    let settings = Settings::read(&without_tokens, None)?;
    let done = match &settings.database {
        Database::Server { url, owner_url } => app::migrate_server(url, owner_url.as_deref())?,
        Database::Embedded(_) => {
            app::database(&settings, false)?;
            Vec::new()
        }
    };
    println!("Migrations run: {}. The database is up to date.", done.len());
    Ok(())
}

/// Prints a token for development.
pub(crate) fn token(options: &TokenOptions) -> Outcome {
    let keys = BTreeMap::from([("JWT_ISSUER", "involvement"), ("JWT_AUDIENCE", "involvement")]);
    let of = |name: &'static str| {
        environment(name).unwrap_or_else(|| keys.get(name).map(|value| (*value).to_owned()).unwrap_or_default())
    };
    if let Some(name) = ["JWT_ISSUERS", "JWT_JWKS"].iter().find(|name| environment(name).is_some()) {
        return Err(format!(
            "{name} is set, so tokens come from the issuers of those keys: unset it to create a token"
        )
        .into());
    }
    let secret = match settings::token_keys(&environment) {
        Ok(TokenKeys::Secret(secret)) => secret,
        Ok(_) => return Err("tokens come from an issuer of your own: get one there".into()),
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
        token_id: None,
    };
    println!("{}", mint(&what, &of("JWT_ISSUER"), &of("JWT_AUDIENCE"), &secret)?);
    Ok(())
}

/// Which of the generated files is printed.
#[derive(Args, Debug)]
pub(crate) struct Generated {
    /// Print the table of access rights (openapi/access.txt) instead.
    #[arg(long)]
    access: bool,
    /// Print the life cycles (docs/states.md) instead.
    #[arg(long)]
    states: bool,
    /// Print who sees which field of an answer (openapi/fields.txt) instead.
    #[arg(long)]
    fields: bool,
    /// Print who is told of what (docs/told.md) instead.
    #[arg(long)]
    told: bool,
}

/// Prints the OpenAPI document, the table of access rights, the life cycles, the fields of answers or who is told.
pub(crate) fn openapi(which: &Generated) -> Outcome {
    let text = match which {
        Generated { told: true, .. } => app::generated::told(),
        Generated { fields: true, .. } => app::field_grid::field_grid(&app::routes()),
        Generated { access: true, .. } => app::generated::access_grid(&app::routes()),
        Generated { states: true, .. } => app::generated::states(&app::routes()),
        _ => app::generated::document(&app::routes()),
    };
    std::io::stdout().write_all(text.as_bytes())?;
    Ok(())
}

/// Verifies the audit record: every row, the chain, and that no row is missing at the end. Ends with status 1 if something
/// is wrong with the record, and returns an error, which ends with status 2, if it could not be verified.
pub(crate) fn verify_audit(anchor: Option<&str>, file: Option<&Path>) -> Result<ExitCode, Box<dyn std::error::Error>> {
    let kept = file.map(kept_anchor).transpose()?.flatten();
    let anchor = anchor.map(str::to_owned).or(kept);
    let anchor: Option<Anchor> =
        anchor.map(|text| text.parse()).transpose().map_err(|_| "an anchor must be written NUMBER:HASH")?;
    let settings = Settings::read(&without_tokens, None)?;
    let Ready { url, cluster, .. } = app::database(&settings, false)?;
    let report = unhurried(&url)
        .and_then(|mut conn| verify::run(&mut conn, &involvement::features::resources(), anchor.as_ref()))
        .map_err(|failure| failure.to_string())?;
    drop(cluster);
    println!("{report}");
    if !report.is_whole() {
        eprintln!("involvement: the audit record failed verification: see the problems above");
        return Ok(ExitCode::FAILURE);
    }
    if let (Some(file), Some(head)) = (file, &report.head) {
        keep_anchor(file, head)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// The anchor that an earlier verification left in a file; none before the first.
fn kept_anchor(file: &Path) -> Result<Option<String>, String> {
    match std::fs::read_to_string(file) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(format!("the anchor file can't be read: {error}")),
    }
}

/// Leaves the anchor for the next verification, whole or not at all.
fn keep_anchor(file: &Path, head: &Anchor) -> Result<(), String> {
    let failed = |error: std::io::Error| format!("the anchor file can't be written: {error}");
    let half = file.with_added_extension("new");
    std::fs::write(&half, format!("{head}\n")).map_err(failed)?;
    std::fs::rename(&half, file).map_err(failed)
}

/// The environment of a command that verifies no tokens.
fn without_tokens(name: &str) -> Option<String> {
    match name {
        "JWT_HS256_SECRET" => Some("not-used-by-this-command-but-long-enough".to_owned()),
        "JWT_ISSUERS" | "JWT_JWKS" | "JWT_HS256_SECRET_FILE" => None,
        _ => environment(name),
    }
}
