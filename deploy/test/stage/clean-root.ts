import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { Instruction } from './containerfile';

const NODE_VERSION = '24.21.0';
const CA = '/etc/ssl/certs/ca-certificates.crt';

/** A system of its own in a folder, in place of a container: what its steps make is real. */
export interface CleanRoot {
  readonly folder: string;
  readonly user: string;
  readonly command: readonly string[];
  readonly healthCheck: string;
  readonly others: ReadonlyMap<string, string>;
  /** Starts a command in it, with the environment of the image and the image's user. */
  start(command: readonly string[], environment?: Record<string, string>): ChildProcess;
  remove(): void;
}

/**
 * Obeys the instructions one after the other, in a copy of a fresh Debian that has what the base
 * image has: the release of its name, Node and npm in /usr/local, the user node.
 */
export function buildCleanRoot(instructions: readonly Instruction[], context: string): CleanRoot {
  const [from, ...steps] = instructions;
  const [, release] = /^docker\.io\/library\/node:24-(\w+)-slim$/.exec(from?.text ?? '') ?? [];
  if (from?.name !== 'FROM' || release === undefined) throw new Error('another base than is known');
  const folder = mkdtempSync(join(tmpdir(), 'container-'));
  execFileSync('cp', ['-a', `${baseOf(release)}/.`, folder]);
  const image = { user: 'root', folder: '/', environment: {} as Record<string, string> };
  const others = new Map<string, string>();
  let command: readonly string[] = [];
  const inRoot = (argv: readonly string[], more: Record<string, string> = {}) => [
    `--userspec=${image.user}`,
    folder,
    '/usr/bin/env',
    '-i',
    '-C',
    image.folder,
    'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    ...Object.entries({ ...image.environment, ...more }).map(([name, value]) => `${name}=${value}`),
    ...argv,
  ];
  for (const { name, text } of steps) {
    const words = text.split(/\s+/);
    if (name === 'ENV') {
      for (const [, variable = '', value = ''] of text.matchAll(/(\w+)=(\S+)/g))
        image.environment[variable] = value;
    } else if (name === 'WORKDIR') {
      image.folder = text;
      mkdirSync(join(folder, text), { recursive: true });
    } else if (name === 'COPY') {
      const target = join(folder, image.folder, words.pop() ?? '');
      for (const source of words) {
        const to = source === '.' ? target : join(target, basename(source));
        cpSync(join(context, source), to, { recursive: true });
      }
    } else if (name === 'USER') image.user = text;
    else if (name === 'CMD') command = JSON.parse(text) as string[];
    else if (name === 'RUN') {
      // The way out of this machine is the host's, as it is for a container's build.
      const argv = inRoot(['sh', '-ec', text], { HOME: '/root', NODE_EXTRA_CA_CERTS: CA });
      execFileSync('chroot', argv, { stdio: 'pipe' });
    } else others.set(name, text);
  }
  return {
    folder,
    user: image.user,
    command,
    healthCheck: /CMD (.*)$/.exec(others.get('HEALTHCHECK') ?? '')?.[1] ?? '',
    others,
    start: (argv, environment) =>
      spawn('chroot', inRoot(argv, environment), { stdio: ['ignore', 'pipe', 'pipe'] }),
    remove: () => rmSync(folder, { recursive: true }),
  };
}

/** Made once a machine: it is what a registry would keep. */
function baseOf(release: string): string {
  const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'realtime-phone');
  const base = join(cache, `${release}-node-${NODE_VERSION}`);
  if (existsSync(base)) return base;
  mkdirSync(cache, { recursive: true });
  const making = mkdtempSync(`${base}.`);
  chmodSync(making, 0o755); // it becomes /, for all users
  execFileSync('debootstrap', ['--variant=minbase', release, making], { stdio: 'pipe' });
  execFileSync('useradd', ['--root', making, '--create-home', '--uid', '1000', 'node']);
  const npm = mkdtempSync(join(tmpdir(), 'node-'));
  const name = `node-linux-${process.arch}`;
  const install = ['install', '--prefix', npm, '--ignore-scripts', '--no-audit', '--no-fund'];
  execFileSync('npm', [...install, `${name}@${NODE_VERSION}`], { stdio: 'pipe' });
  cpSync(join(npm, 'node_modules', name, 'bin', 'node'), join(making, 'usr/local/bin/node'));
  const ownNpm = execFileSync('npm', ['root', '--global'], { encoding: 'utf8' }).trim();
  cpSync(join(ownNpm, 'npm'), join(making, 'usr/local/lib/node_modules/npm'), { recursive: true });
  const launcher = '#!/bin/sh\nexec node /usr/local/lib/node_modules/npm/bin/npm-cli.js "$@"\n';
  writeFileSync(join(making, 'usr/local/bin/npm'), launcher, { mode: 0o755 });
  for (const path of ['/etc/resolv.conf', '/etc/hosts', CA])
    if (existsSync(path)) cpSync(path, join(making, path), { dereference: true });
  rmSync(npm, { recursive: true });
  renameSync(making, base);
  return base;
}
