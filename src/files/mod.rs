//! Uploaded files, each stored under its id in an object store: a folder or S3.
//! The feature that accepts a file decides whose it is and who may read it.

mod feature;
pub mod kind;
pub mod position;
pub mod scan;
mod sweep;
mod unclaimed;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

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
use crate::machine::{is_open_to_others, make_private, make_private_folder};
use crate::refusal::{Failure, Kind, Refusal};

pub use feature::FEATURE;
pub use scan::{ScanState, Scanner};
pub use sweep::sweep;
pub use unclaimed::{adopt, announce, give_up};

/// Size of the parts in which a file is sent to S3, in bytes; S3 accepts no smaller part but the last.
const S3_PART: usize = 5 * 1024 * 1024;
/// Size of the parts in which a file is written to a folder, in bytes.
const FOLDER_PART: usize = 256 * 1024;

/// How long the store may take to open, begin or delete a file, and to take a part of one. Both are shorter than the time
/// that a form has, so that a store that hangs is not taken for a slow sender.
const READS: Duration = Duration::from_secs(5);
const WRITES: Duration = Duration::from_secs(20);

/// An uploaded file that is stored, and unclaimed until a row refers to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arrived {
    /// Id under which it is stored.
    pub id: FileId,
    /// File name given by the sender: one line, without a path.
    pub name: Option<String>,
    /// Type, detected from the first bytes.
    pub kind: kind::FileKind,
    /// Size in bytes.
    pub size_bytes: i64,
    /// SHA-256 of the content, in hexadecimal.
    pub sha256: String,
    /// What a scanner said of it.
    pub scan: ScanState,
}

/// The object store.
#[derive(Clone, Debug)]
pub struct Files {
    store: Arc<dyn ObjectStore>,
    folder: Option<PathBuf>,
    part: usize,
}

impl Files {
    /// A store in a folder, which is created if it does not exist.
    ///
    /// # Errors
    /// The folder can't be created or used.
    pub fn in_folder(folder: PathBuf) -> Result<Self, object_store::Error> {
        let failed = |source: std::io::Error| object_store::Error::Generic { store: "folder", source: source.into() };
        make_private_folder(&folder).map_err(failed)?;
        // A file is acknowledged only when it is on the disk, so that a machine that stops loses nothing.
        let store = LocalFileSystem::new_with_prefix(&folder)?.with_fsync(true);
        Ok(Self { store: Arc::new(store), folder: Some(folder), part: FOLDER_PART })
    }

    /// The folder of the store, if other users of this machine may look into it.
    #[must_use]
    pub fn open_folder(&self) -> Option<&std::path::Path> {
        self.folder.as_deref().filter(|folder| is_open_to_others(folder))
    }

    /// The store at an address: `file:///folder`, or `s3://bucket/prefix` with the options of S3.
    ///
    /// # Errors
    /// The address or an option is wrong, or the folder can't be used.
    pub fn open(place: &Url, options: impl IntoIterator<Item = (String, String)>) -> Result<Self, object_store::Error> {
        if place.scheme() == "file" {
            let failed =
                || object_store::Error::Generic { store: "folder", source: "the address names no folder".into() };
            return Self::in_folder(place.to_file_path().map_err(|()| failed())?);
        }
        let (store, prefix) = object_store::parse_url_opts(place, options)?;
        Ok(Self { store: Arc::new(PrefixStore::new(store, prefix)), folder: None, part: S3_PART })
    }

    /// Begins to store a file under an id.
    ///
    /// # Errors
    /// The store is not available.
    pub async fn begin(&self, id: FileId) -> Result<Keeping, Failure> {
        let upload = in_time(READS, self.store.put_multipart(&place(id))).await?;
        let writing = WriteMultipart::new_with_chunk_size(upload, self.part);
        let file = self.folder.as_ref().map(|folder| folder.join(id.to_string()));
        Ok(Keeping { writing, file, hash: Hasher::default(), size_bytes: 0 })
    }

    /// The content of a file, as a stream.
    ///
    /// # Errors
    /// The store is not available, or has no such file.
    pub async fn read(&self, id: FileId) -> Result<BoxStream<'static, std::io::Result<Bytes>>, Failure> {
        let found = in_time(READS, async { Ok(self.store.get(&place(id)).await) }).await?;
        match found {
            Ok(found) => Ok(found.into_stream().map_err(std::io::Error::other).boxed()),
            Err(object_store::Error::NotFound { .. }) => {
                log::error!("the object store lacks file {id}, which the database has");
                Err(Refusal::new(Kind::NotFound, "The file is missing from the store. Tell whoever runs the service.")
                    .into())
            }
            Err(error) => Err(away(&error)),
        }
    }

    /// Deletes a file; succeeds if there is no such file.
    ///
    /// # Errors
    /// The store is not available.
    pub async fn remove(&self, id: FileId) -> Result<(), Failure> {
        if let Some(folder) = &self.folder {
            // A part that a killed process left behind: the store gives it this name and never lists it.
            match std::fs::remove_file(folder.join(format!("{id}#1"))) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                    return Err(Failure::Unavailable(error.to_string()));
                }
                _ => {}
            }
        }
        match in_time(READS, async { Ok(self.store.delete(&place(id)).await) }).await? {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(away(&error)),
        }
    }
}

/// A file that is being stored.
#[derive(Debug)]
pub struct Keeping {
    writing: WriteMultipart,
    /// Where it will be, in a store in a folder.
    file: Option<PathBuf>,
    hash: Hasher,
    size_bytes: u64,
}

impl Keeping {
    /// Adds bytes; waits if the store is slower than the sender. Returns the number of bytes so far.
    ///
    /// # Errors
    /// The store is not available.
    pub async fn add(&mut self, bytes: Bytes) -> Result<u64, Failure> {
        self.hash.add(&bytes);
        self.size_bytes += u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        in_time(WRITES, self.writing.wait_for_capacity(1)).await?;
        self.writing.put(bytes);
        Ok(self.size_bytes)
    }

    /// Completes the file. Returns its size in bytes and its SHA-256 in hexadecimal.
    ///
    /// # Errors
    /// The store is not available.
    pub async fn finish(self) -> Result<(i64, String), Failure> {
        in_time(WRITES, self.writing.finish()).await?;
        if let Some(file) = &self.file {
            make_private(file).map_err(|error| Failure::Unavailable(error.to_string()))?;
        }
        Ok((i64::try_from(self.size_bytes).map_err(Failure::broken)?, self.hash.finish()))
    }

    /// Abandons the file. A part that can't be deleted now is deleted later, with the unclaimed files.
    pub async fn abandon(self) {
        if let Err(error) = in_time(READS, self.writing.abort()).await {
            log::debug!("the parts of an abandoned upload could not be deleted: {error}");
        }
    }
}

fn place(id: FileId) -> Path {
    Path::from(id.to_string())
}

/// What a store comes to, if it does within this time.
async fn in_time<T>(limit: Duration, doing: impl Future<Output = object_store::Result<T>>) -> Result<T, Failure> {
    match tokio::time::timeout(limit, doing).await {
        Ok(done) => done.map_err(|error| away(&error)),
        Err(_) => Err(Failure::Unavailable(format!("the object store did not answer in {} s", limit.as_secs()))),
    }
}

fn away(error: &object_store::Error) -> Failure {
    Failure::Unavailable(format!("the object store is not available: {error}"))
}

#[cfg(test)]
mod tests;
