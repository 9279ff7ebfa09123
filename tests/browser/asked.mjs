// What is asked of the demonstration over HTTP, as its people.
export const base = process.env.HOST;
const TOKENS = { lead: process.env.LEAD, grace: process.env.GRACE };

// The headers of one of its people; of nobody, none.
export const headers = (who) => (who ? { authorization: `Bearer ${TOKENS[who]}` } : {});

export async function ask(method, path, body, version) {
  const more = body && { 'content-type': 'application/json' };
  const match = version && { 'if-match': `"${version}"` };
  const answer = await fetch(base + path, { method, headers: { ...headers('lead'), ...more, ...match }, body: body && JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  return answer;
}

export const read = async (path) => (await ask('GET', path)).json();
export const items = async (path) => (await read(path)).items;
