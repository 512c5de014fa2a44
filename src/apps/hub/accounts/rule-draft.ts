// A rule as a form shows it and gives it back: one line a field, one line a thing in a list.
import { stringify } from 'yaml';
import type { AccountRule } from '../../../core/catalogue/index.ts';

const lines = (text: string | undefined): readonly string[] =>
  (text ?? '')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');

/** The fields of a form. */
export const ruleFields = (rule: AccountRule): ReadonlyMap<string, string> =>
  new Map([
    ['applications', rule.applications.join('\n')],
    ['organisations', rule.organisations.join('\n')],
    ['roles', rule.roles.join('\n')],
    ['attributes', rule.attributes.map(({ name, value }) => `${name} = ${value}`).join('\n')],
    ['groups', rule.groups.join('\n')],
    ['lifetime', String(rule.lifetimeSeconds)],
    ['closed', rule.closed ? 'yes' : ''],
  ]);

export const ruleText = (rule: AccountRule): string => stringify(rule);

/** The rule with what a form says in the place of what it said. */
export const ruleOfFields = (rule: AccountRule, fields: ReadonlyMap<string, string>): Record<string, unknown> => ({
  ...rule,
  applications: lines(fields.get('applications')),
  organisations: lines(fields.get('organisations')),
  roles: lines(fields.get('roles')),
  attributes: lines(fields.get('attributes')).map((line) => {
    const at = line.indexOf('=');
    return at < 0 ? { name: line, value: '' } : { name: line.slice(0, at).trim(), value: line.slice(at + 1).trim() };
  }),
  groups: lines(fields.get('groups')),
  lifetimeSeconds: Number(fields.get('lifetime')),
  closed: fields.get('closed') === 'yes',
});
