// Who the client says it is, and in how many ways (client authentication), and which grants it may use (O9).
import { area, type Case } from '../case.ts';
import { api, basicSecret } from '../clients.ts';
import { assertion, basicHeader, credentials, machineCall } from '../forge.ts';
import type { Fields } from '../party.ts';

const machine =
  (over: { form?: Fields; headers?: Fields }): Case['run'] =>
  (party) =>
    party.call('token', machineCall(party, over));

/** client_credentials of the basic client: a secret, no proof. */
const basic =
  (over: { form?: Fields; headers?: Fields } = {}): Case['run'] =>
  (party) =>
    party.call('token', {
      form: { grant_type: 'client_credentials', scope: api.scope, resource: api.audience, ...over.form },
      headers: { authorization: basicHeader(), ...over.headers },
    });

export const clientCases: readonly Case[] = [
  ...area('client', {
    'client_id absent beside the assertion': machine({ form: { client_id: undefined } }),
    'client_id of another client': machine({ form: { client_id: 'portal' } }),
    'client_id of nobody': machine({ form: { client_id: 'nobody' } }),
    'no authentication': machine({ form: { client_assertion: undefined, client_assertion_type: undefined } }),
    'an empty assertion': machine({ form: { client_assertion: '' } }),
    'assertion type absent': machine({ form: { client_assertion_type: undefined } }),
    'assertion type of SAML': machine({
      form: { client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:saml2-bearer' },
    }),
    'an assertion and a secret': machine({ form: { client_secret: basicSecret } }),
    'an assertion and Basic': machine({ headers: { authorization: basicHeader() } }),
    'a secret for a client with a key': machine({
      form: { client_assertion: undefined, client_assertion_type: undefined, client_secret: basicSecret },
    }),
    'Basic for a client with a key': machine({
      form: { client_assertion: undefined, client_assertion_type: undefined },
      headers: { authorization: basicHeader(basicSecret, 'ehr') },
    }),
    'an assertion of a client that is not there': (party) =>
      party.call(
        'token',
        machineCall(party, {
          form: {
            client_id: 'nobody',
            client_assertion: assertion(party, { claims: { iss: 'nobody', sub: 'nobody' } }),
          },
        }),
      ),
    'Basic, all right': basic(),
    'Basic with a wrong secret': basic({ headers: { authorization: basicHeader('wrong') } }),
    'Basic with an empty secret': basic({ headers: { authorization: basicHeader('') } }),
    'Basic without a colon': basic({
      headers: { authorization: `Basic ${Buffer.from('basic').toString('base64')}` },
    }),
    'Basic that is no base64': basic({ headers: { authorization: 'Basic %%%%' } }),
    'Basic of another scheme': basic({ headers: { authorization: `Bearer ${basicSecret}` } }),
    'the secret in the body where Basic is registered': basic({
      form: { client_id: 'basic', client_secret: basicSecret },
      headers: { authorization: undefined },
    }),
    'Basic and the secret in the body': basic({ form: { client_id: 'basic', client_secret: basicSecret } }),
    'Basic and another client_id': basic({ form: { client_id: 'ehr' } }),
  }),
  ...area('grant', {
    absent: machine({ form: { grant_type: undefined } }),
    empty: machine({ form: { grant_type: '' } }),
    password: machine({ form: { grant_type: 'password', username: 'a', password: 'b' } }),
    implicit: machine({ form: { grant_type: 'implicit' } }),
    'jwt-bearer': machine({ form: { grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion: 'x' } }),
    'token-exchange': machine({
      form: { grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange', subject_token: 'x' },
    }),
    device_code: machine({ form: { grant_type: 'urn:ietf:params:oauth:grant-type:device_code', device_code: 'x' } }),
    ciba: machine({ form: { grant_type: 'urn:openid:params:grant-type:ciba', auth_req_id: 'x' } }),
    'in capitals': machine({ form: { grant_type: 'CLIENT_CREDENTIALS' } }),
    __proto__: machine({ form: { grant_type: '__proto__' } }),
    'a code for a machine that has no such grant': (party) =>
      party.call(
        'token',
        machineCall(party, { form: { ...credentials(party, 'machine'), grant_type: 'authorization_code', code: 'x' } }),
      ),
    'a refresh for a machine that has no such grant': (party) =>
      party.call(
        'token',
        machineCall(party, {
          form: { ...credentials(party, 'machine'), grant_type: 'refresh_token', refresh_token: 'x' },
        }),
      ),
    'the machine’s own': (party) => party.call('token', machineCall(party, { form: credentials(party, 'machine') })),
  }),
  ...area('machine scope', {
    'of another API': machine({ form: { scope: 'drugs:read' } }),
    'of nobody': machine({ form: { scope: 'admin' } }),
    openid: machine({ form: { scope: 'openid' } }),
    'with a quotation mark': machine({ form: { scope: 'a"b' } }),
    absent: machine({ form: { scope: undefined } }),
  }),
  ...area('machine resource', {
    'of nobody': machine({ form: { resource: 'https://nobody.example' } }),
    'not a URI': machine({ form: { resource: 'records' } }),
    'with a fragment': machine({ form: { resource: `${api.audience}#x` } }),
    'with a slash on top': machine({ form: { resource: `${api.audience}/` } }),
    'two of them': machine({ form: { resource: [api.audience, 'https://api.example/drugs'] } }),
  }),
];
