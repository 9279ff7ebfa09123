//! What a handler may look like: each signature with what it takes of a request and what it answers.
//! All become one of two: an endpoint that reads, or one that writes.

use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;
use utoipa::ToSchema;
use validator::Validate;

use crate::db::page::Page;
use crate::db::{Changed, Reader, Writer};
use crate::files::Arrived;
use crate::http::answer::{Answer, Answers, ListAnswer, Listed};
use crate::http::body::{Patch, typed, validated};
use crate::http::compile::Routes;
use crate::http::operation::{Filter, Operation, Prepared, Shown, Taken, Work};
use crate::http::page::Listing;
use crate::http::path::PathIds;
use crate::http::table::{TableFormat, TableQuery, Tabular, csv};
use crate::refusal::{Done, Refusal};

/// A function that answers an operation; `Signature` tells the kinds of function apart.
#[diagnostic::on_unimplemented(
    message = "a handler takes a `Reader` or `Writer`, the ids of its path, and at most a filter or body",
    note = "its answer is `Done<…>` of a view, a list or content, and `Done<Changed<…>>` where it writes"
)]
pub trait Handler<Signature>: Send + Sync + 'static {
    /// The operation that it is, answering this status; the schemas it uses are registered on the way.
    fn operation(self, routes: &mut Routes, status: u16) -> Operation;
}

/// What a client sends: a filter, or a body.
pub trait Input: DeserializeOwned + ToSchema + Send + 'static {}
impl<T: DeserializeOwned + ToSchema + Send + 'static> Input for T {}

/// A body as a handler takes it: a type of its own, or a merge patch to one.
pub trait TakenBody: Clone + Send + 'static {
    /// What it is written as.
    type Written: ToSchema;
    /// Whether it is a merge patch.
    const PATCH: bool;
    /// Made from a request whose body fits its shape.
    ///
    /// # Errors
    /// `invalid`.
    fn take(prepared: Prepared) -> Result<Self, Refusal>;
}

impl<B: Input + Validate + Clone> TakenBody for B {
    type Written = B;
    const PATCH: bool = false;
    fn take(prepared: Prepared) -> Result<B, Refusal> {
        let body = typed(prepared.body)?;
        validated(&body)?;
        Ok(body)
    }
}

impl<B: Input + Serialize + Validate + Clone> TakenBody for Patch<B> {
    type Written = B;
    const PATCH: bool = true;
    fn take(prepared: Prepared) -> Result<Self, Refusal> {
        Ok(Self::new(prepared.body, prepared.whole))
    }
}

impl<F, P: PathIds, V: Answers> Handler<(Reader<'static>, P, V)> for F
where
    F: Fn(&mut Reader<'_>, P) -> Done<V> + Send + Sync + 'static,
{
    fn operation(self, routes: &mut Routes, status: u16) -> Operation {
        let work = reading(|_| Ok(()), move |reader, path, ()| self(reader, path)?.answer(status));
        Operation::new(P::describe(), V::shown(routes), work)
    }
}

impl<F, P: PathIds, Q: Input, V: Answers> Handler<(Reader<'static>, P, Q, V)> for F
where
    F: Fn(&mut Reader<'_>, P, &Q) -> Done<V> + Send + Sync + 'static,
{
    fn operation(self, routes: &mut Routes, status: u16) -> Operation {
        let work = reading(query, move |reader, path, query| self(reader, path, query)?.answer(status));
        Operation::new(P::describe(), V::shown(routes), work).filtered(routes.filter::<Q>())
    }
}

impl<F, P: PathIds, Q: Input, L: ListAnswer> Handler<(Reader<'static>, P, Q, Page, L)> for F
where
    F: Fn(&mut Reader<'_>, P, &Q, &Page) -> Done<L> + Send + Sync + 'static,
{
    fn operation(self, routes: &mut Routes, status: u16) -> Operation {
        let work = reading(Listing::<Q>::take, move |reader, path, listing| {
            match self(reader, path, &listing.query, &listing.page)?.listed() {
                Listed::Items(rows) => listing.answer(&rows),
                Listed::Content(content) => content.answer(status),
            }
        });
        Operation::new(P::describe(), Shown::List(routes.schema::<L::Item>()), work).filtered(routes.filter::<Q>())
    }
}

/// A handler whose answer is a CSV, too.
#[derive(Debug)]
pub struct Table<F>(pub(super) F);

impl<F, P: PathIds, Q: TableQuery, V: Tabular> Handler<(P, Q, V)> for Table<F>
where
    F: Fn(&mut Reader<'_>, P, &Q) -> Done<V> + Send + Sync + 'static,
{
    fn operation(self, routes: &mut Routes, status: u16) -> Operation {
        let work = reading(query, move |reader, path, query: &Q| {
            let table = self.0(reader, path, query)?;
            if query.format() == Some(TableFormat::Csv) { csv(&table) } else { table.answer(status) }
        });
        Operation::new(P::describe(), Shown::Table(routes.schema::<V>()), work).filtered(routes.filter::<Q>())
    }
}

/// A handler that reads by a body.
#[derive(Debug)]
pub struct Calculation<F>(pub(super) F);

impl<F, P: PathIds, B: TakenBody, V: Answers> Handler<(P, B, V)> for Calculation<F>
where
    F: Fn(&mut Reader<'_>, P, &B) -> Done<V> + Send + Sync + 'static,
{
    fn operation(self, routes: &mut Routes, status: u16) -> Operation {
        let work = reading(B::take, move |reader, path, body| self.0(reader, path, body)?.answer(status));
        Operation::new(P::describe(), V::shown(routes), work).taking(routes.taken::<B>())
    }
}

impl<F, P: PathIds, V: Answers> Handler<(Writer<'static>, P, V)> for F
where
    F: Fn(&mut Writer<'_>, P) -> Done<Changed<V>> + Send + Sync + 'static,
{
    fn operation(self, routes: &mut Routes, status: u16) -> Operation {
        let work = writing(|_| Ok(()), move |writer, path, ()| self(writer, path)?.into_inner().answer(status));
        Operation::new(P::describe(), V::shown(routes), work)
    }
}

impl<F, P: PathIds, B: TakenBody, V: Answers> Handler<(Writer<'static>, P, B, V)> for F
where
    F: Fn(&mut Writer<'_>, P, B) -> Done<Changed<V>> + Send + Sync + 'static,
{
    fn operation(self, routes: &mut Routes, status: u16) -> Operation {
        let work = writing(B::take, move |writer, path, body| self(writer, path, body)?.into_inner().answer(status));
        Operation::new(P::describe(), V::shown(routes), work).taking(routes.taken::<B>())
    }
}

impl<F, P: PathIds, B: TakenBody, V: Answers> Handler<(Writer<'static>, P, B, Arrived, V)> for F
where
    F: Fn(&mut Writer<'_>, P, B, &Arrived) -> Done<Changed<V>> + Send + Sync + 'static,
{
    fn operation(self, routes: &mut Routes, status: u16) -> Operation {
        let f = Arc::new(self);
        let work = Work::Upload(Box::new(move |prepared, arrived| {
            let (f, path, body) = (Arc::clone(&f), P::from_path(&prepared.path), B::take(prepared)?);
            Ok(Box::new(move |writer| f(writer, path, body.clone(), &arrived)?.into_inner().answer(status)))
        }));
        Operation::new(P::describe(), V::shown(routes), work).taking(routes.taken::<B>())
    }
}

/// An endpoint that reads: what it takes of the request, then what it does at the database.
fn reading<P: PathIds, I: Send + 'static>(
    take: fn(Prepared) -> Result<I, Refusal>,
    f: impl Fn(&mut Reader<'_>, P, &I) -> Done<Answer> + Send + Sync + 'static,
) -> Work {
    let f = Arc::new(f);
    Work::Read(Box::new(move |prepared| {
        let (f, path, input) = (Arc::clone(&f), P::from_path(&prepared.path), take(prepared)?);
        Ok(Box::new(move |reader| f(reader, path, &input)))
    }))
}

/// An endpoint that writes. A transaction that collides with another is tried again, so the input is copied each time.
fn writing<P: PathIds, I: Clone + Send + 'static>(
    take: fn(Prepared) -> Result<I, Refusal>,
    f: impl Fn(&mut Writer<'_>, P, I) -> Done<Answer> + Send + Sync + 'static,
) -> Work {
    let f = Arc::new(f);
    Work::Write(Box::new(move |prepared| {
        let (f, path, input) = (Arc::clone(&f), P::from_path(&prepared.path), take(prepared)?);
        Ok(Box::new(move |writer| f(writer, path, input.clone())))
    }))
}

fn query<Q: Input>(prepared: Prepared) -> Result<Q, Refusal> {
    typed(prepared.query)
}

impl Operation {
    fn filtered(self, filter: Filter) -> Self {
        Self { query: Some(filter), ..self }
    }

    fn taking(self, body: Taken) -> Self {
        Self { body: Some(body), ..self }
    }
}
