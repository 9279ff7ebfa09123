// What a newcomer does in a browser: the start page, one click into Swagger UI as a person of the demonstration, and then
// every operation, in the order of the page, with its example as it stands.
import fs from 'node:fs';
import { browser, faults } from './browser.mjs';

const [base, folder = 'pictures'] = process.argv.slice(2);
// Who tries an operation: the first of these whose role may use it.
const PEOPLE = { involvement_lead: 'Ruth Ellery', finance: 'Priya Raman', volunteer: 'Grace Mensah', staff: 'Amara Okafor' };
// What an example can't show, each with the reason.
const LEFT_OUT = {
  add_receipt: 'a file has to be chosen',
};

fs.mkdirSync(folder, { recursive: true });
const chromium = await browser();
const found = [];

// Swagger UI as a person: the start page's button, as they would press it.
async function page_of(name) {
  const page = await chromium.newPage({ viewport: { width: 1200, height: 1000 } });
  page.on('console', (said) => said.type() === 'error' && found.push(`${name}: ${said.text()}`));
  page.on('request', (asked) => asked.url().startsWith(base) || asked.url().startsWith('data:') || found.push(`asks elsewhere: ${asked.url()}`));
  await page.goto(`${base}/`);
  await page.getByRole('button', { name: `Open Swagger UI as ${name}` }).click();
  await page.waitForSelector('.opblock-tag');
  return page;
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
  await block.locator('.opblock-summary-control').click();
  return { said, code: /"code":\s*"([a-z-]+)"/.exec(body)?.[1] };
}

const document = await (await fetch(`${base}/openapi.json`)).json();
const operations = Object.values(document.paths).flatMap((path) => Object.values(path)).filter((one) => one.operationId);
const order = document.tags.map((tag) => tag.name);
operations.sort((one, other) => order.indexOf(one.tags[0]) - order.indexOf(other.tags[0]));

const pages = {};
for (const name of new Set(Object.values(PEOPLE))) pages[name] = await page_of(name);
await pages['Ruth Ellery'].screenshot({ path: `${folder}/swagger-ui.png` });
let good = 0;
for (const { operationId, tags, description } of operations) {
  if (LEFT_OUT[operationId]) continue;
  const may = description.split('Who may:')[1] ?? 'involvement_lead';
  const role = Object.keys(PEOPLE).find((role) => may.includes(role)) ?? 'involvement_lead';
  const began = Date.now();
  const { said, code } = await tried(pages[PEOPLE[role]], tags[0], operationId).catch((fault) => ({ said: fault.message.split('\n')[0] }));
  if (process.env.VERBOSE) console.log(`${operationId}: ${said} ${code ?? ''} ${Date.now() - began} ms`);
  if (said.startsWith('2')) good += 1;
  else found.push(`${operationId} as ${PEOPLE[role]}: ${said} ${code ?? ''}`);
}
await chromium.close();
console.log(`${good} of ${operations.length} operations answer their example`);
faults(found);
