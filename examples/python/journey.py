"""A whole involvement: plan, opportunity, expression of interest, agreement, session, claim with a receipt, payment, and
"you said, we did". It runs against a fresh demonstration: `tests/live examples/journeys`.

The client is what openapi-python-client makes of the OpenAPI document. It is checked by `mypy --strict`.
"""

import os
import time
from datetime import UTC, date, datetime, timedelta
from http import HTTPStatus
from io import BytesIO
from typing import TypeVar
from uuid import UUID, uuid4

import httpx

from involvement_client import AuthenticatedClient, Client
from involvement_client import models as m
from involvement_client.api.agreements import accept_agreement, create_agreement, issue_agreement
from involvement_client.api.claims import add_receipt, approve_claim, change_claim, create_claim, read_claim, submit_claim
from involvement_client.api.expressions_of_interest import accept_offer, express_interest, offer_place
from involvement_client.api.feedback import give_feedback, publish_feedback, respond_to_feedback
from involvement_client.api.opportunities import create_opportunity, publish_opportunity
from involvement_client.api.payments import (
    create_payment_run,
    export_payment_run,
    record_payment_results,
    release_payment_run,
)
from involvement_client.api.plans import approve_plan, assess_plan, change_plan, create_plan, submit_plan
from involvement_client.api.public import list_public_opportunities, list_public_you_said_we_did
from involvement_client.api.services import list_services
from involvement_client.api.sessions import create_session, record_attendance
from involvement_client.types import File, Response

T = TypeVar("T")

HOST = os.environ["HOST"]
GRACE_ID = UUID(os.environ["GRACE_ID"])


class Patient(httpx.HTTPTransport):
    """Sends a request again after the seconds that the service asks for, a few times."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        answer = super().handle_request(request)
        for _ in range(4):
            if answer.status_code not in (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE):
                break
            answer.close()
            time.sleep(float(answer.headers.get("Retry-After", "1")))
            answer = super().handle_request(request)
        return answer


def client_of(name: str) -> AuthenticatedClient:
    return AuthenticatedClient(HOST, token=os.environ[name], httpx_args={"transport": Patient()})


lead, other_lead = client_of("LEAD"), client_of("LEAD2")
finance, other_finance = client_of("FINANCE"), client_of("FINANCE2")
grace = client_of("GRACE")
nobody = Client(HOST)


def data(answer: Response[m.Problem | T]) -> T:
    """What an operation answers; the problem as an error."""
    parsed = answer.parsed
    if isinstance(parsed, m.Problem):
        raise SystemExit(f"{parsed.status} {parsed.code}: {parsed.detail} {parsed.to_dict().get('errors', '')}")
    assert parsed is not None, answer.status_code
    return parsed


def refusal(answer: Response[m.Problem | T]) -> m.Problem:
    """The problem that an operation answers."""
    parsed = answer.parsed
    assert isinstance(parsed, m.Problem), answer.status_code
    return parsed


def own_claim(answer: Response[m.FullClaim | m.MoneyClaim | m.Problem]) -> m.FullClaim:
    """A claim as everyone but finance sees it."""
    parsed = answer.parsed
    if isinstance(parsed, m.Problem):
        raise SystemExit(f"{parsed.status} {parsed.code}: {parsed.detail} {parsed.to_dict().get('errors', '')}")
    assert isinstance(parsed, m.FullClaim), answer.status_code
    return parsed


def key() -> str:
    """A key under which a request can be sent again."""
    return str(uuid4())


def day(distance: int) -> date:
    return datetime.now(UTC).date() + timedelta(days=distance)


def at(distance: int, hour: int) -> datetime:
    on = day(distance)
    return datetime(on.year, on.month, on.day, hour, tzinfo=UTC)


def plan() -> UUID:
    print("A plan: drafted, changed with its ETag, submitted, approved by another lead")
    services = data(list_services.sync_detailed(client=lead, limit=100))
    service = next(item for item in services.items if item.code == "crisis-cafe")
    draft = create_plan.sync_detailed(
        client=lead,
        idempotency_key=key(),
        body=m.NewPlan(
            service_id=service.id,
            title="Evenings at the café, again",
            period_start=day(-30),
            period_end=day(300),
            budget_pence=250_000,
            approach=m.Approach(involvement_level=m.InvolvementLevel.CO_DESIGN, rationale="They know."),
        ),
    )
    made, etag = data(draft), draft.headers["ETag"]
    change = m.PlanChange.from_dict(
        {
            "approach": {"rationale": "People who used the café know what a bad night is like."},
            "relationships": {
                "link_person": {"name": "Amara Okafor", "email": "amara.okafor@trust.example"},
                "deputy": {"name": "Tom Reed", "email": "tom.reed@trust.example"},
                "support": "A call before and after each session.",
                "supervision": "Monthly, with the link person.",
                "induction": True,
            },
            "purpose": {
                "status": "agreed",
                "statement": "Redesign the evening offer.",
                "review_on": str(day(120)),
                "objectives": [
                    {"text": "Hours that fit", "success_criterion": "Nobody is turned away", "due": str(day(200))}
                ],
                "four_pi": {
                    "principles": "Equal voices.",
                    "purpose": "Shared by everyone in the room.",
                    "presence": "Two people with lived experience at every meeting.",
                    "process": "Agendas a week ahead.",
                    "impact": "What changed is published.",
                },
                "duty_assessment": {"applies": "yes", "reason": "The change alters the service."},
            },
            "activities": [{"kind": "workshop", "description": "Three evening workshops"}],
            "interview_panels": {"used": False},
            "reimbursement": {"travel": True, "time_payment": True, "statement": "By the policy."},
            "requirements": {
                "experience": "Use of the café.",
                "skills": "None but your own experience.",
                "commitment": "Three evenings.",
                "people_needed": 6,
                "dbs": False,
                "occupational_health": False,
                "duration": "Three months",
            },
            "agreement": {"needed": True, "ongoing": True},
            "advertising": {"channels": ["waiting_room"]},
            "feedback": {"methods": ["email", "poster"], "frequency": "quarterly"},
        }
    )
    changed = data(change_plan.sync_detailed(made.id, client=lead, body=change, if_match=etag))
    assert changed.version == 2
    stale = refusal(change_plan.sync_detailed(made.id, client=lead, body=m.PlanChange(title="Late"), if_match=etag))
    assert stale.code == "precondition-failed"
    data(assess_plan.sync_detailed(made.id, client=lead))
    data(submit_plan.sync_detailed(made.id, client=lead, idempotency_key=key()))
    data(approve_plan.sync_detailed(made.id, client=other_lead, idempotency_key=key()))
    return made.id


def offer() -> m.Offer:
    return m.Offer(
        travel=True,
        subsistence=True,
        care=True,
        access_support=True,
        other=True,
        tariff="meeting",
        statement="Travel, food and your time.",
    )


def opportunity(plan_id: UUID) -> UUID:
    print("An opportunity, published and seen by the public")
    made = data(
        create_opportunity.sync_detailed(
            client=lead,
            body=m.NewOpportunity.from_dict(
                {
                    "plan_id": str(plan_id),
                    "title": "Evening workshops",
                    "summary": "Help to design the evening offer.",
                    "kind": "workshop",
                    "involvement_level": "co_design",
                    "audience": "service_users",
                    "skills": "None",
                    "commitment": "Three evenings",
                    "starts_on": str(day(-5)),
                    "mode": "in_person",
                    "venue": "Room 1",
                    "access_notes": "Step-free",
                    "places": 2,
                    "basis": "paid_involvement",
                    "offer": offer().to_dict(),
                    "contact": {"name": "Amara Okafor", "email": "amara.okafor@trust.example"},
                    "closes_at": at(30, 12).isoformat(),
                }
            ),
        )
    )
    data(publish_opportunity.sync_detailed(made.id, client=lead))
    kinds = [m.OpportunityKind.WORKSHOP, m.OpportunityKind.FOCUS_GROUP]
    adverts = data(list_public_opportunities.sync_detailed(client=nobody, kind=kinds, limit=100))
    assert any(advert.id == made.id for advert in adverts.items)
    return made.id


def engagement(opportunity_id: UUID) -> tuple[UUID, UUID]:
    print("An expression of interest, a place, an agreement, a session that was attended")
    interest = m.NewExpression(statement="Evenings were the hard part for me.")
    expression = data(express_interest.sync_detailed(opportunity_id, client=grace, body=interest))
    data(offer_place.sync_detailed(expression.id, client=lead, body=m.PlaceOffer()))
    data(accept_offer.sync_detailed(expression.id, client=grace))
    agreement = data(
        create_agreement.sync_detailed(
            client=lead,
            body=m.NewAgreement.from_dict(
                {
                    "volunteer_id": str(GRACE_ID),
                    "opportunity_id": str(opportunity_id),
                    "basis": "paid_involvement",
                    "role": "Workshop member",
                    "expectations": "Come as you are.",
                    "offer": offer().to_dict(),
                    "payment_route": "payroll",
                    "link_person": {"name": "Amara Okafor", "email": "amara.okafor@trust.example"},
                    "starts_on": str(day(-3)),
                }
            ),
        )
    )
    data(issue_agreement.sync_detailed(agreement.id, client=lead))
    data(accept_agreement.sync_detailed(agreement.id, client=grace))
    session = data(
        create_session.sync_detailed(
            opportunity_id,
            client=lead,
            body=m.NewSession(starts_at=at(-1, 14), ends_at=at(-1, 16), venue="Room 1"),
        )
    )
    was_there = m.NewAttendance(outcome=m.Outcome.ATTENDED)
    data(record_attendance.sync_detailed(session.id, GRACE_ID, client=lead, body=was_there))
    return agreement.id, session.id


def claim(agreement_id: UUID, session_id: UUID) -> tuple[UUID, str]:
    print("A claim with a receipt: drafted, attached, submitted twice under one key, approved")
    time_line = m.TimeLine(kind=m.TimeLineKind.TIME, session_id=session_id)
    parking = m.ParkingLine(kind=m.ParkingLineKind.PARKING, session_id=session_id, spent_pence=320)
    draft = create_claim.sync_detailed(
        client=grace, body=m.NewClaim(agreement_id=agreement_id, lines=[time_line, parking]), idempotency_key=key()
    )
    made, etag = own_claim(draft), draft.headers["ETag"]
    ticket = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n" + uuid4().hex.encode()
    file = File(BytesIO(ticket), "ticket.pdf", "application/pdf")
    receipt = data(add_receipt.sync_detailed(made.id, client=grace, body=m.NewReceipt(amount_pence=320, file=file)))
    # Lines are replaced as a whole; each is known by its id.
    time_line.id, parking.id = (line.id for line in made.lines)
    parking.receipt_ids = [receipt.id]
    lines = m.ClaimChange(lines=[time_line, parking])
    own_claim(change_claim.sync_detailed(made.id, client=grace, body=lines, if_match=etag))
    once = key()
    first = submit_claim.sync_detailed(made.id, client=grace, idempotency_key=once)
    again = submit_claim.sync_detailed(made.id, client=grace, idempotency_key=once)
    assert again.headers["Idempotency-Replayed"] == "true" and own_claim(again) == own_claim(first)
    approval = m.Approval(no_close_relationship=True)
    own = approve_claim.sync_detailed(made.id, client=grace, body=approval).parsed
    assert isinstance(own, m.Problem) and own.code == "forbidden"
    approved = own_claim(approve_claim.sync_detailed(made.id, client=lead, body=approval))
    return made.id, approved.reference


def payment(reference: str) -> None:
    print("Payment: a run for each route, released by another person, exported, settled")
    for route, part in [(m.PaymentRoute.PAYROLL, "P1"), (m.PaymentRoute.ACCOUNTS_PAYABLE, "A1")]:
        run = data(create_payment_run.sync_detailed(client=finance, body=m.NewPaymentRun(route=route), idempotency_key=key()))
        same_hands = refusal(release_payment_run.sync_detailed(run.id, client=finance, idempotency_key=key()))
        assert same_hands.code == "segregation-of-duties"
        data(release_payment_run.sync_detailed(run.id, client=other_finance, idempotency_key=key()))
        invoice = f"{reference}-{part}"
        # Of an operation with several formats, openapi-python-client reads one alone: the CSV is asked for by hand.
        path = f"/v1/payment-runs/{run.id}/export"
        csv = finance.get_httpx_client().get(path, headers={"Accept": "text/csv"})
        assert csv.status_code == HTTPStatus.OK and invoice in csv.text
        exported = data(export_payment_run.sync_detailed(run.id, client=finance, format_=m.ExportFormat.JSON))
        assert exported.control.total_pence == int(csv.headers["Control-Total-Pence"])
        assert any(paid.invoice_number == invoice for paid in exported.payments)
        result = m.PaymentResult(invoice_number=invoice, outcome=m.PaymentOutcome.PAID, paid_on=day(0))
        body = m.PaymentResults(results=[result])
        data(record_payment_results.sync_detailed(run.id, client=finance, body=body, idempotency_key=key()))


def you_said_we_did(plan_id: UUID) -> None:
    print("You said, we did")
    said = m.NewFeedback.from_dict(
        {"plan_id": str(plan_id), "you_said": "Open later.", "source": "session", "contributors": [str(GRACE_ID)]}
    )
    item = data(give_feedback.sync_detailed(client=lead, body=said))
    done = m.FeedbackResponse.from_dict({"decision": "done", "we_did": "Open until midnight."})
    data(respond_to_feedback.sync_detailed(item.id, client=lead, body=done))
    # Whoever said it hears first.
    told = m.FeedbackPublication.from_dict({"told": {"on": day(0).isoformat(), "how": "meeting"}})
    data(publish_feedback.sync_detailed(item.id, client=lead, body=told))
    published = data(list_public_you_said_we_did.sync_detailed(client=nobody))
    assert any(one.id == item.id for one in published.items)


def main() -> None:
    plan_id = plan()
    agreement_id, session_id = engagement(opportunity(plan_id))
    claim_id, reference = claim(agreement_id, session_id)
    payment(reference)
    paid = own_claim(read_claim.sync_detailed(claim_id, client=grace))
    assert paid.status == m.ClaimStatus.PAID
    you_said_we_did(plan_id)
    print("The journey is complete")


if __name__ == "__main__":
    main()
