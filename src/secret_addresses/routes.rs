//! Reading the question at a secret address. Reading changes nothing: mail programs follow links to look for malware.

use serde_json::{Map, Value, json};

use crate::documents::HTML;
use crate::http::body::WEB_FORM;
use crate::http::compile::ReadBody;
use crate::http::{Content, Routes};
use crate::refusal::{Kind, Refusal, Result};
use crate::secret_addresses::page::{asked, problem_page};
use crate::secret_addresses::questions::find;
use crate::secret_addresses::views::{QuestionView, ReplyFilter};
use crate::work::Reader;

/// The formats of a question and of the confirmation of an answer.
pub const FORMATS: &[(&str, &str)] = &[("json", "application/json"), ("html", HTML)];

/// The form of the page, with how it becomes JSON.
pub const READ_FORM: (&str, ReadBody) = (WEB_FORM, read_form);

/// Declares the operation.
pub fn routes(routes: &mut Routes) {
    routes
        .within("Public")
        .content("/v1/public/replies/{secret}", None, &[HTML], read_question)
        .path_parts(&["Secret of the address in the message; capitals, hyphens and spaces do not matter."])
        .formats(FORMATS)
        .json_is::<QuestionView>()
        .with_problem_page(problem_page)
        .describe(
            "Get the question of a message",
            "An offer, an agreement and a session planned, changed or near ask for an answer. The e-mail or letter has an \
             address with a secret of its own, so that the person can answer without logging in. This says what is asked: \
             dates, times and whom to ask, and nothing of the service or the person. Reading changes nothing. An address \
             that was used, whose question has ended or that never was answers the same `404`.",
        );
}

fn read_question(reader: &mut Reader<'_>, secret: String, filter: &ReplyFilter) -> Result<Content> {
    let question = find(reader, &secret)?.ok_or_else(Refusal::not_found)?;
    asked(reader, &question, filter)
}

/// Reads a form, in which no name is repeated, as an object of texts.
fn read_form(bytes: &[u8]) -> Result<Value, Refusal> {
    let mut members = Map::new();
    for (name, value) in url::form_urlencoded::parse(bytes) {
        if members.insert(name.into_owned(), json!(value)).is_some() {
            return Err(Refusal::new(Kind::MalformedBody, "The form repeats a field."));
        }
    }
    Ok(Value::Object(members))
}
