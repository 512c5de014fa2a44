// Serves a demo application's pages by HTTPS: an answer for each request, in the browser's language, under a strict policy.
import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import { pageHeaders, type SafeHtml } from '../../base/http/index.ts';
import type { Locale } from '../../wire/codes/index.ts';
import { negotiateLocale } from '../../wire/texts/index.ts';
import { bcp195, readBody } from './transport.ts';

/** Where it listens, and with which certificate. */
export interface Serving {
  readonly listen: { readonly host: string; readonly port: number };
  /** PEM files. */
  readonly tls: { readonly certificate: string; readonly key: string };
}

export interface Answer {
  readonly status: number;
  readonly body?: SafeHtml;
  readonly text?: string;
  readonly type?: string;
  readonly location?: string;
  /** Where the page leads by itself: for a way that a form may not be redirected along (CSP 3 6.4.1 form-action). */
  readonly refresh?: string;
  readonly challenge?: string;
  readonly cookies?: readonly string[];
}

/** Starts it; answers how to stop it. */
export async function startServer(
  given: Serving & {
    /** Origins that its forms may lead to. */
    readonly formTargets: readonly string[];
    readonly handle: (request: IncomingMessage, body: Buffer, locale: Locale) => Promise<Answer>;
    readonly failed: (error: unknown, locale: Locale) => Answer;
  },
): Promise<{ close(): Promise<void> }> {
  const { listen, tls, formTargets, handle, failed } = given;
  const server = createServer(
    { cert: readFileSync(tls.certificate), key: readFileSync(tls.key), ...bcp195 },
    (request, response) => {
      const locale = negotiateLocale({ accepted: request.headers['accept-language'] });
      readBody(request)
        .then((body) => handle(request, body, locale))
        .catch((error: unknown) => failed(error, locale))
        .then((answer) => send(response, answer, formTargets));
    },
  );
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(listen.port, listen.host, resolve);
  });
  return {
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function send(response: ServerResponse, answer: Answer, formTargets: readonly string[]): void {
  const headers: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(pageHeaders({ formTargets })))
    headers[name] = typeof value === 'string' ? value : [...value];
  headers['content-type'] = `${answer.type ?? (answer.body ? 'text/html' : 'text/plain')}; charset=utf-8`;
  if (answer.location) headers['location'] = answer.location;
  if (answer.refresh) headers['refresh'] = `0; url=${answer.refresh}`;
  if (answer.challenge) headers['www-authenticate'] = answer.challenge;
  if (answer.cookies?.length) headers['set-cookie'] = [...answer.cookies];
  response.writeHead(answer.status, headers);
  response.end(answer.body ? answer.body.toString() : (answer.text ?? ''));
}
