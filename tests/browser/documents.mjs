// Every document and public page in every layout: without JavaScript on a screen and a telephone, printed on A4, and by axe.
// Says the name of each, how many pages it takes and how full they are, and what is wrong.
import fs from 'node:fs';
import { browser as started } from './browser.mjs';
import { base, headers } from './asked.mjs';
import { listed } from './listed.mjs';
import { axed, looked } from './looked.mjs';
import { desk as laid, printed } from './paper.mjs';
import { prepared } from './prepared.mjs';
import { answered, replies, secrets } from './replies.mjs';

const [folder = 'pictures', only = ''] = process.argv.slice(2);
// The least size of letters on paper; those of a poster's and a slip's own parts are looked at on the screen.
const LEAST = { standard: 9.9, large_print: 16, easy_read: 16 };
// Pages that are looked at at once.
const LANES = 3;
const viewport = { width: 900, height: 1200 };

fs.mkdirSync(folder, { recursive: true });
const browser = await started();
const desk = await laid(browser);
// For each who looks: one context without JavaScript, and one for axe, without the page's own policy.
const contexts = new Map();
function contextsOf(who) {
  if (!contexts.has(who)) {
    const extraHTTPHeaders = headers(who);
    const made = [{ javaScriptEnabled: false }, { bypassCSP: true }].map(async (more) => {
      const context = await browser.newContext({ extraHTTPHeaders, viewport, ...more });
      // Nothing fails because a machine is slow.
      context.setDefaultTimeout(120_000);
      return context;
    });
    contexts.set(who, Promise.all(made));
  }
  return contexts.get(who);
}

async function faults({ name, path, as, layout, status = 200, most }) {
  const [plain, bare] = await contextsOf(as);
  const found = [];
  const page = await plain.newPage();
  page.on('console', (said) => {
    // A page in place of a problem is said by the browser to have failed.
    if (said.type() === 'error' && !said.location().url.includes('favicon') && status === 200) found.push(said.text());
  });
  const answer = await page.goto(base + path);
  if (answer.status() !== status) return { found: [`status ${answer.status()}`], fill: [] };
  found.push(...(await looked(page, `${folder}/${name}`)));
  const paper = await printed(page, desk, `${folder}/${name}`, { least: LEAST[layout], most });
  const other = await bare.newPage();
  await other.goto(base + path);
  found.push(...paper.found, ...(await axed(other)));
  await Promise.all([page.close(), other.close()]);
  return { found, fill: paper.fill };
}

let bad = 0;
function said(name, { found, fill = [] }) {
  bad += found.length;
  console.log(`${name}: ${fill.length ? `${fill.length} pages, ${fill.join(', ')} full` : 'looked at'}`);
  for (const fault of found) console.log(`${name}: FAULT: ${fault}`);
}

const made = await prepared();
const asking = await secrets();
const all = [...(await listed(made)), ...(await replies(asking))].filter(({ name }) => name.includes(only));
const left = [...all];
await Promise.all(Array.from({ length: LANES }, async () => {
  for (let one = left.shift(); one; one = left.shift()) said(one.name, await faults(one));
}));
const [plain, bare] = await contextsOf(null);
said('reply-answered', { found: await answered(plain, bare, asking, `${folder}/reply-answered`) });
await browser.close();
console.log(`${all.length + 1} pages, ${bad} faults`);
process.exit(bad === 0 ? 0 : 1);
