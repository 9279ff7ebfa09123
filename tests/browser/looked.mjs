// A page as people see it, without JavaScript: on a screen, on a telephone, and as it will be printed. And as axe sees it.
import fs from 'node:fs';
import { createRequire } from 'node:module';

const axe = fs.readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

// The least size of letters in points, by what they stand in; the first that fits holds. A poster is read at two metres
// (src/documents/advert_poster.rs), but for what is read from close by.
export const LEAST = [
  ['.large_print, .easy_read', 16],
  ['.poster header p, .poster .notice, .poster figcaption, .poster footer', 14],
  ['.poster', 18],
  ['.slip', 12],
  ['html', 10.5],
];

// Texts that are shown in letters that are too small, and how large they are in points.
function small(least) {
  const found = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const element = walk.currentNode.parentElement;
    if (!walk.currentNode.data.trim() || !element.getClientRects().length) continue;
    const points = parseFloat(getComputedStyle(element).fontSize) * 0.75;
    const [, wanted] = least.find(([where]) => element.closest(where));
    if (points < wanted - 0.01) found.push(`letters of ${points} points: ${walk.currentNode.data.trim().slice(0, 40)}`);
  }
  return found;
}

// Words that stand letter under letter, for want of room.
function torn() {
  const words = [...document.querySelectorAll('caption, p, li, dt, dd, th, td, h1, h2, h3')];
  const narrow = (one) => one.clientWidth > 1 && one.clientWidth < (one.closest('header') ? 6 : 2) * parseFloat(getComputedStyle(one).fontSize);
  return words.filter((one) => one.textContent.trim().length > 3 && narrow(one)).map((one) => `torn apart: ${one.textContent.trim().slice(0, 40)}`);
}

// What runs over its frame.
function over() {
  const frames = [...document.querySelectorAll('.slip, .slip > div')];
  return frames.filter((one) => one.scrollHeight > one.clientHeight + 1).map((one) => `over its frame by ${one.scrollHeight - one.clientHeight} pixels`);
}

// Parts of an address to type that go on in the next line.
function broken() {
  const found = [];
  for (const part of [...document.querySelectorAll('.typed')].flatMap((one) => [...one.childNodes])) {
    const range = document.createRange();
    range.selectNode(part);
    const lines = new Set([...range.getClientRects()].map(({ top }) => Math.round(top)));
    if (part.data && lines.size > 1) found.push(`broken in the middle: ${part.data}`);
  }
  return found;
}

const widest = () => document.documentElement.scrollWidth;

// What axe finds on a page that stands open in a context without the page's own policy, which lets no script run.
export async function axed(page) {
  await page.evaluate(axe);
  const found = [];
  for (const media of ['screen', 'print']) {
    await page.emulateMedia({ media });
    const said = await page.evaluate(() => window.axe.run(document, { rules: { 'color-contrast-enhanced': { enabled: true } } }));
    // axe can't tell what lies behind letters in a picture. Those of a chart stand on the white of the page.
    const unsure = said.incomplete.filter((rule) => rule.id !== 'color-contrast' || !rule.nodes.every((node) => node.html.startsWith('<text')));
    for (const rule of [...said.violations, ...unsure]) found.push(`${rule.id} (${media}): ${rule.nodes[0].html.slice(0, 160)}`);
  }
  return found;
}

// Pictures are for the eye: that a busy machine does not come to take one is no fault of the page.
async function pictured(page, path) {
  await page.screenshot({ path, fullPage: true }).catch((fault) => console.log(`${path}: no picture: ${fault.message.split('\n')[0]}`));
}

// What is wrong with a page that stands open in a context without JavaScript; keeps pictures of it.
export async function looked(page, file) {
  const found = [];
  const scripts = await page.evaluate(() => document.scripts.length);
  if (scripts > 0) found.push(`${scripts} scripts`);
  await pictured(page, `${file}.screen.png`);
  const { width, height } = page.viewportSize();
  await page.setViewportSize({ width: 320, height: 800 });
  const telephone = await page.evaluate(widest);
  if (telephone > 320) found.push(`scrolls sideways on a telephone: ${telephone}`);
  found.push(...(await page.evaluate(torn)).map((it) => `${it} (telephone)`));
  await pictured(page, `${file}.telephone.png`);
  for (const media of ['screen', 'print']) {
    await page.emulateMedia({ media });
    found.push(...(await page.evaluate(small, LEAST)).slice(0, 3).map((it) => `${it} (${media})`));
  }
  // The width of A4 within the widest margins, those of letters.
  await page.setViewportSize({ width: Math.round((170 / 25.4) * 96), height: 1000 });
  const printed = await page.evaluate(widest);
  if (printed > 643) found.push(`wider than the page: ${printed} pixels`);
  found.push(...(await page.evaluate(over)), ...(await page.evaluate(broken)));
  // As it was: printing takes what is emulated.
  await page.emulateMedia({ media: null });
  await page.setViewportSize({ width, height });
  return found;
}
