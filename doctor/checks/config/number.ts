import { type Check, type Finding, type Outcome, oneFinding } from '../../check';
import type { Settings } from '../../settings';
import { isPlaceholder, nameKind } from './key-kinds';
import { findStrayCharacters } from './stray-characters';

const NAME = 'TWILIO_PHONE_NUMBER';
const E164 = /^\+[1-9]\d{6,14}$/;

/** The number as it is written. */
export const checkNumberShape: Check = {
  id: 'config.number',
  title: 'Phone number, its shape',
  needs: [],
  run: ({ settings }) => Promise.resolve(look(settings)),
};

function look({ raw, phoneNumber, environment }: Settings): Outcome {
  if (phoneNumber !== undefined && phoneNumber !== environment[NAME]) {
    return { found: `${phoneNumber}, as --number says` };
  }
  if (phoneNumber === undefined) return { found: `${NAME} is not set` };
  if (isMisspelt(phoneNumber)) return oneFinding(judge(phoneNumber));
  const stray = findStrayCharacters(NAME, raw[NAME] ?? '');
  if (stray !== undefined) return oneFinding(stray);
  return E164.test(phoneNumber) ? { found: phoneNumber } : oneFinding(judge(phoneNumber));
}

/** Digits and what people put between them: a number, and yet not in E.164. */
function isMisspelt(value: string): boolean {
  return /^[+\d\s().-]+$/.test(value) && !E164.test(value);
}

function judge(value: string): Finding {
  const digits = value.replaceAll(/[\s().-]/g, '').replace(/^00/, '+');
  const guess = /^\+?[1-9]\d{6,14}$/.test(digits) ? `+${digits.replace('+', '')}` : '+15550100100';
  return {
    level: 'fault',
    id: 'phone-number-not-e164',
    found: `${NAME} ${describe(value)}`,
    why: 'Twilio knows numbers in E.164 alone: it finds no such number, and calls nobody from it',
    remedy: `write it with + and the country first, digits only: ${NAME}=${guess}`,
  };
}

function describe(value: string): string {
  if (isPlaceholder(value)) return 'was never filled in';
  if (/^[1-9]\d{6,14}$/.test(value)) return `is ${value}, without its +`;
  if (isMisspelt(value)) return `is ${value}, which is not E.164`;
  const kind = nameKind(value);
  return kind === undefined ? 'is no phone number' : `holds ${kind}`;
}
