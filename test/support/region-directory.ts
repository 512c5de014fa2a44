// A region's tree for accounts in a Samba domain, the hub's own account there, the record of both, and the target opened without a hub.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemRandom } from '../../src/base/ids.ts';
import { Secret } from '../../src/base/secret.ts';
import { type LdapsLimits, ldapsClients, usualLdapsLimits } from '../../src/edge/outgoing/ldap/index.ts';
import {
  type ActiveDirectory,
  type ActiveDirectoryOptions,
  openActiveDirectory,
} from '../../src/edge/targets/active-directory/index.ts';
import type { Samba } from './samba.ts';

export const regionTree = 'OU=External,DC=hosp,DC=test';

/** Makes the tree with its groups, the hub's account, and the file with the password where `apply` looks for it. */
export async function makeRegion(samba: Samba, hub: { readonly dataFolder: string }, ...groups: string[]) {
  await samba.addOperator('hub', 'Hub-Passw0rd');
  const client = await samba.client();
  await client.add(regionTree, { objectClass: ['top', 'organizationalUnit'] });
  for (const name of groups) await client.add(`CN=${name},${regionTree}`, { objectClass: ['top', 'group'] });
  await client.unbind();
  writeFileSync(join(hub.dataFolder, 'ad.secret'), 'Hub-Passw0rd', { mode: 0o600 });
}

/** What is other than usual: of the target, or of the way to it. */
export interface RegionChange extends Partial<Omit<ActiveDirectoryOptions, 'client'>> {
  readonly anchors?: readonly string[];
  readonly limits?: Partial<LdapsLimits>;
}

/** The region's target as the hub opens it, without a hub. The caller closes it. */
export function openRegion(samba: Samba, change: RegionChange = {}): ActiveDirectory {
  const { anchors = [samba.anchors], limits, ...options } = change;
  return openActiveDirectory({
    controllers: [samba.url],
    bindName: `CN=hub,CN=Users,${samba.root}`,
    password: new Secret('Hub-Passw0rd'),
    client: ldapsClients({ anchors, limits: { ...usualLdapsLimits, ...limits } }),
    base: regionTree,
    keyAttribute: 'employeeNumber',
    markAttribute: 'adminDescription',
    random: systemRandom,
    ...options,
  });
}

/** The target's record. `directory` replaces members of it. */
export const regionTarget = (samba: Samba, directory: object = {}) => ({
  id: 'region',
  name: { en: 'Region' },
  kind: 'activeDirectory',
  directory: {
    controllers: [samba.url],
    base: regionTree,
    bindName: `CN=hub,CN=Users,${samba.root}`,
    passwordFile: 'ad.secret',
    tlsAuthorities: [samba.anchors],
    ...directory,
  },
  principalSuffix: 'hosp.test',
});
