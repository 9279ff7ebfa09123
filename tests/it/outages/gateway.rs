//! A network between the service and PostgreSQL that can stop: what was sent stays unanswered, and no connection breaks.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex};

use crate::support::database::{Database, LOGIN};

/// Forwards connections on a port of this machine to the socket of PostgreSQL.
pub struct Gateway {
    address: SocketAddr,
    gate: Arc<Gate>,
    name: String,
}

impl Gateway {
    /// A gateway to this database.
    pub fn to(database: &Database) -> Self {
        let (socket, name) = Self::behind(database);
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("its number");
        let gate = Arc::<Gate>::default();
        let stops = Arc::clone(&gate);
        std::thread::spawn(move || {
            for client in listener.incoming() {
                let Ok(client) = client else { return };
                let Ok(server) = UnixStream::connect(&socket) else { continue };
                forward(&client, &server, &stops);
            }
        });
        Self { address, gate, name }
    }

    /// The socket of PostgreSQL, and the name of a database there.
    pub fn behind(database: &Database) -> (PathBuf, String) {
        let url = url::Url::parse(&database.url()).expect("an address");
        let said = |name: &str| url.query_pairs().find(|(known, _)| known == name).map(|(_, value)| value.into_owned());
        let folder = said("host").expect("the folder of a socket");
        let port = said("port").unwrap_or_else(|| "5432".to_owned());
        (PathBuf::from(folder).join(format!(".s.PGSQL.{port}")), url.path().trim_start_matches('/').to_owned())
    }

    /// The address of a database at a port of this machine, without what a gateway does not understand.
    pub fn address_of(address: SocketAddr, name: &str) -> String {
        format!("postgresql://{LOGIN}@{address}/{name}?sslmode=disable&gssencmode=disable")
    }

    /// The address of the database through this gateway.
    pub fn url(&self) -> String {
        Self::address_of(self.address, &self.name)
    }

    /// Whether something stands before it.
    pub fn holds(&self) -> bool {
        self.gate.waiting.load(Ordering::SeqCst) > 0
    }

    /// Stops, or goes on.
    pub fn freeze(&self, frozen: bool) {
        *self.gate.closed.lock().expect("nobody panics") = frozen;
        self.gate.changed.notify_all();
    }
}

/// Both directions of a connection, each on a thread of its own, which ends with the connection.
fn forward(client: &TcpStream, server: &UnixStream, gate: &Arc<Gate>) {
    let (mut from, mut to) = (client.try_clone().expect("a copy"), server.try_clone().expect("a copy"));
    let stops = Arc::clone(gate);
    std::thread::spawn(move || {
        pump(&mut from, &mut to, &stops);
        to.shutdown(std::net::Shutdown::Both).ok();
    });
    let (mut from, mut to) = (server.try_clone().expect("a copy"), client.try_clone().expect("a copy"));
    let stops = Arc::clone(gate);
    std::thread::spawn(move || {
        pump(&mut from, &mut to, &stops);
        to.shutdown(std::net::Shutdown::Both).ok();
    });
}

fn pump(from: &mut impl Read, to: &mut impl Write, gate: &Gate) {
    let mut bytes = [0; 16 * 1024];
    loop {
        let read = from.read(&mut bytes).unwrap_or(0);
        gate.pass();
        if read == 0 || to.write_all(bytes.get(..read).unwrap_or_default()).is_err() {
            return;
        }
    }
}

/// What nothing passes while it is closed.
#[derive(Default)]
struct Gate {
    closed: Mutex<bool>,
    changed: Condvar,
    waiting: AtomicUsize,
}

impl Gate {
    fn pass(&self) {
        let closed = self.closed.lock().expect("nobody panics");
        self.waiting.fetch_add(1, Ordering::SeqCst);
        drop(self.changed.wait_while(closed, |closed| *closed).expect("nobody panics"));
        self.waiting.fetch_sub(1, Ordering::SeqCst);
    }
}
