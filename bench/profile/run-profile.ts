import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { SourceMap, type SourceMapPayload } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CommandError } from '../../twilio-account/failure';
import { ourBridge } from '../contenders';
import { prepareSite, requireLeg } from '../site';
import { runTrial } from '../trial';
import { type ProcessorTimes, readProcessorTimes } from '../usage';
import type { CpuProfile } from './cpu-profile';
import type { ProfileOptions } from './options';
import { describeProfile, type FindSource } from './summary';

const WARM_MS = 3_000;
const WRITTEN_MS = 10_000;
const POLL_MS = 50;

/**
 * Records the bridge under load, and prints what the profile says.
 * @param root the repository, built.
 * @throws CommandError without gcc, for TLS without OpenSSL, or where no profile was written.
 */
export async function runProfile(
  { calls, seconds, leg, top, out }: ProfileOptions,
  root: string,
  print: (line: string) => void,
): Promise<void> {
  const prepared = await prepareSite(root);
  const { site, machine, notes } = prepared;
  try {
    requireLeg(leg, site);
    mkdirSync(dirname(out), { recursive: true });
    rmSync(out, { force: true });
    const recorder = ['--require', join(root, 'dist/bench/profile/recorder.js')];
    const bridge = ourBridge('bridge', 'this bridge', join(root, 'dist/bridge/main.js'), {
      nodeOptions: recorder,
      environment: { PROFILE_FILE: out },
    });
    const plan = { leg, calls, warmMs: WARM_MS, measuredMs: seconds * 1_000 };
    const times: ProcessorTimes[] = [];
    const trial = await runTrial(bridge, plan, site, {
      begin: ({ process }) => {
        if (process === undefined) return;
        times.push(readProcessorTimes(process.pid));
        process.kill('SIGUSR2');
      },
      end: async ({ process }) => {
        if (process === undefined) return;
        times.push(readProcessorTimes(process.pid));
        process.kill('SIGUSR2');
        await waitForFile(out);
      },
    });
    const profile = JSON.parse(readFileSync(out, 'utf8')) as CpuProfile; // V8 wrote it
    print(`${calls} calls, ${leg}; ${machine}`);
    print(`CPU ms per call-second, with the profiler on: ${trial.cpuMsPerCallS.toFixed(2)}`);
    print(`${describeKernel(times)} of it in the kernel, as the kernel counts`);
    for (const line of describeProfile(profile, findSources(root), top)) print(line);
    for (const note of notes) print(`Note: ${note}.`);
    print(`written: ${relative(process.cwd(), out)}`);
  } finally {
    prepared.remove();
  }
}

/** The profiler takes waiting in the poll for idle, and it is not free: the kernel's account has it. */
function describeKernel([from, to]: readonly ProcessorTimes[]): string {
  if (from === undefined || to === undefined) return 'an unknown share';
  const kernelMs = to.kernelMs - from.kernelMs;
  const allMs = kernelMs + to.userMs - from.userMs;
  return `${((kernelMs / allMs) * 100).toFixed(0)} %`;
}

async function waitForFile(path: string): Promise<void> {
  const giveUpAtMs = performance.now() + WRITTEN_MS;
  // The file is written at one go, so once it ends with a brace it is whole.
  while (!existsSync(path) || !readFileSync(path, 'utf8').endsWith('}')) {
    if (performance.now() > giveUpAtMs)
      throw new CommandError(`the bridge wrote no profile to ${path}`);
    await new Promise((done) => setTimeout(done, POLL_MS));
  }
}

/** Reads the map of the built bridge, so that a place in it becomes a place in its source. */
function findSources(root: string): FindSource {
  const built = join(root, 'dist/bridge/main.js');
  const payload = JSON.parse(readFileSync(`${built}.map`, 'utf8')) as SourceMapPayload; // esbuild wrote it
  const map = new SourceMap(payload);
  return ({ url, lineNumber, columnNumber }) => {
    const path = url.startsWith('file:') ? fileURLToPath(url) : url;
    if (path !== built) return path.replace(/^.*\/node_modules\//, '');
    const entry = map.findEntry(lineNumber, columnNumber);
    if (!('originalSource' in entry)) return path;
    const source = resolve(dirname(built), entry.originalSource);
    return `${relative(root, source)}:${entry.originalLine + 1}`;
  };
}
