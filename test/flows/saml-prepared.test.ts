// A partner wants our SAML metadata before its own record is made: what it is told, and how the operator has it there (K1).
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { parse } from 'yaml';
import { judgeMetadata } from '../../src/base/saml/index.ts';
import { loadXml } from '../../src/base/xml/index.ts';
import { applyItems } from '../support/hub-pair.ts';
import { ask, type RunningHub, startHub, tillitCommand } from '../support/index.ts';
import { samlApplicationItem } from './saml-visits.ts';

const roles = { provider: '/saml/metadata', application: '/login/saml/metadata' } as const;
type Role = keyof typeof roles;

describe('SAML metadata before the first partner', () => {
  let hub: RunningHub;
  before(async () => {
    await loadXml();
    hub = await startHub();
  });
  after(() => hub?.remove());

  const get = (role: Role) => ask(new URL(hub.hubUrl + roles[role]), { root: hub.rootPem });
  const keysOf = async (role: Role): Promise<readonly string[]> => {
    let { status, body } = await get(role);
    // The keys are made within seconds of the record.
    for (let tries = 0; tries < 100 && status === 404; tries += 1) {
      await sleep(200);
      ({ status, body } = await get(role));
    }
    assert.equal(status, 200, body);
    const verdict = judgeMetadata(Buffer.from(body), { now: Date.now(), keys: [] });
    assert.ok(verdict.accepted);
    const [entity] = verdict.entities;
    const described = entity?.idp ?? entity?.sp;
    return (described?.keys ?? []).flatMap(({ certificates }) => certificates.map((der) => der.toString('base64')));
  };

  for (const role of ['provider', 'application'] as const) {
    test(`as ${role}: none yet, and what makes it be there`, async () => {
      const { status, headers, body } = await get(role);
      assert.equal(status, 404);
      assert.match(String(headers['content-type']), /^text\/plain/);
      assert.match(body, /from its first SAML (application|provider) on/);
      assert.match(body, /says `saml: true`/);
    });
  }

  test('an issuer that says `saml: true` has both at once, and they stay the same with the first application', async () => {
    const { output } = await tillitCommand(hub, 'export', '--section', 'issuers');
    const { issuers } = parse(output) as { issuers: readonly { id: string }[] };
    const [own] = issuers.filter(({ id }) => id === 'hub');
    assert.ok(own, output);
    await applyItems(hub, { issuers: [{ ...own, saml: true }] });
    const keys = [await keysOf('provider'), await keysOf('application')];
    assert.deepEqual(
      keys.map(({ length }) => length),
      [1, 2],
    );
    await applyItems(hub, { samlApplications: [samlApplicationItem('first')] });
    assert.deepEqual([await keysOf('provider'), await keysOf('application')], keys);
  });
});
