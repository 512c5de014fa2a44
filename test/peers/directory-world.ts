// A hub that makes accounts in a real Active Directory domain (Samba), a provider in memory that logs people in, and eyes in the domain.
import assert from 'node:assert/strict';
import type { Entry } from 'ldapts';
import { loadXml } from '../../src/base/xml/index.ts';
import { SamlFake } from '../fakes/saml-provider.ts';
import { assertionOn, openApplication, ownMetadata, samlApplicationItem, samlItem } from '../flows/saml-visits.ts';
import { applyItems } from '../support/hub-pair.ts';
import {
  freeAddresses,
  type HttpBrowser,
  type HubOptions,
  type RunningHub,
  startHub,
  temporaryFolder,
  tillitCommand,
} from '../support/index.ts';
import { makeRegion, regionTarget, regionTree } from '../support/region-directory.ts';
import { type Samba, startSamba } from '../support/samba.ts';

export interface DirectoryWorld {
  readonly samba: Samba;
  readonly hub: RunningHub;
  readonly kommun: SamlFake;
  readonly tree: string;
  /** Kills the hub where it stands, and starts another on the same data. */
  readonly anotherHub: (how: 'killed' | 'stopped') => Promise<void>;
  readonly apply: (items: object) => Promise<void>;
  /** The target's record, to be applied. */
  readonly target: (directory?: object) => object;
  readonly rule: (more?: object) => object;
  /** The assertion that an application gets, for somebody who logs in now. */
  readonly told: (who: string, application?: string, browser?: HttpBrowser) => Promise<string>;
  readonly open: (who: string, application?: string) => ReturnType<typeof openApplication>;
  /** Accounts with a key, wherever they lie. */
  readonly entries: (key: string) => Promise<readonly Entry[]>;
  /** As the hub knows them. */
  readonly listed: (who: string) => Promise<readonly { state: string; reason?: string; detail?: string }[]>;
  /** Waits until it is so; fails with what it was last. */
  readonly until: <Found>(what: string, look: () => Promise<Found>, holds: (found: Found) => boolean) => Promise<Found>;
  readonly trail: (who: string) => Promise<string>;
  readonly remove: () => Promise<void>;
}

export const hsaId = (who: string): string => `SE2321000156-${who.toUpperCase()}`;

/** `people`: ids at the provider; each is a nurse of a town. */
export async function startDirectoryWorld(
  people: readonly string[],
  { joinable = false, env = {} }: { readonly joinable?: boolean; readonly env?: Readonly<Record<string, string>> } = {},
): Promise<DirectoryWorld> {
  await loadXml();
  const folder = temporaryFolder('accounts');
  const place: HubOptions = { dataFolder: folder.path, addresses: await freeAddresses(), env };
  const kommun = new SamlFake('kommun');
  const tree = regionTree;
  const started = await Promise.all([startSamba({ joinable }), startHub(place)]);
  const [samba] = started;
  let [, hub] = started;
  await makeRegion(samba, hub, 'Cosmic', 'X-ray', 'Lab');
  const client = await samba.client();
  await client.add(`OU=Second,${tree}`, { objectClass: ['top', 'organizationalUnit'] });
  await client.unbind();
  await samba.index('employeeNumber');
  const apply = (items: object): Promise<void> => applyItems(hub, items as Parameters<typeof applyItems>[1]);
  const target = (directory: object = {}): object => regionTarget(samba, directory);
  const rule = (more: object = {}): object => ({
    id: 'care',
    name: { en: 'Care' },
    target: 'region',
    applications: ['cosmic'],
    container: tree,
    attributes: [{ name: 'displayName', value: '{displayName} ({organisation})' }],
    groups: ['Cosmic', 'X-ray'].map((name) => `CN=${name},${tree}`),
    lifetimeSeconds: 86_400,
    ...more,
  });
  await apply({
    organisations: [{ id: 'town', name: 'Smalltown' }],
    providers: [samlItem(kommun)],
    samlApplications: ['cosmic', 'other'].map((id) =>
      samlApplicationItem(id, { preset: 'netscaler', unsolicited: true, requireAssignment: true }),
    ),
    accountTargets: [target()],
    accountRules: [rule()],
    people: people.map((id) => ({
      id,
      givenName: 'Åsa',
      familyName: 'Ångström',
      identities: [{ namespace: 'saml:kommun', value: id }],
      assignments: [{ id: `${id}-at-town`, organisation: 'town', role: 'nurse', hsaId: hsaId(id) }],
    })),
  });
  await kommun.trust(await ownMetadata(hub));
  const open: DirectoryWorld['open'] = (who, application = 'cosmic') => openApplication(hub, kommun, application, who);
  return {
    samba,
    kommun,
    tree,
    apply,
    target,
    rule,
    open,
    get hub() {
      return hub;
    },
    async anotherHub(how) {
      await (how === 'killed' ? hub.kill() : hub.stop());
      hub = await startHub(place);
    },
    told: async (who, application = 'cosmic', browser) =>
      assertionOn(await openApplication(hub, kommun, application, who, browser)),
    async entries(key) {
      const eyes = await samba.client();
      const attributes = ['accountExpires', 'userAccountControl', 'memberOf', 'displayName', 'userPrincipalName'];
      const { searchEntries } = await eyes.search(samba.root, {
        filter: `(|(cn=${key})(employeeNumber=${key}))`,
        attributes: [...attributes, 'employeeNumber', 'pwdLastSet', 'altSecurityIdentities', 'adminDescription'],
      });
      await eyes.unbind();
      return searchEntries;
    },
    async listed(who) {
      const { output } = await tillitCommand(hub, 'target', 'accounts', '--person', who, '--json');
      return output
        .split('\n')
        .filter((line) => line.startsWith('{'))
        .map((line) => JSON.parse(line) as { state: string });
    },
    async until(what, look, holds) {
      for (const until = performance.now() + 60_000; ; ) {
        const found = await look();
        if (holds(found)) return found;
        assert.ok(performance.now() < until, `${what}: ${JSON.stringify(found)}`);
        await new Promise((again) => setTimeout(again, 100));
      }
    },
    trail: async (who) => (await tillitCommand(hub, 'audit', 'find', '--person', who, '--json')).output,
    async remove() {
      await hub.remove();
      await samba.remove();
      folder.remove();
    },
  };
}
