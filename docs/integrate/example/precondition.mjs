// The system behind an application, as the hub asks it before a login goes on: docs/integrate/precondition.md says what it answers.
// KNOWN: keys of those who are let in, with spaces between; TOKEN: what the hub must show; PORT.
import { timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';

const { KNOWN = '', TOKEN = '', PORT = '8099' } = process.env;
const known = new Set(KNOWN.split(' ').filter((key) => key !== ''));
const wanted = Buffer.from(`Bearer ${TOKEN}`);

const order = {
  what: { sv: 'Behörighet "Cosmic Link"', en: 'The access right "Cosmic Link"' },
  from: { sv: 'Din enhetschef', en: 'The head of your unit' },
  url: 'https://order.region.example/cosmic-link',
};

createServer(async (request, response) => {
  const answer = (status, body) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  const shown = Buffer.from(request.headers.authorization ?? '');
  if (shown.length !== wanted.length || !timingSafeEqual(shown, wanted)) return answer(401, {});
  if (request.method !== 'POST' || request.url !== '/known') return answer(404, {});
  let text = '';
  for await (const part of request) {
    text += part;
    if (text.length > 10_000) return answer(413, {});
  }
  const { key } = JSON.parse(text);
  answer(200, known.has(key) ? { known: true } : { known: false, order });
}).listen(Number(PORT), '127.0.0.1', () => process.stdout.write('listening\n'));
