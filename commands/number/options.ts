import { parseArgs } from 'node:util';
import { asOptionFault, CommandError } from '../../twilio-account/failure';
import type { Mode } from '../../twilio-account/pointing';

export const HELP = `npm run number -- show|stream|test [+15550100100]

Says or sets what answers the calls of a number of your Twilio account.

  show                what the number points at now; changes nothing
  stream              calls go to the agent: voice address, fallback and status callback
  test                calls hear the test message; the bridge and the model are not needed
  --clear-overrides   with stream and test: takes the number off a SIP trunk or a TwiML app,
                      which would win over its voice address
  --json              one JSON object instead of lines
  --help

Without a number, TWILIO_PHONE_NUMBER is taken. Read from the environment and .env:
TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN, and FUNCTIONS_URL, if the Functions are elsewhere than where
npm run deploy put them. Exit code 0 if all is as you asked, 1 if not, 2 if the options are wrong.
`;

/** The options of the command. */
export interface NumberOptions {
  readonly action: 'show' | Mode;
  /** E.164. */
  readonly phoneNumber: string;
  readonly clearOverrides: boolean;
  readonly json: boolean;
}

const E164 = /^\+[1-9]\d{6,14}$/;

/**
 * Reads the options; the number may come from the environment.
 * @throws CommandError with exit code 2.
 */
export function readOptions(
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
): NumberOptions {
  const { values, positionals } = parse(args);
  const [action, given, ...more] = positionals;
  if (action !== 'show' && action !== 'stream' && action !== 'test') {
    const wrong = action === undefined ? 'nothing is asked' : `“${action}” is nothing it can do`;
    throw new CommandError(`${wrong}: give show, stream or test. Example: ${example('show')}`, 2);
  }
  if (more.length > 0) {
    throw new CommandError(`one number at a time, without spaces. Example: ${example(action)}`, 2);
  }
  const phoneNumber = given ?? environment.TWILIO_PHONE_NUMBER ?? '';
  if (!E164.test(phoneNumber)) {
    throw new CommandError(explainNumber(phoneNumber, given !== undefined, action), 2);
  }
  const { json, 'clear-overrides': clearOverrides } = values;
  if (clearOverrides && action === 'show') {
    throw new CommandError('show changes nothing: --clear-overrides goes with stream or test', 2);
  }
  return { action, phoneNumber, clearOverrides, json };
}

function parse(args: readonly string[]) {
  const flag = { type: 'boolean', default: false } as const;
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { json: flag, 'clear-overrides': flag, help: flag },
    });
  } catch (error) {
    throw asOptionFault(error);
  }
}

function explainNumber(phoneNumber: string, given: boolean, action: string): string {
  if (phoneNumber === '') {
    return `no number is given, and TWILIO_PHONE_NUMBER is not set. Example: ${example(action)}`;
  }
  const where = given ? '' : 'TWILIO_PHONE_NUMBER ';
  return `${where}“${phoneNumber}” is no number in E.164: a plus, the country code and the rest, digits only. Example: ${example(action)}`;
}

function example(action: string): string {
  return `npm run number -- ${action} +15550100100`;
}
