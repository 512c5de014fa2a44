// The few calls of a PKCS#11 library that we need (PKCS#11 2.40 chapter 5), with its structures as C has them. Loaded by the child alone.
import koffi from 'koffi';
import { faultOfValue } from './return-values.ts';
import type { TokenFault } from './token-messages.ts';

/** CK_ULONG: a slot, a session or an object. */
export type Handle = number | bigint;

/** A call that failed, or a state of the token that stops us. */
export class TokenFailure extends Error {
  readonly fault: TokenFault;
  constructor(fault: TokenFault) {
    super(fault.text);
    this.fault = fault;
  }
}

export interface Attribute {
  readonly type: number;
  readonly value: Buffer;
}

/** CK_TOKEN_INFO, as far as we read it. */
export interface TokenInfo {
  readonly label: string;
  readonly maker: string;
  readonly serial: string;
  readonly flags: number;
}

// PKCS#11 2.40 3.6: on Unix the structures are as the compiler lays them out.
koffi.struct('CK_ATTRIBUTE', { type: 'ulong', pValue: 'void *', ulValueLen: 'ulong' });
koffi.struct('CK_MECHANISM', { mechanism: 'ulong', pParameter: 'void *', ulParameterLen: 'ulong' });
koffi.struct('CK_C_INITIALIZE_ARGS', {
  ...{ CreateMutex: 'void *', DestroyMutex: 'void *', LockMutex: 'void *', UnlockMutex: 'void *' },
  ...{ flags: 'ulong', pReserved: 'void *' },
});

const wordBytes = koffi.sizeof('ulong');
const osLocking = 2;
const serialReadWriteSession = 6;
const userType = 1;
/** Of a signature or an attribute; a modulus of 4096 bits is 512. */
const mostBytes = 4096;
const attributeAbsent = new Set([0x11, 0x12]);

/** A CK_ULONG as an attribute's value. */
export function word(value: number): Buffer {
  const bytes = Buffer.alloc(wordBytes);
  koffi.encode(bytes, 'ulong', value);
  return bytes;
}
export const truth = (value: boolean): Buffer => Buffer.from([value ? 1 : 0]);

const asStruct = ({ type, value }: Attribute) => ({ type, pValue: value, ulValueLen: value.length });
const mechanismOf = (mechanism: number) => ({ mechanism, pParameter: null, ulParameterLen: 0 });
const textOf = (bytes: Buffer): string => bytes.toString('utf8').replaceAll('\0', ' ').trim();

export type Cryptoki = ReturnType<typeof loadCryptoki>;

/** Loads and initialises a library. Throws a TokenFailure when there is none, or a call fails. */
export function loadCryptoki(path: string) {
  const library = load(path);
  const declared = new Map<string, (...given: unknown[]) => number>();
  const call = (name: string, parameters: string, ...given: readonly unknown[]): number => {
    const found = declared.get(name) ?? library.func(`ulong ${name}(${parameters})`);
    declared.set(name, found);
    return found(...given);
  };
  const must = (name: string, parameters: string, ...given: readonly unknown[]): void => {
    const value = call(name, parameters, ...given);
    if (value !== 0) throw new TokenFailure(faultOfValue(name, value));
  };
  must('C_Initialize', 'CK_C_INITIALIZE_ARGS *args', { flags: osLocking });

  return {
    finalize: () => void call('C_Finalize', 'void *reserved', null),
    /** Slots with a token in them. */
    slots(): readonly Handle[] {
      const most = 256;
      const list = Buffer.alloc(most * wordBytes);
      const count = [most];
      must('C_GetSlotList', 'uint8_t present, void *list, _Inout_ ulong *count', 1, list, count);
      return handles(list, count[0] ?? 0);
    },
    tokenInfo(slot: Handle): TokenInfo {
      const info = Buffer.alloc(512);
      must('C_GetTokenInfo', 'ulong slot, void *info', slot, info);
      const field = (from: number, length: number) => textOf(info.subarray(from, from + length));
      const flags = Number(koffi.decode(info, 96, 'ulong'));
      return { label: field(0, 32), maker: `${field(32, 32)} ${field(64, 16)}`.trim(), serial: field(80, 16), flags };
    },
    openSession(slot: Handle): Handle {
      const session: Handle[] = [0];
      const parameters = 'ulong slot, ulong flags, void *application, void *notify, _Out_ ulong *session';
      must('C_OpenSession', parameters, slot, serialReadWriteSession, null, null, session);
      return session[0] ?? 0;
    },
    login(session: Handle, pin: string): void {
      const bytes = Buffer.from(pin, 'utf8');
      try {
        must('C_Login', 'ulong session, ulong user, void *pin, ulong length', session, userType, bytes, bytes.length);
      } finally {
        bytes.fill(0);
      }
    },
    /** Objects that have all of these attributes, at most three of them. */
    find(session: Handle, wanted: readonly Attribute[]): readonly Handle[] {
      const structs = wanted.map(asStruct);
      must('C_FindObjectsInit', 'ulong session, CK_ATTRIBUTE *wanted, ulong count', session, structs, structs.length);
      const most = 3;
      const found = Buffer.alloc(most * wordBytes);
      const count = [0];
      must('C_FindObjects', 'ulong session, void *found, ulong most, _Out_ ulong *count', session, found, most, count);
      must('C_FindObjectsFinal', 'ulong session', session);
      return handles(found, count[0] ?? 0);
    },
    /** An attribute's value; undefined when the object has none, or keeps it to itself. */
    read(session: Handle, object: Handle, type: number): Buffer | undefined {
      const value = Buffer.alloc(mostBytes);
      const asked = [{ type, pValue: value, ulValueLen: value.length }];
      const parameters = 'ulong session, ulong object, _Inout_ CK_ATTRIBUTE *asked, ulong count';
      const answer = call('C_GetAttributeValue', parameters, session, object, asked, 1);
      if (attributeAbsent.has(answer)) return undefined;
      if (answer !== 0) throw new TokenFailure(faultOfValue('C_GetAttributeValue', answer));
      return Buffer.from(value.subarray(0, asked[0]?.ulValueLen));
    },
    generate(session: Handle, mechanism: number, publicPart: readonly Attribute[], privatePart: readonly Attribute[]) {
      const [publicKey, privateKey]: [Handle[], Handle[]] = [[0], [0]];
      const parameters =
        'ulong session, CK_MECHANISM *how, CK_ATTRIBUTE *open, ulong openCount, CK_ATTRIBUTE *closed, ulong closedCount, _Out_ ulong *publicKey, _Out_ ulong *privateKey';
      const [open, closed] = [publicPart.map(asStruct), privatePart.map(asStruct)];
      must(
        'C_GenerateKeyPair',
        parameters,
        ...[session, mechanismOf(mechanism), open, open.length, closed, closed.length, publicKey, privateKey],
      );
      return { publicKey: publicKey[0] ?? 0, privateKey: privateKey[0] ?? 0 };
    },
    destroy: (session: Handle, object: Handle) =>
      void call('C_DestroyObject', 'ulong session, ulong object', session, object),
    sign(session: Handle, mechanism: number, key: Handle, input: Uint8Array): Buffer {
      must('C_SignInit', 'ulong session, CK_MECHANISM *how, ulong key', session, mechanismOf(mechanism), key);
      const signature = Buffer.alloc(mostBytes);
      const length = [signature.length];
      const parameters = 'ulong session, void *input, ulong inputLength, void *signature, _Inout_ ulong *length';
      must('C_Sign', parameters, session, Buffer.from(input), input.length, signature, length);
      return Buffer.from(signature.subarray(0, length[0]));
    },
  };
}

function load(path: string) {
  try {
    return koffi.load(path);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new TokenFailure({ text: `${path} is no PKCS#11 library that can be loaded: ${why}` });
  }
}

const handles = (list: Buffer, count: number): readonly Handle[] =>
  Array.from({ length: count }, (_, at) => koffi.decode(list, at * wordBytes, 'ulong') as Handle);
