// A client of the service: one for each person, typed by what `npm run generate` makes of the OpenAPI document.
// It sends what can be sent again once more where the service says so, under the same key.

import createClient, { type Client, type Middleware } from "openapi-fetch";
import type { components, paths } from "./api.js";

export type Problem = components["schemas"]["Problem"];
export type Api = Client<paths>;

/** A problem that the caller did not expect. */
export class Refused extends Error {
  constructor(readonly problem: Problem) {
    const faults = (problem.errors ?? []).map((fault) => `${fault.pointer ?? fault.parameter ?? ""} ${fault.detail}`);
    super([`${problem.status} ${problem.code}: ${problem.detail}`, ...faults].join("\n  "));
  }
}

/** Every POST gets a key, so that it can be sent again without being done twice. */
const withKey: Middleware = {
  onRequest({ request }) {
    if (request.method === "POST" && !request.headers.has("Idempotency-Key")) {
      request.headers.set("Idempotency-Key", crypto.randomUUID());
    }
    return request;
  },
};

/** Sends a request again after the seconds that the service asks for, a few times. */
async function patiently(request: Request): Promise<Response> {
  for (let left = 4; ; left--) {
    const answer = await fetch(request.clone());
    if (left === 0 || (answer.status !== 429 && answer.status !== 503)) {
      return answer;
    }
    await answer.body?.cancel();
    await new Promise((wake) => setTimeout(wake, 1000 * Number(answer.headers.get("Retry-After") ?? 1)));
  }
}

export function clientOf(baseUrl: string, token?: string): Api {
  const headers = token === undefined ? {} : { Authorization: `Bearer ${token}` };
  const api = createClient<paths>({ baseUrl, headers, fetch: patiently });
  api.use(withKey);
  return api;
}

/** The data of an answer; throws the problem where it is one. */
export async function data<D>(
  answer: Promise<{ data?: D; error?: Problem; response: Response }>,
): Promise<D & NonNullable<unknown>> {
  const { data, error, response } = await answer;
  if (error !== undefined) {
    throw new Refused(error);
  }
  if (data === undefined || data === null) {
    throw new Error(`${response.url} answered ${response.status} without a body`);
  }
  return data;
}

/** The problem of an answer; throws where there is none. */
export async function refusal(answer: Promise<{ error?: Problem; response: Response }>): Promise<Problem> {
  const { error, response } = await answer;
  if (error === undefined) {
    throw new Error(`${response.url} was to be refused, and answered ${response.status}`);
  }
  return error;
}
