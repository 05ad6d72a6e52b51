import { type Check, type Finding, type Outcome, skip } from '../../check';
import type { Settings } from '../../settings';
import { isPlaceholder, nameKind } from './key-kinds';
import { findStrayCharacters } from './stray-characters';

const SID = 'TWILIO_ACCOUNT_SID';
const TOKEN = 'TWILIO_AUTH_TOKEN';
const WHERE = 'in the Twilio console, under Account → API keys & tokens, Live credentials';

/** The variables that this check answers for. */
export const TWILIO_VARIABLES: readonly string[] = [SID, TOKEN];

/** The credentials of the account: there, and each in its own place. Twilio is not asked yet. */
export const checkTwilioCredentials: Check = {
  id: 'config.twilio',
  title: 'Twilio credentials, their shape',
  needs: [],
  run: ({ settings }) => Promise.resolve(look(settings)),
};

/** True where all is on this machine and no account is configured: nothing of Twilio is examined. */
export function isWithoutAccount({ environment, isTrial }: Settings): boolean {
  return isTrial && environment[SID] === undefined;
}

function look(settings: Settings): Outcome {
  if (isWithoutAccount(settings)) {
    return skip('no Twilio account is configured, and all of it is on this machine');
  }
  const { environment, raw } = settings;
  const sid = environment[SID] ?? '';
  const token = environment[TOKEN] ?? '';
  if (isToken(sid) && isSid(token)) return { found: SWAPPED.found, findings: [SWAPPED] };
  const findings = [
    findStrayCharacters(SID, raw[SID] ?? '') ?? judgeSid(sid),
    findStrayCharacters(TOKEN, raw[TOKEN] ?? '') ?? judgeToken(token),
  ].filter((one) => one !== undefined);
  const found = findings.map((one) => one.found).join('; ');
  return { found: found === '' ? `AC…${sid.slice(-4)} and a token` : found, findings };
}

const isSid = (value: string) => /^AC[0-9a-f]{32}$/i.test(value);
const isToken = (value: string) => /^[0-9a-f]{32}$/i.test(value);

const SWAPPED: Finding = {
  level: 'fault',
  id: 'twilio-credentials-swapped',
  found: `${SID} and ${TOKEN} stand in each other's place`,
  why: 'Twilio refuses both, and the bridge refuses every media stream',
  remedy: `swap them: ${SID} begins with AC, ${TOKEN} has 32 hex digits`,
};

function judgeSid(sid: string): Finding | undefined {
  if (isSid(sid)) return undefined;
  const why = 'without the account neither it nor the number can be examined, deployed to or set';
  const remedy = `set ${SID} to the account SID, AC and 32 hex digits, ${WHERE}`;
  // The bridge has no use for it, so the rest of the chain can be looked at.
  if (sid === '')
    return {
      ...fault('twilio-account-sid-missing', `${SID} is missing`, why, remedy),
      isAside: true,
    };
  return fault(
    'twilio-account-sid-wrong',
    `${SID} ${misplaced(sid, 'AC and 32 hex digits')}`,
    why,
    remedy,
  );
}

function judgeToken(token: string): Finding | undefined {
  if (isToken(token)) return undefined;
  const why =
    'it signs every webhook and every media stream: with another one the bridge refuses all of Twilio’s streams (31920)';
  const remedy = `set ${TOKEN} to the primary auth token, 32 hex digits, ${WHERE}`;
  if (token === '') return fault('twilio-auth-token-missing', `${TOKEN} is missing`, why, remedy);
  return fault(
    'twilio-auth-token-wrong',
    `${TOKEN} ${misplaced(token, '32 hex digits')}`,
    why,
    remedy,
  );
}

function fault(id: string, found: string, why: string, remedy: string): Finding {
  return { level: 'fault', id, found, why, remedy };
}

function misplaced(value: string, wanted: string): string {
  if (isPlaceholder(value)) return 'was never filled in';
  // A SID that was cut looks like a token.
  const kind = value.startsWith('AC') && !isSid(value) ? undefined : nameKind(value);
  if (kind !== undefined) return `holds ${kind}`;
  return `has ${value.length} characters and is not ${wanted}`;
}
