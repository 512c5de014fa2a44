// Keeps a child process with an opened token: asks it, in time, and starts another when it is lost; a refused PIN is never tried again.
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Problem } from '../../../../base/problem.ts';
import type { Secret } from '../../../../base/secret.ts';
import type { FromChild, ToChild, TokenAnswers, TokenFault, TokenPlace, TokenRequest } from './token-messages.ts';

const childFile = fileURLToPath(new URL('./token-child.ts', import.meta.url));

/** Milliseconds that an answer may take. */
export type TokenPatience = Partial<Readonly<Record<TokenRequest['op'], number>>>;
/** A module in the network takes seconds to log in; a small one minutes to make an RSA key. */
const usualPatience = { open: 30_000, make: 300_000, sign: 10_000, look: 10_000 } as const;
/** After a failed start the next one is not before this, and so on, twice as long each time. */
const firstPauseMs = 500;
const longestPauseMs = 30_000;

export interface TokenProcess {
  /** Opens the token now: with it all that can be wrong is said. */
  open(): Promise<TokenAnswers['open']>;
  ask<Op extends 'make' | 'sign' | 'look'>(request: Extract<TokenRequest, { op: Op }>): Promise<TokenAnswers[Op]>;
  close(): Promise<void>;
}

export interface TokenProcessGiven {
  readonly place: TokenPlace;
  readonly pin: Secret<string>;
  readonly keyId?: Buffer | undefined;
  /** Asked each time the token was opened; answers what is wrong with it. */
  readonly judge?: (opened: TokenAnswers['open']) => string | undefined;
  readonly patience?: TokenPatience;
}

/** One child and those who wait for its answers, by the number of their question. */
interface Lane {
  readonly process: ChildProcess;
  readonly waiting: Map<number, (reply: FromChild | TokenFault) => void>;
}

/** The child starts at the first question. Each method throws a Problem with the reason in words. */
export function tokenProcess({ place, pin, keyId, judge, patience = {} }: TokenProcessGiven): TokenProcess {
  const patienceFor = { ...usualPatience, ...patience };
  const problem = ({ text }: TokenFault): Problem =>
    new Problem({ kind: 'unavailable', code: 'unavailable', detail: `token "${place.token}": ${text}` });
  let current: { readonly lane: Lane; readonly opened: Promise<TokenAnswers['open']> } | undefined;
  let refused: TokenFault | undefined;
  let pause = { ms: firstPauseMs, until: 0 };
  let numbers = 0;
  let closed = false;

  /** A library that failed once is not asked again: its process ends, and the next question starts another. */
  const lose = (lane: Lane, fault: TokenFault): void => {
    if (current?.lane === lane) {
      current = undefined;
      refused = fault;
      pause = { ms: Math.min(pause.ms * 2, longestPauseMs), until: performance.now() + pause.ms };
    }
    lane.process.kill('SIGKILL');
    for (const told of lane.waiting.values()) told(fault);
    lane.waiting.clear();
  };

  const ask = <Op extends TokenRequest['op']>(lane: Lane, request: Extract<TokenRequest, { op: Op }>) =>
    new Promise<TokenAnswers[Op]>((resolve, reject) => {
      numbers += 1;
      const number = numbers;
      const ms = patienceFor[request.op];
      const timer = setTimeout(() => lose(lane, { text: `no answer within ${ms / 1000} seconds` }), ms);
      lane.waiting.set(number, (reply) => {
        clearTimeout(timer);
        lane.waiting.delete(number);
        if ('text' in reply) reject(problem(reply));
        else if (reply.ok) resolve(reply.answer as TokenAnswers[Op]);
        else {
          lose(lane, reply.fault);
          reject(problem(reply.fault));
        }
      });
      lane.process.send({ number, request } satisfies ToChild, (error) => {
        if (error !== null) lose(lane, { text: 'its process ended' });
      });
    });

  const open = async (lane: Lane): Promise<TokenAnswers['open']> => {
    const opened = await ask<'open'>(lane, { op: 'open', place, pin: pin.reveal(), keyId });
    const because = judge?.(opened);
    if (because === undefined) {
      pause = { ms: firstPauseMs, until: 0 };
      return opened;
    }
    lose(lane, { text: because });
    throw problem({ text: because });
  };

  const start = (): Lane => {
    const process = fork(childFile, {
      execArgv: [],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    // Whoever waits holds a timer; an idle token keeps nobody from ending.
    process.unref();
    process.channel?.unref();
    const lane: Lane = { process, waiting: new Map() };
    process.on('message', (reply: FromChild) => lane.waiting.get(reply.number)?.(reply));
    process.on('error', () => lose(lane, { text: 'its process could not be started' }));
    process.on('exit', (code, signal) => lose(lane, { text: `its process ended (${signal ?? `code ${code}`})` }));
    return lane;
  };

  const inUse = () => {
    if (closed) throw problem({ text: 'it was closed' });
    if (current !== undefined) return current;
    if (refused !== undefined && (refused.ofPin === true || performance.now() < pause.until)) throw problem(refused);
    const lane = start();
    const opened = open(lane);
    current = { lane, opened };
    return current;
  };

  return {
    open: async () => inUse().opened,
    async ask(request) {
      const { lane, opened } = inUse();
      await opened;
      return ask(lane, request);
    },
    async close() {
      closed = true;
      const ending = current?.lane.process;
      current = undefined;
      if (ending === undefined || ending.exitCode !== null || ending.signalCode !== null) return;
      const gone = new Promise<void>((resolve) => ending.once('exit', () => resolve()));
      ending.disconnect();
      // One that hangs in its library does not hear that it should end.
      const timer = setTimeout(() => ending.kill('SIGKILL'), 1_000);
      await gone;
      clearTimeout(timer);
    },
  };
}
