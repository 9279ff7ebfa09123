//! A form with a file, as the document shows it and as features declare it.
//! How its bytes arrive stands in `service::upload`.

use std::borrow::Cow;
use std::sync::Arc;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, SchemaFormat, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};
use validator::Validate;

use crate::access::Action;
use crate::files::Arrived;
use crate::http::answer::{Represent, represent};
use crate::http::body::{typed, validated};
use crate::http::route::{Method, Operation, PathIds, Routes, Work};
use crate::refusal::Done;
use crate::work::{Changed, Writer};

/// The media type of a form with a file.
pub const FORM: &str = "multipart/form-data";
/// The file of a form, as its schema shows it. The file itself is handed over beside the body.
#[derive(Clone, Debug, Deserialize)]
pub struct FormFile(#[expect(dead_code, reason = "the check of the schema reads it; the file is in the store")] String);

impl PartialSchema for FormFile {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::Binary)))
            .description(Some(
                "The file: a PDF, JPEG, PNG or HEIC of at most 10 MiB. Its bytes say what it is, not its name.",
            ))
            .into()
    }
}

impl ToSchema for FormFile {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("FormFile")
    }
}

impl Routes {
    /// Declares the creation of something from a form with a file, in its field `file`.
    pub fn upload<F, P, B, V>(&mut self, path: &'static str, action: Action, f: F) -> &mut Operation
    where
        F: Fn(&mut Writer<'_>, P, B, &Arrived) -> Done<Changed<V>> + Send + Sync + 'static,
        P: PathIds,
        B: DeserializeOwned + Validate + ToSchema + Clone + Send + 'static,
        V: Represent,
    {
        let id = crate::http::route::name_of(&f);
        let f = Arc::new(f);
        let work = Work::Upload(Box::new(move |prepared, arrived| {
            let (f, path) = (Arc::clone(&f), P::from_path(&prepared.path));
            let body: B = typed(prepared.body)?;
            validated(&body)?;
            Ok(Box::new(move |writer| represent(201, &f(writer, path, body.clone(), &arrived)?.into_inner())))
        }));
        let (shown, schema) = (self.shows::<V>(), self.schema::<B>());
        let operation = self.push(Method::Post, path, id, Some(action), shown, work);
        operation.status = 201;
        operation.body = Some(crate::http::route::taken(schema, false, false));
        operation
    }
}
