// Every document and public page of the demonstration: one of each kind and state, in each of its layouts. `most` is the
// number of pages that it may take on A4.
import { items, read } from './asked.mjs';

const LAYOUTS = ['standard', 'large_print', 'easy_read'];

// One of each group: the one with the longest text, since that is where paper breaks.
function longest(all, group) {
  const found = new Map();
  const length = (one) => JSON.stringify(one).length;
  for (const one of all) {
    const name = group(one);
    if (!found.has(name) || length(one) > length(found.get(name))) found.set(name, one);
  }
  return [...found];
}

function adverts(opportunities, made) {
  const paper = longest(opportunities, (one) => one.status).map(([status, one]) => [status, one.id]);
  const poster = [...paper, ['longest', made.longest]].flatMap(([name, id]) =>
    ['poster', 'slip'].map((format) => ({
      name: `advert-${format}-${name}`, path: `/v1/opportunities/${id}/advert?format=${format}`, layouts: ['standard'], most: 1,
    })));
  const page = (name, id, layouts) => ({ name: `advert-${name}`, path: `/v1/opportunities/${id}/advert`, layouts });
  const pages = longest(opportunities, (one) => `${one.status}-${one.basis}-${one.kind}`).map(([name, one]) => page(name, one.id));
  // In easy read, ideas are kept whole beside their pictures: the longest that there can be leave gaps.
  return [...poster, ...pages, page('longest', made.longest, ['standard', 'large_print'])];
}

// The sheets with most people and with most that is to book, and one of each other state.
async function runSheets() {
  const sheets = await Promise.all((await items('/v1/sessions?limit=100')).map((one) => read(`/v1/sessions/${one.id}/run-sheet`)));
  const most = (count) => sheets.reduce((one, other) => (count(other) > count(one) ? other : one));
  const chosen = [['full', most((one) => one.items.length)], ['to-book', most((one) => one.to_book_count)],
    ...longest(sheets, (one) => one.status)];
  return chosen.map(([name, one]) => ({
    name: `run-sheet-${name}`, path: `/v1/sessions/${one.session_id}/run-sheet?format=html`, layouts: ['standard', 'large_print'],
  }));
}

async function publicPages(opportunities) {
  const said = await items('/v1/public/you-said-we-did?limit=100');
  const open = opportunities.filter((one) => one.status === 'published');
  const pages = [
    ['adverts', '/v1/public/opportunities/adverts'],
    ['advert', `/v1/public/opportunities/${open[0].id}/advert`],
    ['you-said-we-did', '/v1/public/you-said-we-did/poster'],
    ...longest(said, (one) => one.decision).map(([decision, one]) => [`you-said-we-did-${decision}`, `/v1/public/you-said-we-did/${one.id}/poster`]),
  ];
  const poster = { name: 'public-poster', path: `/v1/public/opportunities/${open[0].id}/advert?format=poster`, as: null, layouts: ['standard'], most: 1 };
  return [...pages.map(([name, path]) => ({ name: `public-${name}`, path, as: null })), poster];
}

export async function listed(made) {
  const opportunities = (await items('/v1/opportunities?limit=100')).filter((one) => one.id !== made.longest);
  const of = (all, group, path) => longest(all, group).map(([name, one]) => ({ name, path: path(one) }));
  const agreements = await items('/v1/agreements?limit=100');
  const found = [
    ...adverts(opportunities, made),
    ...of(opportunities.filter((one) => one.kind === 'interview_panel'), (one) => `pack-${one.status}`, (one) => `/v1/opportunities/${one.id}/preparation-pack`),
    ...of(agreements, (one) => `agreement-${one.status}-${one.basis}`, (one) => `/v1/agreements/${one.id}/document`),
    ...of(agreements.filter((one) => one.status === 'active'), (one) => `claim-form-blank-${one.basis}`, (one) => `/v1/agreements/${one.id}/claim-form`),
    ...of(await items('/v1/claims?limit=100'), (one) => `claim-${one.status}`, (one) => `/v1/claims/${one.id}/document`),
    ...of(await items('/v1/plans?limit=100'), (one) => `you-said-we-did-${one.status}`, (one) => `/v1/plans/${one.id}/you-said-we-did?format=html`),
    ...of(await items('/v1/services?limit=100'), (one) => `evidence-${one.code}`, (one) => `/v1/reports/evidence?service_id=${one.id}&format=html`),
    ...(await runSheets()),
    { name: 'letters', path: '/v1/deliveries/batch?channel=letter&order=oldest&limit=100&format=html', layouts: ['standard'] },
    { name: 'benefits-letter', path: '/v1/me/benefits-letter?format=html', as: 'grace' },
    ...(await publicPages(opportunities)),
  ];
  return found.flatMap(({ name, path, as = 'lead', layouts = LAYOUTS, most }) =>
    layouts.map((layout) => {
      const asked = layouts.length > 1 ? `${path}${path.includes('?') ? '&' : '?'}layout=${layout}` : path;
      return { name: layouts.length > 1 ? `${name}.${layout}` : name, path: asked, as, layout, most };
    }));
}
