// The test CA as a small program: create, issue a card, revoke one, serve the lists.
import { mkdirSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { issueCard, saveCard } from './cards.ts';
import { listHandler, revoke } from './lists.ts';
import { createTestPki } from './pki.ts';
import { authorityPlans, type CardAuthorityName } from './plan.ts';
import { serverCertificate } from './servers.ts';

const usage = `usage: node main.ts --folder DIR [--crl-base URL] COMMAND
  create                                   make the test CA and a server certificate
  issue --authority A --name FILE --serial-number ID --given-name G --surname S --password P [--card-number N] [--days D]
  revoke --authority A --serial HEX        revoke a card
  serve [--port N]                         serve the revocation lists on 127.0.0.1
authorities: ${authorityPlans.map(({ name }) => name).join(', ')}`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: Object.fromEntries(
    [
      'folder',
      'crl-base',
      'authority',
      'name',
      'serial-number',
      'given-name',
      'surname',
      'password',
      'card-number',
      'days',
      'serial',
      'port',
    ].map((name) => [name, { type: 'string' as const }]),
  ),
});

function need(name: string): string {
  const value = values[name];
  if (typeof value === 'string') return value;
  console.error(`--${name} is missing\n${usage}`);
  process.exit(2);
}

const folder = need('folder');
const pki = createTestPki(folder, { crlBaseUrl: String(values['crl-base'] ?? 'http://127.0.0.1:8450') });

switch (positionals[0]) {
  case 'create':
    console.log(`server certificate until ${new Date(serverCertificate(pki).notAfter).toISOString()} in ${folder}`);
    break;
  case 'issue': {
    const days = values.days;
    const card = issueCard(pki, {
      authority: need('authority') as CardAuthorityName,
      holder: { serialNumber: need('serial-number'), givenName: need('given-name'), surname: need('surname') },
      ...(values['card-number'] === undefined ? {} : { cardNumber: String(values['card-number']) }),
      ...(days === undefined ? {} : { notAfter: Date.now() + Number(days) * 86_400_000 }),
    });
    const cards = join(folder, 'cards');
    mkdirSync(cards, { recursive: true, mode: 0o700 });
    console.log(`${saveCard(cards, need('name'), card, need('password'))} serial ${card.serial}`);
    break;
  }
  case 'revoke':
    revoke(pki, need('authority') as CardAuthorityName, need('serial'));
    console.log('revoked');
    break;
  case 'serve': {
    const handle = listHandler(pki);
    const server = createServer((request, response) => {
      if (!handle(request, response)) response.writeHead(404).end();
    });
    server.listen(Number(values.port ?? 8450), '127.0.0.1', () => console.log('serving revocation lists'));
    break;
  }
  default:
    console.error(usage);
    process.exit(2);
}
