// The login rule of Nordic hospitals (H4) as plain rule data: an example to copy, used by the demo and tested as a table.
import type { PolicyRule } from '../catalogue/policy-rule.ts';

/** Holders of an advanced certificate, and everybody on a portable or unknown device, use card and PIN; others choose. */
export const loginRuleH4: readonly PolicyRule[] = [
  {
    id: 'h4-advanced-certificate',
    title: 'Holders of an advanced certificate log in with the card',
    owner: 'Information security',
    when: { person: { certificateClass: ['advanced'] } },
    // biome-ignore lint/suspicious/noThenProperty: a rule's effect, never awaited
    then: { kind: 'requireMethods', methods: ['smartcard'] },
  },
  {
    id: 'h4-portable',
    title: 'On a portable computer you log in with the card',
    owner: 'Information security',
    when: { devices: ['portable'] },
    // biome-ignore lint/suspicious/noThenProperty: a rule's effect, never awaited
    then: { kind: 'requireMethods', methods: ['smartcard'] },
  },
];
