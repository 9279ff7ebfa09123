// Answering without a log-in, as somebody does who typed the address of a printed letter: the question, the answer by pressing
// a button, and the page afterwards, which is the same for an address that never was.
import { base, headers } from './asked.mjs';
import { axed, looked } from './looked.mjs';

// The secrets in the printed letters.
export async function secrets() {
  const answer = await fetch(`${base}/v1/deliveries/batch?channel=letter&order=oldest&limit=100&format=html`, { headers: headers('lead') });
  const typed = (await answer.text()).replaceAll('<wbr>', '').matchAll(/class="typed">[^<]*\/([^/<]+)</g);
  return [...typed].map(([, secret]) => secret);
}

// The question that a secret asks, and the page where there is none; for the others, it takes pressing a button.
export async function replies(found) {
  if (found.length < 3) throw new Error(`${found.length} letters of the demonstration can be answered without a log-in`);
  const at = (secret) => `/v1/public/replies/${secret}`;
  return [
    { name: 'reply', path: at(found[0]), as: null, layout: 'standard' },
    { name: 'reply-gone', path: at('AAAAA-AAAAA-AAAAA-AAAAA-AAAAA-A'), as: null, layout: 'standard', status: 404 },
  ];
}

async function pressed(context, secret) {
  const page = await context.newPage();
  await page.goto(`${base}/v1/public/replies/${secret}`);
  await page.getByRole('button').first().click();
  await page.getByRole('heading', { name: 'We have your answer' }).waitFor();
  return page;
}

// What is wrong with pressing a button, without JavaScript, and then with a context in which axe can look at the answer.
export async function answered(plain, bare, [, first, second], file) {
  const page = await pressed(plain, first);
  const found = await looked(page, file);
  const again = await page.goto(`${base}/v1/public/replies/${first}`);
  if (again.status() !== 404) found.push(`a used address answers ${again.status()}`);
  const confirmed = await pressed(bare, second);
  found.push(...(await axed(confirmed)));
  await Promise.all([page.close(), confirmed.close()]);
  return found;
}
