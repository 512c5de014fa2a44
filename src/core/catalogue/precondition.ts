// What must hold elsewhere before somebody may open an application: the system behind it is asked whether it knows them (K5).
import type { LocalizedText } from '../../wire/codes/index.ts';

/** What the stable key in a question is: an HSA-ID of the person, or our own id. */
export const preconditionKeys = ['hsa-id', 'person'] as const;
/** What a login does when nobody answers. */
export const silences = ['refuse', 'goOn'] as const;

/** What somebody who is not known there must order, and from whom: said where the answer does not say it. */
export interface PreconditionOrder {
  readonly what: LocalizedText;
  readonly from: LocalizedText;
  /** Where it is ordered; https. */
  readonly url?: string | undefined;
}

export interface Precondition {
  readonly id: string;
  readonly name: LocalizedText;
  readonly applications: readonly string[];
  /** Organisations whose people are asked about; none: everybody. */
  readonly organisations: readonly string[];
  /** Roles of the chosen assignment that are asked about; none: every role. */
  readonly roles: readonly string[];
  readonly identifier: (typeof preconditionKeys)[number];
  readonly ask: {
    readonly url: string;
    /** Bearer token (RFC 6750), sealed. */
    readonly sealedToken?: string | undefined;
    /** Who vouches for the address (PEM); none: those of the operating system. */
    readonly tlsAuthorities: readonly string[];
    readonly timeoutSeconds: number;
  };
  readonly whenSilent: (typeof silences)[number];
  readonly order: PreconditionOrder;
  readonly closed: boolean;
}
