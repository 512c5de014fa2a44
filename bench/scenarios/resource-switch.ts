// Refresh with resource switch (RFC 8707): one login for two APIs, each refresh for the other API than the one before.
import { api, type BenchClient, otherApi } from '../clients.ts';
import { formPost } from '../connection.ts';
import { dpopProof } from '../proofs.ts';
import { assertionFields, currentNonce, form, type Target } from '../target.ts';
import { refreshTokens } from './refresh.ts';
import { assertionKeyOf, forEachWork, proofKeyOf, type Scenario, wrongAnswer } from './scenario.ts';

const both = { apis: [api, otherApi], kept: new WeakMap<Target, readonly string[]>() };

export const resourceSwitch: Scenario = {
  name: 'resource_switch',
  title: 'refresh with resource switch (private_key_jwt, DPoP; AT for the other API + ID token)',
  count: 3000,
  signs: 2,
  wanted: { peerRatio: 2.5 },
  async prepare(target, clients, count) {
    const nonce = await currentNonce(target, clients[0] as BenchClient);
    const tokens = await refreshTokens(target, clients, nonce, both);
    const made = forEachWork(clients, count, (client, clientIndex, index) => {
      const fields = assertionFields(client, target);
      const proof = dpopProof(client.proofKey, target.tokenUrl, nonce);
      const { audience, scope } = Math.floor(index / clients.length) % 2 === 0 ? otherApi : api;
      const grant = { grant_type: 'refresh_token', refresh_token: tokens[clientIndex] ?? '', resource: audience };
      const request = formPost(target.paths.token, form({ ...fields, ...grant }), { dpop: proof });
      return { clientIndex, request, scope, assertion: fields.client_assertion ?? '', proof };
    });
    return {
      work: made.map(({ request, scope }) => async (connection) => {
        const answer = await connection.send(request);
        const switched = answer.status === 200 && answer.body.includes('"id_token"') && answer.body.includes(scope);
        return switched ? undefined : wrongAnswer('refresh', answer);
      }),
      signatures: made.map(({ clientIndex, assertion, proof }) => [
        { token: assertion, key: assertionKeyOf(clientIndex) },
        { token: proof, key: proofKeyOf(clientIndex) },
      ]),
    };
  },
};
