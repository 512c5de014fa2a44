// The process that holds a token: does one request after the other, and ends with whoever started it.

import type { OpenToken } from './token.ts';
import type { FromChild, ToChild, TokenFault, TokenRequest } from './token-messages.ts';

let token: OpenToken | undefined;

const missing: TokenFault = {
  text: 'keys in tokens need the optional npm package koffi, which is not installed here: run "npm ci" without --omit=optional',
};

async function answer(request: TokenRequest) {
  if (request.op === 'open') {
    const { openToken } = await import('./token.ts');
    token = openToken(request);
    return token.opened;
  }
  if (token === undefined) throw new Error('the token is not open');
  if (request.op === 'make') return token.make(request);
  if (request.op === 'sign') return token.sign(request);
  token.look();
  return null;
}

function faultOf(error: unknown): TokenFault {
  const { fault, code, message } = error as { fault?: TokenFault; code?: string; message?: string };
  if (fault !== undefined) return fault;
  // Of the package itself, or of the part that is compiled for this platform.
  if (code === 'ERR_MODULE_NOT_FOUND' || /native Koffi/.test(message ?? '')) return missing;
  return { text: `the token’s library could not be used: ${message ?? 'unknown'}` };
}

process.on('message', async ({ number, request }: ToChild) => {
  let reply: FromChild;
  try {
    reply = { number, ok: true, answer: await answer(request) };
  } catch (error) {
    reply = { number, ok: false, fault: faultOf(error) };
  }
  process.send?.(reply);
});
process.on('disconnect', () => {
  token?.close();
  process.exit();
});
// A signal to the whole group is for the program that started us: it finishes its work with the key first.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
