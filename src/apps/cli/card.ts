// `tillit card`: test cards of the demo's test authority: makes, shows, inserts, pulls, blocks and destroys them.
import { resolve } from 'node:path';
import { type CardOrder, testCards } from './card-program.ts';
import { showCard } from './card-show.ts';
import { type Command, type CommandIo, usedWrongly } from './command.ts';
import { readWords } from './words.ts';

const options = {
  population: { type: 'string' },
  state: { type: 'string' },
  form: { type: 'string' },
  holder: { type: 'string' },
  number: { type: 'string' },
  organisation: { type: 'string' },
  country: { type: 'string' },
  'card-number': { type: 'string' },
  pin: { type: 'string' },
  out: { type: 'string' },
  port: { type: 'string' },
  json: { type: 'boolean' },
} as const;

const states = ['valid', 'expired', 'not-yet-valid', 'revoked', 'wrong-usage', 'wrong-policy', 'other-population'];
const forms = ['pkcs12', 'softhsm', 'piv'];
/** The first reader of vpcd, as Debian configures it. */
const usualPort = 35_963;

export const card: Command = {
  name: 'card',
  summary: 'Make, show, insert, pull, block and destroy test cards; in a demo alone.',
  usage: `card make --population ID --holder "GIVEN SURNAME" --number ID --out FOLDER
                   [--state ${states.join('|')}]
                   [--form ${forms.join('|')}] [--organisation NAME] [--country SE|NO]
                   [--card-number DIGITS] [--pin DIGITS] [--json]
       card show FOLDER|FILE [--json]     what this hub would see in it, and say of it
       card insert FOLDER [--port N]      a card of form piv, into a reader of vpcd
       card pull FOLDER
       card block FOLDER                  its certificate goes onto the list of its test authority
       card destroy FOLDER
--number is what names the holder in the certificate: an HSA-ID, a personal number, UN:NO-…, or a staff number.
Refused where the hub has no test authority. show: exit code 0 when the hub would take the card, 1 when not.`,
  async run(args, io) {
    const words = readWords(args, options);
    if (!words.ok) return usedWrongly(card, io, words.why);
    const { values, positionals } = words;
    const [verb, what, ...more] = positionals;
    const json = values.json === true;
    if (verb === 'make' && what === undefined) return await make(values, io, json);
    if (what === undefined || more.length > 0) return usedWrongly(card, io, 'Say make, or a verb and one card.');
    const folder = resolve(io.cwd, what);
    switch (verb) {
      case 'show':
        return await showCard(folder, io, json);
      case 'insert': {
        const port = Number(values.port ?? usualPort);
        if (!Number.isInteger(port) || port < 1 || port > 65_535) return usedWrongly(card, io, '--port is no port.');
        const { holder } = (await testCards(io, { do: 'insert', folder, port })).card;
        return told(io, json, { inserted: true, port }, `The card of ${holder} is in the reader on port ${port}.`);
      }
      case 'pull': {
        const { card: pulled, wasInserted } = await testCards(io, { do: 'pull', folder });
        const line = wasInserted ? `The card of ${pulled.holder} is out of the reader.` : 'The card was in no reader.';
        return told(io, json, { wasInserted: wasInserted === true }, line);
      }
      case 'block': {
        const { card: blocked, isNew } = await testCards(io, { do: 'block', folder });
        const { serial, authority } = blocked;
        const line = isNew
          ? `Blocked: certificate ${serial} is on the list of ${authority} from the next time it is fetched.`
          : `Certificate ${serial} was on the list of ${authority} already.`;
        return told(io, json, { authority, serial, isNew: isNew === true }, line);
      }
      case 'destroy': {
        const { holder, state } = (await testCards(io, { do: 'destroy', folder })).card;
        const left = state === 'valid' ? ' Its certificate is not blocked; without the key it is of no use.' : '';
        return told(io, json, { destroyed: true }, `The card of ${holder} and its key are gone.${left}`);
      }
      default:
        return usedWrongly(card, io, 'Say make, show, insert, pull, block or destroy.');
    }
  },
};

function told(io: CommandIo, json: boolean, facts: object, line: string): number {
  io.out(json ? JSON.stringify(facts) : line);
  return 0;
}

type Values = { readonly [name in keyof typeof options]?: string | boolean | undefined };

async function make(values: Values, io: CommandIo, json: boolean): Promise<number> {
  const word = (name: keyof typeof options): string | undefined => {
    const value = values[name];
    return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
  };
  const [population, holder, number, out] = [word('population'), word('holder'), word('number'), word('out')];
  const [state, form] = [word('state') ?? 'valid', word('form') ?? 'pkcs12'];
  if (population === undefined || holder === undefined || number === undefined || out === undefined)
    return usedWrongly(card, io, 'Say --population, --holder, --number and --out.');
  const [givenName, ...surnames] = holder.split(/\s+/);
  if (givenName === undefined || surnames.length === 0)
    return usedWrongly(card, io, '--holder is a given name and a surname.');
  if (!states.includes(state)) return usedWrongly(card, io, `--state is one of ${states.join(', ')}.`);
  if (!forms.includes(form)) return usedWrongly(card, io, `--form is one of ${forms.join(', ')}.`);
  if (!/^[\x20-\x7e]{1,64}$/.test(number)) return usedWrongly(card, io, '--number is at most 64 plain characters.');
  const [country, organization, cardNumber, pin] = [
    word('country'),
    word('organisation'),
    word('card-number'),
    word('pin'),
  ];
  if (country !== undefined && !/^[A-Z]{2}$/.test(country)) return usedWrongly(card, io, '--country is two letters.');
  if (cardNumber !== undefined && !/^\d{1,30}$/.test(cardNumber))
    return usedWrongly(card, io, '--card-number is digits alone.');
  const order: CardOrder = {
    population,
    state,
    form,
    holder: {
      givenName,
      surname: surnames.join(' '),
      serialNumber: number,
      ...(country === undefined ? {} : { country }),
      ...(organization === undefined ? {} : { organization }),
    },
    ...(cardNumber === undefined ? {} : { cardNumber }),
    ...(pin === undefined ? {} : { pin }),
  };
  const folder = resolve(io.cwd, out);
  const made = await testCards(io, { do: 'make', folder, ...order });
  const facts = { folder, ...made.card, pin: made.pin };
  return told(
    io,
    json,
    facts,
    `Made a ${state} card of population ${population} for ${holder}: ${folder}\nIts PIN (or passphrase): ${made.pin}`,
  );
}
