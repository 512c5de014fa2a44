// What clients say of organisation, journal and grounds: by which way it may come, how long it lasts, where it is told.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  attestDetail,
  attestName,
  contextClaims,
  contextHub,
  journalDetail,
  organisationDetail,
  requestObject,
  saying,
  unitDetail,
} from '../../../../test/fakes/context-hub.ts';
import { type Answer, claimsOf, OidcClient } from '../../../../test/fakes/oidc-client.ts';

const own = { orgnr_parent: '200000007', client_tenancy: 'single-tenant' };
const refused = (answer: Answer): readonly unknown[] => [
  answer.status,
  answer.error,
  String(answer.error_description).split(':')[0],
];
/** Members of the attest in a ticket, flat: `practitioner.identifier`, `toa` … */
function attestOf(answer: Answer): Record<string, Record<string, unknown>> {
  const found = contextClaims(answer).authorization_details as Record<string, Record<string, unknown>> | undefined;
  const attest = found?.['nhn:tillitsrammeverk'];
  if (attest === undefined) throw new Error('no attest in the ticket');
  const members = Object.entries(attest).flatMap(([part, value]) =>
    typeof value === 'object' && value !== null
      ? Object.entries(value).map(([name, member]) => [`${part}.${name}`, member])
      : [[part, value]],
  );
  return Object.fromEntries(members) as Record<string, Record<string, unknown>>;
}

describe('in a request object', () => {
  test('details are in every access token of the grant, and in no ID token', async () => {
    const { hub, single } = contextHub();
    const request = requestObject(single, [unitDetail('200000015'), attestDetail()]);
    const first = await single.login({ request });
    const second = await single.refresh(first.refresh_token);
    for (const answer of [first, second]) {
      assert.equal(contextClaims(answer).orgnr_child, '200000015');
      const attest = attestOf(answer);
      assert.deepEqual(attest['practitioner.identifier'], {
        id: '14818510056',
        name: 'anna Example',
        system: 'urn:oid:2.16.578.1.12.4.1.4.1',
        authority: 'https://www.skatteetaten.no',
      });
      assert.equal(attest['practitioner.hpr_nr']?.id, '9144889');
      assert.equal(attest['practitioner.legal_entity']?.name, 'FJORD SYKEHUS HF');
      const id = claimsOf(answer.id_token);
      assert.deepEqual(
        Object.keys(id).filter((name) => /orgnr|authorization_details|journal|tenancy/.test(name)),
        [],
      );
    }
    assert.match(hub.audited().join(), /ticket.refreshed/);
    const kept = JSON.stringify([...hub.store.grants.values(), ...hub.store.codes.values()]);
    assert.doesNotMatch(kept, /decision_ref|2f1c-77/, 'what is stored says nothing of it in the clear');
    const [record] = hub.store.audit.filter(({ kind }) => kind === 'ticket.issued');
    const { context = {} } = (record?.body ?? {}) as { context?: Record<string, unknown> };
    const trail = context[attestName];
    assert.deepEqual(trail, {
      carrier: 'requestObject',
      legalEntity: '200000007',
      pointOfCare: '200000015',
      department: undefined,
      profession: 'LE',
      service: 'S03',
      purpose: 'TREAT',
      purposeDetails: undefined,
      decisionRef: '2f1c-77',
      userSelected: true,
    });
  });

  test('the same type in the assertion as well is refused, at the code and at the refresh; the grant stands', async () => {
    const { single } = contextHub();
    const request = () => requestObject(single, attestDetail());
    const again = saying(single, attestDetail());
    assert.deepEqual(refused(await single.redeem(await single.code({ request: request() }), again)), [
      400,
      'access_denied',
      'HID-DOUBLE-STRUCTURE',
    ]);
    const tokens = await single.login({ request: request() });
    assert.deepEqual(refused(await single.refresh(tokens.refresh_token, saying(single, attestDetail()))), [
      400,
      'access_denied',
      'HID-DOUBLE-STRUCTURE',
    ]);
    const other = await single.refresh(tokens.refresh_token, saying(single, journalDetail));
    assert.ok(attestOf(other));
    assert.equal(contextClaims(other)['journal-id'], journalDetail.value.journal_id);
  });

  test('it stays while the grant lives: the sixty minutes count when it comes, the person at every ticket', async () => {
    const { hub, registers, single } = contextHub();
    const tokens = await single.login({ request: requestObject(single, attestDetail()) });
    hub.now += 2 * 3_600_000;
    hub.store.sessions.set('s1', { ...hub.session, idleUntil: hub.now + 3_600_000 });
    const later = await single.refresh(tokens.refresh_token);
    assert.equal(attestOf(later).toa, claimsOf(tokens.access_token).iat);
    registers.numbers.set('anna', '03827910081');
    assert.deepEqual(refused(await single.refresh(tokens.refresh_token)).slice(0, 2), [
      400,
      'invalid_authorization_details',
    ]);
  });

  for (const [what, details, error, prefix] of [
    ['a type that nobody knows', { type: 'openid' }, 'invalid_authorization_details', 'HID-1007'],
    ['the wrong child', unitDetail('200000031'), 'invalid_authorization_details', 'HID-1002'],
    ['a wrong number', unitDetail('20000001x'), 'invalid_authorization_details', 'HID-1004'],
  ] as const) {
    test(`${what} is refused when it is pushed`, async () => {
      const { single } = contextHub();
      assert.deepEqual(refused(await single.push({ request: requestObject(single, details) })), [400, error, prefix]);
    });
  }

  test('at the plain authorization endpoint it goes back to the application', async () => {
    const { hub, single } = contextHub();
    hub.change('single', { requirePushedRequest: false });
    const query = new URLSearchParams({
      ...(single.request({ request: requestObject(single, { type: 'x' }) }) as Record<string, string>),
      client_id: 'single',
    });
    const answer = await hub.call('GET', `${new URL(single.url('authorize')).pathname}?${query}`);
    const back = new URL(String(answer.headers.location)).searchParams;
    assert.equal(back.get('error'), 'invalid_authorization_details');
    assert.match(back.get('error_description') ?? '', /^HID-1007: /);
  });
});

describe('in a client assertion', () => {
  test('details are in that one access token alone', async () => {
    const { single } = contextHub();
    const first = await single.redeem(await single.code(), saying(single, attestDetail()));
    assert.equal(attestOf(first)['care_relationship.decision_ref']?.id, '2f1c-77');
    const second = await single.refresh(first.refresh_token);
    assert.deepEqual(contextClaims(second), own);
    const third = await single.refresh(first.refresh_token, saying(single, [unitDetail('200000015'), journalDetail]));
    assert.deepEqual(contextClaims(third), {
      ...own,
      orgnr_child: '200000015',
      'journal-id': journalDetail.value.journal_id,
    });
    assert.deepEqual(contextClaims(await single.refresh(first.refresh_token)), own);
  });

  test('the older name is taken, both together are not', async () => {
    const { single } = contextHub();
    const older = await single.machine(saying(single, unitDetail('200000015'), 'authorization_details'));
    assert.equal(contextClaims(older).orgnr_child, '200000015');
    const both = single.assertion({ assertion_details: [journalDetail], authorization_details: [journalDetail] });
    assert.deepEqual(refused(await single.machine({ client_assertion: both })), [
      400,
      'invalid_authorization_details',
      'HID-1007',
    ]);
  });

  test('a machine of a supplier says for whom; its minimum says it too', async () => {
    const { multi } = contextHub();
    const answer = await multi.machine(saying(multi, organisationDetail('NO:ORGNR:200000007:200000015')));
    assert.deepEqual(contextClaims(answer), {
      client_tenancy: 'multi-tenant',
      orgnr_parent: '200000007',
      orgnr_child: '200000015',
      orgnr_supplier: '100000008',
    });
    const { organisation_parent, organisation_child, supplier } = claimsOf(answer.access_token);
    assert.deepEqual([organisation_parent, organisation_child, supplier], ['200000007', '200000015', '100000008']);
  });

  test('an organisation at the code is refused (HID-1009), in a pushed request all of it is', async () => {
    const { single } = contextHub();
    assert.deepEqual(refused(await single.redeem(await single.code(), saying(single, unitDetail('200000015')))), [
      400,
      'invalid_authorization_details',
      'HID-1009',
    ]);
    assert.equal(refused(await single.push(saying(single, unitDetail('200000015'))))[2], 'HID-1009');
    assert.equal(refused(await single.push(saying(single, journalDetail)))[2], 'HID-1007');
  });

  test('an attest of nobody: a machine has none', async () => {
    const { single } = contextHub();
    assert.equal((await single.machine(saying(single, attestDetail()))).error, 'invalid_authorization_details');
  });
});

describe('elsewhere', () => {
  test('a plain parameter is refused at every endpoint, of a shared secret by its own number', async () => {
    const { hub, single } = contextHub();
    const authorization_details = JSON.stringify([journalDetail]);
    assert.equal(refused(await single.push({ authorization_details }))[2], 'HID-1007');
    assert.equal(refused(await single.machine({ authorization_details }))[2], 'HID-1007');
    assert.equal(refused(await single.machine({ assertion_details: authorization_details }))[2], 'HID-1007');
    assert.equal(refused(await new OidcClient(hub, 'secret').machine({ authorization_details }))[2], 'HID-1008');
  });

  test('an API that is not registered for a type never sees it', async () => {
    const { single } = contextHub({ api: { contextTypes: [] } });
    const answer = await single.login({ request: requestObject(single, [attestDetail(), unitDetail('200000015')]) });
    assert.deepEqual(contextClaims(answer), { ...own, orgnr_child: '200000015' });
  });

  test('a register that does not answer lets nobody through, and the code can be used again', async () => {
    const { registers, single } = contextHub();
    const { Problem } = await import('../../../base/problem.ts');
    const code = await single.code();
    registers.down = new Problem({ kind: 'unavailable', code: 'unavailable' });
    const answer = await single.redeem(code, saying(single, attestDetail()));
    assert.deepEqual(refused(answer).slice(0, 2), [503, 'temporarily_unavailable']);
    registers.down = undefined;
    assert.equal((await single.redeem(code, saying(single, attestDetail()))).status, 200);
  });
});
