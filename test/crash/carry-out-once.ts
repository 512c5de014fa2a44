// A program that brings one account in a directory to what its first argument wants, as the hub's work does: made to be killed.
import { randomBytes } from 'node:crypto';
import { Secret } from '../../src/base/secret.ts';
import { type AccountView, carryOut, type DesiredAccount } from '../../src/core/provisioning/index.ts';
import { ldapsClients, usualLdapsLimits } from '../../src/edge/outgoing/ldap/index.ts';
import { type ActiveDirectoryOptions, openActiveDirectory } from '../../src/edge/targets/active-directory/index.ts';

export interface CarryOutOnce {
  readonly directory: Omit<ActiveDirectoryOptions, 'random' | 'password' | 'client'>;
  /** PEM. */
  readonly anchors: readonly string[];
  readonly password: string;
  readonly desired: DesiredAccount;
  readonly view: AccountView;
}

const { directory, anchors, password, desired, view } = JSON.parse(process.argv[2] ?? '') as CarryOutOnce;
const port = openActiveDirectory({
  ...directory,
  client: ldapsClients({ anchors, limits: usualLdapsLimits }),
  password: new Secret(password),
  random: randomBytes,
});
const result = await carryOut(port, desired, view, Date.now);
await port.close();
process.stdout.write(JSON.stringify(result));
