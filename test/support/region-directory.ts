// A region's tree for accounts in a Samba domain, the hub's own account there, and the record of both.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
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
