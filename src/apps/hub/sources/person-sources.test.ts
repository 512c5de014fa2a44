// A source for each record: opened once, opened anew when the record changes, measured by how a look-up ends.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { Registry } from 'prom-client';
import { register } from '../../../../test/fakes/hsa/people.ts';
import { logicalAddress, type Platform, startPlatform } from '../../../../test/fakes/hsa/platform.ts';
import { type Keyring, seal } from '../../../base/sealing/index.ts';
import { Secret } from '../../../base/secret.ts';
import type { PersonSourceRecord } from '../../../core/catalogue/index.ts';
import { sourceKeyPurpose } from '../sealing.ts';
import { sourceMetrics } from './measure.ts';
import { personSources } from './person-sources.ts';

describe('personSources', () => {
  const key = { id: 'one', key: new Secret(randomBytes(32)) };
  const keyring: Keyring = { current: key, previous: [], first: key };
  const registry = new Registry();
  let platform: Platform;
  let record: PersonSourceRecord;
  const sources = personSources({
    keyring,
    clock: Date.now,
    authorities: undefined,
    measure: sourceMetrics(registry),
  });
  before(async () => {
    platform = await startPlatform(register);
    record = {
      id: 'hsa',
      name: { en: 'HSA' },
      kind: 'hsaSoap',
      addresses: [platform.url],
      logicalAddress,
      searchBase: 'c=SE',
      employeeVersion: '4',
      client: {
        certificate: platform.client.cert,
        sealedKey: seal(keyring, sourceKeyPurpose, 'hsa', Buffer.from(platform.client.key)).toString('base64'),
      },
      tlsAuthorities: [platform.root],
      allowFeigned: false,
      testIdentifiers: false,
      answerWithinMs: 2000,
      keepHours: 24,
      closed: false,
    };
  });
  after(async () => {
    await sources.close();
    await platform.stop();
  });
  const hsa = (value: string) => ({ namespace: 'hsa-id', value });

  test('one record has one source, and a changed one another', () => {
    const first = sources.of(record);
    assert.equal(sources.of(record), first);
    assert.notEqual(sources.of({ ...record }), first);
  });
  test('what was sealed for another source opens here for nobody', () => {
    assert.throws(() => sources.of({ ...record, id: 'other' }), /cannot be opened/);
  });
  test('a look-up counts by how it ends', async () => {
    const source = sources.of(record);
    await source.find(hsa('SE2321000156-1077'));
    await source.find(hsa('SE2321000156-NOBODY'));
    platform.behave = (_, response) => {
      platform.reply(response, 500, 'x');
      return true;
    };
    await assert.rejects(source.find(hsa('SE2321000156-1077')));
    const text = await registry.metrics();
    for (const outcome of ['found', 'unknown', 'unavailable'])
      assert.match(text, new RegExp(`tillit_source_seconds_count\\{source="hsa",outcome="${outcome}"\\} 1`));
  });
});
