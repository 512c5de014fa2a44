// Refresh tokens: to whom and to which key they belong, what they may be made less, and rotation in the basic profile.
import { area, type Case } from '../case.ts';
import { keys } from '../clients.ts';
import { refreshCall, tickets, ticketsOf } from '../flow.ts';
import { proof } from '../forge.ts';
import type { Fields, Party } from '../party.ts';

const refreshed =
  (over: (party: Party, token: string) => { form?: Fields; headers?: Fields }): Case['run'] =>
  async (party) => {
    const { refreshToken } = await tickets(party);
    return party.call('token', refreshCall(party, 'ehr', refreshToken, over(party, refreshToken)));
  };

/** The basic client's token after so many renewals, each with the newest; and the first of them. */
async function rotated(party: Party, times: number): Promise<{ readonly first: string; readonly last: string }> {
  const { refreshToken: first } = await tickets(party, 'basic');
  let last = first;
  for (let time = 0; time < times; time += 1) {
    last = ticketsOf(party, await party.call('token', refreshCall(party, 'basic', last))).refreshToken;
  }
  return { first, last };
}

export const refreshCases: readonly Case[] = [
  ...area('refresh', {
    'all right': refreshed(() => ({})),
    'a second time': async (party) => {
      const { refreshToken } = await tickets(party);
      await party.call('token', refreshCall(party, 'ehr', refreshToken));
      return party.call('token', refreshCall(party, 'ehr', refreshToken));
    },
    absent: refreshed(() => ({ form: { refresh_token: undefined } })),
    'of nobody': refreshed(() => ({ form: { refresh_token: 'made-up' } })),
    cut: refreshed((_party, token) => ({ form: { refresh_token: token.slice(0, -1) } })),
    'by another client': async (party) => {
      const { refreshToken } = await tickets(party);
      return party.call('token', refreshCall(party, 'portal', refreshToken));
    },
    'after a try by another client': async (party) => {
      const { refreshToken } = await tickets(party);
      await party.call('token', refreshCall(party, 'portal', refreshToken));
      return party.call('token', refreshCall(party, 'ehr', refreshToken));
    },
    'proof absent': refreshed(() => ({ headers: { dpop: undefined } })),
    'proof of another key': refreshed((party) => ({
      headers: { dpop: proof(party, 'token', { key: keys.otherProof }) },
    })),
    'an access token instead': async (party) => {
      const { accessToken } = await tickets(party);
      return party.call('token', refreshCall(party, 'ehr', accessToken));
    },
    'less scope': refreshed(() => ({ form: { scope: 'openid' } })),
    'more scope': refreshed(() => ({ form: { scope: 'openid records:read drugs:read' } })),
    'an API that was not granted': refreshed(() => ({ form: { resource: 'https://api.example/drugs' } })),
    'basic: all right': async (party) => {
      const { last } = await rotated(party, 0);
      return party.call('token', refreshCall(party, 'basic', last));
    },
    'basic: the newest of three': async (party) => {
      const { last } = await rotated(party, 2);
      return party.call('token', refreshCall(party, 'basic', last));
    },
    'basic: without its secret': async (party) => {
      const { last } = await rotated(party, 0);
      const form = { client_id: 'basic' };
      return party.call('token', refreshCall(party, 'basic', last, { form, headers: { authorization: undefined } }));
    },
    'basic: the one before the newest, at once': async (party) => {
      const { first } = await rotated(party, 1);
      return party.call('token', refreshCall(party, 'basic', first));
    },
  }),
];
