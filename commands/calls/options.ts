import { parseArgs } from 'node:util';
import { asOptionFault, CommandError } from '../../twilio-account/failure';

export const HELP = `npm run calls -- list | show ID | delete ID… | delete --older-than 30d

Lists, shows and deletes the records of calls, whether the bridge runs or not.

  list                the newest calls, a line each
    --limit N         how many (20)
  show ID             one call: its course, what was said, what went wrong and what to do
  delete ID…          deletes calls, with their recordings
    --older-than 30d  deletes all calls that are older: days (d), weeks (w) or hours (h)
    --yes             with --older-than: does it; without, it says how many there are
  --json              JSON instead of lines
  --help

An ID is a CallSid, or the callId of a placed call. Read from the environment and .env: CALL_STORE
(data/calls.db), and RECORDINGS_FOLDER for the recordings of deleted calls. Exit code 0 if all is as
you asked, 1 if not, 2 if the options are wrong.
`;

/** What the command is to do. */
export type CallsOrder = { readonly json: boolean } & (
  | { readonly action: 'list'; readonly limit: number }
  | { readonly action: 'show'; readonly id: string }
  | { readonly action: 'delete'; readonly ids: readonly string[] }
  | { readonly action: 'delete-older'; readonly olderThanMs: number; readonly yes: boolean }
);

const UNITS_MS: Readonly<Record<string, number>> = {
  h: 3_600_000,
  d: 86_400_000,
  w: 7 * 86_400_000,
};

/** Reads the options. @throws CommandError with exit code 2. */
export function readOptions(args: readonly string[]): CallsOrder {
  const { values, positionals } = parse(args);
  const [action, ...ids] = positionals;
  const { json } = values;
  if (action === 'list' && ids.length === 0) {
    const limit = Number(values.limit);
    if (!Number.isInteger(limit) || limit < 1)
      throw new CommandError('--limit is no whole number over 0. Example: --limit 20', 2);
    return { action, limit, json };
  }
  if (action === 'show') {
    const [id, ...more] = ids;
    if (id !== undefined && more.length === 0) return { action, id, json };
    throw new CommandError('show wants one ID. Example: npm run calls -- show CA…', 2);
  }
  if (action === 'delete') {
    const older = values['older-than'];
    if (older === undefined && ids.length > 0) return { action, ids, json };
    if (older !== undefined && ids.length === 0)
      return { action: 'delete-older', olderThanMs: readAge(older), yes: values.yes, json };
    throw new CommandError('delete wants either IDs or --older-than, as in --older-than 30d', 2);
  }
  const wrong =
    action === undefined ? 'nothing is asked' : `“${positionals.join(' ')}” is nothing it can do`;
  throw new CommandError(`${wrong}: give list, show or delete; --help says more`, 2);
}

function readAge(text: string): number {
  const [, count, unit = ''] = /^(\d{1,5})([hdw])$/.exec(text) ?? [];
  const unitMs = UNITS_MS[unit];
  if (count === undefined || unitMs === undefined)
    throw new CommandError(`--older-than “${text}” is no age. Example: --older-than 30d`, 2);
  return Number(count) * unitMs;
}

function parse(args: readonly string[]) {
  const flag = { type: 'boolean', default: false } as const;
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        json: flag,
        yes: flag,
        help: flag,
        limit: { type: 'string', default: '20' },
        'older-than': { type: 'string' },
      },
    });
  } catch (error) {
    throw asOptionFault(error);
  }
}
