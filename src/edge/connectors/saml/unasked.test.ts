// An answer that nobody asked for: only its issuer is read, and only of what is such an answer.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SamlVisit } from '../../../../test/fakes/saml-visit.ts';
import { claimedByUnasked } from './index.ts';

/** The form of a right answer, its XML changed. */
async function formOf(change: (xml: string) => string): Promise<Record<string, string>> {
  const visit = new SamlVisit();
  const { fields } = visit.there.answer(await visit.begin(), {}, visit.now);
  const { SAMLResponse = '' } = Object.fromEntries(fields);
  return { SAMLResponse: Buffer.from(change(Buffer.from(SAMLResponse, 'base64').toString())).toString('base64') };
}

test('its issuer, whatever RelayState says', async () => {
  const unasked = await formOf((xml) => xml.replaceAll(/ InResponseTo="[^"]*"/g, ''));
  assert.equal(await claimedByUnasked(unasked), 'https://kommun.example/metadata');
  assert.equal(
    await claimedByUnasked({ ...unasked, RelayState: 'https://evil.example' }),
    'https://kommun.example/metadata',
  );
});

test('nothing of an answer to a question, of a request, and of what is no message', async () => {
  assert.equal(await claimedByUnasked(await formOf((xml) => xml)), undefined);
  assert.equal(await claimedByUnasked(await formOf(() => '<a/>')), undefined);
  for (const SAMLResponse of ['', '!', 'AAAA', Buffer.from('<!DOCTYPE a><a/>').toString('base64')])
    assert.equal(await claimedByUnasked({ SAMLResponse }), undefined);
  assert.equal(await claimedByUnasked({}), undefined);
});
