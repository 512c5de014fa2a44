// Scopes that the hub itself understands; any other belongs to an API.
import { helseidScopes } from './helseid-scopes.ts';
import { hubMachineScopes } from './hub-machine-scopes.ts';

export const hubScopes: readonly string[] = [
  ...['openid', 'profile', 'assignment', 'account', 'offline_access'],
  ...Object.values(helseidScopes),
  ...hubMachineScopes,
];
