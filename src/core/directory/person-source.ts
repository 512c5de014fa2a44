// What a register tells us of a person, in one shape: HSA, a national register of professionals, an organisation's own directory.
import type { EpochMs } from '../../base/clock.ts';
import type { SubjectKey } from './directory.ts';

/** A right of a commission (HSA hsaCommissionRight): `Läsa;vår;VE`. */
export interface CommissionRight {
  readonly activity: string;
  readonly informationClass: string;
  readonly scope: string;
}

/** What somebody works as and where, with dates (HSA: medarbetaruppdrag); becomes an assignment here. */
export interface SourceCommission {
  /** Id in the source (HSA: commissionHsaId). */
  readonly id: string;
  readonly name: string;
  /** Free text, compared without regard to case: `Vård och behandling`. */
  readonly purpose?: string | undefined;
  /** The role, where the source's own record says it; else the rule that asked does. */
  readonly role?: string | undefined;
  readonly rights: readonly CommissionRight[];
  /** Absent when it lies directly under a care provider. */
  readonly unit?: { readonly id: string; readonly name: string } | undefined;
  readonly provider: { readonly id: string; readonly name: string; readonly organisationNumber: string };
  readonly from?: EpochMs | undefined;
  readonly until?: EpochMs | undefined;
  /** Made for tests, or archived: never good for a login unless the source's record says so. */
  readonly feigned: boolean;
  readonly archived: boolean;
}

/** A licence to work in a profession, as the register has it. */
export interface SourceLicence {
  readonly code: string;
  readonly name?: string | undefined;
  /** Restrictions in force, for example `LK/001` (withdrawn). */
  readonly restrictions: readonly { readonly code: string; readonly name?: string | undefined }[];
}

/** One record of a register. Somebody with several employers has one for each, with a key of its own. */
export interface SourcePerson {
  /** The stable key in the source: `{hsa-id, SE2321000156-1077}`. Normalised. */
  readonly key: SubjectKey;
  /** Further identifiers that the source vouches for, as the national number. Normalised. */
  readonly identifiers: readonly SubjectKey[];
  readonly givenName?: string | undefined;
  readonly familyName: string;
  readonly title?: string | undefined;
  /** Protected identity: masked everywhere (K11), and what is not needed is not kept. */
  readonly protectedIdentity: boolean;
  readonly feigned: boolean;
  readonly from?: EpochMs | undefined;
  readonly until?: EpochMs | undefined;
  readonly commissions: readonly SourceCommission[];
  readonly licences: readonly SourceLicence[];
  /** Whatever else the source has that a record may map: `mail`, `telephoneNumber` … */
  readonly attributes: Readonly<Record<string, readonly string[]>>;
}

/** Port: one register. */
export interface PersonSource {
  /**
   * The records about whoever the key names: none when it is unknown there, several when a national number leads to several
   * employers. Rejects with a `Problem` of kind `unavailable` when the register does not answer in time or answers nonsense:
   * never the same as none.
   */
  find(key: SubjectKey): Promise<readonly SourcePerson[]>;
}
