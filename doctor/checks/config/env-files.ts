import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'dotenv';
import { type Check, type Finding, skip } from '../../check';
import type { Settings } from '../../settings';

/** What the deployed Functions share with this machine. */
const SHARED = [
  'BRIDGE_SECRET',
  'BRIDGE_URL',
  'OPENING_SAY',
  'FALLBACK_MODE',
  'FALLBACK_SAY',
  'FALLBACK_NUMBER',
  'FALLBACK_LANGUAGE',
  'FALLBACK_VOICE',
];
const LINE = /^\s*(?:export\s+)?([A-Z][A-Z0-9_]*)\s*=/gm;

/** `.env` against the environment, and against `.env.functions`, which a deploy writes from it. */
export const checkEnvFiles: Check = {
  id: 'config.files',
  title: '.env and .env.functions',
  needs: [],
  run: async ({ settings, folder }) => {
    const own = await read(join(folder, '.env'));
    const functions = await read(join(folder, '.env.functions'));
    if (own === undefined && functions === undefined) return skip('neither of them is here');
    const findings = [
      ...(own === undefined ? [] : findTwice(own)),
      ...(own === undefined ? [] : findOverridden(own, settings)),
      ...(functions === undefined ? [] : compareShared(functions, settings)),
    ];
    const found = findings.map((one) => one.found).join('; ');
    const seen = functions === undefined ? '.env' : '.env.functions says the same as this machine';
    return { found: found === '' ? seen : found, findings };
  },
};

async function read(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch(() => undefined);
}

function findTwice(text: string): readonly Finding[] {
  const names = [...text.matchAll(LINE)].map(([, name = '']) => name);
  const twice = [...new Set(names.filter((name, at) => names.indexOf(name) !== at))];
  if (twice.length === 0) return [];
  return [
    warn(
      'env-twice',
      `.env sets ${twice.join(', ')} more than once`,
      'the last line counts, and the one that was corrected may be another',
      'leave one line of each',
    ),
  ];
}

function findOverridden(text: string, { raw }: Settings): readonly Finding[] {
  const differing = Object.entries(parse(text))
    .filter(([name, value]) => raw[name] !== undefined && raw[name] !== value)
    .map(([name]) => name);
  if (differing.length === 0) return [];
  const names = differing.join(', ');
  return [
    warn(
      'env-overridden',
      `${names} ${differing.length === 1 ? 'stands' : 'stand'} in the environment with another value than in .env`,
      'the environment wins over the file: what is changed in .env has no effect here, and may have one where the bridge runs',
      `unset ${differing.join(' ')}, or make both the same`,
    ),
  ];
}

/** What the Functions have on Twilio is seen at their own `/diagnostics`; this is what would go there. */
function compareShared(text: string, { environment }: Settings): readonly Finding[] {
  const functions = parse(text);
  const { PUBLIC_DOMAIN } = environment;
  const here: Readonly<Record<string, string | undefined>> = {
    ...environment,
    BRIDGE_URL:
      environment.BRIDGE_URL?.replace(/\/+$/, '') ??
      (PUBLIC_DOMAIN === undefined ? undefined : `https://${PUBLIC_DOMAIN}`),
  };
  const differing = SHARED.filter((name) => (here[name] ?? '') !== (functions[name] ?? '').trim());
  if (differing.length === 0) return [];
  return [
    warn(
      'functions-env-differs',
      `.env.functions has another ${differing.join(', ')} than this machine`,
      'the Functions were deployed with what stood there: with another BRIDGE_SECRET or BRIDGE_URL than the bridge’s they are refused, and the caller hears the fallback',
      'run npm run deploy',
    ),
  ];
}

function warn(id: string, found: string, why: string, remedy: string): Finding {
  return { level: 'warning', id, found, why, remedy };
}
