// Starts the test-token service over HTTPS.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { answerHeaders } from '../../../base/http/index.ts';
import { bcp195, readBody } from '../transport.ts';
import { answerTestTokens, type ServiceAnswer, type TestTokenService } from './answer.ts';

/** Listens; answers how to stop. */
export async function startTestTokens(
  service: TestTokenService,
  at: {
    readonly listen: { readonly host: string; readonly port: number };
    readonly tls: { readonly certificate: string; readonly key: string };
  },
): Promise<{ close(): Promise<void> }> {
  const server = createServer(
    { cert: readFileSync(at.tls.certificate), key: readFileSync(at.tls.key), ...bcp195 },
    (request, response) => {
      const { method = '', headers } = request;
      readBody(request)
        .then((body) =>
          answerTestTokens(service, { method, path: (request.url ?? '/').split('?')[0] ?? '', headers, body }),
        )
        .catch(
          (): ServiceAnswer => ({
            status: 400,
            json: { isError: true, errorResponse: { errorMessage: 'the request could not be read' } },
          }),
        )
        .then(({ status, json }) => {
          response.writeHead(status, { ...answerHeaders, 'content-type': 'application/json' });
          response.end(JSON.stringify(json));
        });
    },
  );
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(at.listen.port, at.listen.host, resolve);
  });
  return {
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
