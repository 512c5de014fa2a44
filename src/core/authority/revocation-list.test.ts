// Lists: made when something changed or their time has come, numbered upwards, without what came back, and read by our own reader.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { authorityWorld, someOrder } from '../../../test/fakes/authority-world.ts';
import { crlSignedBy, readCrl } from '../../base/x509/index.ts';
import { issue } from './issue.ts';
import { keepListCurrent, makeList, usualSchedule } from './revocation-list.ts';
import { changeState } from './state.ts';

const minute = 60_000;

async function listedWorld() {
  const world = authorityWorld();
  const list = async () => {
    const made = await keepListCurrent(world.ports.register, world.authority, world.now);
    assert.ok(made);
    const reading = readCrl(made.der);
    assert.ok(reading.ok);
    return { ...made, crl: reading.crl };
  };
  const issueOne = async (minutes?: number) => {
    const outcome = await issue(world.ports, someOrder({ minutes }));
    assert.ok(outcome.kind === 'issued');
    return outcome.certificate.serial;
  };
  const change = (serial: string, to: 'held' | 'good' | 'revoked') =>
    changeState(world.ports, {
      caller: 'hub',
      issuer: 'staff',
      serial,
      to,
      reason: to === 'revoked' ? 'keyCompromise' : undefined,
    });
  return { world, list, issueOne, change };
}

describe('revocation lists', () => {
  test('the first is there at once, the next when something changed or the hour is over', async () => {
    const { world, list, issueOne, change } = await listedWorld();
    const serial = await issueOne();
    const first = await list();
    assert.deepEqual([first.number, first.crl.entries], [world.now, 0]);
    assert.ok(crlSignedBy(first.crl, world.authority.certificate));
    world.now += minute;
    assert.equal((await list()).number, first.number, 'nothing changed');
    await change(serial, 'revoked');
    const second = await list();
    assert.deepEqual([second.number, Number(`0x${second.crl.number}`)], [world.now, world.now]);
    assert.deepEqual(second.crl.isRevoked(serial), { at: world.now, reason: 1 });
    world.now += usualSchedule.everyMs;
    const third = await list();
    assert.deepEqual([third.number, third.crl.entries], [world.now, 1]);
    assert.equal(third.crl.nextUpdate, world.now + usualSchedule.lifeMs);
  });

  test('what is suspended stands as on hold, and is gone when it was taken up again', async () => {
    const { list, issueOne, change } = await listedWorld();
    const serial = await issueOne();
    await change(serial, 'held');
    assert.equal((await list()).crl.isRevoked(serial)?.reason, 6);
    await change(serial, 'good');
    assert.equal((await list()).crl.isRevoked(serial), undefined);
  });

  test('what has ended is on one list after its end and then no more (RFC 5280 3.3)', async () => {
    const { world, list, issueOne, change } = await listedWorld();
    const serial = await issueOne(30);
    await change(serial, 'revoked');
    await list();
    world.now += 2 * usualSchedule.everyMs;
    assert.ok((await list()).crl.isRevoked(serial), 'still there once');
    world.now += 2 * usualSchedule.everyMs;
    assert.equal((await list()).crl.isRevoked(serial), undefined);
  });

  test('a clock that was set back makes no list that is older than the last', async () => {
    const { world } = await listedWorld();
    const given = { last: undefined, revision: 0, revoked: [], now: world.now, lifeMs: 1000 };
    const first = await makeList(world.authority, given);
    const second = await makeList(world.authority, { ...given, last: first, now: world.now - 3_600_000 });
    assert.deepEqual([second.number, second.thisUpdate], [first.number + 1, first.thisUpdate]);
  });

  test('a register that has forgotten its last lists numbers above them, and its next list is made at once', async () => {
    const { world } = await listedWorld();
    const given = { revision: 0, revoked: [], lifeMs: 1000 };
    const kept = await makeList(world.authority, { ...given, last: undefined, now: world.now });
    const forgotten = await makeList(world.authority, { ...given, last: kept, now: world.now + minute });
    const next = await makeList(world.authority, { ...given, last: kept, now: world.now + 2 * minute });
    assert.ok(next.number > forgotten.number);
    const { register } = world.ports;
    const first = await keepListCurrent(register, world.authority, world.now);
    world.now += minute;
    const again = await keepListCurrent(register, world.authority, world.now, { ...usualSchedule, anew: true });
    assert.ok((again?.number ?? 0) > (first?.number ?? 0), 'although nothing is due');
  });
});
