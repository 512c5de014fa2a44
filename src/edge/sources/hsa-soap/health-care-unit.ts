// Reads what GetHealthCareUnit tells of a unit: its name and dates, and the provider that it belongs to.
import { elementMaker, type XmlElement } from '../../../base/xml/index.ts';
import { sourceAway, spanOf } from '../../../core/directory/index.ts';
import type { ToldCommission } from './credentials.ts';
import { fieldsOf } from './fields.ts';
import { getHealthCareUnit } from './interactions.ts';

export type ToldUnit = Pick<ToldCommission, 'provider' | 'feigned' | 'archived'> & {
  readonly unit: NonNullable<ToldCommission['unit']>;
};

const written = elementMaker('u', getHealthCareUnit.responder);

export const unitRequest = (unit: string, searchBase: string, includeFeigned: boolean): XmlElement =>
  written(
    getHealthCareUnit.name,
    {},
    written('healthCareUnitMemberHsaId', {}, unit),
    written('searchBase', {}, searchBase),
    ...(includeFeigned ? [written('includeFeignedObject', {}, 'true')] : []),
  );

/** The unit that was asked for; undefined when it is unknown there. Rejects an answer about another one. */
export function readUnit(asked: string, answer: XmlElement): ToldUnit | undefined {
  const [element, ...more] = fieldsOf(answer, getHealthCareUnit.responder).elements('healthCareUnit');
  if (element === undefined) return undefined;
  if (more.length > 0) throw sourceAway('two units for one');
  const { one, flag, instant } = fieldsOf(element, getHealthCareUnit.content);
  const span = (of: string) => ({ from: instant(`${of}StartDate`), until: instant(`${of}EndDate`) });
  const isMember = one('healthCareUnitMemberHsaId')?.toUpperCase() === asked;
  if (!isMember && one('healthCareUnitHsaId')?.toUpperCase() !== asked)
    throw sourceAway('the answer is about another unit');
  const careUnit = span('healthCareUnit');
  return {
    unit: {
      id: asked,
      name: isMember ? one('healthCareUnitMemberName') : one('healthCareUnitName'),
      span: isMember ? spanOf(span('healthCareUnitMember'), careUnit) : careUnit,
    },
    provider: {
      id: one('healthCareProviderHsaId')?.toUpperCase(),
      name: one('healthCareProviderName'),
      organisationNumber: one('healthCareProviderOrgNo'),
      span: span('healthCareProvider'),
    },
    feigned: flag('feignedHealthCareUnit') || flag('feignedHealthCareProvider') || flag('feignedHealthCareUnitMember'),
    archived:
      flag('archivedHealthCareUnit') || flag('archivedHealthCareProvider') || flag('archivedHealthCareUnitMember'),
  };
}
