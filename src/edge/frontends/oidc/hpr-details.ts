// What the register of health personnel says of somebody, as HelseID tells it at userinfo and nowhere else.
import { Problem } from '../../../base/problem.ts';
import {
  type Authorisation,
  authorisationHolds,
  type Professional,
  professionalOf,
} from '../../../core/context/index.ts';
import type { Grant } from '../../../core/grants/index.ts';
import type { OidcContext } from './endpoint.ts';

const scope = 'helseid://scopes/hpr/hpr_number';

/** HelseID's claims about a professional: the number, and the rights that hold now. */
export async function hprDetails(
  { ports }: OidcContext,
  grant: Grant,
  now: number,
): Promise<Readonly<Record<string, unknown>>> {
  const { registers } = ports;
  if (registers === undefined || !grant.scope.includes(scope)) return {};
  const holder = await registers.holder(grant.about.session);
  if (holder?.person === undefined) return {};
  let found: Professional | undefined;
  try {
    const number = await registers.nationalNumber(grant.about.person);
    found = await professionalOf(holder.person, number, now, registers.professionals);
  } catch (thrown) {
    // Nothing is decided by this answer: without the register it says less.
    if (!(thrown instanceof Problem && thrown.kind === 'unavailable')) throw thrown;
  }
  if (found === undefined) return {};
  const held = found.authorisations.filter((each) => authorisationHolds(each, now));
  return {
    'helseid://claims/hpr/hpr_number': found.hprNumber,
    'helseid://claims/hpr/hpr_details': { approvals: held.map(approval) },
  };
}

const approval = ({ profession, kind, requisitionRights = [], specialities = [] }: Authorisation) => ({
  profession,
  authorization: kind,
  requisition_rights: requisitionRights,
  specialities,
});
