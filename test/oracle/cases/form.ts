// The shape of a form: content types, duplicates, sizes, and where parameters may stand.
import { area, type Case } from '../case.ts';
import { machineCall, pushCall } from '../forge.ts';
import { encoded, type Fields } from '../party.ts';

const withType =
  (contentType: string | undefined): Case['run'] =>
  (party) => {
    const { form, headers } = machineCall(party);
    const type: Fields = contentType === undefined ? {} : { 'content-type': contentType };
    return party.call('token', { rawBody: encoded(form ?? {}), headers: { ...headers, ...type } });
  };
const twice =
  (name: string): Case['run'] =>
  (party) => {
    const { form, headers } = machineCall(party);
    const value = form?.[name] ?? 'x';
    return party.call('token', { form: { ...form, [name]: [value, value].flat() }, headers: headers ?? {} });
  };
const pushedTwice =
  (name: string): Case['run'] =>
  (party) => {
    const { form } = pushCall(party);
    const value = form?.[name] ?? 'x';
    return party.call('par', { form: { ...form, [name]: [value, value].flat() } });
  };
const raw =
  (change: (body: string) => string): Case['run'] =>
  (party) => {
    const { form, headers } = machineCall(party);
    const type = { 'content-type': 'application/x-www-form-urlencoded' };
    return party.call('token', { rawBody: change(encoded(form ?? {})), headers: { ...headers, ...type } });
  };

export const formCases: readonly Case[] = [
  ...area('content type', {
    absent: withType(undefined),
    'with charset=utf-8': withType('application/x-www-form-urlencoded; charset=utf-8'),
    'with charset=UTF-8 in capitals': withType('application/x-www-form-urlencoded;charset=UTF-8'),
    'in capitals': withType('APPLICATION/X-WWW-FORM-URLENCODED'),
    'application/json': withType('application/json'),
    'text/plain': withType('text/plain'),
    'multipart/form-data': withType('multipart/form-data; boundary=x'),
    'a JSON body': (party) => {
      const { form, headers } = machineCall(party);
      const type = { 'content-type': 'application/json' };
      return party.call('token', { rawBody: JSON.stringify(form), headers: { ...headers, ...type } });
    },
  }),
  ...area('twice', {
    grant_type: twice('grant_type'),
    client_id: twice('client_id'),
    client_assertion: twice('client_assertion'),
    client_assertion_type: twice('client_assertion_type'),
    scope: twice('scope'),
    'an unknown parameter': twice('made_up'),
    'at PAR: client_assertion': pushedTwice('client_assertion'),
    'at PAR: redirect_uri': pushedTwice('redirect_uri'),
    'at PAR: code_challenge': pushedTwice('code_challenge'),
    'at PAR: state': pushedTwice('state'),
    'at PAR: scope': pushedTwice('scope'),
    'at PAR: response_type': pushedTwice('response_type'),
  }),
  ...area('form', {
    'an empty body': raw(() => ''),
    'an unknown parameter': raw((body) => `${body}&made_up=1`),
    'an empty parameter': raw((body) => `${body}&resource_owner=`),
    '__proto__ as a parameter': raw((body) => `${body}&__proto__=1`),
    'a percent sign alone': raw((body) => `${body}&state=%`),
    'bytes that are no UTF-8': raw((body) => `${body}&state=%ff%fe`),
    'a NUL in the scope': raw((body) => body.replace('scope=', 'scope=%00')),
    'parameters in the query': (party) => {
      const { form, headers } = machineCall(party);
      const type = { 'content-type': 'application/x-www-form-urlencoded' };
      return party.call('token', { query: form ?? {}, rawBody: '', headers: { ...headers, ...type } });
    },
    GET: (party) => {
      const { form, headers } = machineCall(party);
      return party.call('token', { method: 'GET', query: form ?? {}, headers: headers ?? {} });
    },
    'GET at PAR': (party) => party.call('par', { method: 'GET', query: pushCall(party).form ?? {} }),
  }),
];
