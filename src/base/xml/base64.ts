// Base64 in XML (xs:base64Binary): white space is allowed anywhere, and nothing else that could have two readings.

/** The bytes, or undefined when the text is no base64: padding is due, and no bit may be left over. */
export function decodeBase64(text: string): Buffer | undefined {
  const packed = /[ \t\r\n]/.test(text) ? text.replace(/[ \t\r\n]+/g, '') : text;
  const bytes = Buffer.from(packed, 'base64');
  return bytes.toString('base64') === packed ? bytes : undefined;
}
