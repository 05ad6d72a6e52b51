import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

const root = join(__dirname, '..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');

/** Every file that is, or is about to be, in the repository. */
const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  cwd: root,
})
  .toString()
  .split('\n')
  .filter((path) => path !== '' && existsSync(join(root, path)));
const sources = files.filter((path) => path.endsWith('.ts'));

/** The files of this repository that a file imports for more than their types. */
function importsOf(path: string): string[] {
  const specifiers = [
    ...read(path).matchAll(/^(?:import|export) (?!type )[^;]*?from '([^']+)';/gms),
  ].map(([, name]) => name ?? '');
  return specifiers.flatMap((name) => {
    const target = name.startsWith('.')
      ? join(dirname(path), name)
      : name.replace(/^@realtime-phone\//, '');
    return sources.includes(`${normalize(target)}.ts`) ? [`${normalize(target)}.ts`] : [];
  });
}

describe('The house', () => {
  it('sends Twilio two dependencies, exact', () => {
    const { dependencies } = JSON.parse(read('package.json')) as {
      dependencies: Record<string, string>;
    };
    expect(dependencies).toEqual({ '@twilio/runtime-handler': '2.0.1', twilio: '6.2.0' });
  });

  it('pins every package exactly', () => {
    for (const manifest of [
      'package.json',
      'protocol/package.json',
      'bridge/package.json',
      'simulator/package.json',
    ]) {
      const { dependencies = {}, devDependencies = {} } = JSON.parse(read(manifest)) as Record<
        string,
        Record<string, string>
      >;
      for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies })) {
        expect(`${name} ${version}`).toMatch(/ (npm:[a-z]+@)?\d+\.\d+\.\d+$/);
      }
    }
  });

  it('has one version of every package that a part names, where the built files find it', () => {
    // What is in dist/ looks for its packages in the root's node_modules, not in a workspace's own.
    const { packages } = JSON.parse(read('package-lock.json')) as {
      packages: Record<string, object>;
    };
    const nested = Object.keys(packages).filter((path) =>
      /^(protocol|bridge|simulator)\/node_modules\//.test(path),
    );
    expect(nested).toEqual([]);
  });

  it('names no registry host in the lock file', () => {
    expect(read('package-lock.json')).not.toMatch(/"resolved": "https?:/);
  });

  it('has no file over 400 lines and no drawer for odds and ends', () => {
    const over = sources.filter((path) => read(path).split('\n').length > 400);
    expect(over).toEqual([]);
    const drawers = sources.filter((path) =>
      /(^|[/-])(utils?|helpers?|common|managers?|misc)([/.-]|$)/i.test(path),
    );
    expect(drawers).toEqual([]);
  });

  it('keeps most files under 150 lines', () => {
    const long = sources.filter(
      (path) => !path.includes('/test/') && read(path).split('\n').length > 150,
    );
    expect(long.length).toBeLessThan(sources.length / 8);
  });

  it.each([
    [
      'protocol',
      ['bridge', 'simulator', 'functions', 'twilio-account', 'doctor', 'bench', 'commands'],
    ],
    ['bridge', ['simulator', 'functions', 'twilio-account', 'doctor', 'bench', 'commands']],
    ['simulator', ['bridge', 'functions', 'twilio-account', 'doctor', 'bench', 'commands']],
    ['functions', ['simulator', 'bridge', 'twilio-account', 'doctor', 'bench', 'commands']],
    ['twilio-account', ['simulator', 'bridge', 'functions', 'doctor', 'bench', 'commands']],
    ['doctor', ['bridge', 'functions', 'bench', 'commands']],
    ['bench', ['functions', 'doctor', 'commands']],
    ['fuzz', ['simulator', 'functions', 'doctor', 'commands']],
  ])('lets %s import downwards only', (part, forbidden) => {
    // What is staged for a test may be what a command stages: a whole bridge, a real Redis.
    const isStaged = (path: string) => /^(doctor\/test|bridge\/test\/stand-in\/redis)/.test(path);
    const crossing = sources
      .filter((path) => path.startsWith(`${part}/`) && !isStaged(path))
      .flatMap((path) => importsOf(path).map((target) => `${path} → ${target}`))
      .filter((edge) =>
        forbidden.some((other) => edge.split(' → ')[1]?.startsWith(`${other}/`) === true),
      );
    expect(crossing).toEqual([]);
  });

  it('has no circular import', () => {
    const done = new Set<string>();
    const walk = (path: string, trail: readonly string[]): string[] => {
      if (trail.includes(path)) return [...trail.slice(trail.indexOf(path)), path];
      if (done.has(path)) return [];
      for (const target of importsOf(path)) {
        const cycle = walk(target, [...trail, path]);
        if (cycle.length > 0) return cycle;
      }
      done.add(path);
      return [];
    };
    for (const path of sources) expect(walk(path, [])).toEqual([]);
  });
});
