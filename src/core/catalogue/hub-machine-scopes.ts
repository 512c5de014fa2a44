// Scopes of tickets with which an application comes to the hub itself, as itself.
import { ownKeyScopes } from './own-keys.ts';

/** To report the use of tickets. */
export const usageScope = 'usage:report';

/** Every one of them. A ticket for one is for the hub alone and for no API. */
export const hubMachineScopes: readonly string[] = [...ownKeyScopes, usageScope];
