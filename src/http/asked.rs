//! A handler that writes, and takes parameters beside its body: which format is answered.

use validator::Validate;

use crate::http::answers::Answers;
use crate::http::body::typed;
use crate::http::compile::Taken;
use crate::http::handler::{Handler, Input, Sent, Take, answer, writing};
use crate::http::operation::{Operation, Prepared};
use crate::http::path::PathIds;
use crate::refusal::{Refusal, Result};
use crate::work::{Changed, Writer};

/// The parameters of a request that has a body, too.
#[derive(Clone, Debug)]
struct Asked<Q>(Q);

impl<Q: Input, B: Input + Validate> Take for (Asked<Q>, Sent<B>) {
    fn take(mut prepared: Prepared) -> Result<Self, Refusal> {
        let query = typed(std::mem::take(&mut prepared.query))?;
        Ok((Asked(query), Sent::take(prepared)?))
    }
    fn declare(operation: &mut Operation) {
        operation.query = Some(Taken::of::<Q>(false));
        Sent::<B>::declare(operation);
    }
}

impl<F, P, Q, B, V> Handler<(Writer<'static>, P, Q, B, Sent<B>, V)> for F
where
    F: Fn(&mut Writer<'_>, P, &Q, B) -> Result<Changed<V>> + Send + Sync + 'static,
    P: PathIds,
    Q: Input + Clone,
    B: Input + Validate + Clone,
    V: Answers,
{
    fn operation(self, status: u16) -> Operation {
        writing(V::shown(), move |writer, path: P, (Asked(query), Sent(body)): (Asked<Q>, Sent<B>)| {
            let view = self(writer, path, &query, body)?.into_inner();
            answer(writer, view, status)
        })
    }
}
