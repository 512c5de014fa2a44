// What a step makes of an account, for targets that say no more than that it is done.
import type { AccountStep, ActualAccount } from './account.ts';

/** The account as a target has it when the step is done; what `is` tells beside stays as it was. */
export function afterStep<Account extends ActualAccount>(
  is: Account,
  step: Exclude<AccountStep, { kind: 'create' | 'delete' }>,
): Account {
  switch (step.kind) {
    case 'setPassword':
      return { ...is, hasPassword: true };
    case 'change':
      return { ...is, attributes: { ...is.attributes, ...step.attributes } };
    case 'move':
      return { ...is, container: step.container };
    case 'addGroup':
      return { ...is, groups: [...new Set([...is.groups, step.group])] };
    case 'removeGroup':
      return { ...is, groups: is.groups.filter((group) => group !== step.group) };
    case 'mapCard':
      return { ...is, cardMappings: [...new Set([...(is.cardMappings ?? []), step.mapping])] };
    case 'unmapCard':
      return { ...is, cardMappings: is.cardMappings?.filter((mapping) => mapping !== step.mapping) };
    case 'enable':
      return { ...is, enabled: true, expiresAt: step.until };
    case 'extend':
      return { ...is, expiresAt: step.until };
    case 'disable':
      return { ...is, enabled: false };
  }
}
