import { describeWebhook, readMode, type Webhook } from '../../../twilio-account/pointing';
import { type Check, type Finding } from '../../check';
import { findFunctions, isBelow } from './functions';
import { remedyFor } from './remedy';

/** What Twilio asks when the voice address fails, and what it tells of the end of a call. */
export const checkCallbacks: Check = {
  id: 'number.callbacks',
  title: 'Fallback and status callback',
  needs: ['number.voice-address'],
  run: async (examination) => {
    const { pointing, number } = examination.facts;
    const functionsUrl = await findFunctions(examination);
    const remedy = remedyFor(number, readMode(pointing?.voice));
    const findings = KINDS.flatMap(
      (kind) => judge(pointing?.[kind.field], kind, functionsUrl, remedy) ?? [],
    );
    const shown = KINDS.map(({ field }) => describeWebhook(pointing?.[field]));
    const found = findings.length === 0 ? shown : findings.map((one) => one.found);
    return { found: found.join('; '), findings };
  },
};

interface Kind {
  readonly field: 'fallback' | 'statusCallback';
  readonly name: string;
  readonly id: string;
  readonly path: string;
  readonly lost: string;
}

const KINDS: readonly Kind[] = [
  {
    field: 'fallback',
    name: 'fallback address',
    id: 'fallback',
    path: '/fallback',
    lost: 'when the voice address fails, the caller hears an error of Twilio’s and the call ends',
  },
  {
    field: 'statusCallback',
    name: 'status callback',
    id: 'status-callback',
    path: '/call-status',
    lost: 'the record of a call does not have how it ended for Twilio, and a call that never streamed keeps its place until it expires',
  },
];

function judge(
  webhook: Webhook | undefined,
  { name, id, path, lost }: Kind,
  functionsUrl: string | undefined,
  remedy: string,
): Finding | undefined {
  const warn = (what: string, found: string, why = lost): Finding => ({
    level: 'warning',
    id: `${id}-${what}`,
    found,
    why,
    remedy,
  });
  if (webhook === undefined) return warn('missing', `the number has no ${name}`);
  const { url, method } = webhook;
  const isOurs = isBelow(webhook, functionsUrl) && pathOf(url) === path;
  if (!isOurs) return warn('elsewhere', `the ${name} is ${url}, and not ${path} of the Functions`);
  if (method !== 'GET') return undefined;
  return warn(
    'method-get',
    `the ${name} is asked with GET: ${url}`,
    'the numbers of the caller go in the address, where logs keep them',
  );
}

function pathOf(url: string): string | undefined {
  return URL.canParse(url) ? new URL(url).pathname : undefined;
}
