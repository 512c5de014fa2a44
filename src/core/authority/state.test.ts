// Revoking, suspending, taking up again: what may follow on what, each rule held by its own check.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { authorityWorld, someOrder } from '../../../test/fakes/authority-world.ts';
import { issue } from './issue.ts';
import { changeState, type StateFacts, type StateRequest, stateChecks, stateRefusal } from './state.ts';

async function issuedWorld() {
  const world = authorityWorld();
  const outcome = await issue(world.ports, someOrder());
  assert.ok(outcome.kind === 'issued');
  const { issuer, serial } = outcome.certificate;
  const ask = (change: Partial<StateRequest>) =>
    changeState(world.ports, { caller: 'hub', issuer, serial, to: 'held', ...change });
  return { world, certificate: outcome.certificate, ask };
}

describe('changes of state', () => {
  test('suspended, taken up again, revoked; each once in the trail, the same again changes nothing', async () => {
    const { world, ask } = await issuedWorld();
    const steps: readonly Partial<StateRequest>[] = [
      {},
      {},
      { to: 'good' },
      { to: 'good' },
      { to: 'revoked', reason: 'keyCompromise' },
      { to: 'revoked', reason: 'superseded' },
    ];
    const done: unknown[] = [];
    for (const step of steps) {
      const outcome = await ask(step);
      assert.ok(outcome.kind === 'done');
      done.push([outcome.certificate.state, outcome.certificate.reason, outcome.changed]);
    }
    assert.deepEqual(done, [
      ['held', 6, true],
      ['held', 6, false],
      ['good', undefined, true],
      ['good', undefined, false],
      ['revoked', 1, true],
      ['revoked', 1, false],
    ]);
    assert.deepEqual(
      world.ports.register.events.slice(2).map(({ kind, body }) => [kind, body.revocationReason]),
      [
        ['certificate.suspended', 'certificateHold'],
        ['certificate.resumed', undefined],
        ['certificate.revoked', 'keyCompromise'],
      ],
    );
  });

  test('each wrong change is kept out by its own check', async () => {
    const { world, certificate } = await issuedWorld();
    const { issuer, serial } = certificate;
    const good: StateFacts = {
      request: { caller: 'hub', issuer, serial, to: 'held' },
      allowed: ['login'],
      certificate,
      profile: world.ports.rules.profiles.get('login'),
    };
    const asked = (change: Partial<StateRequest>) => ({ request: { ...good.request, ...change } });
    const cases: readonly (readonly [string, Partial<StateFacts>])[] = [
      ['certificate.known', { certificate: undefined }],
      ['caller.profile', { allowed: ['derived'] }],
      ['state.reason', asked({ to: 'revoked' })],
      ['state.reason', asked({ to: 'good', reason: 'superseded' })],
      ['state.final', { ...asked({ to: 'good' }), certificate: { ...certificate, state: 'revoked' } }],
      ['state.final', { certificate: { ...certificate, state: 'revoked' } }],
      ['state.suspendable', { profile: world.ports.rules.profiles.get('derived') }],
    ];
    assert.equal(stateRefusal(good), undefined);
    for (const [check, change] of cases) {
      const facts = { ...good, ...change };
      assert.equal(stateRefusal(facts)?.code, check);
      assert.equal(
        stateRefusal(
          facts,
          stateChecks.filter(({ name }) => name !== check),
        ),
        undefined,
        check,
      );
    }
    assert.deepEqual(
      stateChecks.filter(({ name }) => !cases.some(([check]) => check === name)),
      [],
    );
  });

  test('of two changes at once both are told the truth', async () => {
    const { ask } = await issuedWorld();
    const outcomes = await Promise.all([ask({ to: 'revoked', reason: 'superseded' }), ask({ to: 'held' })]);
    const states = outcomes.map((outcome) =>
      outcome.kind === 'done' ? outcome.certificate.state : outcome.refusal.code,
    );
    assert.ok(['revoked,state.final', 'revoked,held'].includes(states.join()), states.join());
  });
});
