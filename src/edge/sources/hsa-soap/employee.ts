// Reads what GetEmployeeIncludingProtectedPerson adds: title, where somebody is reached, and the dates of the employment.
import { elementMaker, type XmlElement } from '../../../base/xml/index.ts';
import { filled, hsaKey, type Span } from './credentials.ts';
import { fieldsOf } from './fields.ts';
import type { Interaction } from './interactions.ts';

export interface ToldEmployee {
  /** The HSA-ID, in the spelling of the hub. */
  readonly id: string;
  readonly title?: string | undefined;
  readonly span: Span;
  readonly protectedIdentity: boolean;
  readonly feigned: boolean;
  readonly attributes: Readonly<Record<string, readonly string[]>>;
}

export const employeeRequest = (
  { name, responder }: Interaction,
  who: XmlElement,
  searchBase: string,
  includeFeigned: boolean,
): XmlElement => {
  const written = elementMaker('m', responder);
  return written(
    name,
    {},
    who,
    written('searchBase', {}, searchBase),
    ...(includeFeigned ? [written('includeFeignedObject', {}, 'true')] : []),
  );
};

export const readEmployees = ({ responder, content }: Interaction, answer: XmlElement): readonly ToldEmployee[] =>
  fieldsOf(answer, responder)
    .elements('personInformation')
    .map((element) => {
      const { one, all, flag, instant } = fieldsOf(element, content);
      return {
        id: hsaKey(one('personHsaId')).value,
        title: one('title'),
        span: { from: instant('personStartDate'), until: instant('personEndDate') },
        protectedIdentity: flag('protectedPerson'),
        feigned: flag('feignedPerson'),
        attributes: filled({
          mail: all('mail'),
          telephoneNumber: all('telephoneNumber'),
          mobileNumber: all('mobileNumber'),
          switchboardNumber: all('switchboardNumber'),
          specialityCode: all('specialityCode'),
          specialityName: all('specialityName'),
        }),
      };
    });
