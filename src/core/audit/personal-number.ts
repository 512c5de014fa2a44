// Recognises national personal numbers in text: Swedish personnummer and samordningsnummer, Norwegian fødselsnummer.

const digitsOf = (text: string): number[] => Array.from(text, Number);

/** Luhn check over ten digits (Skatteverket SKV 704, "Kontrollsiffra"). */
function luhn(ten: string): boolean {
  let sum = 0;
  digitsOf(ten).forEach((digit, at) => {
    const times = at % 2 === 0 ? digit * 2 : digit;
    sum += times > 9 ? times - 9 : times;
  });
  return sum % 10 === 0;
}

const dayAndMonth = (day: number, month: number): boolean => day >= 1 && day <= 31 && month >= 1 && month <= 12;

/** Ten digits YYMMDDNNNC; samordningsnummer have 60 added to the day. */
function isSwedish(ten: string): boolean {
  const day = Number(ten.slice(4, 6));
  return dayAndMonth(day > 60 ? day - 60 : day, Number(ten.slice(2, 4))) && luhn(ten);
}

const weighted = (digits: readonly number[], weights: readonly number[]): number =>
  weights.reduce((sum, weight, at) => sum + weight * (digits[at] ?? 0), 0) % 11;

/** Eleven digits DDMMYYNNNCC (Skatteetaten); D numbers add 40 to the day, synthetic ones 40, 65 or 80 to the month. */
function isNorwegian(eleven: string): boolean {
  const digits = digitsOf(eleven);
  const day = Number(eleven.slice(0, 2)) % 40;
  const written = Number(eleven.slice(2, 4));
  const month = written > 80 ? written - 80 : written > 65 ? written - 65 : written > 40 ? written - 40 : written;
  return (
    dayAndMonth(day, month) &&
    weighted(digits, [3, 7, 6, 1, 8, 9, 4, 5, 2, 1]) === 0 &&
    weighted(digits, [5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1]) === 0
  );
}

// Runs of digits that stand alone; a letter, digit or hyphen beside them makes them part of something else (a UUID, an HSA-ID).
const candidate = /(?<![\w-])(?:(18|19|20)?(\d{6})[-+]?(\d{4})|(\d{6}) ?(\d{5}))(?![\w-])/g;

// Every form has six digits in a row: a cheap first look, since nearly every text has not.
const sixDigits = /\d{6}/;

/** True when a text holds what is, by its date and check digits, a personal number. */
export function holdsPersonalNumber(text: string): boolean {
  if (text.length < 10 || !sixDigits.test(text)) return false;
  for (const [, , date, rest, norwegianDate, norwegianRest] of text.matchAll(candidate)) {
    if (date !== undefined && isSwedish(date + rest)) return true;
    if (norwegianDate !== undefined && isNorwegian(norwegianDate + norwegianRest)) return true;
  }
  return false;
}

/** The same for a JSON number: only the forms too long to be seconds or a small identifier. */
export function isPersonalNumber(value: number): boolean {
  if (!Number.isInteger(value) || value < 1_000_000_000 || value > 209_912_319_999) return false;
  const text = String(value);
  if (text.length === 12) return /^(18|19|20)/.test(text) && isSwedish(text.slice(2));
  return text.length === 11 && isNorwegian(text);
}
