// The whole corpus: the same for both providers.
import type { Case } from './case.ts';
import { assertionCases } from './cases/assertion.ts';
import { browserCases, wholeFlowCases } from './cases/browser.ts';
import { clientCases } from './cases/client.ts';
import { codeCases } from './cases/code.ts';
import { dpopCases } from './cases/dpop.ts';
import { formCases } from './cases/form.ts';
import { pushCases } from './cases/push.ts';
import { refreshCases } from './cases/refresh.ts';
import { tokenCases } from './cases/tokens.ts';

export const corpus: readonly Case[] = [
  ...wholeFlowCases,
  ...assertionCases,
  ...clientCases,
  ...dpopCases,
  ...pushCases,
  ...browserCases,
  ...codeCases,
  ...refreshCases,
  ...formCases,
  ...tokenCases,
];
