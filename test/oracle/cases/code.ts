// Codes at the token endpoint: to whom they belong and how often they count (O2, O3).
import { area, type Case } from '../case.ts';
import { keys, portalRedirectUri, redirectUri } from '../clients.ts';
import { newCode, redeemCall, refreshCall, ticketsOf } from '../flow.ts';
import { newPkce, proof } from '../forge.ts';
import type { Fields, Party } from '../party.ts';

const redeemed =
  (over: { form?: Fields; headers?: (party: Party) => Fields }, request: Fields = {}): Case['run'] =>
  async (party) => {
    const code = await newCode(party, 'ehr', request);
    const headers = over.headers?.(party);
    return party.call(
      'token',
      redeemCall(party, 'ehr', code, { ...(over.form && { form: over.form }), ...(headers && { headers }) }),
    );
  };

const verifier =
  (change: (verifier: string) => string | undefined): Case['run'] =>
  async (party) => {
    const code = await newCode(party);
    const form = { code_verifier: change(code.pkce.verifier) };
    return party.call('token', redeemCall(party, 'ehr', code, { form }));
  };

const byOtherKey = (party: Party): Fields => ({ dpop: proof(party, 'token', { key: keys.otherProof }) });

export const codeCases: readonly Case[] = [
  ...area('code', {
    'all right': redeemed({}),
    absent: redeemed({ form: { code: undefined } }),
    empty: redeemed({ form: { code: '' } }),
    'of nobody': redeemed({ form: { code: 'made-up' } }),
    cut: async (party) => {
      const { code, pkce } = await newCode(party);
      return party.call('token', redeemCall(party, 'ehr', { code: code.slice(0, -1), pkce }));
    },
    'with a letter more': async (party) => {
      const { code, pkce } = await newCode(party);
      return party.call('token', redeemCall(party, 'ehr', { code: `${code}A`, pkce }));
    },
    'a second time': async (party) => {
      const code = await newCode(party);
      await party.call('token', redeemCall(party, 'ehr', code));
      return party.call('token', redeemCall(party, 'ehr', code));
    },
    'a refresh after its code came a second time': async (party) => {
      const code = await newCode(party);
      const { refreshToken } = ticketsOf(party, await party.call('token', redeemCall(party, 'ehr', code)));
      await party.call('token', redeemCall(party, 'ehr', code));
      return party.call('token', refreshCall(party, 'ehr', refreshToken));
    },
    'by another client': async (party) => {
      const code = await newCode(party);
      return party.call('token', redeemCall(party, 'portal', code, { form: { redirect_uri: redirectUri } }));
    },
    'after a try by another client': async (party) => {
      const code = await newCode(party);
      await party.call('token', redeemCall(party, 'portal', code, { form: { redirect_uri: redirectUri } }));
      return party.call('token', redeemCall(party, 'ehr', code));
    },
    'after a try with a wrong verifier': async (party) => {
      const code = await newCode(party);
      await party.call('token', redeemCall(party, 'ehr', { ...code, pkce: newPkce() }));
      return party.call('token', redeemCall(party, 'ehr', code));
    },
    'redirect_uri absent': redeemed({ form: { redirect_uri: undefined } }),
    'redirect_uri another': redeemed({ form: { redirect_uri: portalRedirectUri } }),
    'redirect_uri with a slash on top': redeemed({ form: { redirect_uri: `${redirectUri}/` } }),
    'proof absent': redeemed({ headers: () => ({ dpop: undefined }) }),
    'proof of another key than dpop_jkt': redeemed({ headers: byOtherKey }, { dpop_jkt: keys.proof.kid }),
    'proof of the key of dpop_jkt': redeemed({}, { dpop_jkt: keys.proof.kid }),
    'proof of any key without dpop_jkt': redeemed({ headers: byOtherKey }),
    'an API that was not asked for': redeemed({ form: { resource: 'https://api.example/drugs' } }),
    'a scope parameter': redeemed({ form: { scope: 'openid admin' } }),
    'a code of the basic client without its secret': async (party) => {
      const code = await newCode(party, 'basic');
      const form = { client_id: 'basic' };
      return party.call('token', redeemCall(party, 'basic', code, { form, headers: { authorization: undefined } }));
    },
  }),
  ...area('verifier', {
    absent: verifier(() => undefined),
    empty: verifier(() => ''),
    another: verifier(() => newPkce().verifier),
    'the challenge itself': async (party) => {
      const code = await newCode(party);
      return party.call('token', redeemCall(party, 'ehr', code, { form: { code_verifier: code.pkce.challenge } }));
    },
    cut: verifier((text) => text.slice(0, -1)),
    'too short': verifier((text) => text.slice(0, 20)),
    'too long': verifier((text) => text.repeat(4)),
    'with a space': verifier((text) => `${text.slice(0, -1)} `),
  }),
];
