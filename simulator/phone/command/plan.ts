import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { clip } from '../../clips/clips';
import { type CallerLine, conversation } from '../conversation';
import type { PhoneOptions } from '../phone-options';
import { type CallArguments, UsageError } from './arguments';

/** What the environment lacks; `code` is for programs. */
export class EnvironmentFault extends Error {
  readonly code: string;
  readonly remedy: string;

  constructor(code: string, message: string, remedy: string) {
    super(message);
    this.code = code;
    this.remedy = remedy;
  }
}

/** A call to place, and where its record will be. */
export interface CallPlan {
  readonly phone: PhoneOptions;
  readonly bridge: string;
  readonly adminToken: string | undefined;
}

/**
 * Makes a call of the options and the environment.
 * @throws UsageError, EnvironmentFault
 */
export function planCall(
  args: CallArguments,
  environment: Readonly<Record<string, string | undefined>>,
): CallPlan {
  const read = (name: string) => {
    const value = environment[name]?.trim();
    return value === '' ? undefined : value;
  };
  const authToken = read('TWILIO_AUTH_TOKEN');
  if (authToken === undefined) {
    throw new EnvironmentFault(
      'twilio_auth_token_missing',
      'TWILIO_AUTH_TOKEN is not set, and without it no request can be signed',
      'put the token that the Functions and the bridge have into .env',
    );
  }
  const functions = functionsUrl(read('FUNCTIONS_URL'), read('FUNCTIONS_PORT'));
  const ownRoute = args.url === undefined;
  const bridge = `http://127.0.0.1:${read('PORT') ?? '8080'}`;
  const domain = read('PUBLIC_DOMAIN');
  return {
    bridge,
    adminToken: read('ADMIN_TOKEN'),
    phone: {
      voiceUrl: voiceUrl(args, functions),
      authToken,
      hosts: { ...(domain !== undefined && { [domain]: bridge }), ...args.hosts },
      script: conversation(args.clips.length > 0 ? args.clips.map(readLine) : booking(args)),
      maxMs: args.maxS * 1000,
      delayMs: args.delayMs,
      jitterMs: args.jitterMs,
      ...given({
        accountSid: read('TWILIO_ACCOUNT_SID'),
        from: args.from,
        to: args.to ?? read('TWILIO_PHONE_NUMBER'),
        fallbackUrl: args.fallback ?? (ownRoute ? `${functions}/fallback` : undefined),
        statusCallback: args.status ?? (ownRoute ? `${functions}/call-status` : undefined),
      }),
    },
  };
}

function functionsUrl(url: string | undefined, port = '3000'): string {
  const address = url ?? `http://localhost:${port}`;
  if (!URL.canParse(address) || !/^https?:$/.test(new URL(address).protocol)) {
    throw new EnvironmentFault(
      'functions_url_invalid',
      `FUNCTIONS_URL is not an http(s) address: ${address}`,
      'write it as https://functions.example.com',
    );
  }
  return address.replace(/\/+$/, '');
}

function voiceUrl({ url, route, agent }: CallArguments, functions: string): string {
  const address = url ?? `${functions}/${route}`;
  if (agent === undefined) return address;
  return `${address}${address.includes('?') ? '&' : '?'}agent=${encodeURIComponent(agent)}`;
}

/** Only what is there, so that the phone's own defaults hold for the rest. */
function given(values: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const there = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(there) as Record<string, string>; // what was undefined is filtered out
}

function booking({ interrupt }: CallArguments): CallerLine[] {
  const middle = interrupt ? ['caller-interrupt'] : [];
  return ['caller-book-table', ...middle, 'caller-thanks', 'caller-goodbye'].map((name) =>
    clip(name),
  );
}

function readLine(file: string): CallerLine {
  try {
    return { name: basename(file).replace(/\.\w+$/, ''), audio: readFileSync(file) };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new UsageError(`--clip cannot be read: ${why}`);
  }
}
