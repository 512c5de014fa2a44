// The rows of the bench, in the order they are run and shown.
import { clientCredentials, helseidMachine } from './client-credentials.ts';
import { codeFlow } from './code-flow.ts';
import { introspection } from './introspection.ts';
import { refresh } from './refresh.ts';
import { resourceSwitch } from './resource-switch.ts';
import type { Scenario } from './scenario.ts';

export type { Scenario } from './scenario.ts';

export const scenarios: readonly Scenario[] = [
  clientCredentials,
  helseidMachine,
  refresh,
  resourceSwitch,
  codeFlow,
  introspection,
];
