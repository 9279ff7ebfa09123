// Pages of other origins, in a browser: a page of ORIGIN, which the service lists, reads and writes with a token; a page of
// any other origin reads what is public, and the browser lets it do nothing else.
import fs from 'node:fs';
import http from 'node:http';
import { browser, faults } from './browser.mjs';
import { base, headers, items } from './asked.mjs';

const { ORIGIN } = process.env;
if (!ORIGIN) throw new Error('ORIGIN must name an origin that the service was started with (CORS_ORIGINS)');
// The guide says which headers of an answer pages can read.
const [, sentence] = fs.readFileSync(process.argv[2], 'utf8').match(/can read these headers of an answer: ([^.]*)\./);
const DOCUMENTED = [...sentence.matchAll(/`([^`]+)`/g)].map(([, name]) => name.toLowerCase());
const JSON_BODY = { 'content-type': 'application/json' };

const began = Date.now();
const found = [];
const chromium = await browser();
const servers = [];

// A page of the origin at this port, or at any free one.
async function page_at(port) {
  const server = http.createServer((_, answer) => {
    answer.setHeader('content-type', 'text/html');
    answer.end('<!doctype html><html lang="en"><title>A page of another origin</title></html>');
  });
  servers.push(server);
  await new Promise((ready, failed) => server.on('error', failed).listen(port, '127.0.0.1', ready));
  const page = await chromium.newPage();
  await page.goto(`http://127.0.0.1:${server.address().port}/`);
  return page;
}

// Sends a request from within a page; answers what its scripts can see of the answer, or that the browser refused.
const sent = (page, method, path, headers = {}, body = undefined) =>
  page.evaluate(
    async ([url, asked]) => {
      try {
        const answer = await fetch(url, asked);
        const seen = { status: answer.status, headers: Object.fromEntries(answer.headers) };
        return { ...seen, body: await answer.json().catch(() => null) };
      } catch (fault) {
        return { refused: fault.name };
      }
    },
    [base + path, { method, headers, body: body && JSON.stringify(body) }],
  );

function expect(what, holds, answer) {
  if (!holds) found.push(`${what}: ${JSON.stringify(answer ?? null).slice(0, 300)}`);
}

// That a page was answered with this status, and can read these headers.
function answered(what, answer, status, names = []) {
  const missing = names.filter((name) => !answer.headers?.[name]);
  expect(`${what} (${status}${missing.map((name) => `, ${name} is missing`).join('')})`, answer.status === status && !missing.length, answer);
}

function refused(what, answer) {
  expect(`${what} is not refused by the browser`, answer.refused === 'TypeError', answer);
}

const lead = headers('lead');
const person = (legal_name) => ({ legal_name, preferred_contact: 'email', email: 'somebody@example.org' });
const key = () => ({ 'idempotency-key': crypto.randomUUID() });
const known = async (name) => (await items(`/v1/volunteers?q=${encodeURIComponent(name)}`)).length;

const listed = await page_at(new URL(ORIGIN).port);
const list = await sent(listed, 'GET', '/v1/claims?limit=1', lead);
answered('a list', list, 200, ['link', 'x-request-id']);
expect('what is not exposed can be read', !list.headers?.['x-content-type-options'], list.headers);
const claim = await sent(listed, 'GET', `/v1/claims/${list.body?.items?.[0]?.id}`, lead);
answered('a record', claim, 200, ['etag']);
const sheet = await sent(listed, 'GET', '/v1/claims?format=csv', lead);
answered('a spreadsheet', sheet, 200, ['content-disposition']);
const created = await sent(listed, 'POST', '/v1/volunteers', { ...lead, ...JSON_BODY, ...key() }, person('Cora Listed'));
answered('a creation', created, 201, ['location', 'etag']);
const verb = { ...lead, ...key(), 'if-match': created.headers?.etag ?? '"1"' };
const activate = `${created.headers?.location}/activate`;
answered('a step of the version that was read', await sent(listed, 'POST', activate, verb), 200, ['etag']);
answered('the same again under its key', await sent(listed, 'POST', activate, verb), 200, ['idempotency-replayed']);
answered('a method that is not there', await sent(listed, 'DELETE', '/v1/me', lead), 405, ['allow']);
const whole = listed.waitForResponse(`${base}/v1/me`, { timeout: 10_000 }).catch(() => null);
const bare = await sent(listed, 'GET', '/v1/me');
answered('a request without a token', bare, 401, ['www-authenticate']);
expect('a page reads why it was refused', bare.body?.code === 'unauthenticated', bare);
// What the browser goes by, which the page itself can't read.
const told = await (await whole)?.headerValue('access-control-expose-headers');
const exposed = (told ?? '').toLowerCase().split(/\s*,\s*/);
const hidden = DOCUMENTED.filter((name) => !exposed.includes(name));
expect('the guide names headers that are not exposed', DOCUMENTED.length > 10 && !hidden.length, hidden);

const other = await page_at(0);
refused('a list with a token', await sent(other, 'GET', '/v1/claims?limit=1', lead));
refused('a request without a token', await sent(other, 'GET', '/v1/me'));
refused('a creation', await sent(other, 'POST', '/v1/volunteers', { ...lead, ...JSON_BODY, ...key() }, person('Una Unlisted')));
const people = [await known('Cora Listed'), await known('Una Unlisted')];
expect('people of the listed page and of the other', people[0] > 0 && people[1] === 0, people);
const open = await sent(other, 'GET', '/v1/public/opportunities?limit=1');
answered('what is public', open, 200, ['link', 'x-request-id']);
const advert = `/v1/public/opportunities/${open.body?.items?.[0]?.id}`;
answered('one advert', await sent(other, 'GET', advert), 200);
refused('an expression of interest', await sent(other, 'POST', `${advert}/expressions-of-interest`, JSON_BODY, {}));

await chromium.close();
for (const server of servers) server.close();
console.log(`pages of two other origins: ${Date.now() - began} ms`);
faults(found);
