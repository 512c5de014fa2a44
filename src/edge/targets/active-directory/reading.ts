// From an entry of a directory to an account.
import type { Entry } from 'ldapts';
import { fromFiletime } from '../../../base/filetime.ts';
import type { AccountView, ActualAccount } from '../../../core/provisioning/index.ts';
import { comparableName, containerOf } from './names.ts';
import { securityIdentifier } from './security-identifier.ts';

/** ADS_UF_ACCOUNTDISABLE (MS-ADTS 2.2.16). */
export const disabledFlag = 0x2;
/** ADS_UF_NORMAL_ACCOUNT. */
export const normalFlag = 0x200;

/** What the domain knows certificates by (MS-ADA1). */
export const cardAttribute = 'altSecurityIdentities';

/** The attributes in which an account keeps who it is of. */
export interface KeyNames {
  readonly keyAttribute: string;
  readonly markAttribute: string;
}

export const attributesToRead = ({ keyAttribute, markAttribute }: KeyNames, view: AccountView): string[] => [
  'objectGUID',
  'objectSid',
  'sAMAccountName',
  'userPrincipalName',
  'userAccountControl',
  'accountExpires',
  'pwdLastSet',
  'memberOf',
  cardAttribute,
  keyAttribute,
  markAttribute,
  ...view.attributes,
];

/** An account with what a step needs to know of it beside: asked for once, not before each. */
export interface DirectoryAccount extends ActualAccount {
  /** userAccountControl, in which an administrator may have set more than the hub knows of. */
  readonly flags: number;
}

/** What `find` and `create` answered is what comes back. */
export const flagsOf = (account: ActualAccount): number =>
  'flags' in account && typeof account.flags === 'number' ? account.flags : normalFlag;

/** The account that an entry is. Values of attributes and groups are only those that the view names, in the view's spelling. */
export function accountOfEntry(entry: Entry, names: KeyNames, view: AccountView): DirectoryAccount {
  const byName = new Map(Object.entries(entry).map(([name, value]) => [name.toLowerCase(), value]));
  const all = (name: string): readonly string[] => {
    const value = byName.get(name.toLowerCase());
    if (value === undefined) return [];
    return (Array.isArray(value) ? value : [value]).map((one) =>
      typeof one === 'string' ? one : one.toString('utf8'),
    );
  };
  const one = (name: string): string => all(name)[0] ?? '';
  const mark = all(names.markAttribute)[0];
  const flags = Number.parseInt(one('userAccountControl'), 10);
  const memberOf = new Set(all('memberOf').map(comparableName));
  const guid = byName.get('objectguid');
  const sid = byName.get('objectsid');
  const identifier = Buffer.isBuffer(sid) ? securityIdentifier(sid) : undefined;
  return {
    id: Buffer.isBuffer(guid) ? guid.toString('hex') : one('objectGUID'),
    address: entry.dn,
    key: one(names.keyAttribute),
    ...(mark === undefined ? {} : { mark }),
    loginName: one('sAMAccountName'),
    principal: one('userPrincipalName'),
    ...(identifier === undefined ? {} : { sid: identifier }),
    container: containerOf(entry.dn),
    enabled: Number.isInteger(flags) && (flags & disabledFlag) === 0,
    hasPassword: !['', '0'].includes(one('pwdLastSet')),
    expiresAt: fromFiletime(one('accountExpires')),
    attributes: Object.fromEntries(view.attributes.map((name) => [name, all(name)])),
    groups: view.groups.filter((group) => memberOf.has(comparableName(group))),
    cardMappings: all(cardAttribute),
    flags: Number.isInteger(flags) ? flags : normalFlag,
  };
}
