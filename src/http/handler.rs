//! What a handler may look like: each signature, with what it takes of a request and what it answers.
//! All become one of two: an operation that reads, or one that writes.

use std::borrow::Cow;
use std::marker::PhantomData;
use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;
use utoipa::ToSchema;
use validator::Validate;

use crate::db::changes::settled;
use crate::db::page::{Changes, Page, Rows};
use crate::files::Arrived;
use crate::http::answer::{Answer, Keyed, Listed};
use crate::http::answers::{Answers, looks};
use crate::http::body::{Patch, typed, validated};
use crate::http::compile::{Described, Taken};
use crate::http::operation::{Operation, Prepared, Shown, Work};
use crate::http::page::{Binding, Listing, Query};
use crate::http::path::PathIds;
use crate::http::sheet::{self, Sheet};
use crate::http::table::{CSV, TableFormat, TableQuery, Tabular, csv};
use crate::refusal::{Failure, Refusal, Result};
use crate::work::{Changed, Reader, Writer};

/// A function that answers an operation; `Signature` tells the kinds of function apart.
#[diagnostic::on_unimplemented(
    message = "a handler takes a `Reader` or `Writer`, the ids of its path, and at most a filter or body",
    note = "it answers `Result<…>` of a view, of rows or of content, or `Result<Changed<…>>` where it writes"
)]
pub trait Handler<Signature>: 'static {
    /// The operation that it is, answering this status.
    fn operation(self, status: u16) -> Operation;
}

/// What a client sends: a filter, or a body.
pub trait Input: DeserializeOwned + ToSchema + Send + 'static {}
impl<T: DeserializeOwned + ToSchema + Send + 'static> Input for T {}

/// What is taken of a request for a handler.
pub trait Take: Send + Sized + 'static {
    /// Taken of a checked request; a fault that only the type finds is `invalid`.
    fn take(prepared: Prepared) -> Result<Self, Refusal>;
    /// Says so in the operation.
    fn declare(operation: &mut Operation);
}

impl Take for () {
    fn take(_: Prepared) -> Result<Self, Refusal> {
        Ok(())
    }
    fn declare(_: &mut Operation) {}
}

impl<Q: Input> Take for Query<Q> {
    fn take(prepared: Prepared) -> Result<Self, Refusal> {
        Ok(Self { filter: typed(prepared.query)?, page: prepared.page })
    }
    fn declare(operation: &mut Operation) {
        operation.query = Some(Taken::of::<Q>(false));
    }
}

/// A body; a handler that only reads takes it as such, to tell it from a filter.
#[derive(Clone, Debug)]
pub struct Sent<B>(pub B);

impl<B: Input + Validate> Take for Sent<B> {
    fn take(prepared: Prepared) -> Result<Self, Refusal> {
        let body = typed(prepared.body)?;
        validated(&body)?;
        Ok(Self(body))
    }
    fn declare(operation: &mut Operation) {
        operation.body = Some(Taken::of::<B>(false));
    }
}

impl<B: Input + Serialize + Validate> Take for Sent<Patch<B>> {
    fn take(prepared: Prepared) -> Result<Self, Refusal> {
        Ok(Self(Patch { members: prepared.body, whole: prepared.whole, of: PhantomData }))
    }
    fn declare(operation: &mut Operation) {
        operation.body = Some(Taken::of::<B>(true));
    }
}

impl<F, P: PathIds, V: Answers> Handler<(Reader<'static>, P, V)> for F
where
    F: Fn(&mut Reader<'_>, P) -> Result<V> + Send + Sync + 'static,
{
    fn operation(self, status: u16) -> Operation {
        reading(V::shown(), move |reader, path: P, (): &()| {
            let view = self(reader, path)?;
            answer(reader, view, status)
        })
    }
}

impl<F, P: PathIds, Q: Input, V: Answers> Handler<(Reader<'static>, P, Q, V)> for F
where
    F: Fn(&mut Reader<'_>, P, &Q) -> Result<V> + Send + Sync + 'static,
{
    fn operation(self, status: u16) -> Operation {
        reading(V::shown(), move |reader, path: P, query: &Query<Q>| {
            let view = self(reader, path, &query.filter)?;
            answer(reader, view, status)
        })
    }
}

impl<F, P: PathIds, Q: Input, I: Keyed, L: Into<Listed<I>>> Handler<(Reader<'static>, P, Q, Page, I, L)> for F
where
    F: Fn(&mut Reader<'_>, P, &Q, &Page) -> Result<L> + Send + Sync + 'static,
{
    fn operation(self, status: u16) -> Operation {
        list_of::<P, Q, I>(move |reader, path: P, query: &Query<Q>| {
            let (page, binding) = paged(reader, query)?;
            match self(reader, path, &query.filter, &page)?.into() {
                Listed::Items(rows) => listed(reader, &rows, (&page, binding)),
                Listed::Content(content) => answer(reader, content, status),
            }
        })
    }
}

/// A handler of a list whose answer is a CSV, too.
pub struct WithSheet<F>(pub(super) F);

impl<F, P: PathIds, Q: TableQuery + Clone + Sync, I: Sheet> Handler<(P, Q, Page, I)> for WithSheet<F>
where
    F: Fn(&mut Reader<'_>, P, &Q, &Page) -> Result<Rows<I>> + Send + Sync + 'static,
{
    fn operation(self, _: u16) -> Operation {
        let list = Arc::new(self.0);
        let operation = list_of::<P, Q, I>(move |reader, path: P, query: &Query<Q>| {
            let (page, binding) = paged(reader, query)?;
            if query.filter.format() == Some(TableFormat::Csv) {
                let (list, filter) = (Arc::clone(&list), query.filter.clone());
                let list = move |reader: &mut Reader<'_>, page: &Page| list(reader, path.clone(), &filter, page);
                return sheet::csv(reader, page.into_owned(), list);
            }
            let rows = list(reader, path, &query.filter, &page)?;
            listed(reader, &rows, (&page, binding))
        });
        Operation { formats: &[("json", "application/json"), ("csv", CSV)], ..operation }
    }
}

/// An operation that answers a list of these items.
fn list_of<P: PathIds, Q: Input, I: Keyed>(
    f: impl Fn(&mut Reader<'_>, P, &Query<Q>) -> Result<Answer> + Send + Sync + 'static,
) -> Operation {
    let operation = reading(Shown::List(Described::of::<I>().showing(I::SHOWS)), f);
    let listing = Listing { by_change: I::CHANGED.is_some(), ..operation.listing };
    Operation { listing, ..operation }
}

/// The page that is asked for; of changes, no further than where none can follow any more.
fn paged<'q, Q>(reader: &mut Reader<'_>, query: &'q Query<Q>) -> Result<(Cow<'q, Page>, &'q Binding)> {
    let (page, binding) = query.page.as_ref().ok_or_else(|| Failure::broken("a list was read without a page"))?;
    let Some(changed) = page.changed else { return Ok((Cow::Borrowed(page), binding)) };
    let until = settled(reader.conn, reader.now())?;
    Ok((Cow::Owned(Page { changed: Some(Changes { until, ..changed }), ..page.clone() }), binding))
}

/// A page of a list, after noting what it shows of people beyond their names.
fn listed<I: Keyed>(reader: &mut Reader<'_>, rows: &Rows<I>, (page, binding): (&Page, &Binding)) -> Result<Answer> {
    let shown = rows.rows.iter().flat_map(|item| looks(I::SHOWS, item.people()));
    shown.for_each(|look| reader.note_access(look));
    binding.answer(rows, page)
}

/// A handler whose answer is a CSV, too.
pub struct Table<F>(pub(super) F);

impl<F, P: PathIds, Q: TableQuery, V: Tabular> Handler<(P, Q, V)> for Table<F>
where
    F: Fn(&mut Reader<'_>, P, &Q) -> Result<V> + Send + Sync + 'static,
{
    fn operation(self, status: u16) -> Operation {
        let shown = Shown::Table(Described::of::<V>().showing(V::SHOWS));
        reading(shown, move |reader, path: P, query: &Query<Q>| {
            let table = self.0(reader, path, &query.filter)?;
            // The rows of a CSV are figures, of nobody alone.
            if query.filter.format() == Some(TableFormat::Csv) { csv(&table) } else { answer(reader, table, status) }
        })
    }
}

impl<F, P: PathIds, B: Input + Validate, V: Answers> Handler<(Reader<'static>, P, B, Sent<B>, V)> for F
where
    F: Fn(&mut Reader<'_>, P, &Sent<B>) -> Result<V> + Send + Sync + 'static,
{
    fn operation(self, status: u16) -> Operation {
        reading(V::shown(), move |reader, path: P, body: &Sent<B>| {
            let view = self(reader, path, body)?;
            answer(reader, view, status)
        })
    }
}

impl<F, P: PathIds, V: Answers> Handler<(Writer<'static>, P, V)> for F
where
    F: Fn(&mut Writer<'_>, P) -> Result<Changed<V>> + Send + Sync + 'static,
{
    fn operation(self, status: u16) -> Operation {
        writing(V::shown(), move |writer, path: P, ()| {
            let view = self(writer, path)?.into_inner();
            answer(writer, view, status)
        })
    }
}

impl<F, P: PathIds, B: Clone, V: Answers> Handler<(Writer<'static>, P, B, V)> for F
where
    F: Fn(&mut Writer<'_>, P, B) -> Result<Changed<V>> + Send + Sync + 'static,
    Sent<B>: Take,
{
    fn operation(self, status: u16) -> Operation {
        writing(V::shown(), move |writer, path: P, Sent(body)| {
            let view = self(writer, path, body)?.into_inner();
            answer(writer, view, status)
        })
    }
}

impl<F, P: PathIds, B: Input + Validate + Clone, V: Answers> Handler<(Writer<'static>, P, B, Arrived, V)> for F
where
    F: Fn(&mut Writer<'_>, P, B, &Arrived) -> Result<Changed<V>> + Send + Sync + 'static,
{
    fn operation(self, status: u16) -> Operation {
        let f = Arc::new(self);
        let work = Work::Upload(Box::new(move |prepared, arrived| {
            let (f, path, Sent(body)) = (Arc::clone(&f), P::from_path(&prepared.path), Sent::<B>::take(prepared)?);
            Ok(Box::new(move |writer| {
                let view = f(writer, path.clone(), body.clone(), &arrived)?.into_inner();
                answer(writer, view, status)
            }))
        }));
        operation::<P, Sent<B>>(V::shown(), work)
    }
}

/// The answer, after noting what it shows of people beyond their names: the one place where that is noted.
pub(super) fn answer<V: Answers>(reader: &mut Reader<'_>, view: V, status: u16) -> Result<Answer> {
    view.looks().into_iter().for_each(|look| reader.note_access(look));
    view.answer(status, reader.context())
}

/// An operation that reads, from what it answers and what it does at the database.
fn reading<P: PathIds, I: Take>(
    shown: Shown,
    f: impl Fn(&mut Reader<'_>, P, &I) -> Result<Answer> + Send + Sync + 'static,
) -> Operation {
    let f = Arc::new(f);
    let work = Work::Read(Box::new(move |prepared| {
        let (f, path, input) = (Arc::clone(&f), P::from_path(&prepared.path), I::take(prepared)?);
        Ok(Box::new(move |reader| f(reader, path.clone(), &input)))
    }));
    operation::<P, I>(shown, work)
}

/// The same for one that writes. A transaction that meets another is tried again, so the input is copied each time.
pub(super) fn writing<P: PathIds, I: Take + Clone>(
    shown: Shown,
    f: impl Fn(&mut Writer<'_>, P, I) -> Result<Answer> + Send + Sync + 'static,
) -> Operation {
    let f = Arc::new(f);
    let work = Work::Write(Box::new(move |prepared| {
        let (f, path, input) = (Arc::clone(&f), P::from_path(&prepared.path), I::take(prepared)?);
        Ok(Box::new(move |writer| f(writer, path.clone(), input.clone())))
    }));
    operation::<P, I>(shown, work)
}

fn operation<P: PathIds, I: Take>(shown: Shown, work: Work) -> Operation {
    let mut operation = Operation::new(P::describe(), shown, work);
    I::declare(&mut operation);
    if let (Some(taken), Shown::One(view)) = (&mut operation.body, &operation.shown) {
        taken.view = Some(*view);
    }
    operation
}
