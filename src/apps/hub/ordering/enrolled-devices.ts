// Wires the pages of enrolled devices: who may see which, codes, the end of a shift, and a device that was lost.
import { newReference, type Random, tokenHash } from '../../../base/ids.ts';
import { holds, type PersonFacts } from '../../../core/directory/index.ts';
import { newUserCode, shownUserCode } from '../../../core/grants/index.ts';
import {
  type DeviceCode,
  type DeviceDecision,
  type DeviceFacts,
  decideDeviceCode,
  decideShiftCode,
  deviceCodeLength,
  employment,
  type KeyDevice,
} from '../../../core/ordering/index.ts';
import type { Session } from '../../../core/sessions/index.ts';
import { organisationsUpward } from '../../../edge/store/hub/administrations.ts';
import { inTransaction } from '../../../edge/store/hub/audit-insert.ts';
import { endDerived, endDevice, saveDeviceCode } from '../../../edge/store/hub/derived-steps.ts';
import { personReader } from '../../../edge/store/hub/directory.ts';
import { devicesFor, keyDevice, liveDerived } from '../../../edge/store/hub/key-devices.ts';
import type { CodeMade, DeviceLine, EnrolledDevices } from '../../../edge/web/portal/index.ts';
import { cardProofOf, type DeviceDeskParts, organisationsOf, populationAfter } from './device-facts.ts';

const mostListed = 200;

export function enrolledDevices(parts: DeviceDeskParts & { readonly random: Random }): EnrolledDevices {
  const { pool, catalogue, clock, audience, standings, random } = parts;
  const people = personReader(pool);
  const rules = () => [...catalogue().populations.values()].flatMap(({ derived }) => derived ?? []);

  const nameOf = async (organisation: string): Promise<string> =>
    (await organisationsUpward(pool, organisation)).get(organisation)?.name ?? organisation;

  async function lineOf(device: KeyDevice, person: string): Promise<DeviceLine> {
    const live = await liveDerived(pool, { device: device.id, person }, clock());
    const ends = live.filter(({ state }) => state === 'issued').map(({ notAfter }) => notAfter);
    return {
      device,
      organisation: await nameOf(device.organisation),
      shiftUntil: ends.length === 0 ? undefined : Math.max(...ends),
    };
  }

  /** The device, when it is open and this person's own, or shared where they work now. */
  async function usable(person: PersonFacts | undefined, id: string): Promise<KeyDevice | undefined> {
    const device = await keyDevice(pool, id);
    if (device === undefined || device.closed || person === undefined) return undefined;
    if (device.holder !== undefined) return device.holder === person.person.id ? device : undefined;
    return employment({ person, organisation: device.organisation, now: clock() }) && device;
  }

  async function factsOf(session: Session, organisation: string, device?: KeyDevice): Promise<DeviceFacts> {
    const proof = cardProofOf(session);
    const [person, cardStatus] = await Promise.all([
      people.facts(session.person),
      proof && standings.cardStatus(proof),
    ]);
    const population = populationAfter(catalogue(), proof);
    return { now: clock(), audience, person, organisation, device, proof, cardStatus, population };
  }

  async function made(
    decision: DeviceDecision<{ readonly code: DeviceCode }>,
    code: string,
    device: string,
  ): Promise<CodeMade> {
    const done = await saveDeviceCode(pool, decision, newReference());
    return done.kind === 'done'
      ? { kind: 'code', code: shownUserCode(code), until: done.code.expiresAt, device }
      : { kind: 'refused', code: done.code };
  }

  const newCode = () => newUserCode(random, deviceCodeLength);

  return {
    offered: () => rules().length > 0,
    hours: () => Math.max(0, ...rules().map(({ hours }) => hours)),
    cardProviders() {
      const cards = new Set(rules().flatMap(({ from }) => from));
      return [...catalogue().providers.values()]
        .filter(({ connector, populations }) => connector === 'smartcard' && populations.some((id) => cards.has(id)))
        .map(({ id }) => id);
    },
    async list({ person: id }) {
      const person = await people.facts(id);
      const devices = await devicesFor(pool, id, organisationsOf(person, clock()), mostListed);
      return Promise.all(devices.map((device) => lineOf(device, id)));
    },
    async look({ person: id }, device) {
      const found = await usable(await people.facts(id), device);
      return found && lineOf(found, id);
    },
    async places({ person: id }) {
      const person = await people.facts(id);
      const now = clock();
      const here = new Set(
        (person?.assignments ?? []).filter((one) => holds(one, now)).map(({ organisation }) => organisation),
      );
      return [...here].map((place) => ({ id: place, name: person?.organisations.get(place)?.name ?? place }));
    },
    async codeForDevice(session, name, organisation) {
      const code = newCode();
      const wish = { hash: tokenHash(code), session: session.id, kind: 'portable', name } as const;
      return made(decideDeviceCode(await factsOf(session, organisation), wish), code, name);
    },
    async codeForShift(session, id) {
      const code = newCode();
      const device = await usable(await people.facts(session.person), id);
      const facts = await factsOf(session, device?.organisation ?? '', device);
      return made(decideShiftCode(facts, { hash: tokenHash(code), session: session.id }), code, device?.name ?? '');
    },
    async endShift({ person }, device) {
      await inTransaction(pool, (client) => endDerived(client, { device, person }, 'shiftEnded', clock(), person));
    },
    async reportLost({ person: id, id: session }, device) {
      if ((await usable(await people.facts(id), device)) === undefined) return;
      await endDevice(pool, device, 'lost', { who: id, session, reference: newReference() }, clock());
    },
  };
}
