// Whether an artifact still stands for something, for the application that asks. All that a refusal tells is: for nothing.
import type { Issuer, SamlApplication } from '../../../core/catalogue/index.ts';
import type { KeptAnswer } from '../../../core/issuing/index.ts';

export interface ArtifactFacts {
  /** What is kept under it. */
  readonly kept: KeptAnswer | undefined;
  readonly application: SamlApplication;
  readonly issuer: Issuer;
  readonly now: number;
}

export interface ArtifactCheck {
  readonly name: string;
  /** The clause that asks for it. */
  readonly clause: string;
  /** What it refuses, in safe words. */
  readonly because: string;
  readonly test: (facts: ArtifactFacts) => boolean;
}

export const keptAnswerChecks: readonly ArtifactCheck[] = [
  {
    name: 'artifact.known',
    clause: 'SAML Core 3.5.3',
    because: 'an artifact that is not known here, or that was used',
    test: ({ kept }) => kept !== undefined,
  },
  {
    name: 'artifact.application',
    clause: 'SAML Bindings 3.6.5.2; SAML Core 3.5.3: resolved by whom it was made for, and by nobody else',
    because: 'an artifact that was made for another application',
    test: ({ kept, application, issuer }) =>
      kept === undefined || (kept.application === application.id && kept.issuer === issuer.id),
  },
  {
    name: 'artifact.life',
    clause: 'SAML Bindings 3.6.5: of short life',
    because: 'an artifact that is too old',
    test: ({ kept, now }) => kept === undefined || now < kept.expiresAt,
  },
];
