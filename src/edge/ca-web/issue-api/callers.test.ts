// Who may ask the authority: each wrong peer is kept out by its own check.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { selfSigned } from '../../../../test/support/authority-program.ts';
import { Problem } from '../../../base/problem.ts';
import { pemBlocks } from '../../../base/x509/index.ts';
import { callerChecks, callerOf } from './callers.ts';

const now = Date.now();
const hub = selfSigned('hub');
const callers = new Map([[hub.pin, 'hub']]);
const shown = (identity: { cert: string }) => ({ peerCertificates: pemBlocks(identity.cert) });
const old = selfSigned('hub', { notAfter: now - 1000 });
const known = new Map([...callers, [old.pin, 'old']]);

const cases: readonly (readonly [string, { peerCertificates?: readonly Buffer[] }])[] = [
  ['caller.shown', { peerCertificates: [] }],
  ['caller.shown', {}],
  ['caller.inTime', shown(old)],
  ['caller.known', shown(selfSigned('hub'))],
  ['caller.known', { peerCertificates: [Buffer.from('3003020101', 'hex')] }],
];

describe('callers', () => {
  test('a pinned key is let in under its name, whatever its certificate says', () => {
    assert.equal(callerOf(shown(hub), callers, now), 'hub');
  });
  for (const [check, request] of cases)
    test(`${check} keeps out`, () => {
      const asked = (checks = callerChecks) => callerOf(request, known, now, checks);
      assert.throws(asked, (thrown) => thrown instanceof Problem && thrown.code === check);
      // Without the check the peer comes in; as nobody, when it is nobody, or by the name of its old certificate.
      assert.doesNotThrow(() => asked(callerChecks.filter(({ name }) => name !== check)));
    });
  test('every check has a case', () => {
    assert.deepEqual(
      callerChecks.filter(({ name }) => !cases.some(([check]) => check === name)),
      [],
    );
  });
});
