// The checks on account targets and rules: what they name exists, and what they write means something.
import type { AccountRule } from './account-rule.ts';
import type { AccountTarget } from './account-target.ts';
import { isLoginNamePattern, unknownTemplateNames } from './account-template.ts';
import type { CatalogueCheck } from './checks.ts';
import { isZone } from './hours.ts';
import { isSafeAddress } from './safe-address.ts';
import { scimPathOf } from './scim-path.ts';
import type { CatalogueSnapshot } from './snapshot.ts';

type Found = readonly [path: readonly (string | number)[], message: string];

const eachTarget = (
  name: string,
  clause: string,
  test: (target: AccountTarget) => Found | undefined,
): CatalogueCheck => ({
  name,
  clause,
  *test({ snapshot }) {
    for (const target of snapshot.accountTargets.values()) {
      const found = test(target);
      if (found) yield { kind: 'accountTarget', id: target.id, path: found[0], message: found[1] };
    }
  },
});

const eachRule = (
  name: string,
  clause: string,
  test: (rule: AccountRule, snapshot: CatalogueSnapshot, organisations?: ReadonlySet<string>) => Iterable<Found>,
): CatalogueCheck => ({
  name,
  clause,
  *test({ snapshot, organisations }) {
    for (const rule of snapshot.accountRules.values())
      for (const [path, message] of test(rule, snapshot, organisations))
        yield { kind: 'accountRule', id: rule.id, path, message };
  },
});

/** What only the target itself writes: a rule that could would take over who an account is, or let it in. */
const keptForTarget = [
  'samaccountname',
  'userprincipalname',
  'unicodepwd',
  'userpassword',
  'useraccountcontrol',
  'accountexpires',
  'altsecurityidentities',
  'memberof',
  'member',
  'objectsid',
  'objectclass',
  'cn',
  'name',
  'pwdlastset',
  'msds-keycredentiallink',
  'serviceprincipalname',
  'admincount',
  'sidhistory',
];

export const accountChecks: readonly CatalogueCheck[] = [
  eachTarget('accountTarget.directory', 'K5: a directory has an address', ({ kind, directory }) =>
    (kind === 'activeDirectory') === (directory !== undefined)
      ? undefined
      : [
          ['directory'],
          kind === 'activeDirectory' ? 'say where the directory is' : 'only a directory has controllers and a tree',
        ],
  ),
  eachTarget('accountTarget.service', 'RFC 7644 3: an application has an address', ({ kind, service }) =>
    (kind === 'scim') === (service !== undefined)
      ? undefined
      : [['service'], kind === 'scim' ? 'say where the application is' : 'only a target of kind scim has a service'],
  ),
  eachTarget('accountTarget.https', 'RFC 7644 7.2: the token goes over TLS', ({ service }) =>
    service === undefined || isSafeAddress(service.url) ? undefined : [['service', 'url'], 'use https'],
  ),
  eachTarget('accountTarget.serviceAttributes', 'K5: the mark is text of one place', ({ service }) => {
    if (service === undefined) return undefined;
    const { markAttribute, endAttribute } = service;
    const mark = scimPathOf(markAttribute)?.kind;
    if (mark !== 'plain' && mark !== 'extension')
      return [['service', 'markAttribute'], 'use an attribute of its own that holds text, for example userType'];
    if (endAttribute === undefined) return undefined;
    if (scimPathOf(endAttribute)?.kind !== 'extension')
      return [['service', 'endAttribute'], 'SCIM has no end of an account: name an attribute of an extension'];
    return endAttribute.toLowerCase() === markAttribute.toLowerCase()
      ? [['service', 'endAttribute'], 'is the attribute of the mark']
      : undefined;
  }),
  eachTarget('accountTarget.loginName', 'MS-ADA3 2.222 (sAMAccountName)', ({ loginName }) =>
    isLoginNamePattern(loginName)
      ? undefined
      : [['loginName'], 'use {given}, {family} or {id}, and beside them small letters, digits, dots and hyphens'],
  ),
  eachTarget('accountTarget.attributes', 'K5: the key and the mark are two things', (target) =>
    target.keyAttribute.toLowerCase() === target.markAttribute.toLowerCase()
      ? [['markAttribute'], 'is the attribute of the stable key']
      : undefined,
  ),
  eachTarget('accountTarget.reconcileAt', 'K8: a time that comes', ({ reconcileAt }) =>
    reconcileAt === undefined || isZone(reconcileAt.zone)
      ? undefined
      : [['reconcileAt', 'zone'], `there is no time zone ${reconcileAt.zone}`],
  ),
  eachRule('accountRule.target', 'house: found by configured id', function* ({ target }, { accountTargets }) {
    if (!accountTargets.has(target)) yield [['target'], `there is no account target ${target}`];
  }),
  eachRule('accountRule.applications', 'house: found by configured id', function* (rule, { applications }) {
    for (const [index, application] of rule.applications.entries())
      if (!applications.has(application)) yield [['applications', index], `there is no application ${application}`];
  }),
  eachRule('accountRule.organisations', 'house: found by configured id', function* (rule, _, organisations) {
    for (const [index, organisation] of rule.organisations.entries())
      if (organisations && !organisations.has(organisation))
        yield [['organisations', index], `there is no organisation ${organisation}`];
  }),
  eachRule('accountRule.cardMapping', 'house: found by configured id', function* ({ cardMapping, target }, snapshot) {
    if (cardMapping === undefined) return;
    if (snapshot.accountTargets.get(target)?.kind === 'scim') yield [['cardMapping'], 'SCIM knows no cards'];
    for (const [index, population] of cardMapping.populations.entries())
      if (!snapshot.populations.has(population))
        yield [['cardMapping', 'populations', index], `there is no population ${population}`];
  }),
  eachRule('accountRule.container', 'K5: nothing is written outside the target’s tree', function* (rule, snapshot) {
    const target = snapshot.accountTargets.get(rule.target);
    const { container } = rule;
    if (target?.kind === 'scim' && container !== undefined) yield [['container'], 'SCIM has no places'];
    const base = target?.directory?.base.toLowerCase();
    if (base === undefined) return;
    if (container === undefined) yield [['container'], 'say where the account lies'];
    else if (!`,${container.toLowerCase()}`.endsWith(`,${base}`)) yield [['container'], `does not lie below ${base}`];
  }),
  eachRule('accountRule.groups', 'MS-ADTS 3.1.1.1.4: a group has a distinguished name', function* (rule, snapshot) {
    if (snapshot.accountTargets.get(rule.target)?.kind !== 'activeDirectory') return;
    for (const [index, group] of rule.groups.entries())
      if (!/^[A-Za-z][A-Za-z0-9-]*=.+$/.test(group))
        yield [['groups', index], 'use a distinguished name, for example CN=Cosmic,OU=Groups,DC=region,DC=example'];
  }),
  eachRule('accountRule.attributes', 'K5: only what describes a person', function* (rule, { accountTargets }) {
    const target = accountTargets.get(rule.target);
    const { service } = target ?? {};
    const own = service ?? target;
    const kept = [...keptForTarget, target?.keyAttribute, own?.markAttribute, service?.endAttribute].map((one) =>
      one?.toLowerCase(),
    );
    const seen = new Set<string>();
    for (const [index, { name }] of rule.attributes.entries()) {
      const small = name.toLowerCase();
      const path = ['attributes', index, 'name'];
      if (kept.includes(small)) yield [path, `${name} is written by the target itself`];
      else if (target !== undefined && !(service ? scimPathOf(name) !== undefined : /^[A-Za-z0-9-]+$/.test(name)))
        yield [path, service ? `the hub writes no ${name} by SCIM` : `${name} is no attribute of a directory`];
      if (seen.has(small)) yield [path, `${name} is there twice`];
      seen.add(small);
    }
  }),
  eachRule('accountRule.templates', 'K5: names that mean something', function* (rule) {
    for (const [index, { value }] of rule.attributes.entries())
      for (const unknown of unknownTemplateNames(value))
        yield [['attributes', index, 'value'], `nothing is known by the name {${unknown}}`];
  }),
];
