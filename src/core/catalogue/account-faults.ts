// Faults of account targets and rules, one broken thing a row; read by the test of compiling.
import { type Fault, set } from './machine-faults.ts';

const target = ['accountTarget', 'region-ad'] as const;
const rule = ['accountRule', 'municipality-nurses'] as const;
const says = (name: string, value = '{displayName}') => set('attributes', [{ name, value }]);

export const accountFaults: readonly Fault[] = [
  ['accountTarget.directory', ...target, set('directory', undefined), 'directory', /say where/],
  ['accountTarget.directory', ...target, set('kind', 'builtIn'), 'directory', /no address/],
  ['accountTarget.loginName', ...target, set('loginName', '{name}'), 'loginName', /use \{given\}/],
  ['accountTarget.loginName', ...target, set('loginName', 'everybody'), 'loginName', /use \{given\}/],
  ['accountTarget.attributes', ...target, set('markAttribute', 'EmployeeID'), 'markAttribute', /stable key/],
  [
    'accountTarget.reconcileAt',
    ...target,
    set('reconcileAt', { time: '03:00', zone: 'Mars/Base' }),
    'reconcileAt.zone',
    /no time zone/,
  ],
  ['accountRule.target', ...rule, set('target', 'nowhere'), 'target', /no account target/],
  ['accountRule.applications', ...rule, set('applications', ['x']), 'applications[0]', /no application x/],
  ['accountRule.organisations', ...rule, set('organisations', ['x']), 'organisations[0]', /no organisation x/],
  ['accountRule.container', ...rule, set('container', 'OU=Other,DC=region,DC=example'), 'container', /below/],
  ['accountRule.container', ...rule, set('container', 'OU=NotExternal,DC=region,DC=example'), 'container', /below/],
  ['accountRule.attributes', ...rule, says('userAccountControl'), 'attributes[0].name', /target itself/],
  ['accountRule.attributes', ...rule, says('employeeId'), 'attributes[0].name', /target itself/],
  [
    'accountRule.attributes',
    ...rule,
    set('attributes', [
      { name: 'title', value: '{title}' },
      { name: 'Title', value: '{role}' },
    ]),
    'attributes[1].name',
    /twice/,
  ],
  ['accountRule.templates', ...rule, says('displayName', '{nick}'), 'attributes[0].value', /\{nick\}/],
];
