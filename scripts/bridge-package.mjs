// What makes dist/bridge a package of its own: a manifest with the bridge's dependencies, exact,
// and a lock file with what package-lock.json says of them, so that `npm ci` gets the same packages.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const WORKSPACE = 'bridge';
const OURS = '@realtime-phone/';

/** Writes package.json and package-lock.json into the folder of the built bridge. */
export async function writeBridgePackage(root, folder) {
  const read = async (path) => JSON.parse(await readFile(join(root, path), 'utf8'));
  const [{ engines }, bridge, lock] = await Promise.all(
    ['package.json', 'bridge/package.json', 'package-lock.json'].map(read),
  );
  const { name, version, description, license } = bridge;
  const dependencies = Object.fromEntries(
    Object.entries(bridge.dependencies).filter(([dependency]) => !dependency.startsWith(OURS)),
  );
  const manifest = {
    name,
    version,
    private: true,
    description,
    license,
    engines,
    main: 'main.js',
    scripts: { start: 'node --max-semi-space-size=2 main.js' },
    dependencies,
  };
  const packages = {
    '': { name, version, license, dependencies, engines },
    ...findPackages(lock.packages),
  };
  const ownLock = { name, version, lockfileVersion: 3, requires: true, packages };
  const write = (path, content) =>
    writeFile(join(folder, path), `${JSON.stringify(content, null, 2)}\n`);
  await Promise.all([write('package.json', manifest), write('package-lock.json', ownLock)]);
}

/** The entries of a lock file (version 3) that the workspace needs, with their own needs. */
function findPackages(all) {
  const found = {};
  const waiting = [WORKSPACE];
  for (let from = waiting.pop(); from !== undefined; from = waiting.pop()) {
    const { dependencies, optionalDependencies } = all[from];
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies })) {
      if (name.startsWith(OURS)) continue;
      const path = findInstalled(all, from, name);
      if (path === undefined) throw new Error(`package-lock.json lacks ${name}, wanted by ${from}`);
      // What lies in the workspace's own node_modules lies at the top of the bridge alone.
      const place = path.replace(`${WORKSPACE}/`, '');
      if (found[place] !== undefined) {
        if (found[place].version === all[path].version) continue;
        throw new Error(`two versions of ${name} want ${place}; let npm put them apart`);
      }
      // Marks of the whole repository that do not hold for the bridge alone.
      found[place] = { ...all[path], dev: undefined, devOptional: undefined, peer: undefined };
      waiting.push(path);
    }
  }
  return Object.fromEntries(Object.entries(found).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Node's own way of looking: in the package's node_modules, then in those above it. */
function findInstalled(all, from, name) {
  for (let at = from; ; at = at.slice(0, Math.max(at.lastIndexOf('/node_modules/'), 0))) {
    const path = `${at === '' ? '' : `${at}/`}node_modules/${name}`;
    if (all[path] !== undefined) return path;
    if (at === '') return undefined;
  }
}
