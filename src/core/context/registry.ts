// Every detail type that the hub knows: a new one is a file beside these and a line here.
import type { DetailType } from './detail-type.ts';
import { attestType } from './types/attest.ts';
import { journalType } from './types/journal.ts';
import { organisationType } from './types/organisation.ts';

export const detailTypes: readonly DetailType[] = [organisationType, journalType, attestType];
