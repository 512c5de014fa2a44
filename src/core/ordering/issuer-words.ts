// What somebody else's server says, fit for a log and a page: one line, without control characters, cut.
const longest = 200;

export const issuerWords = (said: string | Uint8Array): string =>
  (typeof said === 'string' ? said : Buffer.from(said.subarray(0, 4 * longest)).toString('utf8'))
    .replace(/[\p{C}\s]+/gu, ' ')
    .trim()
    .slice(0, longest);
