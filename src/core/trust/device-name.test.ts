// Certificates of devices and cards are told apart by what they name, in both directions, and none lives longer than a shift.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newKey } from '../../../test/fakes/certificates.ts';
import { publicKeyDer, readCertificate, writeCertificate, writeExtension, writeName } from '../../base/x509/index.ts';
import { certificateChecks } from './checks.ts';
import { namedDevices } from './device-name.ts';

const hour = 3_600_000;
const now = Date.UTC(2027, 0, 4);
const derived = { from: ['cards'], profile: 'derived', fields: [], identifier: 'hsa-id', country: 'SE', hours: 12 };

function certificateWith(uri: string | undefined, hours: number) {
  const key = newKey();
  const name = writeName([['2.5.4.3', 'Nina Berg']]);
  const extensions = uri === undefined ? [] : [writeExtension.subjectAltName({ uri })];
  const times = { notBefore: now, notAfter: now + hours * hour };
  const der = writeCertificate(
    { serial: Buffer.from([1]), issuer: name, subject: name, ...times, publicKey: publicKeyDer(key), extensions },
    key,
  );
  const reading = readCertificate(der);
  assert.ok(reading.ok);
  return reading.certificate;
}

const check = certificateChecks.find(({ name }) => name === 'populationOfDevices');
const judged = (uri: string | undefined, hours: number, population: object): string | undefined => {
  assert.ok(check);
  const candidate = { path: [certificateWith(uri, hours)], prepared: { population } };
  return check.test(candidate as never)?.code;
};
const tablet = 'urn:tillit:device:tablet-12';

test('what names a device is no card, and a card is of no device', () => {
  assert.equal(judged(undefined, 20_000, {}), undefined);
  assert.equal(judged(tablet, 12, { derived }), undefined);
  assert.equal(judged(tablet, 12, {}), 'card.otherPopulation');
  assert.equal(
    judged('URN:tillit:device:tablet-12', 12, {}),
    'card.otherPopulation',
    'names are compared without case',
  );
  assert.equal(judged(undefined, 12, { derived }), 'card.otherPopulation');
  assert.equal(judged('https://tablet.example/', 12, {}), undefined, 'any other address is nothing of ours');
});

test('none lives longer than a shift', () => {
  assert.equal(judged(tablet, 13, { derived }), 'card.wrongPolicy');
});

test('the device is read out of the name', () => {
  assert.deepEqual(namedDevices(certificateWith(tablet, 1)), ['tablet-12']);
});
