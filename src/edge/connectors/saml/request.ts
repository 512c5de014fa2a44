// The AuthnRequest that a wish becomes, and the way that it goes: what each provider is asked follows from its preset.
import { newToken, type Random } from '../../../base/ids.ts';
import type { SigningKey } from '../../../base/jose/index.ts';
import {
  type AuthnRequest,
  bindings,
  checkedRelayState,
  type MatchValue,
  nameIdFormats,
  postForm,
  redirectUrl,
  type Scoping,
  signMessage,
  type UserMessage,
  writeAuthnRequest,
} from '../../../base/saml/index.ts';
import { writeXml } from '../../../base/xml/index.ts';
import { namesToAsk, type SamlPreset, samlPresetOf } from '../../../core/catalogue/index.ts';
import { normaliseIdentity } from '../../../core/directory/index.ts';
import type { Departure, Wish } from '../../../core/journey/index.ts';
import { locales, localized } from '../../../wire/codes/index.ts';
import { text } from '../../../wire/texts/index.ts';
import type { LoginMemo } from './memo.ts';
import { consumerUrlOf, type OwnEntity, type SamlProvider } from './ports.ts';

interface Asking {
  readonly own: OwnEntity;
  readonly key: SigningKey;
  readonly random: Random;
}

/** Whom we expect, where the provider takes such a hint and it is a number of a kind that it knows (Principal Selection 2). */
function expectedPerson({ principalSelection, subjects }: SamlPreset, { hint }: Wish): readonly MatchValue[] {
  if (!principalSelection || hint === undefined) return [];
  for (const { attribute, namespace } of subjects) {
    const normal = normaliseIdentity(namespace, hint);
    if (normal.ok) return [{ name: attribute, value: normal.value }];
  }
  return [];
}

/**
 * The application's own words to the person, or, when it has none, what the login is for in every language (User Message
 * 3.2); nothing where nobody is to see a page.
 */
function messageTo({ userMessage }: SamlPreset, { application, message = [], passive }: Wish): UserMessage | undefined {
  if (!userMessage || passive) return undefined;
  if (message.length > 0) return { mimeType: 'text/plain', messages: message };
  if (application === undefined) return undefined;
  const messages = locales.map((language) => ({
    language,
    text: text(language, 'login.to', { application: localized(application.name, language) }),
  }));
  return { mimeType: 'text/plain', messages };
}

/** Who asks behind us, and how often the question may still be passed on (SAML Core 3.4.1.2, 3.4.1.5.1). */
function scopingOf(preset: SamlPreset, { application, requesters = [] }: Wish, memo: LoginMemo): Scoping | undefined {
  const { entityId } = application ?? {};
  const names = entityId === undefined ? [] : [entityId, ...requesters];
  const { passedOn: proxyCount } = memo;
  if (!preset.scoping || (names.length === 0 && proxyCount === undefined)) return undefined;
  return { proxyCount, idpList: [], requesterIds: names };
}

/** Where the answer comes to, and by which binding (SAML Core 3.4.1). */
const answerPlace = (own: OwnEntity, { answerBinding }: LoginMemo) => ({
  assertionConsumerServiceUrl: consumerUrlOf(own, answerBinding),
  protocolBinding: bindings[answerBinding ?? 'post'],
});

/** Sweden Connect deployment profile 5; SAML Core 3.4.1. */
function requestOf(
  { own }: Asking,
  preset: SamlPreset,
  destination: string,
  wish: Wish,
  memo: LoginMemo,
): AuthnRequest {
  const names = namesToAsk(preset, wish.required);
  return {
    id: memo.request,
    issueInstant: memo.begunAt,
    issuer: own.entityId,
    destination,
    ...answerPlace(own, memo),
    forceAuthn: wish.fresh,
    isPassive: wish.passive === true,
    nameIdPolicy:
      preset.asksPersistent && preset.ownSubject === 'NameID'
        ? { format: nameIdFormats.persistent, allowCreate: true }
        : undefined,
    requestedAuthnContext:
      names.length === 0 || preset.comparison === 'none'
        ? undefined
        : { comparison: preset.comparison, classRefs: names, declRefs: [] },
    scoping: scopingOf(preset, wish, memo),
    principalSelection: expectedPerson(preset, wish),
    userMessage: messageTo(preset, wish),
  };
}

/** Off to the provider with a signed request, by the binding that its preset prefers among those that it has. */
export function departure(asking: Asking, { saml }: SamlProvider, wish: Wish, now: number): Departure {
  const preset = samlPresetOf(saml);
  const endpoint =
    saml.singleSignOn.find(({ binding }) => binding === preset.requestBinding) ??
    saml.singleSignOn.find(({ binding }) => binding === 'redirect' || binding === 'post');
  if (endpoint === undefined)
    return { kind: 'refused', reason: 'upstream.unavailable', detail: { cause: 'no place to send people to' } };
  const names = namesToAsk(preset, wish.required);
  const memo: LoginMemo = {
    entityId: saml.entityId,
    request: `_${newToken(24, asking.random)}`,
    begunAt: now,
    state: wish.state,
    required: wish.required,
    fresh: wish.fresh,
    // Coming here was once.
    ...(wish.passedOn === undefined ? {} : { passedOn: wish.passedOn - 1 }),
    ...(wish.maxAgeSeconds === undefined ? {} : { maxAgeSeconds: wish.maxAgeSeconds }),
    ...(saml.answerBinding === 'artifact' ? { answerBinding: saml.answerBinding } : {}),
    ...(preset.comparison === 'exact' && names.length > 0 ? { exactly: names } : {}),
  };
  const { location } = endpoint;
  const message = writeAuthnRequest(requestOf(asking, preset, location, wish, memo));
  const relayState = checkedRelayState(wish.state);
  if (endpoint.binding === 'redirect') {
    const xml = Buffer.from(writeXml(message));
    const url = redirectUrl({ location, parameter: 'SAMLRequest', xml, relayState, key: asking.key });
    return { kind: 'redirect', url, memo: { ...memo } };
  }
  const xml = Buffer.from(writeXml(signMessage(message, asking.key)));
  return { kind: 'post', form: postForm({ location, parameter: 'SAMLRequest', xml, relayState }), memo: { ...memo } };
}
