// What every request and every answer of SAML has in common, read and written once (SAML Core 3.2.1, 3.2.2).
import type { EpochMs } from '../clock.ts';
import type { XmlElement } from '../xml/index.ts';
import { readIssuer, writeIssuer } from './name-id.ts';
import { ns } from './names.ts';
import { attributesOf, idOf, malformed, namesOf, optionalUri, requiredInstant, Sequence } from './read-element.ts';
import { instantText } from './time-values.ts';

const saml = namesOf(ns.saml);
const samlp = namesOf(ns.samlp);
const ds = namesOf(ns.ds);
const common = ['ID', 'Version', 'IssueInstant', 'Destination', 'Consent'] as const;

export interface MessageParts {
  readonly id: string;
  readonly issueInstant: EpochMs;
  readonly destination?: string | undefined;
  readonly consent?: string | undefined;
  readonly issuer?: string | undefined;
}

/**
 * Reads the attributes and the first children of a message. Answers also its other attributes, its Extensions, and the
 * children that are left to read. The signature is passed over: what it covers is `base/xml`'s to say.
 */
export function readMessageParts<Name extends string>(
  element: XmlElement,
  more: readonly Name[],
): {
  readonly parts: MessageParts;
  readonly other: Partial<Readonly<Record<Name, string>>>;
  readonly extensions?: XmlElement | undefined;
  readonly rest: Sequence;
} {
  const given = attributesOf<string>(element, [...common, ...more]);
  const rest = new Sequence(element);
  const issuer = rest.optional(saml('Issuer'));
  rest.optional(ds('Signature'));
  const extensions = rest.optional(samlp('Extensions'));
  return {
    parts: {
      id: idOf(given.ID, 'ID'),
      issueInstant: requiredInstant(given.IssueInstant, 'IssueInstant'),
      destination: optionalUri(given.Destination, 'Destination'),
      consent: optionalUri(given.Consent, 'Consent'),
      issuer: issuer && readIssuer(issuer),
    },
    other: given as Partial<Readonly<Record<Name, string>>>,
    extensions,
    rest,
  };
}

/** What a message must name: who sends it. */
export function issuerOf({ issuer }: MessageParts): string {
  if (issuer === undefined) throw malformed('no Issuer');
  return issuer;
}

/** The common attributes of a message that we write. */
export const messageAttributes = (message: Omit<MessageParts, 'issuer'>) => ({
  ID: message.id,
  Version: '2.0',
  IssueInstant: instantText(message.issueInstant),
  Destination: message.destination,
  Consent: message.consent,
});

/** Issuer as first child, where there is one. */
export const issuerContent = (issuer: string | undefined): readonly XmlElement[] =>
  issuer === undefined ? [] : [writeIssuer(issuer)];
