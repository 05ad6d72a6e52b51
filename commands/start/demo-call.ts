import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { clip } from '../../simulator/clips/clips';
import { type CallReport, type CallerStep, placeCall } from '../../simulator/phone/phone-call';
import { writeWave } from '../../simulator/phone/wave';
import { addressesOf, type Run } from './parts';
import type { Timeline } from './timeline';

/** What one call left behind. */
export interface DemoCall {
  readonly report: CallReport;
  /** What was said, from the record of the bridge. */
  readonly turns: readonly { who: string; text: string; atMs: number }[];
  readonly waveFiles: readonly string[];
}

const say = (name: string): CallerStep => ({ say: clip(name).audio, name });
const hearOut: CallerStep = { wait: 'agent-finished' };

/** A caller who books a table. With a real model nobody knows what it answers, so only manners count. */
const SCRIPT: readonly CallerStep[] = [
  hearOut,
  say('caller-book-table'),
  hearOut,
  say('caller-thanks'),
  hearOut,
  { hangUp: true },
];

/** Places one simulated call through the Functions and the bridge, and keeps what was heard. */
export async function placeDemoCall(
  run: Run,
  timeline: Timeline,
  folder: string,
): Promise<DemoCall> {
  const { functions, bridge } = addressesOf(run);
  const call = placeCall({
    voiceUrl: `${functions}/stream-mode`,
    fallbackUrl: `${functions}/fallback`,
    statusCallback: `${functions}/call-status`,
    authToken: run.authToken,
    hosts: { [run.publicDomain]: bridge.replace('localhost', '127.0.0.1') },
    script: SCRIPT,
  });
  timeline.begin(call.callSid);
  call.on((event) => timeline.takePhone(event));
  const report = await call.finished;
  const waveFiles = writeWaves(folder, call.callSid, {
    agent: call.agentAudio(),
    caller: call.callerAudio(),
  });
  return { report, turns: await readTurns(run, call.callSid), waveFiles };
}

function writeWaves(
  folder: string,
  callSid: string,
  sides: Readonly<Record<string, Buffer>>,
): string[] {
  mkdirSync(folder, { recursive: true });
  return Object.entries(sides).map(([who, audio]) => {
    const path = join(folder, `${callSid}-${who}.wav`);
    writeFileSync(path, writeWave(audio));
    return path;
  });
}

async function readTurns(run: Run, callSid: string): Promise<DemoCall['turns']> {
  const response = await fetch(`${addressesOf(run).bridge}/calls/${callSid}`, {
    headers: { authorization: `Bearer ${run.adminToken}` },
  });
  if (!response.ok) return [];
  const record = (await response.json()) as { turns?: DemoCall['turns'] }; // our own bridge wrote it
  return record.turns ?? [];
}
