// HelseID's numbers (HID-1001 to 1010) and the rules of an attest (ATT), each as a client over HTTP gets them: the corpus once more.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { OidcApplication } from '../../src/core/catalogue/index.ts';
import { attestDetail, attestName, unitDetail } from '../fakes/context-hub.ts';
import type { WireAnswer, WireClient } from '../fakes/helseid-wire.ts';
import { type WireHub, wireHub } from '../fakes/helseid-wire-hub.ts';

interface CorpusFile {
  readonly code: string;
  readonly check: string;
  readonly represents?: OidcApplication['represents'];
  readonly grant?: 'authorization_code';
  readonly details: { readonly toa?: number };
}

let wire: WireHub;
before(async () => {
  wire = await wireHub();
});
after(() => wire.close());

const folder = join(import.meta.dirname, '..', 'corpus', 'invalid', 'context');
const files = readdirSync(folder).map((name) => {
  const file = JSON.parse(readFileSync(join(folder, name), 'utf8')) as CorpusFile & Record<string, unknown>;
  return { name: name.slice(0, -5), file };
});
/** Cases that say something of the hub's side, or of a time, are the corpus test's own. */
const onTheWire = files.filter(
  ({ file }) => !['person', 'api', 'arrives', 'ticket', 'carrier'].some((one) => one in file) && !file.details?.toa,
);

const client = (file: CorpusFile): Promise<WireClient> => wire.client('corpus', { represents: file.represents });

/** A refusal that names its code, its check to nobody, and a reference that the trail knows. */
function judge({ status, body }: WireAnswer, code: string): void {
  assert.equal(status, 400, JSON.stringify(body));
  const error = code.startsWith('HID-') ? 'invalid_request' : code;
  assert.ok(
    body.error === error || String(body.error_description).startsWith(code),
    `${code}: ${JSON.stringify(body)}`,
  );
  const last = wire.hub.store.audit.at(-1);
  assert.equal(body.reference, last?.reference);
  assert.doesNotMatch(JSON.stringify(last), /14818510056|03827910081/);
}

describe('numbers of HelseID', () => {
  // An assertion of that size is not even read.
  const numbered = onTheWire.filter(({ name, file }) => file.code.startsWith('HID-') && !/too-large/.test(name));
  for (const { name, file } of numbered) {
    test(`${name}: ${file.check}`, async () => {
      const who = await client(file);
      const said = await who.saying(file.details);
      judge(file.grant ? await who.login({}, said) : await who.machine(said), file.code);
    });
  }

  test('HID-1008: a client with a shared secret', async () => {
    const body = new URLSearchParams({
      grant_type: 'client_credentials',
      authorization_details: JSON.stringify([unitDetail('200000015')]),
    });
    const headers = { authorization: `Basic ${btoa('secret:correct horse battery staple')}` };
    const answer = await fetch(`${wire.issuer}/connect/token`, { method: 'POST', body, headers });
    const told = (await answer.json()) as Record<string, unknown>;
    judge({ status: answer.status, headers: answer.headers, body: told }, 'HID-1008');
  });

  test('each of 1001 to 1010 is there', () => {
    const codes = new Set([...numbered.map(({ file }) => file.code), 'HID-1008']);
    assert.deepEqual(
      [...codes].sort(),
      Array.from({ length: 10 }, (_, at) => `HID-${1001 + at}`),
    );
  });
});

describe('rules of an attest', () => {
  for (const { name, file } of onTheWire.filter(({ file }) => !file.code.startsWith('HID-'))) {
    test(`${name}: ${file.check}`, async () => {
      const who = await client(file);
      judge(await who.refresh(await who.login(), await who.saying(file.details)), file.code);
    });
  }

  test('ATT-58: sixty minutes old it is taken, a minute more and it has expired', async () => {
    const who = await wire.client('single');
    const at = async (minutes: number) => {
      const attest = { ...attestDetail(), toa: who.seconds - minutes * 60 };
      return who.refresh(await who.login(), await who.saying(attest));
    };
    assert.equal((await at(59)).status, 200);
    judge(await at(61), 'attestation_has_expired');
  });

  test('ATT-9: a login below the level high attests nothing', async () => {
    const who = await wire.client('single');
    const held = wire.hub.session;
    const evidence = held.evidence.map((each) => ({ ...each, assurance: 'substantial' as const }));
    wire.hub.store.sessions.set('s1', { ...held, evidence });
    const answer = await who.login({}, await who.saying(attestDetail()));
    wire.hub.store.sessions.set('s1', held);
    judge(answer, 'invalid_authorization_details');
  });

  test('ATT-10, ATT-11: somebody without a national number, or of whom the attest says another, attests nothing', async () => {
    const who = await wire.client('single');
    const other = { practitioner: { identifier: { id: '03827910081', system: 'urn:oid:2.16.578.1.12.4.1.4.1' } } };
    judge(await who.login({}, await who.saying(attestDetail(other))), 'invalid_authorization_details');
    wire.registers.numbers.delete('anna');
    const answer = await who.login({}, await who.saying(attestDetail()));
    wire.registers.numbers.set('anna', '14818510056');
    judge(answer, 'invalid_authorization_details');
  });

  test('a machine has no practitioner', async () => {
    const who = await wire.client('single');
    judge(
      await who.machine(await who.saying({ ...attestDetail(), type: attestName })),
      'invalid_authorization_details',
    );
  });
});
