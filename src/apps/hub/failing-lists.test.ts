// What operators hear of revocation lists that cannot be had.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MemoryLogin } from '../../../test/fakes/memory-login.ts';
import { authority } from '../../../test/fakes/pkix.ts';
import { hourMs } from '../../base/clock.ts';
import type { CrlReport } from '../../core/trust/index.ts';
import { announceFailingLists } from './failing-lists.ts';

const issuer = authority('Issuing').certificate;
const report = (url: string, isDelta: boolean, failure: CrlReport['failure']): CrlReport => ({
  ...{ url, issuer, isDelta, failure },
  ...{ thisUpdate: undefined, nextUpdate: undefined, fetchedAt: undefined, entries: undefined },
});

test('a list in use that cannot be had raises an alarm, once an hour for all hubs', async () => {
  const hub = new MemoryLogin();
  const said: object[] = [];
  const reports = () => [
    report('http://crl.example/whole.crl', false, undefined),
    report('http://crl.example/delta.crl', true, { at: hub.now - 1_000, reason: 'crlTimeout' }),
    report('http://crl.example/unused.crl', false, { at: hub.now - 120_001, reason: 'crlTimeout' }),
  ];
  const announce = () => announceFailingLists(reports(), hub.now, hub.commit, { warn: (body) => said.push(body) });
  const alarms = () => hub.audit.filter(({ kind }) => kind === 'hub.alarm');
  assert.deepEqual((await Promise.all([announce(), announce()])).toSorted(), [0, 1]);
  const body = {
    ...{ alarm: 'lists.notRenewed', state: 'raised', url: 'http://crl.example/delta.crl' },
    ...{ kind: 'delta', reason: 'crlTimeout' },
  };
  assert.deepEqual(
    alarms().map((each) => each.body),
    [body],
  );
  assert.deepEqual(said, [body]);
  hub.now += hourMs;
  assert.equal(await announce(), 1);
  assert.equal(alarms().length, 2);
});
