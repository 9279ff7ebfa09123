//! The running server: prepares the database, listens, answers, and stops without dropping a request.
//! Signals are handled by the command line.

use std::any::Any;
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use actix_web::dev::ServerHandle;
use actix_web::http::header;
use actix_web::rt::net::TcpStream;
use actix_web::{App, HttpServer, web};
use socket2::SockRef;

use crate::app::demo::{self, Loaded};
use crate::app::front;
use crate::app::scheduler::ended;
use crate::app::start_error::StartError;
use crate::db::migrate;
use crate::embedded_postgres::{self as embedded, Embedded};
use crate::service::{self, Service, Shared, server};
use crate::settings::{Database, Settings, Wrong};

/// The service's database in the embedded PostgreSQL.
const DATABASE: &str = "involvement";
/// The database into which demonstration data is loaded, before it is renamed to `DATABASE`.
const LOADING: &str = "involvement_loading";
/// The service's login in the embedded PostgreSQL.
const LOGIN: &str = "involvement";

/// A database that is ready for use.
#[derive(Debug)]
pub struct Ready {
    /// Address of the database, with the service's login.
    pub url: String,
    /// The embedded PostgreSQL, if one is used; it must outlive the server.
    pub cluster: Option<Embedded>,
    /// Whether demonstration data was loaded by this start.
    pub loaded: Loaded,
}

/// Prepares the database: starts the embedded PostgreSQL if one is used, migrates, and loads demonstration data on
/// request.
///
/// # Errors
/// The embedded PostgreSQL does not start, a migration fails, or a step of the demonstration is refused.
pub fn database(settings: &Settings, with_demo: bool) -> Result<Ready, StartError> {
    match &settings.database {
        Database::Server { url, owner_url } => {
            if settings.migrate || with_demo {
                migrate_server(url, owner_url.as_deref())?;
            } else {
                migrate::refuse_elsewhere(url)?;
            }
            let loaded = if with_demo { demo::load(settings, url, crate::app::routes())? } else { Loaded::Before };
            Ok(Ready { url: url.clone(), cluster: None, loaded })
        }
        Database::Embedded(dir) => embedded_database(settings, dir, with_demo),
    }
}

/// Migrates the database of a server as the owner of its tables, and grants the service's role to the service's login.
///
/// # Errors
/// `DATABASE_URL` names no login, or a migration fails.
pub fn migrate_server(url: &str, owner_url: Option<&str>) -> Result<Vec<String>, StartError> {
    let Some(owner_url) = owner_url else { return Ok(migrate::run(url, None)?) };
    let login = crate::db::address::login_of(url).ok_or(Wrong {
        name: "DATABASE_URL",
        why: "names no login: write it as postgresql://login@host/database".to_owned(),
    })?;
    Ok(migrate::run(owner_url, Some(&login))?)
}

fn embedded_database(settings: &Settings, dir: &Path, with_demo: bool) -> Result<Ready, StartError> {
    let mut options = embedded::Options::new(dir.join("postgres"));
    options.bindir.clone_from(&settings.pg_bindir);
    options.path.clone_from(&settings.path);
    options.fetch = true;
    let cluster = Embedded::start(&options)?;
    let admin = cluster.url("postgres", embedded::SUPERUSER);
    migrate::login(&admin, LOGIN)?;
    let mut loaded = Loaded::Before;
    if with_demo && !migrate::exists(&admin, DATABASE)? {
        // Loaded into another database and then renamed, so that a start that is killed leaves nothing half loaded.
        migrate::drop_database(&admin, LOADING)?;
        cluster.ensure_database(LOADING)?;
        migrate::run(&cluster.url(LOADING, embedded::SUPERUSER), Some(LOGIN))?;
        loaded = demo::load(settings, &cluster.url(LOADING, LOGIN), crate::app::routes())?;
        migrate::rename_database(&admin, LOADING, DATABASE)?;
    }
    cluster.ensure_database(DATABASE)?;
    migrate::run(&cluster.url(DATABASE, embedded::SUPERUSER), Some(LOGIN))
        .map_err(|error| error.in_folder(&options.data_dir))?;
    Ok(Ready { url: cluster.url(DATABASE, LOGIN), cluster: Some(cluster), loaded })
}

/// How long the server's threads may take to end once every request is answered or given up.
const ENDS_WITHIN: Duration = Duration::from_secs(2);
/// A client that takes none of an answer for so long is cut off.
const NO_PROGRESS: Duration = Duration::from_secs(20);
/// The most connections of clients, where nothing else is set.
const MOST_CONNECTIONS: usize = 4_096;

/// A server that answers.
#[derive(Debug)]
pub struct Running {
    /// Address and port on which it listens.
    pub address: SocketAddr,
    /// The service that answers.
    pub service: Shared,
    handle: ServerHandle,
    thread: std::thread::JoinHandle<std::io::Result<()>>,
}

impl Running {
    /// Stops the server: it reports that it is not ready, then answers every request that it accepted.
    pub fn stop(self) {
        self.service.stop();
        let handle = self.handle;
        actix_web::rt::System::new().block_on(handle.stop(true));
        match ended(self.thread, Instant::now() + ENDS_WITHIN) {
            Some(Ok(())) => {}
            Some(Err(error)) => log::error!("the server stopped with an error: {error}"),
            None => log::warn!("some work at the database did not end in time; it is broken off"),
        }
    }
}

/// Starts the server on threads of its own.
///
/// # Errors
/// The server can't listen on the address.
pub fn start(service: Service, bind: SocketAddr, workers: usize) -> Result<Running, StartError> {
    start_with(service, bind, workers, MOST_CONNECTIONS)
}

/// Starts the server with a limit on the connections of clients; those beyond it wait.
///
/// # Errors
/// The server can't listen on the address.
pub fn start_with(
    service: Service,
    bind: SocketAddr,
    workers: usize,
    connections: usize,
) -> Result<Running, StartError> {
    let failed = |error| StartError::Bind(bind, error);
    let listener = TcpListener::bind(bind).map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    let service: Shared = Arc::new(service);
    let (send, receive) = std::sync::mpsc::channel();
    let shared = Arc::clone(&service);
    let thread = std::thread::Builder::new().name("server".to_owned()).spawn(move || {
        actix_web::rt::System::new().block_on(async move {
            let standby = shared.standby.as_ref().map_or(0, |standby| standby.db.size());
            // Work that is given up keeps its thread until it ends.
            let blocking = usize::try_from(shared.db.size() + standby).unwrap_or(8) * 4;
            let server = HttpServer::new(move || {
                let service = Arc::clone(&shared);
                App::new()
                    .app_data(web::Data::new(Arc::clone(&shared)))
                    .wrap(service::cors(&shared))
                    .wrap(service::careful())
                    .configure(|config| server::paths(&service, config))
                    .configure(|config| front::pages(&service, config))
                    .default_service(web::route().to(server::nowhere))
            })
            .workers(workers)
            .worker_max_blocking_threads(blocking)
            // Else the last piece of a longer answer waits until the client acknowledges the piece before: 40 ms.
            .tcp_nodelay(true)
            .keep_alive(Duration::from_secs(75))
            .client_request_timeout(Duration::from_secs(5))
            .client_disconnect_timeout(Duration::from_secs(2))
            .shutdown_timeout(20)
            .max_connections(connections.div_ceil(workers))
            .on_connect(|connection, _| cut_off_idle_readers(connection))
            .disable_signals()
            .listen(listener)?
            .run();
            send.send(server.handle()).ok();
            server.await
        })
    });
    let thread = thread.map_err(failed)?;
    let handle = receive.recv().map_err(|_| failed(std::io::Error::other("the server did not start")))?;
    Ok(Running { address, service, handle, thread })
}

/// Has the system close a connection whose client takes nothing of what is sent.
fn cut_off_idle_readers(connection: &dyn Any) {
    if let Some(stream) = connection.downcast_ref::<TcpStream>()
        && let Err(error) = SockRef::from(stream).set_tcp_user_timeout(Some(NO_PROGRESS))
    {
        log::debug!("a connection has no limit on how long its answer may stand still: {error}");
    }
}

/// Serves `/metrics` on a separate address, if `METRICS_BIND` is set.
///
/// # Errors
/// The server can't listen on the address.
pub fn metrics(running: &Running, bind: Option<SocketAddr>) -> Result<Option<ServerHandle>, StartError> {
    let Some(bind) = bind else { return Ok(None) };
    let failed = |error| StartError::Bind(bind, error);
    let listener = TcpListener::bind(bind).map_err(failed)?;
    let service = Arc::clone(&running.service);
    let (send, receive) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        actix_web::rt::System::new().block_on(async move {
            let server = HttpServer::new(move || {
                let service = Arc::clone(&service);
                App::new().wrap(service::careful()).route(
                    "/metrics",
                    web::get().to(move || {
                        let text = service.metrics_text();
                        std::future::ready(
                            actix_web::HttpResponse::Ok()
                                .content_type("text/plain; version=0.0.4; charset=utf-8")
                                .insert_header((header::CACHE_CONTROL, "no-store"))
                                .body(text),
                        )
                    }),
                )
            })
            .workers(1)
            .disable_signals()
            .listen(listener)?
            .run();
            send.send(server.handle()).ok();
            server.await
        })
    });
    Ok(receive.recv().ok())
}
