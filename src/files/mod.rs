//! Files that people send, each kept under its own id in an object store: a folder, or S3.
//! Whose they are and who may read them is the business of the feature that asked for them.

pub mod kind;
mod loose;
mod sweep;

use std::path::PathBuf;
use std::sync::Arc;

use bytes::Bytes;
use futures_util::stream::BoxStream;
use futures_util::{StreamExt, TryStreamExt};
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::prefix::PrefixStore;
use object_store::{ObjectStore, ObjectStoreExt, WriteMultipart};
use url::Url;

use crate::db::ids::FileId;
use crate::digest::Hasher;
use crate::refusal::Failure;

pub use loose::{adopt, announce, give_up};
pub use sweep::sweep;

/// A part of a file on its way to S3, which takes no smaller ones but the last.
const S3_PART: usize = 5 * 1024 * 1024;
/// A part of a file on its way to a folder.
const FOLDER_PART: usize = 256 * 1024;

/// A file that arrived and is stored, but loose: nothing refers to it until a row adopts it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arrived {
    /// Its id, under which it is stored.
    pub id: FileId,
    /// What its sender called it: one line, no path.
    pub name: Option<String>,
    /// What it is, by its first bytes.
    pub kind: kind::FileKind,
    /// Its length in bytes.
    pub size_bytes: i64,
    /// SHA-256 of its bytes, in hexadecimal.
    pub sha256: String,
}

/// Where files are.
#[derive(Clone, Debug)]
pub struct Files {
    store: Arc<dyn ObjectStore>,
    folder: Option<PathBuf>,
    part: usize,
}

impl Files {
    /// Files in a folder, which is made where it is not there.
    ///
    /// # Errors
    /// Where it can't be made or used.
    pub fn in_folder(folder: PathBuf) -> Result<Self, object_store::Error> {
        let failed = |source: std::io::Error| object_store::Error::Generic { store: "folder", source: source.into() };
        std::fs::create_dir_all(&folder).map_err(failed)?;
        // What is acknowledged is on the disk; a stopped machine loses nothing.
        let store = LocalFileSystem::new_with_prefix(&folder)?.with_fsync(true);
        Ok(Self { store: Arc::new(store), folder: Some(folder), part: FOLDER_PART })
    }

    /// Files where an address says: `file:///folder`, or `s3://bucket/prefix` with the options of S3.
    ///
    /// # Errors
    /// Where the address or an option is wrong, or the folder can't be used.
    pub fn open(place: &Url, options: impl IntoIterator<Item = (String, String)>) -> Result<Self, object_store::Error> {
        if place.scheme() == "file" {
            let failed = || object_store::Error::Generic { store: "folder", source: "it names no folder".into() };
            return Self::in_folder(place.to_file_path().map_err(|()| failed())?);
        }
        let (store, prefix) = object_store::parse_url_opts(place, options)?;
        Ok(Self { store: Arc::new(PrefixStore::new(store, prefix)), folder: None, part: S3_PART })
    }

    /// Begins to store a file under an id.
    ///
    /// # Errors
    /// Where the store is away.
    pub async fn begin(&self, id: FileId) -> Result<Keeping, Failure> {
        let upload = self.store.put_multipart(&place(id)).await.map_err(|error| away(&error))?;
        let writing = WriteMultipart::new_with_chunk_size(upload, self.part);
        Ok(Keeping { writing, hash: Hasher::default(), size_bytes: 0 })
    }

    /// A file's bytes, in pieces.
    ///
    /// # Errors
    /// Where the store is away, or has no such file.
    pub async fn read(&self, id: FileId) -> std::io::Result<BoxStream<'static, std::io::Result<Bytes>>> {
        let found = self.store.get(&place(id)).await.map_err(std::io::Error::other)?;
        Ok(found.into_stream().map_err(std::io::Error::other).boxed())
    }

    /// Removes a file; one that is not there is removed already.
    ///
    /// # Errors
    /// Where the store is away.
    pub async fn remove(&self, id: FileId) -> Result<(), Failure> {
        if let Some(folder) = &self.folder {
            // What the process left half-written when it was killed: the store names it so, and never shows it.
            match std::fs::remove_file(folder.join(format!("{id}#1"))) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                    return Err(Failure::Unavailable(error.to_string()));
                }
                _ => {}
            }
        }
        match self.store.delete(&place(id)).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(away(&error)),
        }
    }
}

/// A file on its way into the store.
#[derive(Debug)]
pub struct Keeping {
    writing: WriteMultipart,
    hash: Hasher,
    size_bytes: u64,
}

impl Keeping {
    /// The next bytes; waits while the store is slower than the sender. Answers how many there are by now.
    ///
    /// # Errors
    /// Where the store is away.
    pub async fn add(&mut self, bytes: Bytes) -> Result<u64, Failure> {
        self.hash.add(&bytes);
        self.size_bytes += u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        self.writing.wait_for_capacity(1).await.map_err(|error| away(&error))?;
        self.writing.put(bytes);
        Ok(self.size_bytes)
    }

    /// All of it is there: answers its length in bytes and its SHA-256 in hexadecimal.
    ///
    /// # Errors
    /// Where the store is away.
    pub async fn finish(self) -> Result<(i64, String), Failure> {
        self.writing.finish().await.map_err(|error| away(&error))?;
        Ok((i64::try_from(self.size_bytes).map_err(Failure::broken)?, self.hash.finish()))
    }

    /// Gives it up half-way. What can't be cleared now is swept.
    pub async fn abandon(self) {
        if let Err(error) = self.writing.abort().await {
            log::debug!("an upload that was given up could not be cleared: {error}");
        }
    }
}

fn place(id: FileId) -> Path {
    Path::from(id.to_string())
}

fn away(error: &object_store::Error) -> Failure {
    Failure::Unavailable(format!("the store of files: {error}"))
}

#[cfg(test)]
mod tests;
