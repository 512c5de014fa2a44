// Answers a request to the core record's API: the checks in words, then the summary and the ticket, or a challenge.
import type { JWTVerifyGetKey } from 'jose';
import type { Locale } from '../../../wire/codes/index.ts';
import type { CheckLine, RecordAnswer } from './check-names.ts';
import { type Agreement, checks as allChecks, type Check, type FirstUse } from './checks.ts';
import { type ApiRequest, proofAlgorithmNames, readRequest } from './request.ts';
import { summaryIn } from './summary.ts';

export interface RecordApi {
  readonly agreement: Agreement;
  readonly hubKeys: JWTVerifyGetKey;
  readonly firstUse: FirstUse;
  /** Seconds. */
  readonly now: () => number;
  /** A test leaves one out. */
  readonly checks?: readonly Check[];
}

export interface ApiAnswer {
  readonly status: number;
  readonly challenge?: string;
  readonly json: RecordAnswer;
}

/** GET /api/summary. The first check that fails decides; what comes after it is not looked at. */
export async function answerSummary(api: RecordApi, request: ApiRequest, locale: Locale): Promise<ApiAnswer> {
  const { agreement, firstUse, checks = allChecks } = api;
  const facts = await readRequest(request, api.hubKeys, api.now());
  const lines: CheckLine[] = [];
  let failed: Check | undefined;
  for (const check of checks) {
    const { name, clause, words } = check;
    const result = failed ? 'notReached' : check.test(facts, agreement, firstUse) ? 'passed' : 'failed';
    if (result === 'failed') failed = check;
    lines.push({ check: name, result, words, clause });
  }
  if (!failed) return { status: 200, json: { checks: lines, summary: summaryIn(locale), ticket: facts.ticket.claims } };
  const { error, refusal } = failed;
  return {
    status: error === 'insufficient_scope' ? 403 : 401,
    challenge: challengeOf(failed, request, agreement),
    json: { error, error_description: refusal, checks: lines },
  };
}

/** RFC 6750 3 and 3.1: whoever brought no ticket at all is told the scheme, and no error. RFC 9470 3: the level to ask for. */
function challengeOf({ error, refusal }: Check, { authorization }: ApiRequest, { level }: Agreement): string {
  const said = authorization === undefined ? [] : [`error="${error}"`, `error_description="${refusal}"`];
  const wanted = error === 'insufficient_user_authentication' ? [`acr_values="${level}"`] : [];
  return `DPoP ${[...said, ...wanted, `algs="${proofAlgorithmNames}"`].join(', ')}`;
}
