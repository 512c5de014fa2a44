// DPoP proofs at the token endpoint, each with one fault (O6, O7).
import { area, type Case } from '../case.ts';
import { keys } from '../clients.ts';
import { type Bend, machineCall, newId, proof, seconds } from '../forge.ts';
import type { Party } from '../party.ts';

const bent =
  (bend: (party: Party) => Bend): Case['run'] =>
  (party) =>
    party.call('token', machineCall(party, { headers: { dpop: proof(party, 'token', bend(party)) } }));
const claims = (make: (party: Party) => object): Case['run'] => bent((party) => ({ claims: make(party) }));
const header = (over: object): Case['run'] => bent(() => ({ header: over }));
const after = (change: (token: string) => string): Case['run'] => bent(() => ({ after: change }));
const htu = (change: (url: string) => string): Case['run'] => claims((party) => ({ htu: change(party.url('token')) }));
/** A proof, and then another with the same jti whose iat is some seconds earlier. */
const again =
  (secondsEarlier: number): Case['run'] =>
  async (party) => {
    const [jti, iat] = [newId(), seconds()];
    const once = (at: number) =>
      machineCall(party, { headers: { dpop: proof(party, 'token', { claims: { jti, iat: at } }) } });
    await party.call('token', once(iat));
    return party.call('token', once(iat - secondsEarlier));
  };
const privateMember = { d: keys.proof.privateKey.export({ format: 'jwk' }).d };

export const dpopCases: readonly Case[] = [
  ...area('proof', {
    'all right': bent(() => ({})),
    absent: (party) => party.call('token', machineCall(party, { headers: { dpop: undefined } })),
    empty: (party) => party.call('token', machineCall(party, { headers: { dpop: '' } })),
    'no token': (party) => party.call('token', machineCall(party, { headers: { dpop: 'nonsense' } })),
    'two of them': (party) =>
      party.call('token', machineCall(party, { headers: { dpop: [proof(party, 'token'), proof(party, 'token')] } })),
    'typ JWT': header({ typ: 'JWT' }),
    'typ absent': header({ typ: undefined }),
    'typ in capitals': header({ typ: 'DPOP+JWT' }),
    'alg none': header({ alg: 'none' }),
    'alg HS256 with the public key': bent(() => ({
      header: { alg: 'HS256' },
      hmac: JSON.stringify(keys.proof.publicJwk),
    })),
    'alg RS256': bent(() => ({ header: { alg: 'RS256' }, key: keys.rsaProof })),
    'alg PS256': bent(() => ({ header: { alg: 'PS256' }, key: keys.rsaProof })),
    'jwk absent': header({ jwk: undefined }),
    'jwk of another key': header({ jwk: keys.otherProof.publicJwk }),
    'jwk with its private member': header({ jwk: { ...keys.proof.publicJwk, ...privateMember } }),
    'jwk a symmetric key': bent(() => ({
      header: { alg: 'HS256', jwk: { kty: 'oct', k: 'AAAA' } },
      hmac: Buffer.alloc(3),
    })),
    'jwk a point off the curve': header({ jwk: { ...keys.proof.publicJwk, y: keys.otherProof.publicJwk.x } }),
    'crit with something': header({ crit: ['htm'] }),
    'htm GET': claims(() => ({ htm: 'GET' })),
    'htm in small letters': claims(() => ({ htm: 'post' })),
    'htm absent': claims(() => ({ htm: undefined })),
    'htu absent': claims(() => ({ htu: undefined })),
    'htu another endpoint': claims((party) => ({ htu: party.url('par') })),
    'htu another host': claims(() => ({ htu: 'https://evil.example/token' })),
    'htu plain http': htu((url) => url.replace('https:', 'http:')),
    'htu with its default port': htu((url) => url.replace('.example', '.example:443')),
    'htu with another port': htu((url) => url.replace('.example', '.example:8443')),
    'htu with its host in capitals': htu((url) => url.replace(/[a-z]+\.example/, (host) => host.toUpperCase())),
    'htu with a query': htu((url) => `${url}?a=1`),
    'htu with a fragment': htu((url) => `${url}#a`),
    'htu with a slash on top': htu((url) => `${url}/`),
    'htu with dots in its path': htu((url) => url.replace('/token', '/x/../token')),
    'htu with user information': htu((url) => url.replace('https://', 'https://user@')),
    'htu with escapes': htu((url) => url.replace('/token', '/%74oken')),
    'htu with backslashes': htu((url) => url.replaceAll('/', '\\')),
    'htu with a tab in it': htu((url) => url.replace('/token', '/to\tken')),
    'htu relative': claims(() => ({ htu: '/token' })),
    'iat absent': claims(() => ({ iat: undefined })),
    'iat as text': claims(() => ({ iat: String(seconds()) })),
    'iat 5 s ahead': claims(() => ({ iat: seconds() + 5 })),
    'iat an hour ahead': claims(() => ({ iat: seconds() + 3600 })),
    'iat an hour ago': claims(() => ({ iat: seconds() - 3600 })),
    'jti absent': claims(() => ({ jti: undefined })),
    'jti empty': claims(() => ({ jti: '' })),
    'jti a number': claims(() => ({ jti: 4 })),
    'nonce absent': claims(() => ({ nonce: undefined })),
    'nonce of nobody': claims(() => ({ nonce: 'made-up' })),
    'nonce a number': claims(() => ({ nonce: 3 })),
    'signature cut': after((token) => token.slice(0, -3)),
    'signature of another key': bent(() => ({ header: { jwk: keys.proof.publicJwk }, key: keys.otherProof })),
    'claims no JSON': bent(() => ({ claims: '{' })),
    'exp in the past': claims(() => ({ exp: seconds() - 100 })),
    'nbf in the future': claims(() => ({ nbf: seconds() + 3600 })),
  }),
  ...area('proof replay', {
    'a second time': async (party) => {
      const used = proof(party, 'token');
      await party.call('token', machineCall(party, { headers: { dpop: used } }));
      return party.call('token', machineCall(party, { headers: { dpop: used } }));
    },
    'the same jti in a new proof of the same instant': again(0),
    'the same jti in a new proof of another instant': again(2),
    'the same jti of another key': async (party) => {
      const jti = newId();
      const once = (key = keys.proof) =>
        machineCall(party, { headers: { dpop: proof(party, 'token', { claims: { jti }, key }) } });
      await party.call('token', once());
      return party.call('token', once(keys.otherProof));
    },
  }),
];
