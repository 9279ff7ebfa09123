//! SQL of the files of a run: kept in parts as they are made, read again part by part.
//! What is in them is decided in `export`; that they never change, by the database.

use std::io;

use crate::db::prelude::*;

use crate::clock::Instant;
use crate::db::ids::PaymentRunId;
use crate::db::schema::{payment_run_export_parts as parts, payment_run_exports as exports};
use crate::digest::Hasher;
use crate::payments::runs::views::ExportFormat;
use crate::refusal::{Failure, Result};
use crate::work::{Reader, Writer};

/// The bytes of a part; the last one of a file has fewer. A slow reader costs the service about this much memory.
const PART: usize = 128 * 1024;

/// A file that is being written: hashed as it goes, no more of it in memory than what was written since the last `keep`.
pub(super) struct FileInParts {
    run_id: PaymentRunId,
    format: ExportFormat,
    waiting: Vec<u8>,
    hash: Hasher,
    length: i64,
    count: i32,
}

impl io::Write for FileInParts {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.waiting.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl FileInParts {
    /// An empty one.
    pub fn new(run_id: PaymentRunId, format: ExportFormat) -> Self {
        Self { run_id, format, waiting: Vec::new(), hash: Hasher::default(), length: 0, count: 0 }
    }

    /// Keeps the parts that are full.
    pub fn keep(&mut self, writer: &mut Writer<'_>) -> Result<()> {
        let full = self.waiting.len() - self.waiting.len() % PART;
        self.keep_first(writer, full)
    }

    /// Keeps what is left; answers the file's SHA-256 in hexadecimal. Nothing can be added to it after.
    pub fn finish(mut self, writer: &mut Writer<'_>) -> Result<String> {
        self.keep_first(writer, self.waiting.len())?;
        let sha256 = self.hash.finish();
        diesel::insert_into(exports::table)
            .values((
                exports::run_id.eq(self.run_id),
                exports::format.eq(self.format),
                exports::sha256.eq(&sha256),
                exports::length.eq(self.length),
                exports::part_count.eq(self.count),
            ))
            .execute(writer.conn)?;
        Ok(sha256)
    }

    fn keep_first(&mut self, writer: &mut Writer<'_>, bytes: usize) -> Result<()> {
        let (now, later) = self.waiting.split_at(bytes);
        for part in now.chunks(PART) {
            diesel::insert_into(parts::table)
                .values((
                    parts::run_id.eq(self.run_id),
                    parts::format.eq(self.format),
                    parts::number.eq(self.count),
                    parts::body.eq(part),
                ))
                .execute(writer.conn)?;
            self.hash.add(part);
            self.count += 1;
            self.length += i64::try_from(part.len()).map_err(Failure::broken)?;
        }
        self.waiting = later.to_vec();
        Ok(())
    }
}

/// A file that is kept.
#[derive(Clone, Debug, Queryable)]
pub(super) struct KeptFile {
    /// The SHA-256 in hexadecimal.
    pub sha256: String,
    /// Its bytes.
    pub length: i64,
    /// Its parts.
    pub part_count: i32,
    /// When it was erased, because somebody whom it named was.
    pub cleared_at: Option<Instant>,
}

/// A file of a released run.
pub(super) fn find(reader: &mut Reader<'_>, id: PaymentRunId, format: ExportFormat) -> Result<KeptFile> {
    exports::table
        .find((id, format))
        .select((exports::sha256, exports::length, exports::part_count, exports::cleared_at))
        .first(reader.conn)
        .optional()?
        .ok_or_else(|| Failure::broken("a released run without its files"))
}

/// One part of it; a fault where it is not there any more, because the file was erased while it was read.
pub(super) fn part(reader: &mut Reader<'_>, id: PaymentRunId, format: ExportFormat, number: i32) -> Result<Vec<u8>> {
    parts::table
        .find((id, format, number))
        .select(parts::body)
        .first(reader.conn)
        .optional()?
        .ok_or_else(|| Failure::broken("a part of a run's file is gone"))
}
