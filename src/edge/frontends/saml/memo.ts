// What the frontend leaves with a journey and finds again when it ends, or sends along through the browser, sealed.
import { Problem } from '../../../base/problem.ts';
import type { AskedNames } from '../../../core/catalogue/index.ts';

export interface SamlMemo {
  readonly application: string;
  /** The registered place that the answer goes to. */
  readonly answerTo: string;
  /** By which binding; absent = by POST. */
  readonly answerBinding?: 'artifact' | undefined;
  /** Absent for a login that began here. */
  readonly request?: { readonly id: string } | undefined;
  readonly relayState?: string | undefined;
  /** Names of levels that were asked for. */
  readonly levels?: AskedNames | undefined;
  /** The request wants a name that is made for one session, whatever the record says (SAML Core 3.4.1.1). */
  readonly transient?: boolean | undefined;
  /** Whom the request is about (SAML Core 3.4.1 Subject). */
  readonly subject?: string | undefined;
  /** For whom the application asks, as it says; nobody else may be asked (SAML Core 3.4.1.2). */
  readonly requesters?: readonly string[] | undefined;
  readonly direct?: boolean | undefined;
  readonly locales: readonly string[];
}

/** Stored memos carry a version: the next release must still read them. */
const version = 1;

export const toMemo = (memo: SamlMemo): Readonly<Record<string, unknown>> => ({ version, ...memo });

/** The memo of a journey of ours. Throws when it is of another kind or version. */
export function fromMemo(stored: Readonly<Record<string, unknown>>): SamlMemo {
  if (stored.version !== version) {
    throw new Problem({ kind: 'internal', code: 'internal', detail: `saml memo of version ${stored.version}` });
  }
  return stored as unknown as SamlMemo;
}
