// The card in software by itself: what it shows, when it signs, how its PIN counts down, and that no command breaks it.
import assert from 'node:assert/strict';
import { constants, generateKeyPairSync, publicDecrypt, randomBytes, randomInt } from 'node:crypto';
import { describe, test } from 'node:test';
import { createTestPki, issueCard } from '../test-ca/index.ts';
import { PivCard } from './piv-card.ts';
import { readTlv, tlv } from './tlv.ts';

const pki = createTestPki(undefined, { crlBaseUrl: 'http://crl.example' });
const issued = issueCard(pki, {
  authority: 'simple',
  holder: { serialNumber: 'T10001', givenName: 'Kari', surname: 'Nordmann' },
  rsaBits: 2048,
});
const hex = (text: string): Buffer => Buffer.from(text, 'hex');
const select = hex('00a4040005a000000308');
const verify = (pin: string): Buffer =>
  Buffer.concat([hex('0020008008'), Buffer.from(pin.padEnd(8, '\xff'), 'latin1')]);

function newCard(triesLeft = 3) {
  const told: number[] = [];
  const card = new PivCard({
    certificate: issued.der,
    key: issued.key,
    pin: '482913',
    triesLeft,
    onTriesLeft: (left) => told.push(left),
  });
  const say = (command: Buffer): string => card.answer(command).subarray(-2).toString('hex');
  return { card, say, told };
}

/** Sends data in links of a chain and collects the answer, as a reader does. */
function converse(card: PivCard, head: string, data: Buffer): Buffer {
  let answer: Buffer = Buffer.alloc(0);
  for (let at = 0; at < data.length; at += 200) {
    const part = data.subarray(at, at + 200);
    const last = at + 200 >= data.length;
    answer = card.answer(Buffer.concat([hex(last ? head : `10${head.slice(2)}`), Buffer.from([part.length]), part]));
  }
  let whole: Buffer = answer.subarray(0, -2);
  while (answer.at(-2) === 0x61) {
    answer = card.answer(Buffer.from([0, 0xc0, 0, 0, answer.at(-1) ?? 0]));
    whole = Buffer.concat([whole, answer.subarray(0, -2)]);
  }
  assert.equal(answer.subarray(-2).toString('hex'), '9000');
  return whole;
}
const challenge = (block: Buffer): Buffer => tlv('7c', tlv('82'), tlv('81', block));

describe('the card in software', () => {
  test('shows its certificate without a PIN, in as many answers as it takes', () => {
    const { card } = newCard();
    card.answer(select);
    const object = converse(card, '00cb3fff', tlv('5c', hex('5fc105')));
    const content = readTlv(readTlv(object)?.[0]?.value ?? Buffer.alloc(0)) ?? [];
    assert.deepEqual(content[0], { tag: '70', value: issued.der });
  });

  test('signs after the PIN, and not before, nor after a reset', () => {
    const { card, say } = newCard();
    const block = Buffer.concat([hex('0001'), randomBytes(254)]);
    const asked = Buffer.concat([hex('0087079a'), Buffer.from([0, 1, 10]), challenge(block)]);
    say(select);
    assert.equal(say(asked), '6982');
    assert.equal(say(verify('482913')), '9000');
    const answer = converse(card, '0087079a', challenge(block));
    const signature = readTlv(readTlv(answer)?.[0]?.value ?? Buffer.alloc(0))?.[0]?.value ?? Buffer.alloc(0);
    assert.deepEqual(publicDecrypt({ key: issued.pem, padding: constants.RSA_NO_PADDING }, signature), block);
    card.reset();
    assert.equal(say(asked), '6d00', 'not selected');
    say(select);
    assert.equal(say(asked), '6982');
  });

  test('counts wrong PINs down, tells each, and is blocked for the right one too', () => {
    const { say, told } = newCard();
    say(select);
    assert.equal(say(hex('00200080')), '63c3');
    assert.equal(say(verify('000000')), '63c2');
    assert.equal(say(verify('000000')), '63c1');
    assert.equal(say(verify('482913')), '9000');
    for (const expected of ['63c2', '63c1', '6983']) assert.equal(say(verify('111111')), expected);
    assert.equal(say(verify('482913')), '6983');
    assert.deepEqual(told, [2, 1, 3, 2, 1, 0]);
  });

  test('a card that was blocked stays so in another reader', () => {
    const { say } = newCard(0);
    say(select);
    assert.equal(say(verify('482913')), '6983');
  });

  test('answers any command, and never signs or changes for one that is not whole', () => {
    const { card, say, told } = newCard();
    say(select);
    for (let round = 0; round < 5_000; round++) {
      const command = randomBytes(randomInt(0, 30));
      if (command[1] === 0x20) continue; // a wrong PIN is one, however it came
      const answer = card.answer(command);
      assert.ok(answer.length >= 2 && answer.length <= 258);
    }
    assert.deepEqual(told, []);
  });

  test('takes RSA keys alone', () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    assert.throws(() => new PivCard({ certificate: issued.der, key: privateKey, pin: '482913', triesLeft: 3 }), /RSA/);
  });
});
