// What account rules may say of a person: text with names in braces, and patterns of login names.

/** What a rule may say of somebody, by the name that it uses. */
export const templateNames = [
  'givenName',
  'familyName',
  'displayName',
  'id',
  'organisation',
  'unit',
  'title',
  'role',
] as const;
export type TemplateName = (typeof templateNames)[number];

/** Names in a template that mean nothing. */
export const unknownTemplateNames = (template: string): readonly string[] =>
  [...template.matchAll(/\{([^{}]*)\}/g)]
    .map(([, name]) => name ?? '')
    .filter((name) => !(templateNames as readonly string[]).includes(name));

/** Parts that a login name's pattern may have: `{given}`, `{family:3}`, `{id}`. */
export const loginNamePart = /\{(given|family|id)(?::(\d{1,2}))?\}/g;

/** True when a pattern has such a part, and beside them only letters, digits, dots, hyphens and underscores. */
export const isLoginNamePattern = (pattern: string): boolean =>
  new RegExp(loginNamePart.source).test(pattern) && /^[a-z0-9._-]*$/.test(pattern.replace(loginNamePart, ''));
