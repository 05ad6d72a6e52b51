import { NOUNS } from './schema-nouns';
import { VERBS } from './schema-verbs';

/** What Twilio's schema allows of one element. */
export interface ElementRule {
  /** Names of attributes, separated by blanks. */
  readonly attributes: string;
  /** Names of elements that may stand within, separated by blanks. */
  readonly children?: string;
  /** True where text may stand within. */
  readonly text?: boolean;
  /** Attributes with a closed set of values. */
  readonly values?: Readonly<Record<string, string>>;
}

/** The verbs: what may stand directly within `<Response>`. */
export const RESPONSE_CHILDREN: readonly string[] = Object.keys(VERBS);

const RULES: ReadonlyMap<string, ElementRule> = new Map(Object.entries({ ...NOUNS, ...VERBS }));

/** The rule of an element in its place: a few names mean another thing under another parent. */
export function ruleOf(name: string, parent: string): ElementRule | undefined {
  return RULES.get(`${parent}>${name}`) ?? RULES.get(name);
}

/** The same name in the schema's own letters, if only the case differs. */
export function inRightCase(name: string, candidates: readonly string[]): string | undefined {
  return candidates.find((candidate) => candidate.toLowerCase() === name.toLowerCase());
}

/** Every element name there is. */
export const ELEMENT_NAMES: readonly string[] = [...RULES.keys()].map(
  (key) => key.split('>').at(-1) ?? key,
);

/** Attributes that hold the same closed set wherever they stand. */
export const COMMON_VALUES: Readonly<Record<string, string>> = {
  method: 'GET POST',
  statusCallbackMethod: 'GET POST',
  recordingStatusCallbackMethod: 'GET POST',
  partialResultCallbackMethod: 'GET POST',
  amdStatusCallbackMethod: 'GET POST',
  waitMethod: 'GET POST',
  waitUrlMethod: 'GET POST',
  referMethod: 'GET POST',
  trim: 'trim-silence do-not-trim',
  answerOnBridge: 'true false',
  hangupOnStar: 'true false',
  sequential: 'true false',
  playBeep: 'true false',
  transcribe: 'true false',
  bargeIn: 'true false',
  actionOnEmptyResult: 'true false',
  profanityFilter: 'true false',
  muted: 'true false',
  startConferenceOnEnter: 'true false',
  endConferenceOnExit: 'true false',
};

/** Attributes whose value is a list, separated by blanks, of a closed set. */
export const LIST_ATTRIBUTES: readonly string[] = [
  'statusCallbackEvent',
  'recordingStatusCallbackEvent',
  'input',
];
