// A SAML message or metadata as somebody holds it up, judged by the code that the hub judges with.
import type { KeyObject } from 'node:crypto';
import {
  type EntityDescriptor,
  judgeAuthnRequest,
  judgeMetadata,
  judgeResponse,
  type MessageParameter,
  openMessage,
  publicKeysOf,
  type ReceivedMessage,
  readPost,
  readRedirect,
  type SignatureRule,
} from '../../base/saml/index.ts';
import { isSigned } from '../../base/xml/index.ts';
import { levelOfName } from '../../core/catalogue/index.ts';
import { fault } from './audit-place.ts';

/** What is printed: whether it was accepted, and if not, why; then what it says. */
export interface SamlVerdict {
  readonly accepted: boolean;
  readonly reason?: string | undefined;
  readonly because?: string | undefined;
  readonly [fact: string]: unknown;
}

export interface ResponseQuestion {
  readonly provider: EntityDescriptor;
  readonly ownEntityId: string;
  readonly acsUrl: string;
  readonly requestId?: string | undefined;
  readonly signs?: SignatureRule | undefined;
  readonly decryptionKeys: readonly KeyObject[];
  readonly now: number;
}

/** A Response: who it says has logged in, and how surely. */
export function judgeGivenResponse(text: string, question: ResponseQuestion): SamlVerdict {
  const { provider, requestId, now } = question;
  if (provider.idp === undefined) throw fault('the metadata is not of an identity provider');
  const received = receivedOf(text, 'SAMLResponse');
  if ('reason' in received) return { accepted: false, ...received };
  const opening = openMessage(received);
  if (!opening.ok) return { accepted: false, reason: opening.reason, because: opening.because };
  const { message } = opening;
  // Metadata does not say what a provider signs; the hub has it on the provider's record.
  const signs = question.signs ?? (isSigned(message.document.root) ? 'response' : 'assertion');
  const verdict = judgeResponse(message, {
    now,
    ownEntityId: question.ownEntityId,
    acsUrl: question.acsUrl,
    provider: { entityId: provider.entityId, keys: publicKeysOf(provider.idp, 'signing'), signs },
    // As for a provider whose record lets AES-CBC through: metadata does not say that either.
    encryption: { keys: question.decryptionKeys, allowCbc: true },
    ...(requestId === undefined ? {} : { request: { id: requestId, at: 0, forceAuthn: false } }),
    unsolicitedAllowed: requestId === undefined,
  });
  if (!verdict.accepted) return verdict as unknown as SamlVerdict;
  const { nameId, attributes, authnContextClassRef, oneUse: _, ...facts } = verdict.assertion;
  return {
    accepted: true,
    subject: nameId?.value,
    attributes: Object.fromEntries(attributes.map(({ name, values }) => [name, values])),
    assurance: levelOfName(authnContextClassRef),
    authnContextClassRef,
    ...facts,
    authnInstant: new Date(facts.authnInstant).toISOString(),
  };
}

/** An AuthnRequest, of the service provider that the metadata describes. */
export function judgeGivenRequest(
  text: string,
  question: { readonly application: EntityDescriptor; readonly endpointUrl: string; readonly now: number },
): SamlVerdict {
  const { application, endpointUrl, now } = question;
  const { sp } = application;
  if (sp === undefined) throw fault('the metadata is not of a service provider');
  const received = receivedOf(text, 'SAMLRequest');
  if ('reason' in received) return { accepted: false, ...received };
  const opening = openMessage(received);
  if (!opening.ok) return { accepted: false, reason: opening.reason, because: opening.because };
  const verdict = judgeAuthnRequest(opening.message, {
    now,
    endpointUrl,
    serviceProvider: {
      entityId: application.entityId,
      keys: publicKeysOf(sp, 'signing'),
      mustSign: sp.authnRequestsSigned,
      assertionConsumer: sp.assertionConsumer,
      attributeConsuming: sp.attributeConsuming.map(({ index }) => index),
    },
  });
  if (!verdict.accepted) return { ...verdict };
  const { request, answerTo, signed } = verdict;
  const { id, issuer, forceAuthn, isPassive, requestedAuthnContext } = request;
  const asked = requestedAuthnContext?.classRefs ?? [];
  return { accepted: true, id, issuer, signed, answerTo: answerTo.location, forceAuthn, isPassive, asked };
}

/** Metadata, with the keys that it must be signed by, where there are any. */
export function judgeGivenMetadata(
  bytes: Buffer,
  question: { readonly keys: readonly KeyObject[]; readonly entityId?: string | undefined; readonly now: number },
): SamlVerdict {
  const verdict = judgeMetadata(bytes, question);
  if (!verdict.accepted) return { ...verdict };
  const { entities, unreadable, signed, validUntil } = verdict;
  return {
    accepted: true,
    signed,
    entities: entities.map(({ entityId }) => entityId),
    unreadable,
    validUntil: validUntil === undefined ? undefined : new Date(validUntil).toISOString(),
  };
}

/** XML itself, or the parameters that a binding carried: a query, a posted form, or the base64 of its one field. */
export function receivedOf(
  text: string,
  parameter: MessageParameter,
): ReceivedMessage | { reason: string; because: string } {
  const trimmed = text.trim().replace(/^\?/, '');
  if (trimmed.startsWith('<')) return { binding: 'post', parameter, xml: Buffer.from(text) };
  const isQuery = /(^|&)SAML(Request|Response)=/.test(trimmed);
  const asForm = isQuery && parameter === 'SAMLResponse';
  const read =
    isQuery && !asForm
      ? readRedirect(trimmed)
      : readPost(asForm ? new URLSearchParams(trimmed) : [[parameter, trimmed]]);
  return read.ok ? read.received : { reason: read.reason, because: 'not as a binding carries a message' };
}
