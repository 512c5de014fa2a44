// Judges a document of metadata: pure, with the pinned keys and the present as arguments.
import type { KeyObject } from 'node:crypto';
import type { EpochMs } from '../clock.ts';
import type { EntityDescriptor } from './metadata.ts';
import type { OpeningFault } from './open-message.ts';
import type { Refused } from './verdict.ts';

export interface MetadataExpected {
  readonly now: EpochMs;
  /** Keys that the publisher signs with. None: the signature is not asked for, because the file was given by hand. */
  readonly keys: readonly KeyObject[];
  /** The one entity that was asked for (MDQ, a file of one). */
  readonly entityId?: string | undefined;
}

export type MetadataCheckName = 'signature' | 'signed' | 'notExpired' | 'entity' | 'sameEntityTwice';

export type MetadataReason = OpeningFault | MetadataCheckName;

export type MetadataVerdict =
  | {
      readonly accepted: true;
      readonly entities: readonly EntityDescriptor[];
      readonly signed: boolean;
      /** Of the whole document. */
      readonly validUntil?: EpochMs | undefined;
      readonly cacheDurationMs?: number | undefined;
    }
  | Refused<MetadataReason>;
