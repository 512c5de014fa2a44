// SAML partners as an operator registers them: applications by their own metadata, a provider by what its metadata says.
import { X509Certificate } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { judgeMetadata } from '../../../src/base/saml/index.ts';
import { loadXml } from '../../../src/base/xml/index.ts';
import { providerMembersOf } from '../../../src/core/catalogue/index.ts';
import { ask } from '../http-browser.ts';
import { type RunningHub, tillitCommand } from '../hub.ts';
import type { SamlApplication } from './application.ts';
import type { SimpleSaml } from './simple-saml.ts';

/** An application that nobody runs: an issuer has a key for assertions from its first application on. */
const first = {
  id: 'first-saml',
  issuer: 'hub',
  name: { en: 'The first one' },
  minimumAssurance: 'low',
  entityId: 'https://first.example/sp',
  assertionConsumers: [{ binding: 'post', location: 'https://first.example/acs' }],
};

async function apply(hub: RunningHub, entries: readonly object[]): Promise<string> {
  const file = join(hub.dataFolder, 'saml-applications.yaml');
  writeFileSync(file, JSON.stringify({ samlApplications: entries }));
  const done = await tillitCommand(hub, 'apply', '--yes', file);
  if (done.code !== 0) throw new Error(done.output);
  await sleep(1500);
  return done.output;
}

/** The hub's metadata as identity provider, as soon as it has a key. */
export async function hubMetadata(hub: RunningHub): Promise<string> {
  await apply(hub, [first]);
  const until = performance.now() + 15_000;
  for (;;) {
    const answer = await ask(new URL(`${hub.hubUrl}/saml/metadata`), { root: hub.rootPem });
    if (answer.status === 200) return answer.body;
    if (performance.now() > until) throw new Error(`no metadata: ${answer.status} ${answer.body}`);
    await sleep(250);
  }
}

/** Registers applications by their metadata; `entries` are what an operator writes beside it, by id. */
export async function registerSaml(
  hub: RunningHub,
  applications: Readonly<Record<string, { readonly application: SamlApplication; readonly entry?: object }>>,
): Promise<string> {
  const entries: object[] = [];
  for (const [id, { application, entry }] of Object.entries(applications)) {
    const name = `${id}.xml`;
    writeFileSync(join(hub.dataFolder, name), await application.metadata());
    entries.push({
      id,
      issuer: 'hub',
      name: { en: `The ${id} one` },
      minimumAssurance: 'low',
      metadata: { file: name },
      ...entry,
    });
  }
  return await apply(hub, entries);
}

/** What an operator writes of a SimpleSAMLphp from its signed metadata. */
export async function providerRecord(provider: SimpleSaml) {
  await loadXml();
  const { publicKey } = new X509Certificate(provider.metadataCertificate);
  const verdict = judgeMetadata(Buffer.from(await provider.metadata()), { now: Date.now(), keys: [publicKey] });
  const [entity] = verdict.accepted ? verdict.entities : [];
  const taken = entity && providerMembersOf(entity);
  if (taken?.ok !== true) throw new Error(`no provider's metadata: ${JSON.stringify(verdict)}`);
  return { ...taken.members, preset: 'simplesamlphp' };
}
