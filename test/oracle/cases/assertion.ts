// Client assertions at the token endpoint, each with one fault (O4, O7).

import assert from 'node:assert/strict';
import { area, type Case } from '../case.ts';
import { keys } from '../clients.ts';
import { assertion, type Bend, machineCall, newId, pushCall, seconds } from '../forge.ts';
import type { Party } from '../party.ts';

/** A machine's request whose assertion is bent. */
const bent =
  (bend: (party: Party) => Bend): Case['run'] =>
  (party) =>
    party.call('token', machineCall(party, { form: { client_assertion: assertion(party, bend(party)) } }));
const claims = (make: (party: Party) => object): Case['run'] => bent((party) => ({ claims: make(party) }));
const header = (over: object): Case['run'] => bent(() => ({ header: over }));
const after = (change: (token: string) => string): Case['run'] => bent(() => ({ after: change }));

/** An assertion, and then another with the same jti that ends some seconds earlier. */
const again =
  (secondsEarlier: number): Case['run'] =>
  async (party) => {
    const [jti, iat] = [newId(), seconds()];
    const until = (exp: number) =>
      machineCall(party, { form: { client_assertion: assertion(party, { claims: { jti, iat, exp } }) } });
    await party.call('token', until(iat + 30));
    return party.call('token', until(iat + 30 - secondsEarlier));
  };

const parts = (token: string): [string, string, string] => token.split('.') as [string, string, string];

export const assertionCases: readonly Case[] = [
  ...area('assertion', {
    'all right': bent(() => ({})),
    'typ JWT': header({ typ: 'JWT' }),
    'typ jwt in small letters': header({ typ: 'jwt' }),
    'typ with application/': header({ typ: 'application/client-authentication+jwt' }),
    'typ absent': header({ typ: undefined }),
    'typ dpop+jwt': header({ typ: 'dpop+jwt' }),
    'typ at+jwt': header({ typ: 'at+jwt' }),
    'typ a number': header({ typ: 1 }),
    'kid absent': header({ kid: undefined }),
    'kid unknown': header({ kid: 'unknown' }),
    'kid a number': header({ kid: 7 }),
    'crit with something': header({ crit: ['exp'] }),
    'crit and b64 false': header({ crit: ['b64'], b64: false }),
    'aud the token endpoint': claims((party) => ({ aud: party.url('token') })),
    'aud the PAR endpoint': claims((party) => ({ aud: party.url('par') })),
    'aud another server': claims(() => ({ aud: 'https://evil.example' })),
    'aud the issuer with a slash': claims((party) => ({ aud: `${party.issuer}/` })),
    'aud the issuer in capitals': claims((party) => ({ aud: party.issuer.toUpperCase() })),
    'aud an array with the issuer': claims((party) => ({ aud: [party.issuer] })),
    'aud an array with a stranger': claims((party) => ({ aud: [party.issuer, 'https://evil.example'] })),
    'aud an empty array': claims(() => ({ aud: [] })),
    'aud empty': claims(() => ({ aud: '' })),
    'aud absent': claims(() => ({ aud: undefined })),
    'iss another client': claims(() => ({ iss: 'portal' })),
    'iss absent': claims(() => ({ iss: undefined })),
    'sub another client': claims(() => ({ sub: 'portal' })),
    'sub absent': claims(() => ({ sub: undefined })),
    'jti absent': claims(() => ({ jti: undefined })),
    'jti empty': claims(() => ({ jti: '' })),
    'jti a number': claims(() => ({ jti: 17 })),
    'exp absent': claims(() => ({ exp: undefined })),
    'exp 5 s ago': claims(() => ({ iat: seconds() - 40, exp: seconds() - 5 })),
    'exp a minute ago': claims(() => ({ iat: seconds() - 100, exp: seconds() - 60 })),
    'exp as text': claims(() => ({ exp: String(seconds() + 50) })),
    'exp an hour ahead': claims(() => ({ exp: seconds() + 3600 })),
    'exp beyond all numbers': claims(() => ({ exp: 1e300 })),
    'iat absent': claims(() => ({ iat: undefined })),
    'iat 8 s ahead': claims(() => ({ iat: seconds() + 8 })),
    'iat 90 s ahead': claims(() => ({ iat: seconds() + 90 })),
    'iat as text': claims(() => ({ iat: String(seconds()) })),
    'nbf 8 s ahead': claims(() => ({ nbf: seconds() + 8 })),
    'nbf 90 s ahead': claims(() => ({ nbf: seconds() + 90 })),
    'claims no JSON': bent(() => ({ claims: 'not json' })),
    'claims an array': bent(() => ({ claims: '[]' })),
    'claims with a member twice': bent((party) => ({
      claims: `{"iss":"ehr","sub":"ehr","aud":"https://evil.example","aud":"${party.issuer}","jti":"${newId()}","iat":${seconds()},"exp":${seconds() + 50}}`,
    })),
    'header no JSON': bent(() => ({ header: 'not json' })),
  }),
  ...area('assertion signature', {
    'alg none': header({ alg: 'none' }),
    'alg None in capitals': bent(() => ({ header: { alg: 'None' } })),
    'alg none with the signature left': bent(() => ({
      after: (token) => {
        const [, body, signature] = parts(token);
        return `${Buffer.from('{"alg":"none"}').toString('base64url')}.${body}.${signature}`;
      },
    })),
    'HS256 with the public key as PEM': bent(() => ({
      header: { alg: 'HS256' },
      hmac: keys.ehr.publicKey.export({ type: 'spki', format: 'pem' }),
    })),
    'HS256 with the public key as JWK': bent(() => ({
      header: { alg: 'HS256' },
      hmac: JSON.stringify(keys.ehr.publicJwk),
    })),
    'HS256 with an empty key': bent(() => ({ header: { alg: 'HS256' }, hmac: '' })),
    'PS256 by a registered RSA key': bent(() => ({ header: { alg: 'PS256', kid: keys.ehrRsa.kid }, key: keys.ehrRsa })),
    'RS256 by a registered RSA key': bent(() => ({ header: { alg: 'RS256', kid: keys.ehrRsa.kid }, key: keys.ehrRsa })),
    'a key of nobody': bent(() => ({ key: keys.thief })),
    'a key of another client': bent(() => ({ key: keys.portal, header: { kid: keys.portal.kid } })),
    'a key of nobody, carried in jwk': bent(() => ({ key: keys.thief, header: { jwk: keys.thief.publicJwk } })),
    'cut by three characters': after((token) => token.slice(0, -3)),
    'cut to nothing': after((token) => token.slice(0, token.lastIndexOf('.') + 1)),
    'without its last part': after((token) => parts(token).slice(0, 2).join('.')),
    'with a fourth part': after((token) => `${token}.AAAA`),
    'padded base64': after((token) => `${token}==`),
    'plain base64 alphabet': after((token) => token.replace(/\.([^.]*)$/, (_, last: string) => `.+${last.slice(1)}`)),
    'a space at the end': after((token) => `${token} `),
    'claims changed after signing': after((token) => {
      const [head, body, signature] = parts(token);
      const changed = { ...JSON.parse(Buffer.from(body, 'base64url').toString()), extra: true };
      return `${head}.${Buffer.from(JSON.stringify(changed)).toString('base64url')}.${signature}`;
    }),
    'a signature of zeros': after((token) => token.replace(/\.[^.]*$/, `.${Buffer.alloc(64).toString('base64url')}`)),
    'a signature of one byte too many': after((token) => `${token}AA`),
  }),
  ...area('assertion replay', {
    'a second time': async (party) => {
      const used = assertion(party);
      await party.call('token', machineCall(party, { form: { client_assertion: used } }));
      return party.call('token', machineCall(party, { form: { client_assertion: used } }));
    },
    'the same jti in a new assertion of the same end': again(0),
    'the same jti in a new assertion of another end': again(2),
    'taken at PAR, then at the token endpoint': async (party) => {
      const used = assertion(party);
      const first = await party.call('par', pushCall(party, { client_assertion: used }));
      assert.equal(first.status, 201, first.text);
      return party.call('token', machineCall(party, { form: { client_assertion: used } }));
    },
    'in a request that was refused for another fault, then in a right one': async (party) => {
      const used = assertion(party);
      await party.call('token', machineCall(party, { form: { client_assertion: used, scope: 'admin"' } }));
      return party.call('token', machineCall(party, { form: { client_assertion: used } }));
    },
  }),
];
