import { setTimeout as sleep } from 'node:timers/promises';
import { readStreamPath } from '../../protocol/bridge-node';
import { clip } from '../../simulator/clips/clips';
import { placeCall } from '../../simulator/phone/phone-call';
import { type Cast, NODES, startCast } from './cast';
import { type WatchedCall, watchCall } from './watched-call';

/** How one call went whose bridge may have been killed. */
export interface KilledCall {
  readonly callSid: string;
  /** The bridges that it was with, one after the other. */
  readonly nodes: readonly string[];
  /** Of a call whose bridge was killed: how long until its caller heard the agent again. */
  readonly backMs: number | undefined;
  /** What was wrong with it, or with its record; undefined where nothing was. */
  readonly fault: string | undefined;
}

/** Bridges killed in mid-call, and what it did to the calls. */
export interface KillReport {
  readonly kills: number;
  readonly calls: readonly KilledCall[];
}

/** How it is done. */
export interface KillPlan {
  readonly kills: number;
  /** Calls at each kill; the proxy shares them out to both bridges. */
  readonly lines: number;
}

/** After this the proxy has seen that a bridge is ready again. */
const PROXY_MS = 1_500;
const QUIET_MS = 600;
/** How long the killed bridge is away: until the other has its calls, or as short as can be. */
const AWAY_MS = [6_000, 0] as const;

/**
 * Kills one of two bridges again and again, while callers talk with the agent, and starts it anew,
 * at once or later: it goes on with its calls, or the other one does.
 * @param root the repository, built.
 */
export async function runKills(
  root: string,
  { kills, lines }: KillPlan,
  progress: (text: string) => void,
): Promise<KillReport> {
  const cast = await startCast(root, lines * 2);
  try {
    const calls: KilledCall[] = [];
    for (let at = 1; at <= kills; at += 1) {
      const round = await killOnce(cast, lines, AWAY_MS[(at - 1) % 2] ?? 0);
      calls.push(...round);
      for (const { callSid, fault } of round)
        if (fault !== undefined) progress(`${callSid}: ${fault}`);
      if (at % 10 === 0) progress(`${at} of ${kills} kills`);
    }
    return { kills, calls };
  } finally {
    await cast.close();
  }
}

/** Kills the bridge of some of these calls while the agent answers, and lets them come to their end. */
async function killOnce(cast: Cast, lines: number, awayMs: number): Promise<KilledCall[]> {
  const calls = Array.from({ length: lines }, () => watchCall(place(cast)));
  const begun = await Promise.all(calls.map(begin));
  const killed = NODES.find((node) => calls.some((call) => nodesOf(call).includes(node))) ?? 'a';
  const isKilled = calls.map((call) => nodesOf(call).includes(killed));
  const atUnixMs = Date.now();
  cast.bridge(killed).kill('SIGKILL');
  const restarted = cast
    .bridge(killed)
    .ended.then(() => sleep(awayMs))
    .then(() => cast.startBridge(killed));
  const backMs = await Promise.all(
    calls.map(
      async (call, at) =>
        begun[at] ?? (await goOn(call, isKilled[at] === true ? atUnixMs : undefined)),
    ),
  );
  await restarted;
  await sleep(PROXY_MS);
  return await Promise.all(
    calls.map(async (call, at) => {
      const took = backMs[at];
      const { callSid } = call.phone;
      const fault =
        typeof took === 'string' ? took : await findRecordFault(cast, call, isKilled[at] === true);
      return {
        ...{ callSid, fault, nodes: nodesOf(call) },
        backMs: typeof took === 'number' ? took : undefined,
      };
    }),
  );
}

function place(cast: Cast) {
  return placeCall({
    ...cast.line,
    afterScript: 'stay',
    maxMs: 90_000,
  });
}

/** Until the agent answers. @returns what was wrong. */
async function begin(call: WatchedCall): Promise<string | undefined> {
  return await faultOf(async () => {
    await call.agentSpeaks(1);
    await call.agentQuiet();
    await call.phone.say(clip('caller-book-table').audio);
    await call.agentSpeaks(2);
  });
}

/**
 * The caller hears the agent out, says one thing more, hears the answer, and hangs up.
 * @param killedAtUnixMs of a call whose bridge was killed.
 * @returns how long it was without the agent, or what was wrong.
 */
async function goOn(
  call: WatchedCall,
  killedAtUnixMs: number | undefined,
): Promise<number | string | undefined> {
  let backMs: number | undefined;
  const fault = await faultOf(async () => {
    if (killedAtUnixMs !== undefined)
      backMs = Math.round((await call.agentSpeaksAfter(killedAtUnixMs)) - killedAtUnixMs);
    await hearOut(call);
    const times = call.events.filter(({ kind }) => kind === 'agent-speaks').length;
    await call.phone.say(clip('caller-thanks').audio);
    await call.agentSpeaks(times + 1);
    await hearOut(call);
  });
  call.phone.hangUp();
  await call.phone.finished;
  return fault ?? backMs;
}

/** A sentence may have gaps on a machine that stands still. */
async function hearOut(call: WatchedCall): Promise<void> {
  await call.agentQuiet();
  await sleep(QUIET_MS);
  await call.agentQuiet();
}

async function faultOf(work: () => Promise<void>): Promise<string | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function nodesOf({ events }: WatchedCall): string[] {
  return events
    .filter(({ kind }) => kind === 'stream-connecting')
    .flatMap(({ detail }) => (typeof detail.url === 'string' ? [detail.url] : []))
    .map((url) => readStreamPath(new URL(url).pathname)?.node ?? 'none');
}

/** The record has to tell of both streams, and of nothing that went wrong but the fall. */
async function findRecordFault(
  cast: Cast,
  call: WatchedCall,
  wasKilled: boolean,
): Promise<string | undefined> {
  const answer = await cast.askBridge('a', `/calls/${call.phone.callSid}`);
  // A bridge wrote it.
  const record = (await answer.json()) as {
    readonly end?: { readonly by: string; readonly code?: string };
    readonly node?: string;
    readonly resumptions?: number;
    readonly turns: readonly { readonly who: string }[];
  };
  const { end, node, resumptions = 0, turns } = record;
  if (end?.by !== 'caller' || end.code !== undefined)
    return `its record was ended by ${end?.by ?? 'nobody'}, ${end?.code ?? 'no code'}`;
  if (resumptions !== (wasKilled ? 1 : 0)) return `it was resumed ${resumptions} times`;
  if (node !== nodesOf(call).at(-1)) return `its record is at ${node ?? 'no node'}`;
  const who = turns.map((turn) => turn.who).join(' ');
  return who === 'agent caller agent caller agent' ? undefined : `its turns are: ${who}`;
}
