// What the login pages need from the wiring.
import type { HttpRequest } from '../../../base/http/index.ts';
import type { Secret } from '../../../base/secret.ts';
import type { Brand, CatalogueSnapshot } from '../../../core/catalogue/index.ts';
import type { Browser, Dispatcher, LoginRequest } from '../../../core/journey/index.ts';
import type { ShowFailure } from './failure-page.ts';
import type { PageFrame } from './frame.ts';
import type { AssignmentLabel } from './step-pages.ts';
import type { TurnAnswer } from './turn-answer.ts';

export interface LoginPorts {
  readonly dispatcher: Dispatcher;
  readonly catalogue: () => CatalogueSnapshot;
  /** The brand of a login: its application's organisation's, else its issuer's. */
  readonly brand: (request: LoginRequest) => Promise<Brand>;
  /** Names of assignments, in the order of the ids; unknown ids are left out. */
  readonly assignmentLabels: (
    ids: readonly string[],
    person: string | undefined,
  ) => Promise<readonly AssignmentLabel[]>;
  /** The hub's own origin, for example `https://localhost:8443`. */
  readonly origin: string;
  readonly csrfKey: Secret<Buffer>;
  /** Where the browser shows its card: a fresh host label that names these populations' CAs. */
  readonly cardUrl: (token: string, populations: readonly string[]) => string;
  /** Where a person goes whom a SAML provider sent though nobody asked; undefined where such an answer has no place. */
  readonly startOfUnasked: (parameters: Readonly<Record<string, string>>) => Promise<string | undefined>;
  readonly turnAnswer: TurnAnswer;
  readonly frame: PageFrame;
  readonly showFailure: ShowFailure;
  readonly browserOf: (request: HttpRequest) => Browser;
}
