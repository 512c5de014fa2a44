// The PIV card in software in the real pcscd, as OpenSC sees it: it is read, it signs with its PIN, a wrong one counts down, and it is pulled.
import assert from 'node:assert/strict';
import { verify } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createTestPki, issueCard } from '../../src/apps/demo/test-ca/index.ts';
import { PivCard } from '../../src/apps/demo/test-cards/piv-card.ts';
import { type InsertedCard, insertCard } from '../../src/apps/demo/test-cards/virtual-reader.ts';
import { openscModule, pkcs11Tool } from '../support/cards/opensc.ts';
import { pcscdNeedsRoot, type Readers, startReaders } from '../support/cards/pcscd.ts';
import { requireDebian, temporaryFolder } from '../support/index.ts';

const missing = requireDebian('pcscd', 'vsmartcard-vpcd', 'opensc') ?? pcscdNeedsRoot();
const pin = '482913';

describe('a virtual card in a real reader', { skip: missing ?? false }, () => {
  const folder = temporaryFolder('virtual-card');
  const pki = createTestPki(undefined, { crlBaseUrl: 'http://crl.example' });
  const issued = issueCard(pki, {
    authority: 'hsa-id-3',
    holder: { serialNumber: 'SE2321000156-1077', givenName: 'Anna', surname: 'Berg' },
    rsaBits: 2048,
  });
  let readers: Readers;
  let inserted: InsertedCard | undefined;
  let triesLeft = 3;
  const insert = async (): Promise<void> => {
    const onTriesLeft = (left: number): void => {
      triesLeft = left;
    };
    const card = new PivCard({ certificate: issued.der, key: issued.key, pin, triesLeft, onTriesLeft });
    inserted = await insertCard(card, readers.port);
  };
  const pull = async (): Promise<void> => {
    inserted?.pull();
    await inserted?.gone;
    inserted = undefined;
  };
  /** The reader is looked at a few times a second. */
  const slots = async (isThere: boolean): Promise<string> => {
    let text = '';
    for (let round = 0; round < 100; round++) {
      ({ text } = await pkcs11Tool(openscModule, ['--list-token-slots']));
      if (/token label/.test(text) === isThere) return text;
      await sleep(50);
    }
    throw new Error(`the reader does not see ${isThere ? 'the card' : 'that the card is gone'}:\n${text}`);
  };
  before(async () => {
    readers = await startReaders(folder.path);
  });
  after(async () => {
    await pull();
    await readers?.stop();
    folder.remove();
  });

  test('is seen when it is inserted, gone when it is pulled, and seen again', async () => {
    await slots(false);
    await insert();
    assert.match(await slots(true), /Anna Berg|PIV/);
    await pull();
    await slots(false);
    await insert();
    await slots(true);
  });

  test('gives its certificate without a PIN', async () => {
    const read = await pkcs11Tool(openscModule, ['--read-object', '--type', 'cert', '--id', '01']);
    assert.ok(read.ok, read.text);
    assert.ok(read.bytes.equals(issued.der));
  });

  test('signs with its PIN what its certificate verifies', async () => {
    const data = Buffer.from('what a server asked to be signed');
    const words = ['--sign', '--id', '01', '--mechanism', 'SHA256-RSA-PKCS'];
    const signed = await pkcs11Tool(openscModule, words, { pin, input: data });
    assert.ok(signed.ok, signed.text);
    assert.ok(verify('sha256', data, issued.pem, signed.bytes.subarray(-256)));
    assert.ok(!verify('sha256', Buffer.from('else'), issued.pem, signed.bytes.subarray(-256)));
  });

  test('refuses a wrong PIN, counts it down until it is blocked, over being pulled too', async () => {
    const words = ['--sign', '--id', '01', '--mechanism', 'SHA256-RSA-PKCS'];
    const attempt = (given: string) => pkcs11Tool(openscModule, words, { pin: given, input: Buffer.from('x') });
    const wrong = await attempt('000000');
    assert.ok(!wrong.ok);
    assert.match(wrong.text, /CKR_PIN_INCORRECT/);
    assert.equal(triesLeft, 2);
    await pull();
    await slots(false);
    await insert();
    await slots(true);
    await attempt('000000');
    assert.equal(triesLeft, 1);
    assert.ok((await attempt(pin)).ok, 'the right one resets the count');
    assert.equal(triesLeft, 3);
    for (const left of [2, 1, 0]) {
      await attempt('111111');
      assert.equal(triesLeft, left);
    }
    const blocked = await attempt(pin);
    assert.ok(!blocked.ok);
    assert.match(blocked.text, /CKR_PIN_(LOCKED|INCORRECT)/);
    assert.equal(triesLeft, 0);
  });
});
