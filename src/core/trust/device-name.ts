// Which enrolled device a certificate names, as our own authority writes it.
import type { Certificate } from '../../base/x509/index.ts';

const prefix = 'urn:tillit:device:';

/** Devices that it names in its alternative names; what only looks like one counts too. */
export const namedDevices = ({ alternativeNames }: Pick<Certificate, 'alternativeNames'>): readonly string[] =>
  alternativeNames.flatMap((name) =>
    name.kind === 'uri' && name.value.toLowerCase().startsWith(prefix) ? [name.value.slice(prefix.length)] : [],
  );
