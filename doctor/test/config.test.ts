import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findVariableFaults } from '../../commands/doctor/variable-faults';
import { checkEnvFiles } from '../checks/config/env-files';
import { CONFIG_CHECKS } from '../checks/config/part';
import { examine } from '../checkup';
import type { Result } from '../check';
import { linesOf } from '../printing/lines';
import { type StagedSetUp, stageExamination } from './stage/examination';
import { listFindings, type Listed } from './stage/findings';

const TOKEN = '0f1e2d3c4b5a69788796a5b4c3d2e1f0';
const KEY = 'sk-proj-abcdefghijklmnop';
const SOUND: Readonly<Record<string, string>> = {
  OPENAI_API_KEY: KEY,
  TWILIO_ACCOUNT_SID: `AC${'a'.repeat(32)}`,
  TWILIO_AUTH_TOKEN: TOKEN,
  TWILIO_PHONE_NUMBER: '+15550100001',
  PUBLIC_DOMAIN: 'bridge.example.com',
  BRIDGE_SECRET: 'b'.repeat(64),
  ADMIN_TOKEN: 'c'.repeat(64),
};

async function look(environment: Record<string, string>, setUp: StagedSetUp = {}) {
  const all = { ...SOUND, ...environment };
  const examination = {
    ...stageExamination({ ...setUp, environment: all }),
    findVariableFaults,
  };
  const results: Result[] = [];
  for await (const result of examine(CONFIG_CHECKS, examination)) results.push(result);
  await examination.reach.close();
  const shown = results.flatMap(linesOf).join('\n');
  for (const secret of [all.TWILIO_AUTH_TOKEN, all.OPENAI_API_KEY, all.BRIDGE_SECRET]) {
    if (secret !== undefined && secret.length > 8) expect(shown).not.toContain(secret);
  }
  return results;
}

describe('The checks of the configuration', () => {
  it('find nothing in a sound one', async () => {
    const results = await look({});
    expect(listFindings(results)).toEqual([]);
    expect(results.map(({ id, state }) => [id, state])).toEqual([
      ['config.variables', 'holds'],
      ['config.twilio', 'holds'],
      ['config.number', 'holds'],
      ['config.files', 'skipped'],
      ['config.node', 'holds'],
      ['config.native', 'holds'],
    ]);
  });

  const twilio = (id: string): Listed => ['config.twilio', 'fault', id];
  const variables = (id: string, level = 'fault'): Listed => ['config.variables', level, id];
  const number: Listed = ['config.number', 'fault', 'phone-number-not-e164'];
  const broken: readonly [string, Record<string, string>, Listed, string][] = [
    [
      'no account SID',
      { TWILIO_ACCOUNT_SID: '' },
      twilio('twilio-account-sid-missing'),
      'is missing',
    ],
    [
      'the SID of an API key',
      { TWILIO_ACCOUNT_SID: `SK${'1'.repeat(32)}` },
      twilio('twilio-account-sid-wrong'),
      'holds the SID of an API key of Twilio (SK…)',
    ],
    [
      'the SID of a number',
      { TWILIO_ACCOUNT_SID: `PN${'1'.repeat(32)}` },
      twilio('twilio-account-sid-wrong'),
      'holds a SID of another kind',
    ],
    [
      'a cut SID',
      { TWILIO_ACCOUNT_SID: `AC${'1'.repeat(30)}` },
      twilio('twilio-account-sid-wrong'),
      'has 32 characters and is not AC and 32 hex digits',
    ],
    ['no token', { TWILIO_AUTH_TOKEN: '' }, twilio('twilio-auth-token-missing'), 'is missing'],
    [
      'OpenAI’s key for Twilio’s token',
      { TWILIO_AUTH_TOKEN: 'sk-proj-zyxwvutsrqponm' },
      twilio('twilio-auth-token-wrong'),
      'TWILIO_AUTH_TOKEN holds a key of OpenAI',
    ],
    [
      'the secret of an API key for the token',
      { TWILIO_AUTH_TOKEN: 'aBcDeFgHiJkLmNoPqRsTuVwXyZ012345' },
      twilio('twilio-auth-token-wrong'),
      'holds the secret of an API key',
    ],
    [
      'SID and token swapped',
      { TWILIO_ACCOUNT_SID: TOKEN, TWILIO_AUTH_TOKEN: `AC${'a'.repeat(32)}` },
      twilio('twilio-credentials-swapped'),
      'in each other',
    ],
    [
      'a token in quotes',
      { TWILIO_AUTH_TOKEN: `"${TOKEN}"` },
      twilio('variable-quoted'),
      'has quotes in its value',
    ],
    [
      'a token with a blank',
      { TWILIO_AUTH_TOKEN: `${TOKEN} ` },
      twilio('variable-blank'),
      'has a blank before or after',
    ],
    [
      'Twilio’s token for OpenAI’s key',
      { OPENAI_API_KEY: 'f0e1d2c3b4a5968778695a4b3c2d1e0f' },
      variables('openai-key-wrong'),
      'holds an auth token of Twilio',
    ],
    [
      'the example for OpenAI’s key',
      { OPENAI_API_KEY: 'sk-proj-...' },
      variables('openai-key-wrong'),
      'was never filled in',
    ],
    ['no key', { OPENAI_API_KEY: '' }, variables('variable-missing'), 'OPENAI_API_KEY is missing'],
    [
      'an invisible character',
      { OPENAI_API_KEY: `${KEY}\u200b` },
      variables('variable-blank'),
      'cannot be seen',
    ],
    ['a number without +', { TWILIO_PHONE_NUMBER: '15550100001' }, number, 'without its +'],
    ['a number with blanks', { TWILIO_PHONE_NUMBER: '+1 (555) 010-0001' }, number, 'not E.164'],
    [
      'a scheme in the host',
      { PUBLIC_DOMAIN: 'https://bridge.example.com' },
      variables('public-domain-not-bare'),
      'has the scheme https://',
    ],
    [
      'a path in the host',
      { PUBLIC_DOMAIN: 'bridge.example.com/media-stream' },
      variables('public-domain-not-bare'),
      'has the path /media-stream',
    ],
    [
      'a slash after the host',
      { PUBLIC_DOMAIN: 'bridge.example.com/' },
      variables('public-domain-not-bare'),
      'a slash at its end',
    ],
    ['no host', { PUBLIC_DOMAIN: '' }, variables('variable-missing'), 'PUBLIC_DOMAIN is missing'],
    [
      'a bridge in clear',
      { BRIDGE_URL: 'http://bridge.example.com' },
      variables('bridge-url-wrong'),
      'begins with http:// and not with https://',
    ],
    [
      'a bridge without a scheme',
      { BRIDGE_URL: 'bridge.example.com' },
      variables('bridge-url-wrong'),
      'has no https://',
    ],
    [
      'Functions in clear',
      { FUNCTIONS_URL: 'http://f.twil.io' },
      variables('variable-wrong'),
      'FUNCTIONS_URL is neither https nor this machine',
    ],
    [
      'a short secret',
      { BRIDGE_SECRET: 'qzx7' },
      variables('variable-wrong'),
      'too short to be a secret',
    ],
    [
      'a port that is none',
      { PORT: 'eighty' },
      variables('variable-wrong'),
      'PORT is not a number',
    ],
    [
      'a fallback to nobody',
      { FALLBACK_MODE: 'dial' },
      variables('fallback-wrong', 'warning'),
      'FALLBACK_NUMBER is missing',
    ],
  ];
  it.each(broken)('find one thing with %s', async (_what, environment, expected, words) => {
    const results = await look(environment);
    expect(listFindings(results)).toEqual([expected]);
    expect(results.find(({ id }) => id === expected[0])?.found).toContain(words);
  });

  it('write a number as it was meant', async () => {
    const results = await look({ TWILIO_PHONE_NUMBER: '0044 20 7946 0000' });
    const finding = results[2]?.findings[0];
    expect(finding?.remedy).toContain('TWILIO_PHONE_NUMBER=+442079460000');
  });

  it('say why the native server cannot load, unless it is not asked for', async () => {
    const nativeFault = 'no such version of glibc';
    expect(listFindings(await look({}, { nativeFault }))).toEqual([
      ['config.native', 'warning', 'native-server-unavailable'],
    ]);
    expect(listFindings(await look({ BRIDGE_SERVER: 'ws' }, { nativeFault }))).toEqual([]);
  });

  describe('of .env and .env.functions', () => {
    let folder = '';
    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), 'env-files-'));
    });
    afterEach(() => rmSync(folder, { recursive: true }));
    const write = (name: string, values: Record<string, string>, more = '') =>
      writeFileSync(
        join(folder, name),
        Object.entries(values)
          .map(([key, value]) => `${key}='${value}'\n`)
          .join('') + more,
      );
    const FUNCTIONS = {
      BRIDGE_SECRET: SOUND.BRIDGE_SECRET ?? '',
      BRIDGE_URL: 'https://bridge.example.com',
    };

    it('find nothing where they say the same', async () => {
      write('.env', SOUND);
      write('.env.functions', FUNCTIONS);
      expect(listFindings(await look({}, { folder }))).toEqual([]);
    });

    it.each([
      ['another secret', { BRIDGE_SECRET: 'd'.repeat(64) }, 'another BRIDGE_SECRET'],
      [
        'the host of an old tunnel',
        { BRIDGE_URL: 'https://old.example.com' },
        'another BRIDGE_URL',
      ],
      ['a fallback that is gone', { FALLBACK_SAY: 'Sorry' }, 'another FALLBACK_SAY'],
    ])('find %s on the side of the Functions', async (_what, values, words) => {
      write('.env.functions', { ...FUNCTIONS, ...values });
      const results = await look({}, { folder });
      expect(listFindings(results)).toEqual([
        [checkEnvFiles.id, 'warning', 'functions-env-differs'],
      ]);
      expect(results.flatMap(linesOf).join('\n')).toContain(words);
      expect(results.flatMap(linesOf).join('\n')).not.toContain('d'.repeat(64));
    });

    it('find a value of .env that the environment hides', async () => {
      write('.env', { ...SOUND, OPENAI_API_KEY: 'sk-proj-the-new-one' });
      const results = await look({}, { folder });
      expect(listFindings(results)).toEqual([['config.files', 'warning', 'env-overridden']]);
      expect(results.flatMap(linesOf).join('\n')).not.toContain('the-new-one');
    });

    it('find a variable that is set twice', async () => {
      write('.env', SOUND, `ADMIN_TOKEN=${SOUND.ADMIN_TOKEN ?? ''}\n`);
      expect(listFindings(await look({}, { folder }))).toEqual([
        ['config.files', 'warning', 'env-twice'],
      ]);
    });
  });
});
