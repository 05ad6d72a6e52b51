import { readStreamPath } from '../../protocol/bridge-node';
import { clip } from '../../simulator/clips/clips';
import { type CallReport, type CallerStep, placeCall } from '../../simulator/phone/phone-call';
import type { Cast } from './cast';

/** How one call went. */
export interface RolledCall {
  readonly callSid: string;
  /** The bridge that it was with. */
  readonly node: string;
  /** What was wrong with it; undefined where the caller heard the agent to the end. */
  readonly fault: string | undefined;
}

/** What the simulated receptionist says to this caller, to the end. */
const AGENT_MS = clip('agent-greeting').durationMs + clip('agent-booked').durationMs;
/** Twilio's packets are 20 ms; the last of each clip may be counted or not. */
const ROUNDING_MS = 40;
/** All phones and models share one core with the bridges: a pause of theirs is no end of what is said. */
const QUIET_MS = 2_000;
const hearOut: CallerStep = { wait: 'agent-finished' };

/**
 * Places one call: the caller hears the greeting, lets some time pass, books a table, and hears the
 * answer out.
 * @param pauseMs how long the call lasts beyond what is said.
 */
export async function placeRollingCall(
  cast: Cast,
  pauseMs: number,
  onStream: () => void,
): Promise<RolledCall> {
  const { audio } = clip('caller-book-table');
  const call = placeCall({
    ...cast.line,
    script: [hearOut, { waitMs: pauseMs }, { say: audio }, hearOut, { hangUp: true }],
    quietMs: QUIET_MS,
    maxMs: pauseMs + 60_000,
  });
  const stop = call.on(({ kind }) => {
    if (kind === 'stream-started') onStream();
  });
  const report = await call.finished;
  stop();
  return {
    callSid: report.callSid,
    node: readStreamPath(new URL(report.stream?.url ?? 'wss://none').pathname)?.node ?? 'none',
    fault: findFault(report),
  };
}

/** In one line, or undefined. */
function findFault({
  errors,
  streams,
  twiml,
  transcript,
  endedBy,
}: CallReport): string | undefined {
  const [error] = errors;
  if (error !== undefined) return `${error.code}: ${error.message}`;
  const said = transcript.find(({ who }) => who === 'twilio');
  if (said !== undefined) return `Twilio had to say: ${said.text}`;
  const [stream] = streams;
  if (stream === undefined || streams.length > 1)
    return `${streams.length} streams, by ${twiml.length} documents`;
  if (endedBy !== 'caller') return `hung up on, after ${stream.heardMs} ms of the agent`;
  if (stream.heardMs < AGENT_MS - ROUNDING_MS)
    return `heard ${stream.heardMs} ms of the agent, and not ${Math.round(AGENT_MS)}`;
  return undefined;
}
