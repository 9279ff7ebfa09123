// What a newcomer does in a browser: the start page, one click into Swagger UI as a person of the demonstration, and then,
// in the order of the page, operations with their examples as they stand: the first change in each tag, or with ALL=1
// every operation. `cargo test` plays all of them over HTTP (tests/it/tried).
import fs from 'node:fs';
import { browser, faults } from './browser.mjs';

const [base, folder = 'pictures'] = process.argv.slice(2);
// Who tries an operation: the first of these whose role may use it; what is open to everyone is tried without a token.
const PEOPLE = { involvement_lead: 'Ruth Ellery', finance: 'Priya Raman', volunteer: 'Grace Mensah', staff: 'Amara Okafor' };
const { LEAD, FINANCE, GRACE, STAFF } = process.env;
const TOKENS = { involvement_lead: LEAD, finance: FINANCE, volunteer: GRACE, staff: STAFF };
// What an example can't show, each with the reason.
const LEFT_OUT = JSON.parse(fs.readFileSync(new URL('./left_out.json', import.meta.url)));

fs.mkdirSync(folder, { recursive: true });
const chromium = await browser();
const found = [];

// The start page, watched.
async function start(name) {
  const page = await chromium.newPage({ viewport: { width: 1200, height: 1000 } });
  page.on('console', (said) => said.type() === 'error' && found.push(`${name}: ${said.text()}`));
  page.on('request', (asked) => asked.url().startsWith(base) || asked.url().startsWith('data:') || found.push(`asks elsewhere: ${asked.url()}`));
  await page.goto(`${base}/`);
  return page;
}

// Swagger UI as a person: the start page's button, as they would press it.
async function page_of(name) {
  const page = await start(name);
  const began = Date.now();
  if (name === 'nobody') await page.goto(`${base}/swagger-ui/`);
  else await page.getByRole('button', { name: `Open Swagger UI as ${name}` }).click();
  await page.waitForSelector('.opblock-tag');
  return { page, took: Date.now() - began };
}

// Opens an operation, presses Execute, and answers the status, or what it says instead.
async function tried(page, tag, operation) {
  const section = page.locator(`.opblock-tag[data-tag="${tag}"]`);
  if ((await section.getAttribute('data-is-open')) !== 'true') await section.click();
  const block = page.locator(`[id="operations-${tag.replaceAll(' ', '_')}-${operation}"]`);
  await block.locator('.opblock-summary-control').click();
  await block.locator('.execute').click();
  const status = block.locator('.live-responses-table tbody .response-col_status').first();
  const missing = block.locator('.parameters .invalid').first();
  await status.or(missing).first().waitFor({ timeout: 20000 });
  const said = (await status.count()) ? (await status.innerText()).split('\n')[0] : 'something has to be filled in first';
  const body = said.startsWith('2') || !(await status.count()) ? '' : await block.locator('.live-responses-table .microlight').first().innerText();
  // A page with many open operations is slow.
  await section.click();
  return { said, code: /"code":\s*"([a-z-]+)"/.exec(body)?.[1] };
}
// The same over HTTP, for what the page is not asked to try: later examples go on with what it did.
async function played({ path, method, parameters = [], requestBody, security }, token) {
  const headers = security?.length ? { authorization: `Bearer ${token}` } : {};
  let address = path;
  for (const { name, in: place, example } of parameters.filter((it) => it.required && it.example !== undefined)) {
    if (place === 'path') address = address.replace(`{${name}}`, encodeURIComponent(example));
    else headers[name] = example;
  }
  const [media, takes] = Object.entries(requestBody?.content ?? {})[0] ?? [];
  if (media) headers['content-type'] = media;
  const body = media && JSON.stringify(Object.values(takes.examples ?? {})[0]?.value ?? {});
  const answer = await fetch(base + address, { method: method.toUpperCase(), headers, body });
  return { said: String(answer.status), code: answer.ok ? undefined : (await answer.json()).code };
}

const drawn = await (await fetch(`${base}/openapi.json`)).json();
const order = drawn.tags.map((tag) => tag.name);
const operations = Object.entries(drawn.paths)
  .flatMap(([path, methods]) => Object.entries(methods).map(([method, one]) => ({ ...one, path, method })))
  .filter((one) => one.operationId && !LEFT_OUT[one.operationId])
  .sort((one, other) => order.indexOf(one.tags[0]) - order.indexOf(other.tags[0]));

// The first change in each tag, or where nothing changes the first read.
const kinds = new Set();
const changing = new Set(operations.filter(({ method }) => method !== 'get').map(({ tags }) => tags[0]));
const shown = operations.filter(({ tags, method }) => {
  const fresh = !kinds.has(tags[0]) && (method !== 'get' || !changing.has(tags[0]));
  if (fresh) kinds.add(tags[0]);
  return process.env.ALL || fresh;
});

const lobby = await start('the start page');
await lobby.screenshot({ path: `${folder}/start-page.png` });
await lobby.close();
const pages = {};
for (const name of [...Object.values(PEOPLE), 'nobody']) {
  const { page, took } = await page_of(name);
  pages[name] = page;
  console.log(`Swagger UI as ${name}: ${took} ms`);
}
await pages['Ruth Ellery'].screenshot({ path: `${folder}/swagger-ui.png` });
let good = 0;
const began = Date.now();
for (const operation of operations) {
  const { operationId, tags, description, security, method } = operation;
  if (!shown.includes(operation) && method === 'get') continue;
  const may = description.split('Who may:')[1] ?? '';
  const role = Object.keys(PEOPLE).find((role) => may.includes(`\`${role}\``));
  const name = security?.length ? PEOPLE[role] : 'nobody';
  const began = Date.now();
  const asked = shown.includes(operation) ? tried(pages[name], tags[0], operationId) : played(operation, TOKENS[role]);
  const { said, code } = await asked.catch((fault) => ({ said: fault.message.split('\n')[0] }));
  if (process.env.VERBOSE) console.log(`${operationId}: ${said} ${code ?? ''} ${Date.now() - began} ms`);
  if (said.startsWith('2')) good += shown.includes(operation) ? 1 : 0;
  else found.push(`${operationId} as ${name}: ${said} ${code ?? ''}`);
}
await chromium.close();
console.log(`${good} of ${shown.length} operations answer their example, in ${Math.round((Date.now() - began) / 1000)} s`);
faults(found);
