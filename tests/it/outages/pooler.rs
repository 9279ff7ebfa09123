//! A pooler that gives each transaction another connection, as PgBouncer does with `pool_mode = transaction`: the role, the
//! limits and the prepared statements of one client are another's a moment later, so nothing is done behind it.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::net::UnixStream;
use std::sync::{Arc, Mutex};

use super::gateway::Gateway;
use crate::support::App;

/// The one connection behind the pooler, and what the server said when it was made.
#[derive(Default)]
struct Behind(Mutex<Option<(UnixStream, Vec<u8>)>>);

/// A message: its kind (none at the start of a connection) and all its bytes.
fn message(from: &mut impl Read, kind: bool) -> Option<(u8, Vec<u8>)> {
    let mut head = vec![0; if kind { 5 } else { 4 }];
    from.read_exact(&mut head).ok()?;
    let length: [u8; 4] = head[usize::from(kind)..].try_into().ok()?;
    let mut rest = vec![0; usize::try_from(u32::from_be_bytes(length)).ok()?.checked_sub(4)?];
    from.read_exact(&mut rest).ok()?;
    let first = if kind { head[0] } else { 0 };
    head.extend(rest);
    Some((first, head))
}

/// What the server says until it is ready for more; whether it is in no transaction then.
fn until_ready(server: &mut UnixStream) -> Option<(Vec<u8>, bool)> {
    let mut said = Vec::new();
    loop {
        let (kind, bytes) = message(server, true)?;
        let idle = bytes.last() == Some(&b'I');
        said.extend(bytes);
        if kind == b'Z' {
            return Some((said, idle));
        }
    }
}

impl Behind {
    /// Serves a client: each of its transactions on the one connection, once that is free.
    fn serve(&self, mut client: TcpStream, socket: &std::path::Path) -> Option<()> {
        let (_, hello) = message(&mut client, false)?;
        {
            let mut behind = self.0.lock().expect("nobody panics");
            if behind.is_none() {
                let mut server = UnixStream::connect(socket).ok()?;
                server.write_all(&hello).ok()?;
                let (said, _) = until_ready(&mut server)?;
                *behind = Some((server, said));
            }
            client.write_all(&behind.as_ref()?.1).ok()?;
        }
        loop {
            let (mut kind, mut bytes) = message(&mut client, true)?;
            if kind == b'X' {
                return None;
            }
            let mut behind = self.0.lock().expect("nobody panics");
            let (server, _) = behind.as_mut()?;
            loop {
                server.write_all(&bytes).ok()?;
                if kind == b'Q' || kind == b'S' {
                    let (said, idle) = until_ready(server)?;
                    client.write_all(&said).ok()?;
                    if idle {
                        break;
                    }
                }
                (kind, bytes) = message(&mut client, true)?;
            }
        }
    }
}

/// The address of the database behind such a pooler.
fn pooled(database: &crate::support::database::Database) -> String {
    let (socket, name) = Gateway::behind(database);
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("its number");
    let behind = Arc::<Behind>::default();
    std::thread::spawn(move || {
        for client in listener.incoming().flatten() {
            let (behind, socket) = (Arc::clone(&behind), socket.clone());
            std::thread::spawn(move || behind.serve(client, &socket));
        }
    });
    Gateway::address_of(address, &name)
}

#[test]
fn behind_a_pooler_that_mixes_connections_nothing_is_done() {
    let app = App::reaching(4, pooled);
    app.public().get("/health/ready").refused(503, "unavailable");
    app.lead().get("/v1/services").refused(503, "unavailable");
    app.public().get("/health/live").expect(200);
}
