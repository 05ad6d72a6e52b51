import type { Check, Finding, Outcome } from '../../check';
import type { Examination } from '../../examination';
import { judgeAddresses } from './addresses';
import { judgeFallback } from './fallback';
import { isPlaceholder, nameKind } from './key-kinds';
import { findStrayCharacters } from './stray-characters';
import { isWithoutAccount, TWILIO_VARIABLES } from './twilio';

/** Every variable but those of the account and the number, which have checks of their own. */
export const checkVariables: Check = {
  id: 'config.variables',
  title: 'Variables',
  needs: [],
  run: (examination) => Promise.resolve(look(examination)),
};

function look({ settings, findVariableFaults }: Examination): Outcome {
  const { environment, raw } = settings;
  const elsewhere = [
    'TWILIO_PHONE_NUMBER',
    ...(isWithoutAccount(settings) ? [] : TWILIO_VARIABLES),
  ];
  const findings: Finding[] = [];
  // One finding a variable: the first is the most exact, and the bridge's own word comes last.
  const told = new Set(elsewhere);
  const tell = (name: string, finding: Finding | undefined) => {
    if (finding === undefined || told.has(name)) return;
    told.add(name);
    findings.push(finding);
  };
  for (const [name, value = ''] of Object.entries(raw)) {
    tell(name, findStrayCharacters(name, value));
  }
  tell('OPENAI_API_KEY', judgeKey(environment));
  for (const name of ['BRIDGE_SECRET', 'ADMIN_TOKEN']) {
    tell(name, judgeSecret(name, environment[name]));
  }
  for (const finding of judgeAddresses(settings)) tell(nameOf(finding.found), finding);
  for (const line of findVariableFaults(raw)) tell(nameOf(line), takeOver(line));
  for (const finding of judgeFallback(environment)) tell(nameOf(finding.found), finding);
  const found = findings.map((one) => one.found).join('; ');
  return { found: found === '' ? 'all that are needed are set, and well' : found, findings };
}

/** What is said of a variable begins with its name. */
function nameOf(line: string): string {
  return line.split(' ', 1)[0] ?? line;
}

/** The bridge's own line, as in `PORT is not a number. Example: 8080`. */
function takeOver(line: string): Finding {
  const [found = line, example] = line.split('. Example: ');
  const name = nameOf(line);
  const isMissing = found.endsWith(' is missing');
  return {
    level: 'fault',
    id: isMissing ? 'variable-missing' : 'variable-wrong',
    found,
    why: 'the bridge does not start with it, so every caller hears the fallback',
    remedy: `${isMissing ? 'set' : 'correct'} ${name} in .env${example === undefined ? '' : `, as in ${name}=${example}`}; then start the bridge again`,
  };
}

function judgeKey({
  OPENAI_API_KEY: key,
  REALTIME_PROVIDER = 'openai',
}: Readonly<Record<string, string>>): Finding | undefined {
  if (key === undefined || REALTIME_PROVIDER !== 'openai' || key.startsWith('sk-')) {
    return key !== undefined && isPlaceholder(key) ? wrongKey('was never filled in') : undefined;
  }
  if (isPlaceholder(key)) return wrongKey('was never filled in');
  const kind = nameKind(key);
  // A key of another shape may be one of a provider that speaks the same protocol.
  return kind === undefined || kind.includes('OpenAI') ? undefined : wrongKey(`holds ${kind}`);
}

function wrongKey(what: string): Finding {
  return {
    level: 'fault',
    id: 'openai-key-wrong',
    found: `OPENAI_API_KEY ${what}`,
    why: 'the model refuses the session, and every caller hears the fallback',
    remedy:
      'set OPENAI_API_KEY to a key of the OpenAI platform, which begins with sk-, and start the bridge again',
  };
}

function judgeSecret(name: string, value: string | undefined): Finding | undefined {
  if (value === undefined || !isPlaceholder(value)) return undefined;
  return {
    level: 'fault',
    id: 'secret-placeholder',
    found: `${name} was never filled in`,
    why: 'whoever has read the example can guess it',
    remedy: `set ${name} to the output of: openssl rand -hex 32`,
  };
}
