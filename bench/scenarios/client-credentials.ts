// client_credentials: private_key_jwt and a DPoP proof with the server's nonce in, an at+jwt bound to the key out.
import { randomUUID } from 'node:crypto';
import { api, type BenchClient, helseidId } from '../clients.ts';
import { formPost } from '../connection.ts';
import { dpopProof } from '../proofs.ts';
import { assertionFields, currentNonce, form, type Target } from '../target.ts';
import { assertionKeyOf, forEachWork, proofKeyOf, type Scenario, wrongAnswer } from './scenario.ts';

/** The request of a client, ready to send, with the signatures in it; `more` are further claims of its assertion. */
export function machineRequest(client: BenchClient, target: Target, nonce: string, more: object = {}) {
  const fields = assertionFields(client, target, more);
  const proof = dpopProof(client.proofKey, target.tokenUrl, nonce);
  const body = form({ ...fields, grant_type: 'client_credentials', scope: api.scope, resource: api.audience });
  const request = formPost(target.paths.token, body, { dpop: proof });
  return { request, assertion: fields.client_assertion ?? '', proof };
}

const machines = (as: (client: BenchClient) => BenchClient, more: () => object): Omit<Scenario, 'name' | 'title'> => ({
  count: 4000,
  signs: 1,
  wanted: { floorRatio: 0.45, peerRatio: 2 },
  async prepare(target, clients, count) {
    const nonce = await currentNonce(target, clients[0] as BenchClient);
    const made = forEachWork(clients, count, (client, index) => ({
      index,
      ...machineRequest(as(client), target, nonce, more()),
    }));
    return {
      work: made.map(({ request }) => async (connection) => {
        const answer = await connection.send(request);
        return answer.status === 200 ? undefined : wrongAnswer('token', answer);
      }),
      signatures: made.map(({ index, assertion, proof }) => [
        { token: assertion, key: assertionKeyOf(index) },
        { token: proof, key: proofKeyOf(index) },
      ]),
    };
  },
});

export const clientCredentials: Scenario = {
  name: 'client_credentials',
  title: 'client_credentials (private_key_jwt ES256, DPoP ES256 with nonce, ES256 at+jwt)',
  ...machines(
    (client) => client,
    () => ({}),
  ),
};

/** The peer takes the same requests and looks at no details. */
export const helseidMachine: Scenario = {
  name: 'helseid_machine',
  title: 'client_credentials in profile helseid with assertion_details (nhn:sfm:journal-id)',
  ...machines(
    (client) => ({ ...client, id: helseidId(client.id) }),
    () => ({ assertion_details: [{ type: 'nhn:sfm:journal-id', value: { journal_id: randomUUID() } }] }),
  ),
};
