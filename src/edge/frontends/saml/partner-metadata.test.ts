// Applications whose places and keys come from metadata: every endpoint goes by the filled-in record, and answers nobody without one.
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { formOf, SamlAsker, soapUrl } from '../../../../test/fakes/saml-asker.ts';
import { SamlHub, samlApplication } from '../../../../test/fakes/saml-hub.ts';
import { signMessage, soapEnvelope } from '../../../base/saml/index.ts';
import { loadXml } from '../../../base/xml/index.ts';
import type { SamlApplication } from '../../../core/catalogue/index.ts';

before(loadXml);

const whole = samlApplication('link', { unsolicited: true });
const written: SamlApplication = {
  ...whole,
  ...{ metadata: { source: 'fed' }, assertionConsumers: [], singleLogout: [] },
  keys: { signing: [], encryption: [] },
};

function byMetadata() {
  const hub = new SamlHub([written]);
  hub.partner = async () => ({ ok: true, record: whole });
  const lose = () => {
    hub.partner = async () => ({ ok: false, reason: 'expired', because: 'what is known of it has run out' });
  };
  return { hub, sp: new SamlAsker(hub), lose };
}

const soap = (sp: SamlAsker) => soapEnvelope(signMessage(sp.logoutElement({ destination: soapUrl }), sp.key.key));

describe('an application by its metadata', () => {
  test('is answered at the places of its metadata, and believed by the keys there', async () => {
    const { hub, sp } = byMetadata();
    assert.equal(formOf(await sp.ask()).action, 'https://link.example/acs');
    assert.equal(formOf(await hub.call('GET', '/helse/saml/init/link')).action, 'https://link.example/acs');
    const out = await hub.call('POST', '/helse/saml/slo/soap', { xml: soap(sp), contentType: 'text/xml' });
    assert.notEqual(out.status, 400, String(out.body));
  });

  test('is refused in words at every endpoint while there is none, and the trail says so', async () => {
    const { hub, sp, lose } = byMetadata();
    lose();
    for (const answer of [await sp.ask(), await hub.call('GET', '/helse/saml/init/link')]) {
      assert.equal(answer.status, 400);
      assert.match(String(answer.body), /request\.noMetadata/);
    }
    const out = await hub.call('POST', '/helse/saml/slo/soap', { xml: soap(sp), contentType: 'text/xml' });
    assert.equal(out.status, 400);
    assert.deepEqual(hub.audited(), Array(3).fill('ticket.refused request.metadata'));
    assert.deepEqual(hub.logins, []);
  });

  test('gets no answer when it is lost during the login', async () => {
    const { hub, sp, lose } = byMetadata();
    const letIn = hub.login;
    hub.login = (request) => {
      const turn = letIn(request);
      lose();
      return turn;
    };
    const answer = await sp.ask();
    assert.match(String(answer.body), /request\.noMetadata/);
    assert.deepEqual(hub.reached, []);
  });

  test('whose record nobody filled in is answered nowhere', async () => {
    const hub = new SamlHub([written]);
    const sp = new SamlAsker(hub);
    for (const given of [{}, { key: undefined }])
      assert.match(String((await sp.ask({}, given)).body), /request\.(redirectUri|malformed)/);
    assert.deepEqual(hub.logins, []);
  });
});
