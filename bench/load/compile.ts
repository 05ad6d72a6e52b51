import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { CommandError } from '../../twilio-account/failure';
import { hasProgram } from '../machine';

/** A compiled program of the bench. */
export interface Program {
  readonly path: string;
  readonly hasTls: boolean;
}

const FLAGS = ['-std=c11', '-O2', '-Wall', '-Wextra'];

/**
 * Compiles the C files of a folder; with OpenSSL where its headers are here.
 * @throws CommandError without gcc, or where it fails.
 */
export function compileProgram(sources: string, output: string): Program {
  if (process.platform !== 'linux') throw new CommandError('the bench measures on Linux only');
  if (!hasProgram('gcc'))
    throw new CommandError(
      'the generator is C, and gcc is missing: apt-get install gcc libc6-dev libssl-dev (--micro needs none)',
    );
  mkdirSync(dirname(output), { recursive: true });
  const files = sources.endsWith('.c')
    ? [sources]
    : readdirSync(sources)
        .filter((name) => name.endsWith('.c'))
        .map((name) => join(sources, name));
  const tryWith = (...more: string[]) =>
    execFileSync('gcc', [...FLAGS, '-o', output, ...files, ...more], { stdio: 'pipe' });
  try {
    tryWith('-DWITH_TLS', '-lssl', '-lcrypto');
    return { path: output, hasTls: true };
  } catch {
    // The headers of OpenSSL are missing, most likely: then it is built without.
  }
  try {
    tryWith();
  } catch (error) {
    const { stderr } = Object(error) as { stderr?: Buffer }; // of execFileSync
    throw new CommandError(`gcc cannot build ${sources}: ${stderr?.toString() ?? String(error)}`);
  }
  return { path: output, hasTls: false };
}
