// A register that was restored from an older backup takes in what the last list said.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { authorityWorld, someOrder } from '../../../test/fakes/authority-world.ts';
import { readCrl } from '../../base/x509/index.ts';
import { issue } from './issue.ts';
import { takeInList } from './published-list.ts';
import { makeList } from './revocation-list.ts';
import { changeState } from './state.ts';

test('what the list says is revoked or suspended is so again, with its time and reason; nothing comes back to life', async () => {
  const world = authorityWorld();
  const { ports, now } = world;
  const serialOf = async () => {
    const outcome = await issue(ports, someOrder());
    assert.ok(outcome.kind === 'issued');
    return outcome.certificate.serial;
  };
  const [lost, held, good, worse, dead] = [
    await serialOf(),
    await serialOf(),
    await serialOf(),
    await serialOf(),
    await serialOf(),
  ];
  const change = (serial: string, to: 'held' | 'revoked') =>
    changeState(ports, {
      ...{ caller: 'hub', issuer: 'staff', serial, to },
      reason: to === 'revoked' ? 'superseded' : undefined,
    });
  await change(worse, 'held');
  await change(dead, 'revoked');
  const entry = (serial: string, reason: number) => ({ serial, at: now - 60_000, reason });
  const { der } = await makeList(world.authority, {
    ...{ last: undefined, revision: 0, now, lifeMs: 60_000 },
    revoked: [entry(lost, 1), entry(held, 6), entry(worse, 1), entry(dead, 6), entry('ab'.repeat(16), 1)],
  });
  const reading = readCrl(der);
  assert.ok(reading.ok);
  const given = { issuer: 'staff', crl: reading.crl, serials: [lost, held, good, worse, dead] };
  const taken = () => takeInList({ register: ports.register, clock: () => now }, given);
  assert.deepEqual(await taken(), { taken: 3, unknown: 1 });
  const state = async (serial: string) => {
    const found = await ports.register.bySerial('staff', serial);
    return [found?.state, found?.reason, found?.changedAt];
  };
  const then = now - 60_000;
  assert.deepEqual(
    [await state(lost), await state(held), await state(good), await state(worse)],
    [
      ['revoked', 1, then],
      ['held', 6, then],
      ['good', undefined, undefined],
      ['revoked', 1, then],
    ],
  );
  assert.deepEqual((await state(dead)).slice(0, 2), ['revoked', 4], 'what is revoked stays revoked');
  const events = ports.register.events.filter(({ body }) => body?.['by'] === 'restore').map(({ kind }) => kind);
  assert.deepEqual(events.sort(), ['certificate.revoked', 'certificate.revoked', 'certificate.suspended']);
  assert.deepEqual(await taken(), { taken: 0, unknown: 1 }, 'once more changes nothing');
});
