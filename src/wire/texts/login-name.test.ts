// Names of logins on pages: a provider's own, else the kind of identifier; a personal number is never among them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loginName } from './login-name.ts';

const rows: readonly (readonly [Parameters<typeof loginName>[1], string])[] = [
  [{ namespace: 'oidc:eid', provider: { en: 'The e-ID', sv: 'E-legitimationen' } }, 'E-legitimationen'],
  [{ namespace: 'hub-account', value: 'anna' }, 'Användarnamn anna'],
  [{ namespace: 'hsa-id', value: 'SE1-A' }, 'HSA-id SE1-A'],
  [{ namespace: 'no-hpr', value: '123' }, 'HPR-nummer 123'],
  [{ namespace: 'se-personnummer', value: '191212121212' }, 'Personnummer'],
  [{ namespace: 'no-fodselsnummer', value: '01017012345' }, 'Personnummer'],
  [{ namespace: 'nl-bsn', value: '123456782' }, 'Personnummer'],
  [{ namespace: 'staff-number', value: '17', way: { en: 'Work card', sv: 'Tjänstekort' } }, 'Tjänstekort'],
  [{ namespace: 'hsa-id', value: 'SE1-B', way: { en: 'Work card' } }, 'HSA-id SE1-B'],
  [{ namespace: 'oidc:gone', value: 'sub-1' }, 'En annan inloggning'],
];
for (const [login, expected] of rows) {
  test(`${login.namespace}: ${expected}`, () => assert.equal(loginName('sv', login), expected));
}
