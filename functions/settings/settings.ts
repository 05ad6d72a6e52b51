import { xmlText } from '../twiml/characters';
import { type FallbackSettings, readFallback, type SettingFault } from './fallback-settings';
import { readVariable } from './variables';

/** Voice and language of every `<Say>` that the operator can word. */
export interface Voice {
  readonly language?: string;
  readonly voice?: string;
}

/** What a Function was configured with, apart from the bridge. */
export interface Settings {
  /** Where Twilio reaches the Functions, without a trailing slash. */
  readonly base: string;
  /** Said before the stream opens. */
  readonly openingSay: string | undefined;
  readonly voice: Voice;
  readonly fallback: FallbackSettings;
}

/** Reads the settings from a Function's context. Never throws. */
export function readSettings(context: object): Settings {
  const language = readVariable(context, 'FALLBACK_LANGUAGE');
  const voice = readVariable(context, 'FALLBACK_VOICE');
  return {
    base: readBase(context),
    openingSay: readVariable(context, 'OPENING_SAY'),
    voice: {
      ...(language === undefined ? {} : { language: xmlText(language) }),
      ...(voice === undefined ? {} : { voice: xmlText(voice) }),
    },
    fallback: readFallback(context),
  };
}

const ADDRESS = /^https?:\/\/[\w.:[\]/~%-]+$/;

/** What is wrong with `FUNCTIONS_URL`; the domain that the runtime knows then takes its place. */
export function findFunctionsUrlFault(context: object): SettingFault | undefined {
  const given = readVariable(context, 'FUNCTIONS_URL');
  if (given === undefined || ADDRESS.test(given)) return undefined;
  return {
    variable: 'FUNCTIONS_URL',
    reason: 'is not an http(s) address',
    example: 'FUNCTIONS_URL=https://functions.example.com',
  };
}

/** `FUNCTIONS_URL`, or the domain that the runtime knows of itself. */
function readBase(context: object): string {
  const given = readVariable(context, 'FUNCTIONS_URL');
  if (given !== undefined && ADDRESS.test(given)) return given.replace(/\/+$/, '');
  const domain = readVariable(context, 'DOMAIN_NAME') ?? 'localhost:3000';
  const scheme = /^(?:localhost|127\.0\.0\.1)(?::\d+)?$/.test(domain) ? 'http' : 'https';
  return `${scheme}://${domain}`;
}
