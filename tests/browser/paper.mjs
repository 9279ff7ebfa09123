// What a page is on paper: printed by Chromium to PDF at A4, and read and drawn by PDF.js, sheet by sheet.
import fs from 'node:fs';
import path from 'node:path';
import { createRequire } from 'node:module';

const build = path.dirname(createRequire(import.meta.url).resolve('pdfjs-dist/build/pdf.mjs'));
const DESK = 'https://paper.invalid/';

// A page of the browser in which PDFs are drawn. PDF.js is served to it from its package, at an address that does not exist.
export async function desk(browser) {
  const page = await browser.newPage();
  await page.route(`${DESK}**`, (route) => {
    const name = new URL(route.request().url()).pathname.slice(1);
    if (!name) return route.fulfill({ contentType: 'text/html', body: '<!DOCTYPE html>' });
    return route.fulfill({ contentType: 'text/javascript', body: fs.readFileSync(path.join(build, path.basename(name))) });
  });
  await page.goto(DESK);
  await page.addScriptTag({ type: 'module', content: `
    import * as worker from '/pdf.worker.mjs';
    globalThis.pdfjsWorker = worker;
    globalThis.pdfjs = await import('/pdf.mjs');` });
  await page.waitForFunction(() => globalThis.pdfjs);
  return page;
}

// The sheets of a PDF: the least size of letters in points, the words, how much of the height within the margins has ink on
// it, how near to the sides the ink comes, and a picture.
async function read({ pdf, scale }) {
  const bytes = Uint8Array.from(atob(pdf), (one) => one.charCodeAt(0));
  const file = await globalThis.pdfjs.getDocument({ data: bytes }).promise;
  const canvas = document.createElement('canvas');
  const sheets = [];
  for (let number = 1; number <= file.numPages; number += 1) {
    const page = await file.getPage(number);
    const viewport = page.getViewport({ scale });
    [canvas.width, canvas.height] = [Math.floor(viewport.width), Math.floor(viewport.height)];
    await page.render({ canvas, viewport }).promise;
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    const millimetre = (72 / 25.4) * scale;
    let [left, right] = [canvas.width, 0];
    const bands = new Set();
    for (let y = 0; y < canvas.height; y += 1) {
      for (let x = 0; x < canvas.width; x += 1) {
        const at = (y * canvas.width + x) * 4;
        if (data[at] + data[at + 1] + data[at + 2] > 690) continue;
        [left, right] = [Math.min(left, x), Math.max(right, x)];
        bands.add(Math.floor((y / millimetre - 13) / 10));
      }
    }
    // 27 bands of a centimetre lie between the narrowest margins of 13 mm; the number of the page stands below them.
    const filled = [...bands].filter((band) => band >= 0 && band < 27).length / 27;
    const { items } = await page.getTextContent();
    const written = items.filter((one) => one.str.trim());
    sheets.push({
      size: [viewport.width, viewport.height].map((side) => Math.round(side / millimetre)),
      least: Math.min(...written.map((one) => Math.hypot(one.transform[2], one.transform[3]))),
      // Without spaces: PDF.js gives ligatures apart from the rest of a word.
      words: written.map((one) => one.str).join('').replace(/\s/g, ''),
      filled, sides: Math.min(left, canvas.width - 1 - right) / millimetre,
      picture: canvas.toDataURL('image/png').split(',')[1],
    });
  }
  return sheets;
}

// The last sheet of a document may be short, and each letter of a batch ends like this.
const ENDS = /differentformat/;

// Prints the page; says what is wrong with the paper and how full each sheet is, and keeps the PDF and pictures.
export async function printed(page, desk, file, { least, most }) {
  const pdf = await page.pdf({ path: `${file}.pdf`, format: 'A4', preferCSSPageSize: true, tagged: true });
  const sheets = await desk.evaluate(read, { pdf: pdf.toString('base64'), scale: 1.5 });
  const found = [];
  if (most && sheets.length > most) found.push(`${sheets.length} pages, not ${most}`);
  for (const [place, { size, least: points, words, filled, sides, picture }] of sheets.entries()) {
    const sheet = `page ${place + 1}`;
    fs.writeFileSync(`${file}.page-${place + 1}.png`, Buffer.from(picture, 'base64'));
    if (size.join() !== '210,297') found.push(`${sheet}: ${size.join(' by ')} mm, not A4`);
    if (filled === 0) found.push(`${sheet}: empty`);
    else if (filled < 1 / 3 && place + 1 < sheets.length && !ENDS.test(words)) found.push(`${sheet}: a third full at most (${Math.round(filled * 100)} %)`);
    if (sides < 9) found.push(`${sheet}: ink ${Math.round(sides)} mm from the side`);
    if (points < least - 0.1) found.push(`${sheet}: shrunk to letters of ${points.toFixed(1)} points`);
  }
  return { found, fill: sheets.map(({ filled }) => `${Math.round(filled * 100)} %`) };
}
