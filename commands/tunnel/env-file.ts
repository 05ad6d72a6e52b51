import { randomBytes } from 'node:crypto';
import { chown, open, readFile, realpath, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { TunnelFault } from './tunnel-fault';

/** dotenv's own notion of a line, with all that stands before the value as a group of its own. */
const LINE =
  /^(\s*(?:export\s+)?([\w.-]+)(?:\s*=\s*?|:\s+?))(\s*'(?:\\'|[^'])*'|\s*"(?:\\"|[^"])*"|\s*`(?:\\`|[^`])*`|[^#\r\n]+)?(?=\s*(?:#.*)?$)/gm;

/** One variable of the file, before and after. */
export interface EnvChange {
  readonly before: string | undefined;
  readonly after: string;
}

/**
 * The text with one variable set: the last line that sets it, where dotenv looks too, or a new line
 * at the end. Every other byte stays.
 */
export function setVariable(text: string, name: string, value: string): string {
  const last = [...text.matchAll(LINE)].filter(([, , found]) => found === name).at(-1);
  if (last === undefined) {
    const newline = text.includes('\r\n') ? '\r\n' : '\n';
    const gap = text === '' || text.endsWith('\n') ? '' : newline;
    return `${text}${gap}${name}=${value}${newline}`;
  }
  const [, head = '', , old = ''] = last;
  const start = last.index + head.length;
  const padding = old.slice(old.trimEnd().length); // what stands between a value and its comment
  return `${text.slice(0, start)}${value}${padding}${text.slice(start + old.length)}`;
}

/** The text of the file, '' if it is not there. */
export async function readEnvFile(path: string): Promise<string> {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(await readFile(path));
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return '';
    const why = error instanceof TypeError ? 'it is not UTF-8' : explain(error);
    throw new TunnelFault(`${path} cannot be read: ${why}; put that right and run this again`);
  }
}

/**
 * Puts the text in place of the file, whole or not at all, and for its owner alone (mode 600).
 * @throws TunnelFault if that cannot be; the file is then as it was.
 */
export async function writeEnvFile(path: string, text: string): Promise<void> {
  let temporary: string | undefined;
  try {
    const target = await realpath(path).catch(() => path); // a link stays a link
    const owner = await stat(target).catch(() => undefined);
    temporary = join(dirname(target), `.env.${randomBytes(6).toString('hex')}.tmp`);
    const file = await open(temporary, 'wx', 0o600);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    if (owner !== undefined && owner.uid !== process.getuid?.()) {
      await chown(temporary, owner.uid, owner.gid);
    }
    await rename(temporary, target);
  } catch (error) {
    if (temporary !== undefined) await rm(temporary, { force: true });
    throw new TunnelFault(
      `${path} cannot be written: ${explain(error)}; nothing was set; put that right and run this again`,
    );
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}

function explain(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
