// A SAML Response or Assertion that somebody shows: XML, or as a form posted it.
import { importPublicJwk } from '../../base/jose/index.ts';
import {
  type Assertion,
  instantText,
  readShownAssertion,
  type ShownAssertion,
  type ShownSignature,
} from '../../base/saml/index.ts';
import { ticketDigest } from '../../core/issuing/index.ts';
import { entityIdOf, minimumName } from '../../edge/frontends/saml/index.ts';
import type { PublicSigningKey } from '../../edge/store/hub/signing-keys.ts';
import { fault } from './audit-place.ts';
import { receivedOf } from './saml-message.ts';
import type { ShownTicket, TicketReader } from './ticket-shown.ts';

/** Reads XML, or base64 of it with or without its form; undefined for anything else. Await `loadXml()` before. */
export function assertionReader(text: string): TicketReader | undefined {
  const received = receivedOf(text, 'SAMLResponse');
  if ('reason' in received) return undefined;
  return (keys) => {
    const made = new Map<object, PublicSigningKey>();
    const read = readShownAssertion(received.xml, (issuer) =>
      keys.flatMap((key) => {
        const { url, jwk, signs } = key;
        if (signs !== 'assertions' || (url !== undefined && entityIdOf({ url }) !== issuer)) return [];
        const imported = importPublicJwk(jwk);
        if (!imported.ok) return [];
        made.set(imported.key.keyObject, key);
        return [imported.key.keyObject];
      }),
    );
    if (!read.ok) throw fault(`this is not a ticket: ${read.because}`);
    return shownOf(read.value, (signature) => ('key' in signature ? made.get(signature.key) : undefined));
  };
}

function shownOf(
  shown: ShownAssertion,
  keyOf: (signature: ShownSignature) => PublicSigningKey | undefined,
): ShownTicket {
  const { signature } = shown;
  const common = {
    kind: 'assertion',
    signedBy: keyOf(signature),
    signatureFault: 'fault' in signature && signature.fault !== 'foreign' ? signature.fault : undefined,
  } as const;
  if (shown.encrypted) {
    const { issuer, id, issueInstant } = shown;
    const says = { issuer, response: id, issued: instantText(issueInstant) };
    const nothing = { digest: undefined, id: undefined, decision: undefined, expiresAt: undefined };
    return { ...common, ...nothing, says, issuedAt: issueInstant };
  }
  const { assertion, text } = shown;
  const decision = attributesOf(assertion).find(([name]) => name === minimumName('decision'));
  return {
    ...common,
    says: saysOf(assertion),
    digest: ticketDigest(text),
    id: assertion.id,
    decision: decision?.[1][0],
    issuedAt: assertion.issueInstant,
    expiresAt: assertion.conditions?.notOnOrAfter,
  };
}

const attributesOf = ({ attributeStatements }: Assertion) =>
  attributeStatements.flat().map(({ name, values }) => [name, values] as const);

function saysOf(assertion: Assertion): ShownTicket['says'] {
  const { subject, conditions } = assertion;
  const [statement] = assertion.authnStatements;
  const told: Readonly<Record<string, unknown>> = {
    issuer: assertion.issuer,
    id: assertion.id,
    issued: instantText(assertion.issueInstant),
    subject: subject?.nameId?.value,
    subjectFormat: subject?.nameId?.format,
    sentTo: subject?.confirmations[0]?.data?.recipient,
    inResponseTo: subject?.confirmations[0]?.data?.inResponseTo,
    audience: conditions?.audienceRestrictions.flat(),
    until: conditions?.notOnOrAfter === undefined ? undefined : instantText(conditions.notOnOrAfter),
    level: statement?.classRef,
    loggedInAt: statement && instantText(statement.authnInstant),
    provedBy: statement?.authenticatingAuthorities,
    ...Object.fromEntries(attributesOf(assertion)),
  };
  return Object.fromEntries(Object.entries(told).filter(([, value]) => value !== undefined));
}
