// Every document in every layout: axe on screen and in print, the least size of letters, sideways scrolling, the console.
import fs from 'node:fs';
import { createRequire } from 'node:module';
import { browser as started } from './browser.mjs';

const [base, token, folder = 'pictures'] = process.argv.slice(2);
const LAYOUTS = ['standard', 'large_print', 'easy_read'];
const LEAST_POINTS = { standard: 10.5, large_print: 16, easy_read: 16 };
const axe = fs.readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const extraHTTPHeaders = { authorization: `Bearer ${token}` };

async function items(path) {
  const answer = await fetch(`${base}${path}`, { headers: extraHTTPHeaders });
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return (await answer.json()).items;
}

// One document of each kind and state, whatever the demonstration holds.
async function documents() {
  const found = new Map();
  for (const item of await items('/v1/opportunities?limit=100')) {
    found.set(`advert-${item.status}-${item.basis}-${item.kind}`, `/v1/opportunities/${item.id}/advert`);
    if (item.kind === 'interview_panel') found.set(`pack-${item.status}`, `/v1/opportunities/${item.id}/preparation-pack`);
  }
  for (const item of await items('/v1/agreements?limit=100')) {
    found.set(`agreement-${item.status}-${item.basis}`, `/v1/agreements/${item.id}/document`);
  }
  for (const item of await items('/v1/claims?limit=100')) {
    found.set(`claim-${item.status}`, `/v1/claims/${item.id}/document`);
  }
  for (const item of await items('/v1/plans?limit=100')) {
    found.set(`poster-${found.size}`, `/v1/plans/${item.id}/you-said-we-did?format=html`);
  }
  for (const item of await items('/v1/services?limit=100')) {
    found.set(`evidence-${item.code}`, `/v1/reports/evidence?service_id=${item.id}&format=html`);
  }
  return found;
}

// The size in points of the smallest letters that are shown.
function leastPoints() {
  let least = Infinity;
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const element = walk.currentNode.parentElement;
    if (!walk.currentNode.data.trim() || !element.getClientRects().length) continue;
    least = Math.min(least, parseFloat(getComputedStyle(element).fontSize) * 0.75);
  }
  return least;
}

// Words that stand letter under letter, for want of room.
function torn() {
  const words = [...document.querySelectorAll('caption, p, li, dt, dd, th, td, h1, h2, h3')];
  const narrow = (one) => one.clientWidth > 1 && one.clientWidth < 2 * parseFloat(getComputedStyle(one).fontSize);
  return words.filter((one) => one.textContent.trim().length > 3 && narrow(one)).map((one) => one.textContent.trim().slice(0, 40));
}

async function faults(browser, url, layout, file) {
  const found = [];
  const page = await browser.newPage({ extraHTTPHeaders, viewport: { width: 900, height: 1200 } });
  page.on('console', (said) => { if (said.type() === 'error' && !said.location().url.includes('favicon')) found.push(said.text()); });
  const answer = await page.goto(url);
  if (answer.status() !== 200) return [`status ${answer.status()}`];
  await page.screenshot({ path: `${file}.png`, fullPage: true });
  await page.pdf({ path: `${file}.pdf`, preferCSSPageSize: true, tagged: true });
  for (const media of ['screen', 'print']) {
    await page.emulateMedia({ media });
    const points = await page.evaluate(leastPoints);
    if (points < LEAST_POINTS[layout]) found.push(`letters of ${points} points (${media})`);
  }
  await page.emulateMedia({ media: 'screen' });
  await page.setViewportSize({ width: 320, height: 800 });
  const width = await page.evaluate(() => document.documentElement.scrollWidth);
  if (width > 320) found.push(`scrolls sideways on a telephone: ${width}`);
  for (const words of await page.evaluate(torn)) found.push(`torn apart on a telephone: ${words}`);
  await page.close();
  // The page's own policy lets no script run, so axe needs a context without it.
  const bare = await browser.newPage({ extraHTTPHeaders, bypassCSP: true, viewport: { width: 900, height: 1200 } });
  await bare.goto(url);
  await bare.evaluate(axe);
  for (const media of ['screen', 'print']) {
    await bare.emulateMedia({ media });
    const said = await bare.evaluate(() => window.axe.run(document, { rules: { 'color-contrast-enhanced': { enabled: true } } }));
    for (const rule of [...said.violations, ...said.incomplete]) {
      found.push(`${rule.id} (${media}): ${rule.nodes[0].html.slice(0, 160)}`);
    }
  }
  await bare.close();
  return found;
}

fs.mkdirSync(folder, { recursive: true });
const browser = await started();
let pages = 0;
let bad = 0;
for (const [name, path] of await documents()) {
  for (const layout of LAYOUTS) {
    const url = `${base}${path}${path.includes('?') ? '&' : '?'}layout=${layout}`;
    const found = await faults(browser, url, layout, `${folder}/${name}.${layout}`);
    pages += 1;
    bad += found.length;
    for (const fault of found) console.log(`${name}.${layout}: ${fault}`);
  }
}
await browser.close();
console.log(`${pages} pages, ${bad} faults`);
process.exit(bad === 0 ? 0 : 1);
