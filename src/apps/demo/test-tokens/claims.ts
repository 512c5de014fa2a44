// What a test token says: HelseID's claims by their names, defaults of an invented person and client, and what was asked for.
import { hash } from 'node:crypto';
import type { DemoPerson } from '../people.ts';
import type { Generation, TestTokenRequest } from './wire-request.ts';

export type Claims = Record<string, unknown>;

const identity = 'helseid://claims/identity';
const client = 'helseid://claims/client';

/** The invented person of a token that names nobody. The number is synthetic (month + 80): no living person has it. */
const defaultPerson = {
  pid: '13886798765',
  name: 'Testa Helseperson',
  givenName: 'Testa',
  familyName: 'Helseperson',
  hprNumber: '9144900',
};

/** A stable stand-in for a number, as HelseID's pseudonym is: nobody gets back from it to the number. */
const pseudonymOf = (pid: string): string => hash('sha256', `test tokens ${pid}`, 'base64');

const defaults = (wanted: Generation | undefined, without: boolean | undefined, given: boolean): boolean => {
  if (wanted !== undefined) return wanted.startsWith('GenerateDefault') || wanted === 'GenerateOnlyDefault';
  return !(without ?? given);
};
const given = (wanted: Generation | undefined): boolean =>
  wanted === undefined || !(wanted === 'GenerateNone' || wanted === 'GenerateOnlyDefault');

/** Leaves out what says nothing: an empty text is how .NET writes "not set". */
const filled = (claims: Claims): Claims =>
  Object.fromEntries(
    Object.entries(claims).filter(
      ([, value]) => value !== undefined && value !== '' && !(Array.isArray(value) && value.length === 0),
    ),
  );

/** Claims about the client. */
export function clientClaims(request: TestTokenRequest): Claims {
  const { clientClaimsParameters: asked, clientClaimsParametersGeneration: wanted } = request;
  const base = defaults(wanted, request.withoutDefaultClientClaims, asked !== undefined)
    ? {
        client_id: 'test-client',
        scope: [`${request.audience}/api`],
        client_amr: 'private_key_jwt',
        [`${client}/amr`]: 'rsa_private_key',
        [`${client}/client_name`]: 'Test client',
        [`${client}/claims/orgnr_parent`]: '974557746',
        [`${client}/client_tenancy`]: 'single-tenant',
      }
    : {};
  if (asked === undefined || !given(wanted)) return base;
  return {
    ...base,
    ...filled({
      client_id: asked.clientId,
      scope: asked.scope,
      client_amr: asked.clientAuthenticationMethodsReferences ? 'private_key_jwt' : undefined,
      [`${client}/amr`]: asked.clientAuthenticationMethodsReferences,
      [`${client}/client_name`]: asked.clientName,
      [`${client}/claims/orgnr_parent`]: asked.orgnrParent,
      [`${client}/claims/orgnr_child`]: asked.orgnrChild,
      [`${client}/claims/orgnr_supplier`]: asked.orgnrSupplier,
      [`${client}/client_tenancy`]:
        asked.clientTenancy === undefined ? undefined : asked.clientTenancy ? 'multi-tenant' : 'single-tenant',
      'nhn:sfm:journal-id': asked.sfmJournalId,
      amr: asked.authenticationMethodsReferences,
      jti: asked.jti,
    }),
  };
}

/** Claims about the person. `people` is what the registers know: names and HPR numbers are looked up there. */
export function userClaims(request: TestTokenRequest, people: readonly DemoPerson[]): Claims {
  const { userClaimsParameters: asked, userClaimsParametersGeneration: wanted } = request;
  const usual = defaults(wanted, request.withoutDefaultUserClaims, asked !== undefined);
  const told = asked !== undefined && given(wanted) ? asked : {};
  const pid = told.pid || (usual ? defaultPerson.pid : '');
  const found = people.find(({ identities }) => identities.some(({ value }) => value === pid));
  const looked = request.getPersonFromPersontjenesten === true && found !== undefined;
  const name = looked ? `${found.givenName} ${found.familyName}` : undefined;
  const parts = looked && request.onlySetNameForPerson !== true;
  const hpr = found?.assignments.find(({ hprNumber }) => hprNumber !== undefined)?.hprNumber;
  const base: Claims = usual
    ? {
        [`${identity}/pid`]: defaultPerson.pid,
        [`${identity}/security_level`]: '4',
        [`${identity}/assurance_level`]: 'high',
        [`${identity}/network`]: 'internett',
        'helseid://claims/hpr/hpr_number': defaultPerson.hprNumber,
        name: defaultPerson.name,
        given_name: defaultPerson.givenName,
        family_name: defaultPerson.familyName,
        idp: 'testidp-oidc',
        amr: ['pwd'],
        sid: hash('sha256', `sid ${defaultPerson.pid}`, 'hex').slice(0, 32).toUpperCase(),
      }
    : {};
  return {
    ...base,
    ...filled({
      name,
      given_name: parts ? found.givenName : undefined,
      family_name: parts ? found.familyName : undefined,
      'helseid://claims/hpr/hpr_number': request.getHprNumberFromHprregisteret ? hpr : undefined,
      [`${identity}/pid_pseudonym`]: request.setPidPseudonym && pid ? pseudonymOf(pid) : undefined,
      sub: (request.setSubject || usual) && pid ? pseudonymOf(pid) : undefined,
    }),
    ...filled({
      [`${identity}/pid`]: told.pid,
      [`${identity}/pid_pseudonym`]: told.pidPseudonym,
      'helseid://claims/hpr/hpr_number': told.hprNumber,
      name: told.name,
      given_name: told.givenName,
      middle_name: told.middleName,
      family_name: told.familyName,
      idp: told.identityProvider,
      [`${identity}/security_level`]: told.securityLevel,
      [`${identity}/assurance_level`]: told.assuranceLevel,
      [`${identity}/network`]: told.network,
      amr: told.amr ? [told.amr] : undefined,
      sub: told.subject,
      sid: told.sid,
    }),
  };
}

const norway = 'urn:oid:2.16.578.1.12.4.1';

/** The grounds for access, in the trust framework's shape. */
export function trustFrameworkClaims(request: TestTokenRequest, pid: unknown, hpr: unknown): Claims {
  if (request.createTillitsrammeverkClaims !== true) return {};
  const asked = request.tillitsrammeverkClaimsParameters ?? {};
  const code = (value: string | undefined, words: string | undefined, system: string, assigner: string) =>
    value ? { code: value, text: words || undefined, system, assigner } : undefined;
  const place = (id: string | undefined, name: string | undefined, system: string, authority: string) =>
    id ? { id, name: name || undefined, system, authority } : undefined;
  const brreg = 'https://www.brreg.no';
  const directorate = 'https://www.helsedirektoratet.no/';
  return {
    authorization_details: {
      'nhn:tillitsrammeverk': {
        version: '1.0',
        practitioner: {
          identifier: pid ? { id: pid, system: `${norway}.4.1`, authority: 'https://www.skatteetaten.no' } : undefined,
          hpr_nr: hpr ? { id: hpr, system: `${norway}.4.4`, authority: directorate } : undefined,
          authorization: code(
            asked.practitionerAuthorizationCode ?? 'AA',
            asked.practitionerAuthorizationText,
            `${norway}.1.9060`,
            directorate,
          ),
          legal_entity: place(
            asked.practitionerLegalEntityId ?? '974557746',
            asked.practitionerLegalEntityName,
            `${norway}.4.101`,
            brreg,
          ),
          point_of_care: place(
            asked.practitionerPointOfCareId ?? asked.practitionerLegalEntityId ?? '974557746',
            asked.practitionerPointOfCareName,
            `${norway}.4.101`,
            brreg,
          ),
          department: place(
            asked.practitionerDepartmentId,
            asked.practitionerDepartmentName,
            `${norway}.4.102`,
            directorate,
          ),
        },
        care_relationship: {
          healthcare_service: code(
            asked.careRelationshipHealthcareServiceCode ?? 'S03',
            asked.careRelationshipHealthcareServiceText,
            `${norway}.1.8655`,
            directorate,
          ),
          purpose_of_use: code(
            asked.careRelationshipPurposeOfUseCode ?? 'TREAT',
            asked.careRelationshipPurposeOfUseText,
            'urn:oid:2.16.840.1.113883.1.11.20448',
            'http://terminology.hl7.org/',
          ),
          purpose_of_use_details: code(
            asked.careRelationshipPurposeOfUseDetailsCode,
            asked.careRelationshipPurposeOfUseDetailsText,
            'urn:AuditEventHL7Norway/CodeSystem/carerelation',
            'http://www.hl7.no',
          ),
          decision_ref: asked.careRelationshipTracingRefId
            ? { id: asked.careRelationshipTracingRefId, user_selected: true }
            : undefined,
        },
        patients: asked.patientsPointOfCareId
          ? [
              {
                point_of_care: place(
                  asked.patientsPointOfCareId,
                  asked.patientsPointOfCareName,
                  `${norway}.4.101`,
                  brreg,
                ),
                department: place(
                  asked.patientsDepartmentId,
                  asked.patientsDepartmentName,
                  `${norway}.4.102`,
                  directorate,
                ),
              },
            ]
          : undefined,
      },
    },
  };
}
