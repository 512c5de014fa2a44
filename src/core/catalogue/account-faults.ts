// Faults of account targets, rules and pre-conditions, one broken thing a row; read by the test of compiling.
import { type Fault, set } from './machine-faults.ts';

const target = ['accountTarget', 'region-ad'] as const;
const rule = ['accountRule', 'municipality-nurses'] as const;
const scim = ['accountTarget', 'journal-app'] as const;
const scimRule = ['accountRule', 'journal-readers'] as const;
const gate = ['precondition', 'link-order'] as const;
const says = (name: string, value = '{displayName}') => set('attributes', [{ name, value }]);

export const accountFaults: readonly Fault[] = [
  ['precondition.applications', ...gate, set('applications', ['x']), 'applications[0]', /no application x/],
  ['precondition.organisations', ...gate, set('organisations', ['x']), 'organisations[0]', /no organisation x/],
  ['precondition.https', ...gate, set('ask.url', 'http://gate.example/known'), 'ask.url', /https/],
  ['precondition.https', ...gate, set('ask.url', 'https://me:secret@gate.example/known'), 'ask.url', /https/],
  ['accountTarget.directory', ...target, set('directory', undefined), 'directory', /say where/],
  ['accountTarget.directory', ...target, set('kind', 'builtIn'), 'directory', /only a directory/],
  ['accountTarget.service', ...scim, set('service', undefined), 'service', /say where/],
  ['accountTarget.service', ...scim, set('kind', 'builtIn'), 'service', /only a target/],
  ['accountTarget.https', ...scim, set('service.url', 'http://app.example/scim'), 'service.url', /https/],
  [
    'accountTarget.serviceAttributes',
    ...scim,
    set('service.markAttribute', 'name.givenName'),
    'service.markAttribute',
    /of its own/,
  ],
  ['accountTarget.serviceAttributes', ...scim, set('service.endAttribute', 'title'), 'service.endAttribute', /no end/],
  [
    'accountTarget.serviceAttributes',
    ...scim,
    set('service.markAttribute', 'urn:example:2.0:User:until'),
    'service.endAttribute',
    /of the mark/,
  ],
  ['accountTarget.loginName', ...target, set('loginName', '{name}'), 'loginName', /use \{given\}/],
  ['accountTarget.loginName', ...target, set('loginName', 'everybody'), 'loginName', /use \{given\}/],
  [
    'accountTarget.reconcileAt',
    ...target,
    set('reconcileAt', { time: '03:00', zone: 'Mars/Base' }),
    'reconcileAt.zone',
    /no time zone/,
  ],
  ['accountTarget.attributes', ...target, set('markAttribute', 'EmployeeNumber'), 'markAttribute', /stable key/],
  ['accountRule.target', ...rule, set('target', 'nowhere'), 'target', /no account target/],
  ['accountRule.applications', ...rule, set('applications', ['x']), 'applications[0]', /no application x/],
  ['accountRule.organisations', ...rule, set('organisations', ['x']), 'organisations[0]', /no organisation x/],
  [
    'accountRule.cardMapping',
    ...rule,
    set('cardMapping', { form: 'ski', populations: ['x'] }),
    'cardMapping.populations[0]',
    /no population x/,
  ],
  [
    'accountRule.cardMapping',
    ...scimRule,
    set('cardMapping', { form: 'ski', populations: ['own-cards'] }),
    'cardMapping',
    /no cards/,
  ],
  ['accountRule.container', ...rule, set('container', 'OU=Other,DC=region,DC=example'), 'container', /below/],
  ['accountRule.container', ...rule, set('container', 'OU=NotExternal,DC=region,DC=example'), 'container', /below/],
  ['accountRule.container', ...rule, set('container', undefined), 'container', /say where/],
  ['accountRule.container', ...scimRule, set('container', 'OU=A'), 'container', /no places/],
  ['accountRule.groups', ...rule, set('groups', ['Cosmic']), 'groups[0]', /distinguished name/],
  ['accountRule.attributes', ...rule, says('name.givenName'), 'attributes[0].name', /of a directory/],
  ['accountRule.attributes', ...scimRule, says('userName'), 'attributes[0].name', /no userName by SCIM/],
  ['accountRule.attributes', ...scimRule, says('active'), 'attributes[0].name', /no active by SCIM/],
  ['accountRule.attributes', ...scimRule, says('userType'), 'attributes[0].name', /target itself/],
  ['accountRule.attributes', ...rule, says('userAccountControl'), 'attributes[0].name', /target itself/],
  ['accountRule.attributes', ...rule, says('EmployeeNumber'), 'attributes[0].name', /target itself/],
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
