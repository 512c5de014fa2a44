// What renewed tickets say of the level: never more than the login that the grant came from, never more than policy found now.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Assurance, assuranceLevels } from '../../wire/codes/index.ts';
import type { Statement } from '../issuing/index.ts';
import type { GrantSubject } from './grant.ts';
import { renewedSubject } from './renewal.ts';

const about = (acr: Assurance): GrantSubject => ({
  person: 'anna',
  session: 's1',
  subject: 'anna',
  acr,
  amr: ['pwd'],
  authTime: 1,
  claims: { name: 'then' },
  decision: 'AAAA-0001',
});
const statement = (assurance: Assurance): Statement => ({
  subject: 'anna',
  application: 'ehr',
  assurance,
  methods: ['sc', 'pin'],
  authTime: 2,
  session: 's1',
  decision: 'AAAA-0002',
  minimum: { subjectNamespace: 'tillit-person' },
  claims: { name: 'now' },
  apiClaims: { 'https://journal.example': { role: 'now' } },
});

for (const granted of assuranceLevels) {
  for (const found of assuranceLevels) {
    const expected = assuranceLevels[Math.min(assuranceLevels.indexOf(granted), assuranceLevels.indexOf(found))];
    test(`a grant at ${granted}, a session at ${found} now: ${expected}`, () => {
      const renewed = renewedSubject(about(granted), statement(found));
      assert.equal(renewed.acr, expected);
      // The time and the methods stay those of the login (OIDC Core 12.2); what is said about the person is today's.
      assert.deepEqual([renewed.authTime, renewed.amr, renewed.claims], [1, ['pwd'], { name: 'now' }]);
      assert.deepEqual(renewed.apiClaims, { 'https://journal.example': { role: 'now' } });
    });
  }
}
