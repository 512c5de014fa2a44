// The national register of health professionals (HOSP): licences and their restrictions, by national number alone.
import type { Clock } from '../../../base/clock.ts';
import { elementMaker, type XmlElement } from '../../../base/xml/index.ts';
import {
  believed,
  normaliseIdentity,
  type PersonSource,
  type SourceAllowance,
  type SourceLicence,
  type SourcePerson,
  type SubjectKey,
  sourceAway,
} from '../../../core/directory/index.ts';
import { type PlatformSettings, type PostSoap, platform } from './ask.ts';
import { filled, nationalNumber } from './credentials.ts';
import { fieldsOf } from './fields.ts';
import { getHospCredentials, licenceExtension } from './interactions.ts';

export type HospSoapSettings = PlatformSettings & SourceAllowance;

const written = elementMaker('h', getHospCredentials.responder);

export function hospSoap(settings: HospSoapSettings, post: PostSoap, clock: Clock): PersonSource {
  const begin = platform(settings, post, clock);
  return {
    async find(key) {
      const normal = normaliseIdentity(key.namespace, key.value);
      if (key.namespace !== 'se-personnummer' || !normal.ok) return [];
      const asked: SubjectKey = { namespace: key.namespace, value: normal.value };
      const answer = await begin().ask(
        getHospCredentials,
        written(getHospCredentials.name, {}, written('personalIdentityNumber', {}, normal.value)),
      );
      const record = readHosp(answer);
      return believed(asked, record === undefined ? [] : [record], settings);
    },
  };
}

/** Undefined: the register has nothing about the person; the answer has then the number that it was asked for, and no more. */
function readHosp(answer: XmlElement): SourcePerson | undefined {
  const told = fieldsOf(answer, getHospCredentials.responder);
  const [identity, ...more] = told.elements('personalIdentityNumber');
  const licences = licencesOf(
    told.elements('healthCareProfessionalLicence').map(codeAndName),
    told.elements('restrictions').map(restrictionOf),
  );
  const attributes = filled({
    personalPrescriptionCode: told.all('personalPrescriptionCode'),
    educationCode: told.all('educationCode'),
  });
  const key = identity === undefined || more.length > 0 ? undefined : nationalNumber(identity);
  if (licences.length === 0 && Object.keys(attributes).length === 0) return undefined;
  if (key === undefined) throw sourceAway('licences of nobody');
  return {
    key,
    identifiers: [],
    // The register names nobody.
    familyName: '',
    protectedIdentity: false,
    feigned: told.flag('feignedPerson'),
    commissions: [],
    licences,
    attributes,
  };
}

function codeAndName(element: XmlElement): { readonly code: string; readonly name?: string | undefined } {
  const { one } = fieldsOf(element, licenceExtension);
  const code = one('healthCareProfessionalLicenceCode');
  if (code === undefined) throw sourceAway('a licence without its code');
  return { code, name: one('healthCareProfessionalLicenceName') };
}

function restrictionOf(element: XmlElement): { licence: string; code: string; name?: string | undefined } {
  const { one } = fieldsOf(element, licenceExtension);
  const [licence, code] = [one('healthCareProfessionalLicenceCode'), one('restrictionCode')];
  if (licence === undefined || code === undefined) throw sourceAway('a restriction without its code');
  return { licence, code, name: one('restrictionName') };
}

/** Each licence with its restrictions. One that is restricted and not in the list is told of too: a withdrawn one. */
function licencesOf(
  licences: readonly ReturnType<typeof codeAndName>[],
  restrictions: readonly ReturnType<typeof restrictionOf>[],
): readonly SourceLicence[] {
  const names = new Map(licences.map(({ code, name }) => [code, name]));
  for (const { licence } of restrictions) if (!names.has(licence)) names.set(licence, undefined);
  return [...names].map(([code, name]) => ({
    code,
    ...(name === undefined ? {} : { name }),
    restrictions: restrictions
      .filter(({ licence }) => licence === code)
      .map(({ licence, code: which, name: why }) => ({
        code: `${licence}/${which}`,
        ...(why === undefined ? {} : { name: why }),
      })),
  }));
}
