//! A question that takes a body: a POST that reads, answers 200 and changes nothing.
//! An Idempotency-Key is taken and needs nothing kept: asked again, it is answered again.

use std::sync::Arc;

use serde::de::DeserializeOwned;
use utoipa::ToSchema;
use validator::Validate;

use crate::access::Action;
use crate::http::answer::{Represent, represent};
use crate::http::body::{typed, validated};
use crate::http::route::{Method, Operation, PathIds, Routes, Work, name_of, taken};
use crate::refusal::Done;
use crate::work::Reader;

impl Routes {
    /// Declares a question that takes a body: for what is too much for parameters. Nothing is stored or recorded.
    pub fn ask<F, P, B, V>(&mut self, path: &'static str, action: Action, f: F) -> &mut Operation
    where
        F: Fn(&mut Reader<'_>, P, &B) -> Done<V> + Send + Sync + 'static,
        P: PathIds,
        B: DeserializeOwned + Validate + ToSchema + Send + 'static,
        V: Represent,
    {
        let id = name_of(&f);
        let f = Arc::new(f);
        let work = Work::Read(Box::new(move |prepared| {
            let (f, path) = (Arc::clone(&f), P::from_path(&prepared.path));
            let body: B = typed(prepared.body)?;
            validated(&body)?;
            Ok(Box::new(move |reader| represent(200, &f(reader, path, &body)?)))
        }));
        let (shown, schema) = (self.shows::<V>(), self.schema::<B>());
        let operation = self.push(Method::Post, path, id, Some(action), shown, work);
        operation.body = Some(taken(schema, false, false));
        operation.versioned = false;
        operation
    }
}
