//! `COPY … TO STDOUT` as fast as it goes: the protocol spoken by hand over the cluster's socket, the rows thrown away.
//! It is the yardstick of the export, not a client.

use std::io::{Error, Read, Result, Write};
use std::os::unix::net::UnixStream;
use std::time::{Duration, Instant};

/// Bytes and time of one COPY, from the statement's being sent to the last row's arrival.
pub fn copy(socket: &str, user: &str, database: &str, query: &str) -> Result<(u64, Duration)> {
    let mut server = UnixStream::connect(format!("{socket}/.s.PGSQL.5432"))?;
    let mut hello = 196_608_i32.to_be_bytes().to_vec();
    for text in ["user", user, "database", database, ""] {
        hello.extend_from_slice(text.as_bytes());
        hello.push(0);
    }
    server.write_all(&with_length(&hello))?;
    until_ready(&mut server)?;
    let mut statement = format!("COPY ({query}) TO STDOUT (FORMAT csv)").into_bytes();
    statement.push(0);
    let began = Instant::now();
    server.write_all(b"Q")?;
    server.write_all(&with_length(&statement))?;
    let bytes = until_ready(&mut server)?;
    Ok((bytes, began.elapsed()))
}

fn with_length(message: &[u8]) -> Vec<u8> {
    let length = i32::try_from(message.len() + 4).expect("a short message");
    [&length.to_be_bytes(), message].concat()
}

/// Reads what the server says until it is ready for more; answers the bytes of rows in it.
fn until_ready(server: &mut UnixStream) -> Result<u64> {
    let mut server = std::io::BufReader::with_capacity(256 * 1024, server);
    let (mut head, mut body, mut bytes) = ([0_u8; 5], Vec::new(), 0);
    loop {
        server.read_exact(&mut head)?;
        let length = u32::from_be_bytes([head[1], head[2], head[3], head[4]]) - 4;
        body.resize(usize::try_from(length).expect("a length"), 0);
        server.read_exact(&mut body)?;
        match head[0] {
            b'd' => bytes += u64::from(length),
            b'E' => return Err(Error::other(String::from_utf8_lossy(&body).into_owned())),
            b'Z' => return Ok(bytes),
            _ => {}
        }
    }
}
