// A whole involvement: plan, opportunity, expression of interest, agreement, session, claim with a receipt, payment, and
// "you said, we did". It runs against a fresh demonstration: `tests/live examples/journeys`.

import assert from "node:assert/strict";
import { clientOf, data, refusal } from "./client.js";

function given(name: string): string {
  const value = process.env[name];
  assert.ok(value, `${name} is not set: run this by tests/live`);
  return value;
}

const host = given("HOST");
const lead = clientOf(host, given("LEAD"));
const otherLead = clientOf(host, given("LEAD2"));
const finance = clientOf(host, given("FINANCE"));
const otherFinance = clientOf(host, given("FINANCE2"));
const grace = clientOf(host, given("GRACE"));
const nobody = clientOf(host);
const graceId = given("GRACE_ID");

/** The date so many days from today, and a time on it. */
function day(distance: number): string {
  return new Date(Date.now() + distance * 86_400_000).toISOString().slice(0, 10);
}
const at = (distance: number, time: string): string => `${day(distance)}T${time}:00Z`;

const linkPerson = { name: "Amara Okafor", email: "amara.okafor@trust.example" };
const offer = {
  travel: true, subsistence: true, care: true, access_support: true, other: true,
  tariff: "meeting", statement: "Travel, food and your time.",
};

console.log("Services: whose plan it is");
const services = await data(lead.GET("/v1/services", { params: { query: { limit: 100 } } }));
const service = services.items.find((item) => item.code === "crisis-cafe");
assert.ok(service);

console.log("A plan: drafted, changed with its ETag, submitted, approved by another lead");
const drafted = await lead.POST("/v1/plans", {
  body: {
    service_id: service.id, title: "Evenings at the café", period_start: day(-30), period_end: day(300),
    budget_pence: 250_000,
    approach: { involvement_level: "co_design", rationale: "They know what a bad night is like." },
  },
});
const plan = await data(Promise.resolve(drafted));
const etag = drafted.response.headers.get("ETag");
assert.ok(etag);
const planPath = { path: { id: plan.id } };
const changed = await data(
  lead.PATCH("/v1/plans/{id}", {
    params: { ...planPath, header: { "If-Match": etag } },
    body: {
      approach: { rationale: "People who used the café know what a bad night is like." },
      relationships: {
        link_person: linkPerson, deputy: { name: "Tom Reed", email: "tom.reed@trust.example" },
        support: "A call before and after each session.", supervision: "Monthly, with the link person.", induction: true,
      },
      purpose: {
        status: "agreed", statement: "Redesign the evening offer.", review_on: day(120),
        objectives: [{ text: "Hours that fit", success_criterion: "Nobody is turned away", due: day(200) }],
        four_pi: {
          principles: "Equal voices.", purpose: "Shared by everyone in the room.",
          presence: "Two people with lived experience at every meeting.", process: "Agendas a week ahead.",
          impact: "What changed is published.",
        },
        duty_assessment: { applies: "yes", reason: "The change alters how the service is delivered." },
      },
      activities: [{ kind: "workshop", description: "Three evening workshops" }],
      interview_panels: { used: false },
      reimbursement: { travel: true, time_payment: true, statement: "Travel and time are paid by the policy." },
      requirements: {
        experience: "Use of the café.", skills: "None but your own experience.", commitment: "Three evenings.",
        people_needed: 6, dbs: false, occupational_health: false, duration: "Three months",
      },
      agreement: { needed: true, ongoing: true },
      advertising: { channels: ["waiting_room"] },
      feedback: { methods: ["email", "poster"], frequency: "quarterly" },
    },
  }),
);
assert.equal(changed.approach?.involvement_level, "co_design", "what a merge patch leaves out stays as it is");
const stale = await refusal(
  lead.PATCH("/v1/plans/{id}", { params: { ...planPath, header: { "If-Match": etag } }, body: { title: "Too late" } }),
);
assert.equal(stale.code, "precondition-failed");
const readiness = await data(lead.GET("/v1/plans/{id}/readiness", { params: planPath }));
console.log("  ready:", JSON.stringify(readiness).slice(0, 60), "…");
await data(lead.POST("/v1/plans/{id}/submit", { params: planPath }));
await data(otherLead.POST("/v1/plans/{id}/approve", { params: planPath }));

console.log("An opportunity, published and seen by the public");
const opportunity = await data(
  lead.POST("/v1/opportunities", {
    body: {
      plan_id: plan.id, title: "Evening workshops", summary: "Help to design the evening offer.", kind: "workshop",
      involvement_level: "co_design", audience: "service_users", skills: "None", commitment: "Three evenings",
      starts_on: day(-5), mode: "in_person", venue: "Room 1", access_notes: "Step-free", places: 2,
      basis: "paid_involvement", offer, contact: linkPerson, closes_at: at(30, "12:00"),
    },
  }),
);
const opportunityPath = { path: { id: opportunity.id } };
await data(lead.POST("/v1/opportunities/{id}/publish", { params: opportunityPath }));
const adverts = await data(
  nobody.GET("/v1/public/opportunities", { params: { query: { kind: ["workshop", "focus_group"], limit: 100 } } }),
);
assert.ok(adverts.items.some((advert) => advert.id === opportunity.id));

console.log("An expression of interest, a place, an agreement");
const expression = await data(
  grace.POST("/v1/opportunities/{id}/expressions-of-interest", {
    params: opportunityPath, body: { statement: "Evenings were the hard part for me." },
  }),
);
const expressionPath = { path: { id: expression.id } };
await data(lead.POST("/v1/expressions-of-interest/{id}/offer", { params: expressionPath }));
await data(grace.POST("/v1/expressions-of-interest/{id}/accept", { params: expressionPath }));
const agreement = await data(
  lead.POST("/v1/agreements", {
    body: {
      volunteer_id: graceId, opportunity_id: opportunity.id, basis: "paid_involvement", role: "Workshop member",
      expectations: "Come as you are.", offer, payment_route: "payroll", link_person: linkPerson, starts_on: day(-3),
    },
  }),
);
const agreementPath = { path: { id: agreement.id } };
await data(lead.POST("/v1/agreements/{id}/issue", { params: agreementPath }));
await data(grace.POST("/v1/agreements/{id}/accept", { params: agreementPath }));

console.log("A session, attended");
const session = await data(
  lead.POST("/v1/opportunities/{id}/sessions", {
    params: opportunityPath, body: { starts_at: at(-2, "10:00"), ends_at: at(-2, "12:00"), venue: "Room 1" },
  }),
);
await data(
  lead.PUT("/v1/sessions/{id}/attendance/{volunteer_id}", {
    params: { path: { id: session.id, volunteer_id: graceId } }, body: { outcome: "attended" },
  }),
);

console.log("A claim with a receipt: drafted, attached line by line as it was read, submitted, approved");
const claim = await data(
  grace.POST("/v1/claims", {
    body: {
      agreement_id: agreement.id,
      lines: [
        { kind: "time", session_id: session.id },
        { kind: "parking", session_id: session.id, spent_pence: 320 },
      ],
    },
  }),
);
const claimPath = { path: { id: claim.id } };
const form = new FormData();
const ticket = "%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n";
form.append("file", new Blob([ticket], { type: "application/pdf" }), "ticket.pdf");
form.append("amount_pence", "320");
const receipt = await data(
  grace.POST("/v1/claims/{id}/receipts", {
    params: claimPath,
    // The generator's type for bytes is a text. A form carries them as they are, so the body here is never sent.
    body: { file: "", amount_pence: 320 },
    bodySerializer: () => form,
  }),
);
const read = await grace.GET("/v1/claims/{id}", { params: claimPath });
const drafts = await data(Promise.resolve(read));
const parking = drafts.lines.find((line) => line.kind === "parking");
const time = drafts.lines.find((line) => line.kind === "time");
assert.ok(parking && time);
const attached = await data(
  grace.PATCH("/v1/claims/{id}", {
    params: { ...claimPath, header: { "If-Match": read.response.headers.get("ETag") ?? "" } },
    body: {
      lines: [
        { id: time.id, kind: "time", session_id: session.id },
        { id: parking.id, kind: "parking", session_id: session.id, spent_pence: 320, receipt_ids: [receipt.id] },
      ],
    },
  }),
);
assert.equal(attached.lines.length, 2);
const twice = crypto.randomUUID();
const submit = () => grace.POST("/v1/claims/{id}/submit", { params: { ...claimPath, header: { "Idempotency-Key": twice } } });
const submitted = await data(submit());
const again = await submit();
assert.equal(again.response.headers.get("Idempotency-Replayed"), "true", "the same key is answered the same again");
assert.deepEqual(again.data, submitted);
const own = await refusal(
  grace.POST("/v1/claims/{id}/approve", { params: claimPath, body: { no_close_relationship: true } }),
);
assert.equal(own.code, "forbidden");
const approved = await data(
  lead.POST("/v1/claims/{id}/approve", { params: claimPath, body: { no_close_relationship: true } }),
);

console.log("Payment: a run for each route, released by another person, exported, settled");
for (const [route, part] of [["payroll", "P1"], ["accounts_payable", "A1"]] as const) {
  const key = () => ({ header: { "Idempotency-Key": crypto.randomUUID() } });
  const run = await data(finance.POST("/v1/payment-runs", { params: key(), body: { route } }));
  const runPath = { path: { id: run.id } };
  const sameHands = await refusal(finance.POST("/v1/payment-runs/{id}/release", { params: { ...runPath, ...key() } }));
  assert.equal(sameHands.code, "segregation-of-duties");
  await data(otherFinance.POST("/v1/payment-runs/{id}/release", { params: { ...runPath, ...key() } }));
  const invoice = `${approved.reference}-${part}`;
  const csv = await data(
    finance.GET("/v1/payment-runs/{id}/export", { params: runPath, headers: { Accept: "text/csv" }, parseAs: "text" }),
  );
  assert.ok(typeof csv === "string" && csv.includes(invoice));
  const file = await finance.GET("/v1/payment-runs/{id}/export", {
    params: { ...runPath, query: { format: "json" } }, headers: { Accept: "application/json" },
  });
  const exported = await data(Promise.resolve(file));
  if (typeof exported === "string") {
    throw new Error("JSON was asked for");
  }
  assert.equal(String(exported.control.total_pence), file.response.headers.get("Control-Total-Pence"));
  const payment = exported.payments.find((payment) => payment.invoice_number === invoice);
  assert.ok(payment);
  const results = await data(
    finance.POST("/v1/payment-runs/{id}/results", {
      params: { ...runPath, ...key() },
      body: { results: [{ invoice_number: invoice, outcome: "paid", paid_on: day(0) }] },
    }),
  );
  console.log(`  ${run.reference}: ${exported.control.count} payments, ${payment.amount_pence} pence of them ours; ${results.status}`);
}
const paid = await data(grace.GET("/v1/claims/{id}", { params: claimPath }));
assert.equal(paid.status, "paid");

console.log("You said, we did");
const feedback = await data(
  lead.POST("/v1/feedback", {
    body: { plan_id: plan.id, you_said: "Open later.", source: "session", contributors: [graceId] },
  }),
);
const feedbackPath = { path: { id: feedback.id } };
await data(
  lead.POST("/v1/feedback/{id}/respond", {
    params: feedbackPath, body: { decision: "done", we_did: "Open until midnight." },
  }),
);
// Whoever said it hears first.
await data(
  lead.POST("/v1/feedback/{id}/publish", { params: feedbackPath, body: { told: { on: day(0), how: "meeting" } } }),
);
const said = await data(nobody.GET("/v1/public/you-said-we-did"));
assert.ok(said.items.some((item) => item.id === feedback.id));

console.log("A problem that lists every fault at once");
const faulty = await refusal(lead.POST("/v1/plans", { body: { service_id: service.id, title: "", period_start: day(9), period_end: day(1), budget_pence: -1 } }));
assert.equal(faulty.code, "invalid");
assert.ok((faulty.errors ?? []).length >= 2);
console.log("The journey is complete");
