// Records of partners as they are used: what the source vouches for now, or why there is nothing to go by.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { samlApplication } from '../../../test/fakes/saml-hub.ts';
import { SamlFake } from '../../../test/fakes/saml-provider.ts';
import type { Provider } from '../catalogue/index.ts';
import { createPartnerRecords, type SamlProvider } from './partner-records.ts';
import type { EntityAnswer } from './ports.ts';
import { sampleEntity, sampleSp } from './sample-entity.ts';

const there = new SamlFake('kommun');
const empty = { signing: [], encryption: [] };
const metadata = { source: 'federation' };
const provider = there.provider({ metadata, singleSignOn: [], keys: empty }) as Provider as SamlProvider;
const application = samlApplication('link', { metadata, assertionConsumers: [], keys: empty });
const found = { kind: 'found', source: 'federation', federations: [], validUntil: undefined } as const;

function records(answer: EntityAnswer) {
  const asked: unknown[] = [];
  const made = createPartnerRecords({
    findEntity: async (...question) => {
      asked.push(question);
      return answer;
    },
  });
  return { ...made, asked };
}

test('each is looked up in its own source, by its entity ID, in its role', async () => {
  const { asked, ...partners } = records({ ...found, entity: sampleEntity({ sp: sampleSp() }) });
  const one = await partners.provider(provider);
  assert.deepEqual(one.ok && one.record.saml.singleSignOn[0]?.location, 'https://idp.lund.example/sso');
  assert.equal(one.ok && one.record.id, 'kommun');
  const other = await partners.application(application);
  assert.deepEqual(other.ok && other.record.assertionConsumers[0]?.location, 'https://sp.example/acs');
  assert.deepEqual(asked, [
    [there.entityId, 'idp', { source: 'federation' }],
    [application.entityId, 'sp', { source: 'federation' }],
  ]);
});

test('a record that says everything itself is asked for nowhere', async () => {
  const { asked, ...partners } = records({ kind: 'unknown' });
  const whole = there.provider() as Provider as SamlProvider;
  assert.deepEqual(await partners.provider(whole), { ok: true, record: whole });
  const own = samlApplication('link');
  assert.deepEqual(await partners.application(own), { ok: true, record: own });
  assert.deepEqual(asked, []);
});

test('without metadata there is no record, and it says why', async () => {
  const lacking: readonly [EntityAnswer, string, RegExp][] = [
    [{ kind: 'unknown' }, 'unknown', /does not list it, or its change waits/],
    [{ kind: 'expired', source: 'federation', validUntil: 1 }, 'expired', /has run out/],
    [{ kind: 'unavailable', source: 'federation' }, 'unavailable', /does not answer/],
    [{ ...found, entity: sampleEntity({ idp: undefined }) }, 'unusable', /no (identity|service) provider/],
  ];
  for (const [answer, reason, because] of lacking) {
    for (const one of [await records(answer).provider(provider), await records(answer).application(application)]) {
      assert.ok(!one.ok);
      assert.equal(one.reason, reason);
      assert.match(one.because, because);
    }
  }
});
