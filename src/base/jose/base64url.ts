// Base64url without tolerance (RFC 4648 section 5, RFC 7515 section 2): one text for each sequence of bytes.

/**
 * The bytes of a base64url text, or undefined when the text is not the canonical form: padding, other
 * alphabets, white space and set trailing bits are all refused (two texts of one token would defeat replay checks).
 * Encoding the result again and comparing covers all of these at once and stays in native code.
 */
export function decodeBase64url(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64url');
  return bytes.toString('base64url') === text ? bytes : undefined;
}

/** Base64url without padding of bytes, or of a text's UTF-8 bytes. */
export function encodeBase64url(given: Buffer | string): string {
  return (typeof given === 'string' ? Buffer.from(given, 'utf8') : given).toString('base64url');
}
