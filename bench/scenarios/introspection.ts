// Introspection with private_key_jwt. Ours looks at a signed token of its own; oidc-provider takes opaque ones only.
import { api, type BenchClient } from '../clients.ts';
import { formPost } from '../connection.ts';
import { dpopProof } from '../proofs.ts';
import { assertionFields, currentNonce, form, type Target } from '../target.ts';
import { assertionKeyOf, forEachWork, type Scenario, wrongAnswer } from './scenario.ts';

/** A fresh access token of each client. */
async function accessTokens(
  target: Target,
  clients: readonly BenchClient[],
  nonce: string,
): Promise<readonly string[]> {
  const [connection] = target.connections;
  const tokens: string[] = [];
  for (const client of clients) {
    const opaque = target.name === 'oidc-provider';
    const wanted: Record<string, string> = opaque ? {} : { scope: api.scope, resource: api.audience };
    const body = form({ ...assertionFields(client, target), grant_type: 'client_credentials', ...wanted });
    const proof = dpopProof(client.proofKey, target.tokenUrl, nonce);
    const answer = await connection?.send(formPost(target.paths.token, body, { dpop: proof }));
    if (answer?.status !== 200) throw new Error(`${target.name}: ${answer?.status} ${answer?.body}`);
    tokens.push((JSON.parse(answer.body) as { access_token: string }).access_token);
  }
  return tokens;
}

export const introspection: Scenario = {
  name: 'introspection',
  title: 'introspection (private_key_jwt; ours of an at+jwt, oidc-provider of an opaque token)',
  count: 4000,
  signs: 0,
  wanted: { peerRatio: 2 },
  async prepare(target, clients, count) {
    const nonce = await currentNonce(target, clients[0] as BenchClient);
    const tokens = await accessTokens(target, clients, nonce);
    const made = forEachWork(clients, count, (client, index) => {
      const fields = assertionFields(client, target);
      const body = form({ ...fields, token: tokens[index] ?? '' });
      return { index, request: formPost(target.paths.introspect, body), assertion: fields.client_assertion ?? '' };
    });
    return {
      work: made.map(({ request }) => async (connection) => {
        const answer = await connection.send(request);
        return answer.status === 200 && answer.body.includes('"active":true')
          ? undefined
          : wrongAnswer('introspect', answer);
      }),
      // The assertion's signature, and that of the token, which has the same cost.
      signatures: made.map(({ index, assertion }) => {
        const one = { token: assertion, key: assertionKeyOf(index) };
        return [one, one];
      }),
    };
  },
};
