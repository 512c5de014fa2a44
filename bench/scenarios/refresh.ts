// Refresh: private_key_jwt and DPoP in, a new access token and ID token out; the refresh token stays (FAPI 2.0).
import { api, type BenchApi, type BenchClient } from '../clients.ts';
import { formPost } from '../connection.ts';
import { dpopProof } from '../proofs.ts';
import { assertionFields, currentNonce, form, type Target } from '../target.ts';
import { flowRequests, runFlow } from './code-flow.ts';
import { assertionKeyOf, forEachWork, proofKeyOf, type Scenario, wrongAnswer } from './scenario.ts';

/** One refresh token of each client, from a real flow for these APIs; `kept` holds them for the rounds that follow. */
export async function refreshTokens(
  target: Target,
  clients: readonly BenchClient[],
  nonce: string,
  { apis, kept }: { readonly apis: readonly BenchApi[]; readonly kept: WeakMap<Target, readonly string[]> },
): Promise<readonly string[]> {
  const known = kept.get(target);
  if (known !== undefined) return known;
  const [connection] = target.connections;
  if (connection === undefined) throw new Error('no connection');
  const tokens: string[] = [];
  for (const [index, client] of clients.entries()) {
    const flow = await runFlow(connection, flowRequests(client, index, target, nonce, apis));
    if (flow.wrong !== undefined) throw new Error(`${target.name}: ${flow.wrong}`);
    tokens.push((JSON.parse(flow.tokens) as { refresh_token: string }).refresh_token);
  }
  kept.set(target, tokens);
  return tokens;
}

const own = { apis: [api], kept: new WeakMap<Target, readonly string[]>() };

export const refresh: Scenario = {
  name: 'refresh',
  title: 'refresh (private_key_jwt, DPoP; AT + ID token)',
  count: 3000,
  signs: 2,
  wanted: { peerRatio: 2.5 },
  async prepare(target, clients, count) {
    const nonce = await currentNonce(target, clients[0] as BenchClient);
    const tokens = await refreshTokens(target, clients, nonce, own);
    const made = forEachWork(clients, count, (client, index) => {
      const fields = assertionFields(client, target);
      const proof = dpopProof(client.proofKey, target.tokenUrl, nonce);
      const body = form({ ...fields, grant_type: 'refresh_token', refresh_token: tokens[index] ?? '' });
      const request = formPost(target.paths.token, body, { dpop: proof });
      return { index, request, assertion: fields.client_assertion ?? '', proof };
    });
    return {
      work: made.map(({ request }) => async (connection) => {
        const answer = await connection.send(request);
        const complete = answer.status === 200 && answer.body.includes('"id_token"');
        return complete ? undefined : wrongAnswer('refresh', answer);
      }),
      signatures: made.map(({ index, assertion, proof }) => [
        { token: assertion, key: assertionKeyOf(index) },
        { token: proof, key: proofKeyOf(index) },
      ]),
    };
  },
};
