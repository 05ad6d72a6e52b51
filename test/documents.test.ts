import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parse } from 'dotenv';
import { readConfig } from '../bridge/src/config';
import { readCredentials } from '../twilio-account/client';
import { describeTroubles } from '../commands/troubleshooting/page';
import { describeVariables, VARIABLES } from '../commands/variables/table';

const root = join(__dirname, '..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const documents = execFileSync(
  'git',
  ['ls-files', '--cached', '--others', '--exclude-standard', '*.md'],
  { cwd: root },
)
  .toString()
  .trim()
  .split('\n');

describe('The documents', () => {
  it('name only commands that there are', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    for (const path of documents) {
      for (const [, name = ''] of read(path).matchAll(/`?npm run ([a-z]+)/g)) {
        expect(`${path}: ${name in scripts ? 'known' : `npm run ${name}`}`).toBe(`${path}: known`);
      }
    }
  });

  it('link only to files that there are', () => {
    for (const path of documents) {
      for (const [, target = ''] of read(path).matchAll(/\]\((?!https?:|#)([^)#\s]+)[^)]*\)/g)) {
        expect(`${target}: ${String(existsSync(join(root, dirname(path), target)))}`).toBe(
          `${target}: true`,
        );
      }
    }
  });

  it('show every variable in .env.example, and none that nothing reads', () => {
    const shown = [...read('.env.example').matchAll(/^#?([A-Z][A-Z_]+)=/gm)].map(
      ([, name]) => name,
    );
    expect([...new Set(shown)].sort()).toEqual(
      [...new Set(VARIABLES.map(({ name }) => name))].sort(),
    );
  });

  it('fill in nothing in .env.example that would pass for a value of the reader’s own', () => {
    const copied = parse(read('.env.example'));
    expect(() => readConfig(copied)).toThrow(
      /^TWILIO_AUTH_TOKEN is missing.*\nBRIDGE_SECRET is missing.*\nOPENAI_API_KEY is missing.*$/,
    );
    expect(() => readCredentials(copied)).toThrow(
      /^TWILIO_ACCOUNT_SID is missing.*\nTWILIO_AUTH_TOKEN is missing/,
    );
    // So much is enough to start before there is a tunnel; its host is then set once, in one place.
    const own = { OPENAI_API_KEY: 'sk', TWILIO_AUTH_TOKEN: 'a token', BRIDGE_SECRET: 'a secret' };
    expect(readConfig({ ...copied, ...own }).PUBLIC_DOMAIN).toBe('bridge.example.com');
    expect(copied.BRIDGE_URL).toBeUndefined();
  });

  it('have the table of variables that `npm run --silent variables` prints', () => {
    expect(read('docs/VARIABLES.md')).toBe(describeVariables());
  });

  it('have the page that `npm run --silent troubleshooting` prints', () => {
    expect(read('docs/TROUBLESHOOTING.md')).toBe(describeTroubles());
  });
});
