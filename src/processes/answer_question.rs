//! Answering the question of a message by its secret address: the volunteer's own answer, by the same rules as theirs with
//! a log-in, and the end of the address. One that was used, or whose question ended meanwhile, is not found.

use serde_json::json;

use crate::access::{Action, Actor};
use crate::agreements::{self, AcceptAgreement, bodies::RefuseAgreement};
use crate::expressions;
use crate::http::{Content, Nothing, Routes};
use crate::processes::accept_agreement::accept_agreement;
use crate::processes::accept_place::{self, accept_offer};
use crate::refusal::{Failure, Fault, Kind, Refusal, Result};
use crate::secret_addresses::{
    self as addresses, AnsweredView, Answering, FORMATS, Question, QuestionKind, READ_FORM, ReplyFilter, SecretReply,
    WrittenAnswer, problem_page,
};
use crate::sessions::{self, reply_views::NewReply, reply_views::Reply};
use crate::work::{Changed, Writer, acting};

/// Declares the operation.
pub(super) fn routes(routes: &mut Routes) {
    routes
        .within("Public")
        .post("/v1/public/replies/{secret}", None, answer_question)
        .path_parts(&["Secret of the address in the message; capitals, hyphens and spaces do not matter."])
        .formats(FORMATS)
        .json_is::<AnsweredView>()
        .also_takes(READ_FORM.0, READ_FORM.1)
        .with_problem_page(problem_page)
        .describe(
            "Answer the question of a message",
            "The answer counts as the volunteer's own, as if they had signed in: `accept` or `turn_down` for an offer or an \
             agreement, `coming` or `not_coming` for a session. Then every address of this question has ended. An address \
             that was used, whose question has ended or that never was answers the same `404`. Takes JSON, or the form of \
             the page.",
        )
        .refuses(accept_place::REFUSES)
        .example("can come", json!({ "answer": "coming" }));
}

fn answer_question(
    writer: &mut Writer<'_>,
    secret: String,
    asked: &ReplyFilter,
    reply: SecretReply,
) -> Result<Changed<Content>> {
    let question = addresses::find(writer, &secret)?.ok_or_else(Refusal::not_found)?;
    if !question.kind.answers().contains(&reply.answer) {
        let possible: Vec<String> = question.kind.answers().iter().map(|word| format!("`{word}`")).collect();
        let detail = format!("is no answer to this question; use {}", possible.join(" or "));
        return Err(Refusal::invalid(vec![Fault::at("/answer", "not-an-answer", detail)]).into());
    }
    let who = Actor::by_secret_address(question.volunteer);
    let done =
        acting::as_another(writer, &who, action(question.kind), |writer| act(writer, &question, reply.answer, &secret));
    done.map_err(|failure| ended(failure, question.kind))?;
    if !addresses::close(writer, &question, &secret)? {
        return Err(Refusal::not_found().into());
    }
    let content = addresses::answered(writer, Answering { question: &question, answer: reply.answer }, asked)?;
    Ok(writer.unchanged(content))
}

const fn action(kind: QuestionKind) -> Action {
    match kind {
        QuestionKind::Offer => Action::AnswerExpressions,
        QuestionKind::Agreement => Action::AnswerAgreements,
        QuestionKind::Session => Action::ReplyToSessions,
    }
}

fn act(writer: &mut Writer<'_>, question: &Question, answer: WrittenAnswer, secret: &str) -> Result<()> {
    let accepts = answer == WrittenAnswer::Accept;
    match question.kind {
        QuestionKind::Offer if accepts => accept_offer(writer, question.subject.into(), Nothing {}).map(drop),
        QuestionKind::Offer => expressions::turn_down_offer(writer, question.subject.into(), Nothing {}).map(drop),
        QuestionKind::Agreement if accepts => {
            accept_agreement(writer, question.subject.into(), AcceptAgreement::default()).map(drop)
        }
        QuestionKind::Agreement => {
            agreements::refuse_agreement(writer, question.subject.into(), RefuseAgreement::default()).map(drop)
        }
        QuestionKind::Session => {
            let of = (question.subject.into(), question.volunteer);
            // It may have been moved since it was looked at: once it is held, the question must still be the same.
            sessions::hold(writer, of.0, of.1)?;
            addresses::find(writer, secret)?.ok_or_else(Refusal::not_found)?;
            let reply = if answer == WrittenAnswer::Coming { Reply::Coming } else { Reply::NotComing };
            sessions::reply_to_session(writer, of, NewReply { reply, note: None }).map(drop)
        }
    }
}

/// A refusal that says that the question has ended since it was looked for is the one for an address that has ended.
fn ended(failure: Failure, kind: QuestionKind) -> Failure {
    let Failure::Refused(refusal) = &failure else { return failure };
    let over = match refusal.kind {
        Kind::InvalidTransition | Kind::NotFound | Kind::NoAcceptedExpression => true,
        Kind::NotEditable | Kind::NotEngaged | Kind::VolunteerNotActive => kind == QuestionKind::Session,
        _ => false,
    };
    if over { Refusal::not_found().into() } else { failure }
}
