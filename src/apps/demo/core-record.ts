// The EHR as a client of the core record's API: asks with its DPoP key, and reads what the challenge of a refusal wants.
import * as oidc from 'openid-client';
import { type RecordAnswer, summaryPath } from './record-api/index.ts';
import type { RelyingParty, Tickets } from './relying-party.ts';

/** An answer of the API, with what its challenge asks for when it is a refusal. */
export interface Asked {
  readonly status: number;
  readonly answer: RecordAnswer;
  /** The header as it came. */
  readonly challenge?: string | undefined;
  /** A new login may help: with this level where one is named (RFC 9470 3), with grounds in any case. */
  readonly login?: { readonly acr: string | undefined } | undefined;
}

/** GET of the summary. Rejects when the API cannot be reached or answers something else. */
export async function askSummary(
  party: RelyingParty,
  tickets: Tickets,
  recordUrl: string,
  locale: string,
): Promise<Asked> {
  const headers = new Headers({ accept: 'application/json', 'accept-language': locale });
  try {
    const response = await party.fetch(tickets, new URL(summaryPath, recordUrl), headers);
    if (response.status !== 200) throw new Error(`the core record answered ${response.status}`);
    return { status: 200, answer: (await response.json()) as RecordAnswer };
  } catch (error) {
    if (!(error instanceof oidc.WWWAuthenticateChallengeError)) throw error;
    const { response, cause } = error;
    const parameters = cause.find(({ scheme }) => scheme === 'dpop')?.parameters;
    const wanted = parameters?.error;
    return {
      status: response.status,
      answer: (await response.json()) as RecordAnswer,
      challenge: response.headers.get('www-authenticate') ?? undefined,
      ...(wanted === 'insufficient_user_authentication' || wanted === 'insufficient_scope'
        ? { login: { acr: parameters?.['acr_values'] } }
        : {}),
    };
  }
}
