// Whatever a client says of its request: an answer of the standard, never a 500, and nothing that is not bounded.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  attestDetail,
  contextHub,
  journalDetail,
  organisationDetail,
  requestObject,
  saying,
  unitDetail,
} from '../../../../test/fakes/context-hub.ts';
import { mostDetailBytes } from '../../../core/context/index.ts';

const known = fc.constantFrom<object>(
  attestDetail(),
  journalDetail,
  unitDetail('200000015'),
  organisationDetail('NO:ORGNR:200000007'),
);
/** A right detail with one member of it replaced by anything, at any depth. */
const bent = fc.tuple(known, fc.nat(), fc.jsonValue({ maxDepth: 4 })).map(([detail, at, put]) => {
  const copy = structuredClone(detail) as Record<string, unknown>;
  const places: [Record<string, unknown>, string][] = [];
  const walk = (value: Record<string, unknown>): void => {
    for (const [name, member] of Object.entries(value)) {
      places.push([value, name]);
      if (typeof member === 'object' && member !== null) walk(member as Record<string, unknown>);
    }
  };
  walk(copy);
  const [holder, name] = places[at % places.length] ?? [copy, 'type'];
  holder[name] = put;
  return copy;
});
const said = fc.oneof(bent, fc.array(fc.oneof(known, bent), { maxLength: 12 }), fc.jsonValue({ maxDepth: 12 }));
const { single, multi, hub } = contextHub();

test('in an assertion: a machine, a code and a refresh get an answer each', async () => {
  const { refresh_token } = await single.login();
  await fc.assert(
    fc.asyncProperty(said, fc.boolean(), async (details, older) => {
      const form = () => saying(single, details, older ? 'authorization_details' : 'assertion_details');
      for (const answer of [
        await single.machine(form()),
        await multi.machine(saying(multi, details)),
        await single.refresh(refresh_token, form()),
        await single.redeem(await single.code(), form()),
      ]) {
        // 401: an assertion whose JSON is not taken at all (a member `__proto__`) proves no client.
        assert.ok([200, 400, 401].includes(answer.status), `${answer.status}`);
        if (answer.status !== 200) assert.match(String(answer.error_description), /^[\x20\x21\x23-\x5b\x5d-\x7e]+$/);
      }
    }),
    { numRuns: 120 },
  );
});

test('in a request object: pushed or refused, and a push always comes to an answer', async () => {
  await fc.assert(
    fc.asyncProperty(said, async (details) => {
      const pushed = await single.push({ request: requestObject(single, details) });
      assert.ok(pushed.status === 201 || pushed.status === 400, `${pushed.status}`);
      if (pushed.status !== 201) return;
      const back = await hub.call('GET', single.authorizeUrl(pushed.request_uri));
      assert.equal(back.status, 303);
    }),
    { numRuns: 120 },
  );
});

test('what is too large or too many is refused before anything is looked up', async () => {
  const { registers, ...other } = contextHub();
  const numbers = Array.from({ length: 12 }, () => unitDetail('200000015'));
  const large = { ...journalDetail, more: 'x'.repeat(mostDetailBytes) };
  const deep = JSON.parse(`${'['.repeat(12)}${']'.repeat(12)}`);
  for (const details of [numbers, large, deep, []]) {
    const answer = await other.single.machine(saying(other.single, details));
    assert.match(String(answer.error_description ?? answer.error), /HID-1007|client/);
    assert.equal(answer.status === 200, false);
  }
  assert.deepEqual(registers.asked, []);
});
