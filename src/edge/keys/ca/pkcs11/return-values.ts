// What a token's return values mean to an operator (PKCS#11 2.40, 11.1).
import type { TokenFault } from './token-messages.ts';

const texts: ReadonlyMap<number, readonly [name: string, text: string]> = new Map([
  [0x05, ['CKR_GENERAL_ERROR', 'the token or its library reports an error of its own']],
  [0x06, ['CKR_FUNCTION_FAILED', 'the token could not do it']],
  [0x13, ['CKR_ATTRIBUTE_VALUE_INVALID', 'the token makes no such key']],
  [0x30, ['CKR_DEVICE_ERROR', 'the token reports an error of its own']],
  [0x31, ['CKR_DEVICE_MEMORY', 'the token is full']],
  [0x32, ['CKR_DEVICE_REMOVED', 'the token was taken out']],
  [0x54, ['CKR_FUNCTION_NOT_SUPPORTED', 'the token cannot do this']],
  [0x60, ['CKR_KEY_HANDLE_INVALID', 'the key or its token is gone']],
  [0x70, ['CKR_MECHANISM_INVALID', 'the token makes or uses no key of this kind']],
  [0x82, ['CKR_OBJECT_HANDLE_INVALID', 'the key or its token is gone']],
  [0xa0, ['CKR_PIN_INCORRECT', 'the PIN is wrong']],
  [0xa1, ['CKR_PIN_INVALID', 'the PIN is wrong']],
  [0xa2, ['CKR_PIN_LEN_RANGE', 'the PIN is shorter or longer than the token’s can be']],
  [0xa3, ['CKR_PIN_EXPIRED', 'the PIN has expired; set a new one with the maker’s tool']],
  [0xa4, ['CKR_PIN_LOCKED', 'the token is locked; unlock it with the maker’s tool']],
  [0xb1, ['CKR_SESSION_COUNT', 'the token has no session free']],
  [0xb3, ['CKR_SESSION_HANDLE_INVALID', 'the token was taken out or restarted']],
  [0xe0, ['CKR_TOKEN_NOT_PRESENT', 'the token is not there']],
  [0xe1, ['CKR_TOKEN_NOT_RECOGNIZED', 'the library does not know the token']],
  [0xe2, ['CKR_TOKEN_WRITE_PROTECTED', 'the token is write-protected']],
  [0x101, ['CKR_USER_NOT_LOGGED_IN', 'the token was taken out or restarted']],
  [0x102, ['CKR_USER_PIN_NOT_INITIALIZED', 'the token has no user PIN yet; set one with the maker’s tool']],
]);

/** A failed call, in words that name the value. Never holds what was given to the token. */
export function faultOfValue(call: string, value: number): TokenFault {
  const [name, text] = texts.get(value) ?? [`0x${value.toString(16)}`, 'the token refused'];
  return { text: `${text} (${call}: ${name})`, ofPin: name.startsWith('CKR_PIN_') || name.startsWith('CKR_USER_PIN_') };
}

const flags = { loginRequired: 0x4, finalTry: 0x2_0000, locked: 0x4_0000, pinToBeChanged: 0x8_0000 } as const;

/** Why no PIN is given to a token that says this of itself (PKCS#11 3.2, CK_TOKEN_INFO): a wrong one would lock it. */
export function loginFault(tokenFlags: number): TokenFault | undefined {
  const has = (flag: keyof typeof flags): boolean => (tokenFlags & flags[flag]) !== 0;
  const ofPin = (text: string): TokenFault => ({ text, ofPin: true });
  if (has('locked')) return ofPin('the token is locked; unlock it with the maker’s tool');
  if (has('finalTry'))
    return ofPin('one wrong PIN more would lock the token; log in with the maker’s tool, then start again');
  if (has('pinToBeChanged')) return ofPin('the token’s PIN must be changed first, with the maker’s tool');
  // A token without a login hands its keys to every program that can load its library.
  if (!has('loginRequired')) return { text: 'the token asks for no PIN; that is not enough for an authority’s key' };
  return undefined;
}
