// What a SAML provider is asked: signed, by its own names, for whom, and how.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { loa, samlNumber } from '../../../../test/fakes/saml-provider.ts';
import { SamlVisit } from '../../../../test/fakes/saml-visit.ts';
import { nameIdFormats as formats, statusCodes } from '../../../base/saml/index.ts';
import type { ConnectorAnswer } from '../../../core/journey/index.ts';

const number = 'urn:oid:1.2.752.29.4.13';
const refusalOf = (answer: ConnectorAnswer): string => {
  assert.ok(answer.kind === 'refused', 'somebody was logged in');
  return `${answer.reason} ${String(answer.detail?.check)}`;
};
const swedish = () =>
  new SamlVisit({
    provider: (there) => there.provider({ preset: 'sweden-connect', namespaces: ['se-personnummer'], levels: {} }),
  });

describe('the request', () => {
  test('is signed, for our own address, by redirect, and asks for a lasting name', async () => {
    const { request, relayState } = await new SamlVisit().begin();
    assert.equal(request.assertionConsumerServiceUrl, 'https://hub.example/login/saml/answer');
    assert.equal(request.issuer, 'https://hub.example/login/saml/metadata');
    assert.equal(request.destination, 'https://kommun.example/sso');
    assert.deepEqual(request.nameIdPolicy, {
      format: formats.persistent,
      spNameQualifier: undefined,
      allowCreate: true,
    });
    assert.equal(relayState, 's'.repeat(43));
    assert.deepEqual([request.forceAuthn, request.isPassive, request.requestedAuthnContext], [false, false, undefined]);
    assert.notEqual((await new SamlVisit().begin()).request.id, request.id);
  });

  test('goes by a form where the provider has no other way', async () => {
    const visit = new SamlVisit({
      provider: (there) => there.provider({ singleSignOn: [{ binding: 'post', location: `${there.url}/sso` }] }),
    });
    await visit.begin();
    assert.ok(visit.departure?.kind === 'post');
    assert.deepEqual(
      visit.departure.form.fields.map(([name]) => name),
      ['SAMLRequest', 'RelayState'],
    );
    assert.equal((await visit.logIn()).kind, 'proven');
  });

  test('asks for every name that reaches the level, compared exactly; a new login when one is wanted', async () => {
    const { request } = await new SamlVisit().begin({ required: 'substantial', fresh: true });
    assert.deepEqual(request.requestedAuthnContext, { comparison: 'exact', classRefs: [loa(3), loa(4)], declRefs: [] });
    assert.equal(request.forceAuthn, true);
  });

  test('of Sweden Connect lists the names for low, too, and says who asks, whom it expects and what for', async () => {
    const wish = {
      hint: '19700101-1233',
      application: { name: { en: 'Journal', sv: 'Journalen' }, entityId: 'https://journal.example/sp' },
    };
    const visit = swedish();
    const { request } = await visit.begin(wish);
    assert.equal(request.requestedAuthnContext?.classRefs.length, 6);
    assert.deepEqual(request.scoping?.requesterIds, ['https://journal.example/sp']);
    assert.deepEqual(request.principalSelection, [{ name: number, nameFormat: undefined, value: samlNumber }]);
    assert.equal(request.userMessage, undefined, 'only where its record says that it shows one');
    visit.provider = visit.there.provider({
      preset: 'sweden-connect',
      namespaces: ['se-personnummer'],
      userMessage: true,
    });
    const { request: told } = await visit.begin(wish);
    assert.deepEqual(
      told.userMessage?.messages.find(({ language }) => language === 'sv'),
      { language: 'sv', text: 'Logga in i Journalen' },
    );
    const { request: unnamed } = await swedish().begin({ hint: 'anna@kommun.example' });
    assert.deepEqual([unnamed.principalSelection, unnamed.scoping], [[], undefined]);
  });

  test('asks nobody there where nobody may be asked; NoPassive is told as that', async () => {
    const visit = new SamlVisit();
    const { request } = await visit.begin({ passive: true });
    assert.equal(request.isPassive, true);
    const no = { status: { code: statusCodes.responder, second: statusCodes.noPassive } };
    assert.match(refusalOf(await visit.logIn(no, { passive: true })), /upstream.noPassive saml.status/);
  });

  test('says for whom it asks, and how often it may be passed on, where the record says that it takes that', async () => {
    const wish = {
      application: { name: { en: 'Journal' }, entityId: 'https://journal.example/sp' },
      requesters: ['https://clinic.example/sp'],
      passedOn: 2,
    };
    const of = async (scoping: boolean) =>
      (await new SamlVisit({ provider: (there) => there.provider({ scoping }) }).begin(wish)).request.scoping;
    assert.equal(await of(false), undefined);
    assert.deepEqual(await of(true), {
      proxyCount: 1,
      idpList: [],
      requesterIds: ['https://journal.example/sp', 'https://clinic.example/sp'],
    });
    const limited = new SamlVisit();
    assert.equal((await limited.logIn({ behind: ['https://one.example'] }, { passedOn: 2 })).kind, 'proven');
  });

  test('hands on the application’s own words, instead of ours', async () => {
    const visit = new SamlVisit({ provider: (there) => there.provider({ userMessage: true }) });
    const message = [{ language: 'sv', text: 'Signera <recept> åt Anna' }];
    const { request } = await visit.begin({ application: { name: { en: 'Journal' } }, message });
    assert.deepEqual(request.userMessage, { mimeType: 'text/plain', messages: message });
    const { request: silent } = await visit.begin({ application: { name: { en: 'Journal' } }, message, passive: true });
    assert.equal(silent.userMessage, undefined, 'User Message 3.1: nobody is to see a page');
  });

  test('is not made for a level that the provider has no name for', async () => {
    const visit = new SamlVisit({ provider: (there) => there.provider({ levels: { [loa(3)]: 'substantial' } }) });
    const answer = await visit.connector.begin(
      visit.provider,
      { required: 'high', fresh: false, state: 's'.repeat(43) },
      visit.now,
    );
    assert.ok(answer.kind === 'refused' && answer.reason === 'upstream.levelNotOffered');
  });
});
