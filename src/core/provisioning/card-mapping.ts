// What a directory knows a card by: the strong forms of altSecurityIdentities (KB5014754), and no other.
import { readCertificate, windowsNameText } from '../../base/x509/index.ts';
import type { CardMappingForm } from '../catalogue/account-rule.ts';

/** The octets of a hexadecimal text in the other order: a directory writes a serial number from its least significant octet on. */
const reversed = (hex: string): string => Buffer.from(hex, 'hex').reverse().toString('hex');

const forms: Readonly<
  Record<
    CardMappingForm,
    (found: Extract<ReturnType<typeof readCertificate>, { ok: true }>['certificate']) => string | undefined
  >
> = {
  issuerSerial: ({ issuer, serial }) => {
    const name = windowsNameText(issuer);
    return name === undefined ? undefined : `X509:<I>${name}<SR>${reversed(serial)}`;
  },
  ski: ({ subjectKeyId }) =>
    subjectKeyId === undefined || subjectKeyId === '' ? undefined : `X509:<SKI>${subjectKeyId.toLowerCase()}`,
};

/** The mapping of a certificate (DER) in a form; undefined when it has none that is certain. */
export function cardMapping(form: CardMappingForm, der: Buffer): string | undefined {
  const found = readCertificate(der);
  return found.ok ? forms[form](found.certificate) : undefined;
}

/** Every mapping that the hub may ever have written of a certificate, whatever the rule said then. */
export const mappingsOf = (der: Buffer): readonly string[] =>
  (Object.keys(forms) as readonly CardMappingForm[]).flatMap((form) => cardMapping(form, der) ?? []);
