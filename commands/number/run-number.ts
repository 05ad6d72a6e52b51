import { changeLine, line } from '../../twilio-account/change-line';
import { openTwilio, type TwilioClient } from '../../twilio-account/client';
import { CommandError } from '../../twilio-account/failure';
import { findFunctionsAddress } from '../../twilio-account/functions-address';
import { type NumberOptions, readOptions } from './options';
import { findOwnedNumber, type OwnedNumber } from '../../twilio-account/owned-number';
import { pointNumber } from '../../twilio-account/point-number';
import {
  aimAt,
  compare,
  type Mode,
  type Override,
  readOverrides,
  readPointing,
} from '../../twilio-account/pointing';
import { explainOverride, numberLine, printReport, reportNumber } from './show';

/**
 * `npm run number`: shows what a number points at, or points it at the Functions.
 * @throws CommandError where it cannot be; the number is then as it was, unless the message says otherwise.
 */
export async function runNumber(
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
  print: (line: string) => void,
): Promise<void> {
  const options = readOptions(args, environment);
  const client = openTwilio(environment);
  const number = await findOwnedNumber(client, options.phoneNumber);
  const functionsUrl = await findFunctionsAddress(client, environment);
  if (options.action === 'show') {
    const report = reportNumber(number, []);
    const lines = options.json ? [JSON.stringify(report)] : printReport(report, functionsUrl);
    lines.forEach(print);
    return;
  }
  if (functionsUrl === undefined) {
    throw new CommandError(
      'no Functions are deployed in this account, so there is nothing to point the number at: npm run deploy comes first. Nothing was changed.',
    );
  }
  await pointAt(functionsUrl, options.action, number, options, client, print);
}

async function pointAt(
  functionsUrl: string,
  mode: Mode,
  number: OwnedNumber,
  { clearOverrides, json, phoneNumber }: NumberOptions,
  client: TwilioClient,
  print: (line: string) => void,
): Promise<void> {
  const overrides = readOverrides(number);
  if (overrides.length > 0 && !clearOverrides) throw explainOverrides(overrides, mode, phoneNumber);
  const wanted = aimAt(functionsUrl, mode);
  const changes = compare(readPointing(number), wanted, overrides);
  const say = json ? () => undefined : print;
  // What was there is said before it is changed, so that it is known even if all ends here.
  say(numberLine(number));
  changes.map(changeLine).forEach((text) => say(text));
  const set =
    changes.length === 0
      ? number
      : await pointNumber(client, number, wanted, overrides).catch((error: unknown) => {
          throw withUnsaid(error, json ? changes.map(changeLine) : []);
        });
  if (json) print(JSON.stringify(reportNumber(set, changes)));
  const done = changes.length === 0 ? 'nothing: it was all so before' : 'all of it, at once';
  say(line('changed', done));
  say(`\nNext: call ${phoneNumber}. ${describeNext(mode, phoneNumber)}`);
}

function describeNext(mode: Mode, phoneNumber: string): string {
  return mode === 'test'
    ? `You should hear the test message; then npm run number -- stream ${phoneNumber}`
    : 'The agent should speak; if it does not, open /diagnostics of the Functions.';
}

/** What is unsaid yet goes with a failure, since the number may have it all the same. */
function withUnsaid(error: unknown, unsaid: readonly string[]): unknown {
  if (!(error instanceof CommandError) || unsaid.length === 0) return error;
  const message = [error.message, ...unsaid].join('\n');
  return new CommandError(message, error.exitCode, { cause: error });
}

function explainOverrides(
  overrides: readonly Override[],
  mode: Mode,
  phoneNumber: string,
): CommandError {
  const what = overrides.map(explainOverride).join(' and ');
  return new CommandError(
    `${what} would win over the voice address of ${phoneNumber}, so nothing was changed. To take the number off it: npm run number -- ${mode} ${phoneNumber} --clear-overrides`,
  );
}
