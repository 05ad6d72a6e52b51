import { setTimeout as sleep } from 'node:timers/promises';
import { type Cast, type NodeName, NODES, startCast } from './cast';
import { placeRollingCall, type RolledCall } from './rolling-call';

/** How one bridge was replaced. */
export interface Replacement {
  readonly node: NodeName;
  /** Calls that it had when it was told to end. */
  readonly calls: number;
  readonly drainedMs: number;
  /** Its exit code, or the signal that ended it. */
  readonly exit: number | string;
}

/** A rolling restart under load, and what it did to the calls. */
export interface RollingReport {
  readonly calls: readonly RolledCall[];
  readonly replacements: readonly Replacement[];
  /** Records that have not the end that they should have. */
  readonly recordFaults: readonly string[];
}

/** How it is done. */
export interface RollingPlan {
  /** Calls at once, all the time. */
  readonly lines: number;
  /** How long a call lasts beyond what is said. */
  readonly pauseMs: number;
}

/** What is said of a call takes so long, so that the lines begin spread over one. */
const SAID_MS = 12_000;
/** After this the proxy has seen that a bridge is ready again; the unit of deploy/ waits as long. */
const PROXY_MS = 2_000;

/**
 * Replaces two bridges one after the other, while so many lines place call after call.
 * @param root the repository, built.
 */
export async function runRolling(
  root: string,
  { lines, pauseMs }: RollingPlan,
  progress: (text: string) => void,
): Promise<RollingReport> {
  const cast = await startCast(root, lines);
  try {
    const calls: RolledCall[] = [];
    const state = { isOver: false, streaming: 0 };
    const spreadMs = (SAID_MS + pauseMs) / lines;
    let allUp: () => void = () => undefined;
    const up = new Promise<void>((resolve) => (allUp = resolve));
    const line = async (at: number) => {
      await sleep(at * spreadMs);
      const place = async (onStream: () => void) => {
        const call = await placeRollingCall(cast, pauseMs, onStream);
        calls.push(call);
        if (call.fault !== undefined) progress(`${call.callSid} on ${call.node}: ${call.fault}`);
      };
      await place(() => {
        state.streaming += 1;
        if (state.streaming === lines) allUp();
      });
      while (!state.isOver) await place(() => undefined);
    };
    const placed = Promise.all(Array.from({ length: lines }, (_, at) => line(at)));
    // Where a line never gets a stream there is a call with a fault to tell of it.
    await Promise.race([up, sleep((SAID_MS + pauseMs) * 2)]);
    progress(`${lines} calls at once; replacing the bridges`);
    const replacements: Replacement[] = [];
    for (const node of NODES) {
      const replacement = await replace(cast, node);
      replacements.push(replacement);
      progress(
        `bridge ${node} had ${replacement.calls} calls, ended with ${replacement.exit} after ${replacement.drainedMs} ms, and is back`,
      );
    }
    state.isOver = true;
    await placed;
    return { calls, replacements, recordFaults: await findRecordFaults(cast, calls) };
  } finally {
    await cast.close();
  }
}

async function replace(cast: Cast, node: NodeName): Promise<Replacement> {
  const bridge = cast.bridge(node);
  const calls = await countCalls(cast, node);
  const beganAtMs = performance.now();
  bridge.kill('SIGTERM');
  const exit = await bridge.ended;
  const drainedMs = Math.round(performance.now() - beganAtMs);
  await cast.startBridge(node);
  await sleep(PROXY_MS);
  return { node, calls, drainedMs, exit };
}

async function countCalls(cast: Cast, node: NodeName): Promise<number> {
  const answer = await cast.askBridge(node, '/readyz');
  return ((await answer.json()) as { calls: number }).calls; // as docs/DESIGN.md has it
}

/** What the store knows of the calls, asked of the bridges that came after. */
async function findRecordFaults(cast: Cast, calls: readonly RolledCall[]): Promise<string[]> {
  const faults: string[] = [];
  for (const { callSid, node } of calls) {
    const answer = await cast.askBridge('a', `/calls/${callSid}`);
    const record = (await answer.json()) as { end?: { by: string; code?: string }; node?: string }; // a bridge wrote it
    const { by, code } = record.end ?? { by: 'nobody' };
    if (by !== 'caller' || code !== undefined || record.node !== node)
      faults.push(
        `${callSid} on ${node}: ended by ${by}, ${code ?? 'no code'}, at ${record.node ?? 'no node'}`,
      );
  }
  return faults;
}
