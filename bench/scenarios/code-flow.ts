// The whole code flow with a live session: PAR, authorize, token. Its three requests are one piece of work.
import { api, type BenchApi, type BenchClient } from '../clients.ts';
import { type Connection, formPost, get, headerOf } from '../connection.ts';
import { dpopProof, newPkce } from '../proofs.ts';
import { assertionFields, currentNonce, form, type Target } from '../target.ts';
import { assertionKeyOf, forEachWork, proofKeyOf, type Scenario, wrongAnswer } from './scenario.ts';

export interface FlowRequests {
  readonly par: string;
  readonly authorize: (requestUri: string) => string;
  readonly token: (code: string) => string;
  readonly assertions: readonly string[];
  readonly proof: string;
}

/** Everything of a flow that can be made before it begins. */
export function flowRequests(
  client: BenchClient,
  clientIndex: number,
  target: Target,
  nonce: string,
  /** APIs that the login is for; the first token is for the first. */
  apis: readonly BenchApi[] = [api],
): FlowRequests {
  const { verifier, challenge } = newPkce();
  const parFields = assertionFields(client, target);
  const tokenFields = assertionFields(client, target);
  const proof = dpopProof(client.proofKey, target.tokenUrl, nonce);
  const cookie = target.cookies[clientIndex] ?? '';
  const par = form({
    ...parFields,
    response_type: 'code',
    redirect_uri: client.redirectUri,
    scope: ['openid', ...apis.map(({ scope }) => scope)].join(' '),
    code_challenge: challenge,
    code_challenge_method: 'S256',
    state: 'a-state-of-a-client',
    nonce: 'a-nonce-of-a-client',
  });
  const resources = apis.map(({ audience }) => form({ resource: audience })).join('&');
  const tokenBody = form({
    ...tokenFields,
    grant_type: 'authorization_code',
    redirect_uri: client.redirectUri,
    code_verifier: verifier,
    ...(apis.length > 1 ? { resource: apis[0]?.audience ?? '' } : {}),
  });
  return {
    par: formPost(target.paths.par, `${par}&${resources}`),
    authorize: (requestUri) =>
      get(`${target.paths.authorize}?${form({ client_id: client.id, request_uri: requestUri })}`, { cookie }),
    token: (code) => formPost(target.paths.token, `${tokenBody}&${form({ code })}`, { dpop: proof }),
    assertions: [parFields.client_assertion ?? '', tokenFields.client_assertion ?? ''],
    proof,
  };
}

/** Runs a flow; answers its tokens, or what went wrong. */
export async function runFlow(
  connection: Connection,
  requests: FlowRequests,
): Promise<{ readonly wrong: string } | { readonly wrong?: undefined; readonly tokens: string }> {
  const pushed = await connection.send(requests.par);
  if (pushed.status !== 201) return { wrong: wrongAnswer('par', pushed) };
  const { request_uri: requestUri } = JSON.parse(pushed.body) as { readonly request_uri: string };
  const sent = await connection.send(requests.authorize(requestUri));
  const location = headerOf(sent, 'location') ?? '';
  const code = URL.parse(location)?.searchParams.get('code');
  if (sent.status !== 303 || !code) return { wrong: `authorize: ${sent.status} ${location.slice(0, 160)}` };
  const answer = await connection.send(requests.token(code));
  return answer.status === 200 ? { tokens: answer.body } : { wrong: wrongAnswer('token', answer) };
}

export const codeFlow: Scenario = {
  name: 'code_flow',
  title: 'PAR, authorize with a live session, token (three requests; AT + ID token + refresh token)',
  count: 1600,
  signs: 2,
  wanted: { peerRatio: 3 },
  async prepare(target, clients, count) {
    const nonce = await currentNonce(target, clients[0] as BenchClient);
    const made = forEachWork(clients, count, (client, index) => ({
      index,
      requests: flowRequests(client, index, target, nonce),
    }));
    return {
      work: made.map(
        ({ requests }) =>
          async (connection) =>
            (await runFlow(connection, requests)).wrong,
      ),
      signatures: made.map(({ index, requests }) => [
        ...requests.assertions.map((token) => ({ token, key: assertionKeyOf(index) })),
        { token: requests.proof, key: proofKeyOf(index) },
      ]),
    };
  },
};
