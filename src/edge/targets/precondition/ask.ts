// One question about one person, bounded: whatever goes wrong is silence with a reason for operators.
import type { Secret } from '../../../base/secret.ts';
import type { PreconditionAnswer, PreconditionQuestion } from '../../../core/provisioning/index.ts';
import { readPreconditionAnswer } from './answer.ts';

export type SendQuestion = (
  url: string,
  request: {
    readonly method: 'POST';
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string;
    readonly timeoutMs: number;
    readonly maxBytes: number;
  },
) => Promise<{
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: Buffer;
}>;

export interface PreconditionAccess {
  readonly url: string;
  readonly token?: Secret<string> | undefined;
  readonly timeoutMs: number;
  readonly send: SendQuestion;
}

const maxBytes = 16 * 1024;
/** Logins that wait for one slow system do not take all that others need. */
export const mostAtOnce = 32;
const asking = new Map<string, number>();

/** Asks. `why` names neither the person nor the token. */
export async function askPrecondition(
  { url, token, timeoutMs, send }: PreconditionAccess,
  question: PreconditionQuestion,
): Promise<PreconditionAnswer> {
  const others = asking.get(url) ?? 0;
  if (others >= mostAtOnce) return { kind: 'silent', why: `${others} questions are not answered yet` };
  asking.set(url, others + 1);
  try {
    const { status, headers, body } = await send(url, {
      method: 'POST',
      headers: {
        accept: 'application/json',
        'content-type': 'application/json',
        ...(token === undefined ? {} : { authorization: `Bearer ${token.reveal()}` }),
      },
      body: JSON.stringify(question),
      timeoutMs,
      maxBytes,
    });
    // A redirect, a login page, an error of a proxy: none of it says anything about the person.
    if (status !== 200) return { kind: 'silent', why: `HTTP ${status}` };
    return readPreconditionAnswer([headers['content-type']].flat()[0], body);
  } catch (cause) {
    return { kind: 'silent', why: cause instanceof Error ? cause.message : 'no reason' };
  } finally {
    const left = (asking.get(url) ?? 1) - 1;
    if (left === 0) asking.delete(url);
    else asking.set(url, left);
  }
}
