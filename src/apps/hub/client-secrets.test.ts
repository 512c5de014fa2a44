// Client secrets: right is right, wrong costs work, and a full line sends away instead of growing.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Problem } from '../../base/problem.ts';
import { Secret } from '../../base/secret.ts';
import { createHashing } from '../../edge/connectors/password/index.ts';
import { clientSecrets } from './client-secrets.ts';

const parameters = { memory: 64, passes: 1, lanes: 1 };

test('a right secret is verified once, a wrong one each time; a changed secret is not known from before', async () => {
  const hashing = createHashing({ parameters });
  const verify = clientSecrets(hashing);
  const [first, second] = [await hashing.hash(new Secret('one')), await hashing.hash(new Secret('two'))];
  const before = hashing.runs();
  for (const _ of [1, 2, 3]) assert.equal(await verify(first, 'one'), true);
  assert.equal(hashing.runs(), before + 1);
  for (const wrong of ['two', 'on', 'one ', '']) assert.equal(await verify(first, wrong), false);
  assert.equal(hashing.runs(), before + 5);
  assert.equal(await verify(second, 'one'), false);
  assert.equal(await verify(second, 'two'), true);
});

test('when the line is full a stranger is sent away, and a client that was right before is not', async () => {
  const hashing = createHashing({ parameters, atOnce: 1, line: 2 });
  const verify = clientSecrets(hashing);
  const hash = await hashing.hash(new Secret('right'));
  assert.equal(await verify(hash, 'right'), true);
  const flood = Array.from({ length: 20 }, (_, n) => verify(hash, `wrong ${n}`).catch((thrown: unknown) => thrown));
  assert.equal(await verify(hash, 'right'), true);
  const outcomes = await Promise.all(flood);
  const sentAway = outcomes.filter((one) => one instanceof Problem && one.kind === 'unavailable');
  assert.ok(sentAway.length >= 10, `${sentAway.length} were sent away`);
  assert.ok(outcomes.every((one) => one === false || one instanceof Problem));
});
