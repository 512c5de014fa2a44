// What operators hear of partners that cannot be used, and the catalogue with filled-in records.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MemoryLogin } from '../../../test/fakes/memory-login.ts';
import { samlApplication, samlCatalogue } from '../../../test/fakes/saml-hub.ts';
import { hourMs } from '../../base/clock.ts';
import type { PartnerAnswer } from '../../core/metadata/index.ts';
import { announcedPartners, withPartners } from './partners.ts';

const link = samlApplication('link', { metadata: { source: 'federation' }, assertionConsumers: [] });
const lacking: PartnerAnswer<never> = { ok: false, reason: 'expired', because: 'link in federation: it ran out' };

test('a partner that cannot be used raises an alarm, once an hour for all hubs', async () => {
  const hub = new MemoryLogin();
  let answer: PartnerAnswer<typeof link> = lacking;
  const records = { provider: async () => lacking, application: async () => answer };
  const parts = { records, commit: hub.commit, clock: () => hub.now, log: { warn: () => undefined } };
  const [one, other] = [announcedPartners(parts), announcedPartners(parts)];
  assert.deepEqual(await Promise.all([one.application(link), other.application(link)]), [lacking, lacking]);
  const alarms = () => hub.audit.filter(({ kind }) => kind === 'hub.alarm');
  assert.equal(alarms().length, 1);
  const { because } = lacking.ok ? { because: '' } : lacking;
  assert.deepEqual(alarms()[0]?.body, {
    ...{ alarm: 'metadata.partner', state: 'raised', application: 'link', reason: 'expired', because },
  });
  hub.now += hourMs;
  await one.application(link);
  assert.equal(alarms().length, 2);
  answer = { ok: true, record: link };
  hub.now += hourMs;
  assert.deepEqual(await one.application(link), answer);
  assert.equal(alarms().length, 2);
});

test('the catalogue is filled in for the applications asked for; one without metadata has no places', async () => {
  const catalogue = samlCatalogue([link, samlApplication('other')]);
  const filled = { ...link, metadata: undefined, assertionConsumers: samlApplication('link').assertionConsumers };
  const application = async () => ({ ok: true, record: filled }) as const;
  const made = await withPartners(catalogue, { application }, ['link', 'other', 'nobody', 'link']);
  assert.equal(made.samlApplications.get('link'), filled);
  assert.equal(made.samlApplications.get('other'), catalogue.samlApplications.get('other'));
  const without = await withPartners(catalogue, { application: async () => lacking }, ['link']);
  assert.deepEqual(without.samlApplications.get('link')?.assertionConsumers, []);
});
