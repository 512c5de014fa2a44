// What a device asks at its own address: to be enrolled, to get a certificate, to be done with it. Asked again, it is the same answer.
import { newId, newReference, tokenHash } from '../../../base/ids.ts';
import { Problem } from '../../../base/problem.ts';
import { toPem } from '../../../base/x509/index.ts';
import {
  type DerivedCertificate,
  type DeviceFacts,
  type DeviceMessage,
  type DeviceRefusal,
  type DeviceStep,
  decideDerived,
  decideEnrolment,
  deviceRefused,
  type KeyDevice,
  publicKeyHash,
  readDeviceMessage,
} from '../../../core/ordering/index.ts';
import { insertAudit, inTransaction } from '../../../edge/store/hub/audit-insert.ts';
import { endDerived, saveDerived, saveEnrolment } from '../../../edge/store/hub/derived-steps.ts';
import { personReader } from '../../../edge/store/hub/directory.ts';
import { derivedBy, deviceCode, keyDevice } from '../../../edge/store/hub/key-devices.ts';
import type { DeviceAnswer, DeviceRequests } from '../../../edge/web/device-api/index.ts';
import { submitDerived } from './derived-work.ts';
import { type DeviceDeskParts, enrolledKey, keyFacts, requestedKey } from './device-facts.ts';

const retrySeconds = 3;

const codeHash = ({ code }: Partial<DeviceMessage> = {}): string => (code === undefined ? '' : tokenHash(code));
/** Two codes at one moment with one key: the database lets one of them have it. */
function keyTaken(error: unknown): undefined {
  if ((error as { code?: string }).code !== '23505') throw error;
}
const isSame = ({ request, device }: DerivedCertificate, message: DeviceMessage | undefined): boolean =>
  request === message?.request && device === message.device;
const enrolled = ({ id, name, organisation }: KeyDevice): DeviceAnswer => ({
  kind: 'enrolled',
  id,
  name,
  organisation,
});

export function deviceRequests({ pool, clock, audience, standings, work }: DeviceDeskParts): DeviceRequests {
  const no = (code: DeviceRefusal, reference: string): DeviceAnswer => ({ kind: 'refused', code, reference });

  /** Steps that write nothing by themselves: only a refusal goes into the trail. */
  async function refusalOf(
    facts: Omit<DeviceFacts, 'now' | 'audience' | 'organisation'>,
    step: DeviceStep,
    reference: string,
  ): Promise<DeviceAnswer | undefined> {
    const all = { ...facts, now: clock(), audience, organisation: facts.device?.organisation ?? '' };
    const refusal = deviceRefused(all, step);
    if (refusal === undefined) return undefined;
    await insertAudit(pool, [{ ...refusal.event, reference }]);
    return no(refusal.code, reference);
  }

  /** The certificate as it stands, after its authority was asked. */
  async function outcome(id: string, reference: string): Promise<DeviceAnswer> {
    try {
      await submitDerived(work, id);
    } catch (thrown) {
      // The outbox goes on asking, and the device comes again.
      if (!(thrown instanceof Problem) || thrown.kind !== 'unavailable') throw thrown;
    }
    const derived = await derivedBy(pool, { id });
    if (derived?.state === 'asked') return { kind: 'wait', seconds: retrySeconds };
    if (derived?.state !== 'issued' || derived.certificate === undefined)
      return no(derived?.state === 'refused' ? 'devices.notIssued' : 'devices.certificateEnded', reference);
    const { certificate, fingerprint = '', notAfter } = derived;
    return { kind: 'certificate', certificate: toPem(Buffer.from(certificate, 'base64')), fingerprint, notAfter };
  }

  return {
    async enrol(token) {
      const reference = newReference();
      const message = readDeviceMessage(token);
      const key = message?.key?.keyObject;
      const hash = codeHash(message);
      const done = await inTransaction(pool, async (client) => {
        const code = await deviceCode(client, hash, true);
        const before = code?.usedFor === undefined ? undefined : await keyDevice(client, code.usedFor);
        // The answer was lost: the same key with the same code is the same device.
        if (before !== undefined && key !== undefined && before.keyHash === publicKeyHash(key)) return before;
        const place = code?.task === 'enrol' ? code.device : undefined;
        const now = clock();
        const facts: DeviceFacts = {
          now,
          audience,
          message,
          code,
          organisation: place?.organisation ?? '',
          person: place?.holder === undefined ? undefined : await personReader(client).facts(place.holder),
          ...(await keyFacts(client, key)),
        };
        return saveEnrolment(client, decideEnrolment(facts, newId(now)), hash, reference);
      }).catch(keyTaken);
      if (done === undefined) return no('devices.keyUsed', reference);
      if (!('event' in done)) {
        const refusal = await refusalOf({ message, device: done, deviceKey: enrolledKey(done) }, 'again', reference);
        return refusal ?? enrolled(done);
      }
      return done.kind === 'done' ? enrolled(done.device) : no(done.code, reference);
    },

    async certificate(token) {
      const reference = newReference();
      const message = readDeviceMessage(token);
      const hash = codeHash(message);
      const device = message?.device === undefined ? undefined : await keyDevice(pool, message.device);
      const deviceKey = enrolledKey(device);
      // Whether the card is still good may take a fetch: it is asked before anything is locked, and for a code of ours alone.
      const early = await deviceCode(pool, hash);
      const proof = early?.task === 'derive' ? early.proof : undefined;
      const asks = early !== undefined && early.usedFor === undefined && proof !== undefined;
      const cardStatus = asks ? await standings.cardStatus(proof) : undefined;
      const done = await inTransaction(pool, async (client) => {
        const code = await deviceCode(client, hash, true);
        const first = code?.usedFor === undefined ? undefined : await derivedBy(client, { id: code.usedFor });
        if (first !== undefined && isSame(first, message)) return first;
        const now = clock();
        const open = device && (await keyDevice(client, device.id, true));
        const facts: DeviceFacts = {
          now,
          audience,
          message,
          code,
          device: open,
          deviceKey,
          organisation: open?.organisation ?? '',
          person: code?.task === 'derive' ? await personReader(client).facts(code.person) : undefined,
          proof,
          cardStatus,
          population: code?.task === 'derive' ? work.catalogue().populations.get(code.population) : undefined,
          ...(await keyFacts(client, requestedKey(message?.request))),
        };
        return saveDerived(client, decideDerived(facts, newId(now)), reference);
      }).catch(keyTaken);
      if (done === undefined) return no('devices.keyUsed', reference);
      if (!('event' in done)) {
        const refusal = await refusalOf({ message, device, deviceKey }, 'again', reference);
        return refusal ?? (await outcome(done.id, reference));
      }
      return done.kind === 'done' ? outcome(done.certificate.id, reference) : no(done.code, reference);
    },

    async endShift(token) {
      const reference = newReference();
      const message = readDeviceMessage(token);
      const device = message?.device === undefined ? undefined : await keyDevice(pool, message.device);
      const certificate =
        message?.certificate === undefined ? undefined : await derivedBy(pool, { fingerprint: message.certificate });
      const facts = { message, device, deviceKey: enrolledKey(device), certificate };
      const refusal = await refusalOf(facts, 'endShift', reference);
      if (refusal !== undefined || certificate === undefined)
        return refusal ?? no('devices.otherCertificate', reference);
      await inTransaction(pool, (client) =>
        endDerived(client, { id: certificate.id }, 'shiftEnded', clock(), device?.id),
      );
      return { kind: 'ended' };
    },
  };
}
