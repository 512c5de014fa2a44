// Whom a certificate logs on to a domain: the holder's open account in the target that the profile names, and nobody else.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { certificateHolder, type HolderFacts, holderFault } from './holder.ts';

const now = Date.UTC(2026, 0, 1);
const account = (target: string, principal: string, sid?: string) => ({
  target,
  loginName: principal.replace(/@.*/, ''),
  principal,
  ...(sid === undefined ? {} : { sid }),
  until: now + 1,
});
const facts = (change: Partial<HolderFacts> = {}, target?: string): HolderFacts => ({
  card: { holder: 'nina', organisation: 'hospital' },
  profile: { country: 'SE', identifier: 'hsa-id', ...(target === undefined ? {} : { account: target }) },
  person: {
    id: 'nina',
    givenName: 'Nina',
    familyName: 'Berg',
    closed: false,
    protectedIdentity: false,
    attributes: { userPrincipalName: 'written@by.hand', securityIdentifier: 'S-1-5-21-9-9-9-9' },
  },
  assignments: [],
  organisation: undefined,
  identity: 'SE1-N',
  accounts: [account('lab', 'other@lab.test'), account('region', 'ninber@hosp.test', 'S-1-5-21-1-2-3-1104')],
  now,
  ...change,
});
const logon = { profile: 'login', fields: ['serialNumber', 'upn', 'sid'] as const };

describe('the principal name and security identifier of a card', () => {
  test('are those of the account in the target that the profile names', () => {
    assert.deepEqual(certificateHolder(logon, facts({}, 'region')), {
      serialNumber: 'SE1-N',
      upn: 'ninber@hosp.test',
      sid: 'S-1-5-21-1-2-3-1104',
    });
    assert.equal(holderFault(facts({}, 'region')), undefined);
  });
  test('have no identifier where the target gave none, and never one from elsewhere', () => {
    assert.deepEqual(certificateHolder(logon, facts({}, 'lab')), { serialNumber: 'SE1-N', upn: 'other@lab.test' });
  });
  test('are nobody’s without an open account there, whatever the directory says of the person: no certificate is asked for', () => {
    for (const accounts of [undefined, [], [account('lab', 'other@lab.test')]]) {
      assert.deepEqual(certificateHolder(logon, facts({ accounts }, 'region')), { serialNumber: 'SE1-N' });
      assert.match(holderFault(facts({ accounts }, 'region')) ?? 'none', /no open account in region/);
    }
  });
  test('are the directory’s where the profile names no target', () => {
    assert.equal(certificateHolder(logon, facts()).upn, 'written@by.hand');
    assert.equal(holderFault(facts({ accounts: [] })), undefined);
  });
  test('stand only in a certificate that is told them', () => {
    const signing = { profile: 'signature', fields: ['serialNumber'] as const };
    assert.deepEqual(certificateHolder(signing, facts({}, 'region')), { serialNumber: 'SE1-N' });
  });
});
