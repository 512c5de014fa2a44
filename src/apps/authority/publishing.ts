// Keeps lists and responders current: at once after a change of state, on time otherwise, and again after a failure.
import {
  answerStatus,
  type IssuePorts,
  type IssuingAuthority,
  keepListCurrent,
  makeResponder,
  type Responder,
  type SignedList,
  usualSchedule,
} from '../../core/authority/index.ts';
import type { WebLog } from '../../edge/web/server/index.ts';

export interface Publishing {
  list(authority: string): SignedList | undefined;
  certificate(authority: string): Buffer | undefined;
  answer(authority: string, request: Buffer): Promise<Buffer> | undefined;
  /** Why an authority cannot sign, by its id; empty when all can. */
  faults(): ReadonlyMap<string, string>;
  /** One of its certificates has another state now. */
  changed(authority: string): void;
  stop(): Promise<void>;
}

const everyMs = 1000;

/** Makes the first lists and responders before it answers. */
export async function startPublishing(ports: IssuePorts, log: WebLog): Promise<Publishing> {
  const { register, rules, clock } = ports;
  const lists = new Map<string, SignedList>();
  const responders = new Map<string, Responder>();
  const faults = new Map<string, string>();
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  // One pass after the other; what changes during one is taken in by the next.
  let running: Promise<void> = Promise.resolve();

  /** Looks whether the key is there, and tells when that, or the reason, has changed. */
  const canSign = async ({ id, signer }: IssuingAuthority): Promise<boolean> => {
    const fault = await signer.fault?.();
    const before = faults.get(id);
    if (fault === undefined) faults.delete(id);
    else faults.set(id, fault);
    if (fault !== undefined && fault !== before) log.error({ issuer: id, fault }, 'the key cannot sign');
    if (fault === undefined && before !== undefined) log.info({ issuer: id }, 'the key signs again');
    return fault === undefined;
  };

  const pass = async (): Promise<void> => {
    for (const authority of rules.authorities.values()) {
      if (!(await canSign(authority))) continue;
      // The first is always made: the register may be an older one that was restored, whose last list others have seen newer ones of.
      const anew = !lists.has(authority.id);
      const list = await keepListCurrent(register, authority, clock(), { ...usualSchedule, anew });
      if (list !== undefined) lists.set(authority.id, list);
      const responder = responders.get(authority.id);
      if (responder === undefined || clock() >= responder.renewAt)
        responders.set(authority.id, await makeResponder(ports, authority));
    }
  };
  const passSafely = (): Promise<void> => {
    running = running.then(pass).catch((error: unknown) => {
      const { code, name } = error as { code?: string; name?: string };
      log.error(
        { error: code ?? name ?? 'unknown' },
        'lists or responders could not be renewed; tried again in a second',
      );
    });
    return running;
  };
  const plan = (): void => {
    timer = setTimeout(async () => {
      await passSafely();
      if (!stopped) plan();
    }, everyMs);
  };
  await pass();
  plan();

  return {
    list: (authority) => lists.get(authority),
    certificate: (authority) => rules.authorities.get(authority)?.certificate.der,
    answer(id, request) {
      const authority = rules.authorities.get(id);
      const responder = responders.get(id);
      return authority && responder && answerStatus({ register, clock }, authority, responder, request);
    },
    faults: () => faults,
    changed: () => void passSafely(),
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}
