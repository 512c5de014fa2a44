// The name that an application was told, as it stands with what the session reached: to say later that the session ended.
import { type NameId, nameIdFormats } from '../../../base/saml/index.ts';
import {
  type Issuer,
  type NameIdFormatName,
  nameIdFormatNames,
  type SamlApplication,
} from '../../../core/catalogue/index.ts';
import type { AssertionStatement } from '../../../core/issuing/index.ts';
import { entityIdOf } from './paths.ts';

type ToldName = AssertionStatement['nameId'];

/** The format and the value, in one text. */
export const toldText = ({ format, value }: ToldName): string => `${format} ${value}`;

/** The name of such a text; undefined for the subject of another protocol. */
export function toldName(text: string): ToldName | undefined {
  const at = text.indexOf(' ');
  const format: NameIdFormatName | undefined = nameIdFormatNames.find((name) => name === text.slice(0, at));
  return at < 1 || format === undefined ? undefined : { format, value: text.slice(at + 1) };
}

/** The NameID of our messages: names that we made say between whom they hold (SAML Core 8.3.7, 8.3.8). */
export function nameIdOf({ format, value }: ToldName, issuer: Issuer, application: SamlApplication): NameId {
  const isOurs = format === 'persistent' || format === 'transient';
  const scope = isOurs ? { nameQualifier: entityIdOf(issuer), spNameQualifier: application.entityId } : {};
  return { value, format: nameIdFormats[format], ...scope };
}

/** Whether a NameID that an application says is the one that it was told (SAML Core 3.3.4). */
export function isToldName(given: NameId, told: ToldName, issuer: Issuer, application: SamlApplication): boolean {
  const { value, format, nameQualifier, spNameQualifier } = nameIdOf(told, issuer, application);
  const agrees = (said: string | undefined, ours: string | undefined) => said === undefined || said === ours;
  return (
    given.value === value &&
    (given.format === nameIdFormats.unspecified || agrees(given.format, format)) &&
    agrees(given.nameQualifier, nameQualifier) &&
    agrees(given.spNameQualifier, spNameQualifier)
  );
}
