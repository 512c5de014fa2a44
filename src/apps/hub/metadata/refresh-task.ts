// What a refresh is told and what it answers, as JSON over its standard input and output.
import type pg from 'pg';
import type { EpochMs } from '../../../base/clock.ts';
import type { MetadataSource } from '../../../core/catalogue/index.ts';

export interface RefreshTask {
  readonly source: MetadataSource;
  /** The lease that this refresh holds: without it nothing is stored. */
  readonly lease: string;
  readonly connection: pg.ClientConfig;
  /** A file that was handed in, read instead of what the source names. */
  readonly file?: string | undefined;
  /** PEM of an authority that is trusted beside the system's. */
  readonly extraAuthority?: string | undefined;
  readonly now: EpochMs;
}

/** How a refresh ended. Reasons are codes; details are words for the operator. */
export type RefreshOutcome =
  | {
      readonly kind: 'taken';
      readonly entities: number;
      readonly added: number;
      readonly changed: number;
      readonly gone: number;
      readonly held: number;
      readonly unreadable: number;
      /** How many entities each check of the record kept out. */
      readonly keptOut: Readonly<Record<string, number>>;
      readonly validUntil: EpochMs | undefined;
    }
  /** The source says that nothing changed. */
  | { readonly kind: 'confirmed' }
  /** What came is no good. */
  | { readonly kind: 'refused'; readonly reason: string; readonly detail: string }
  /** Nothing came, or it could not be worked on. */
  | { readonly kind: 'failed'; readonly reason: string; readonly detail: string };
