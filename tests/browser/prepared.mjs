// What the demonstration lacks for a look at all its paper: a letter in easy read, and an advert whose texts are as long as
// they can be.
import { ask, items, read } from './asked.mjs';

const words = (length) => 'improving evenings together '.repeat(length).slice(0, length);

// Harriet, who needs easy read, asks for letters; then there is news of the forum.
async function easyLetter() {
  const people = await items('/v1/volunteers?limit=100');
  const harriet = await read(`/v1/volunteers/${people.find((one) => one.legal_name === 'Harriet Doyle').id}`);
  const wishes = { preferred_contact: 'letter', address: '5 Quay Street\nWisbech', update_preferences: { methods: ['letter'], frequency: 'weekly' } };
  await ask('PATCH', `/v1/volunteers/${harriet.id}`, wishes, harriet.version);
  const forum = (await items('/v1/plans?limit=100')).find((plan) => plan.title === 'Participation and Partnership Forum');
  const members = await items(`/v1/plans/${forum.id}/members?limit=100`);
  if (!members.some((one) => one.volunteer_id === harriet.id)) {
    await ask('POST', `/v1/plans/${forum.id}/members`, { volunteer_id: harriet.id });
  }
  await ask('POST', `/v1/plans/${forum.id}/updates`, {
    title: 'The next meeting is in a new room',
    text: 'We meet in room 2 of Meridian House from now on. It has a loop for hearing aids, and a door to the garden.',
    easy_read_text: 'We meet in a new room. It is room 2 in Meridian House. There is a door to the garden. Come and see it.',
  });
}

// A draft with everything at its longest: its poster and its slips have a notice, too.
async function longestAdvert() {
  const like = (await items('/v1/opportunities?limit=100&status=published')).find((one) => one.offer?.tariff);
  const host = ['b', 'c', 'd'].map((letter) => letter.repeat(letter === 'd' ? 45 : 63)).join('.');
  const created = await ask('POST', '/v1/opportunities', {
    plan_id: like.plan_id, title: words(200), summary: `We are ${words(183)}. `.repeat(20), kind: 'pathway_mapping', audience: 'both', mode: 'in_person',
    venue: words(200), access_notes: words(400), places: 4, basis: like.basis, starts_on: '2026-09-30', ends_on: '2027-09-30',
    offer: { ...like.offer, travel: true, subsistence: true, care: true, access_support: true, other: true },
    contact: { name: words(200), email: `${'a'.repeat(64)}@${host}.example`, phone: '01234567890123456789'.split('').join('. ') },
    closes_at: '2027-09-29T10:30:00Z',
  });
  return (await created.json()).id;
}

export async function prepared() {
  await easyLetter();
  return { longest: await longestAdvert() };
}
