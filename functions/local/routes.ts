import { readdirSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

/** Who may ask: protected is Twilio alone, private nobody. From the name, as Twilio reads it. */
export type Access = 'public' | 'protected' | 'private';

/** One Function or asset. */
export interface Route {
  readonly path: string;
  readonly access: Access;
  readonly filePath: string;
}

/** The Functions in a folder: `x.protected.js` is protected at `/x`. */
export function listFunctions(folder: string): Route[] {
  return listFiles(folder)
    .filter((file) => file.endsWith('.js'))
    .map((file) => toRoute(folder, file, /(?:\.(protected|private))?\.js$/, ''));
}

/** The assets in a folder; the suffix stands before the extension, as in `x.private.wav`. */
export function listAssets(folder: string): Route[] {
  return listFiles(folder).map((file) =>
    toRoute(folder, file, /\.(protected|private)(?=\.[^.]+$)/, ''),
  );
}

function toRoute(folder: string, filePath: string, suffix: RegExp, by: string): Route {
  const name = relative(folder, filePath).split(sep).join('/');
  const access = suffix.exec(name)?.[1];
  return {
    path: `/${name.replace(suffix, by)}`,
    access: access === 'protected' || access === 'private' ? access : 'public',
    filePath,
  };
}

/** Hidden files are left out, as a deployment leaves them out. */
function listFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
    .map((entry) => join(entry.parentPath, entry.name));
}
