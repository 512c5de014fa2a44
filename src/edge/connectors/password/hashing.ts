// Argon2id (RFC 9106) with a bounded number at once: a flood of logins waits in a short line or is sent away.
import { hash, verify } from '@node-rs/argon2';
import type { Secret } from '../../../base/secret.ts';

export interface Argon2Parameters {
  /** KiB. */
  readonly memory: number;
  readonly passes: number;
  readonly lanes: number;
}

/** OWASP Password Storage Cheat Sheet's least for Argon2id: 19 MiB, 2 passes, 1 lane; about 10 ms. */
export const argon2Parameters: Argon2Parameters = { memory: 19_456, passes: 2, lanes: 1 };

/** Everything waits or is refused here; `busy` means the line is full. */
export interface Hashing {
  /** Argon2id PHC string of a password, with the present parameters. */
  hash(password: Secret<string>): Promise<string>;
  /** Whether the password belongs to the hash. `undefined` stands for no account: the same work is done, and false answered. */
  verify(hash: string | undefined, password: Secret<string>): Promise<boolean>;
  /** True when the hash was made with lower parameters than the present ones. */
  isWeaker(hash: string): boolean;
  /** False when the line is full: say so before anything else is done. */
  hasRoom(): boolean;
  /** How many Argon2id runs were made: the work that callers must not tell apart. */
  readonly runs: () => number;
}

/** The password in the one spelling that is hashed (NIST SP 800-63B 3.1.1.2: Unicode is normalised before hashing). */
const spelled = (password: Secret<string>): string => password.reveal().normalize('NFKC');

/**
 * @param atOnce largest number of hashes at once; the size of libuv's thread pool (4), which is shared with DNS and files
 * @param line how many may wait
 */
export function createHashing(
  options: { atOnce?: number; line?: number; parameters?: Argon2Parameters } = {},
): Hashing {
  const { atOnce = 4, line = 64, parameters = argon2Parameters } = options;
  const argon = {
    algorithm: 2, // Argon2id
    memoryCost: parameters.memory,
    timeCost: parameters.passes,
    parallelism: parameters.lanes,
  };
  const waiting: (() => void)[] = [];
  let running = 0;
  let runs = 0;
  // Made at once, so that the first unknown user costs no more than the next.
  const dummy = hash(crypto.randomUUID(), argon);
  dummy.catch(() => undefined);

  const inTurn = async <T>(work: () => Promise<T>): Promise<T> => {
    if (running < atOnce) running += 1;
    else await new Promise<void>((resolve) => waiting.push(resolve)); // the slot is handed over
    runs += 1;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else running -= 1;
    }
  };

  return {
    hash: (password) => inTurn(() => hash(spelled(password), argon)),
    async verify(stored, password) {
      const against = stored ?? (await dummy);
      const right = await inTurn(() => verify(against, spelled(password)).catch(() => false));
      return right && stored !== undefined;
    },
    isWeaker: (stored) => {
      const [, memory, passes, lanes] = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$/.exec(stored) ?? [];
      if (memory === undefined) return true;
      return (
        Number(memory) < parameters.memory || Number(passes) < parameters.passes || Number(lanes) < parameters.lanes
      );
    },
    hasRoom: () => waiting.length < line,
    runs: () => runs,
  };
}
