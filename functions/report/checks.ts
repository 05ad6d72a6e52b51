import type { SelfCheck } from '../../protocol/diagnostics/check';
import { FAULTS } from '../../protocol/errors';
import { ANSWER_LIMIT_MS } from '../bridge-client/client';
import type { ProbeResult } from '../bridge-client/probe';
import type { SettingFault } from '../settings/fallback-settings';

/** Twilio's runtimes begin here. Source: https://www.twilio.com/docs/serverless/functions-assets */
const OLDEST_NODE = 20;

/** Over this a caller waits for the TwiML longer than one should. */
const SLOW_MS = 700;

/** Judges what was found, in the order of a call. */
export function runSelfChecks(
  bridge: ProbeResult,
  faults: readonly SettingFault[],
  node: string,
): readonly SelfCheck[] {
  return [
    ...checkVariables(faults),
    checkBridge(bridge),
    ...checkClock(bridge),
    ...checkRoundTrip(bridge),
    checkNode(node),
  ];
}

function checkVariables(faults: readonly SettingFault[]): readonly SelfCheck[] {
  if (faults.length === 0)
    return [{ name: 'variables', state: 'holds', found: 'none that is set is wrong' }];
  // The words are ours and the examples too: no value stands in them.
  return faults.map(({ variable, reason, example }) => ({
    name: 'variables',
    state: 'fault',
    found: `${variable} ${reason}`,
    remedy: `Set it as in ${example}, and deploy again`,
  }));
}

function checkBridge({ result, code = result, message = '', remedy }: ProbeResult): SelfCheck {
  const name = 'the bridge';
  if (result === 'accepted')
    return { name, state: 'holds', found: 'accepted: it answers, and secret and clocks fit' };
  return {
    name,
    state: 'fault',
    found: `${result} (${code}): ${message}`,
    remedy: remedy ?? FAULTS.bridge_refused.remedy,
  };
}

function checkClock({ result, skewS }: ProbeResult): readonly SelfCheck[] {
  if (result !== 'accepted' || skewS === undefined) return [];
  const found = `the bridge’s clock differs by ${Math.abs(skewS)} s; from 60 s on it refuses`;
  const remedy = 'Correct the clock of the bridge’s machine (NTP)';
  return [{ name: 'the clocks', state: 'warning', found, remedy }];
}

function checkRoundTrip({ roundTripMs }: ProbeResult): readonly SelfCheck[] {
  if (roundTripMs === undefined) return [];
  const name = 'round trip to the bridge';
  const found = `${roundTripMs} ms; the limit is ${ANSWER_LIMIT_MS} ms`;
  if (roundTripMs <= SLOW_MS) return [{ name, state: 'holds', found }];
  const remedy = 'Load the page again: the first request may be slow. Else put the bridge nearer';
  return [{ name, state: 'warning', found, remedy }];
}

function checkNode(node: string): SelfCheck {
  const name = 'Node';
  if (Number(node.split('.', 1)[0]) >= OLDEST_NODE) return { name, state: 'holds', found: node };
  const remedy = 'Deploy again; the runtime is named in .twilioserverlessrc';
  return { name, state: 'fault', found: `${node}, older than ${OLDEST_NODE}`, remedy };
}
