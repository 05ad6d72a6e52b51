import { isCallSid } from '@realtime-phone/protocol/call-sid';
import { CodedError } from '@realtime-phone/protocol/errors';
import { z } from 'zod';
import type { Calls } from '../call/calls';
import { answerError, answerJson } from './answers';
import type { Authorization } from './authorization';
import { readJson } from './json-body';
import { answerFromOther } from './nodes';
import type { Route } from './routes';

const ADMISSION = z.object({
  from: z.string().max(200).default(''),
  to: z.string().max(200).default(''),
  direction: z.string().max(40).default('inbound'),
  callId: z.string().max(100).optional(),
  agent: z.string().max(64).optional(),
});

const NEXT = z.object({
  reason: z.enum(['stream-ended', 'dial-ended', 'digits-sent']).catch('stream-ended'),
  try: z.coerce.number().int().min(0).catch(0),
  dialCallStatus: z.string().max(40).optional(),
});

const EVENT = z.object({
  source: z.enum(['call-status', 'stream-status', 'stream-ended', 'fallback']),
  parameters: z.record(z.string(), z.string()),
});

const LISTED_CALLS = 100;

/** The routes under `/calls`: for the Functions admission, next and events, for operators the records. */
export function createCallsRoutes(calls: Calls, authorization: Authorization): readonly Route[] {
  return [
    {
      method: 'POST',
      path: /^\/calls$/,
      answer: async (request) => {
        authorization.requireFunctions(request);
        const body = readJson(request.body);
        const callSid = requireCallSid(body.callSid);
        const admission = readBody(ADMISSION, body);
        // Twilio asks twice at times, and may come to another node than the first time.
        const other = await answerFromOther(calls, request, callSid);
        if (other !== undefined) return other;
        try {
          return answerJson(201, await calls.admit({ callSid, ...admission }));
        } catch (error) {
          // Whatever the reason, to the Functions it means the same: the fallback.
          if (error instanceof CodedError) return { ...answerError(error, 503), refusal: error };
          throw error;
        }
      },
    },
    {
      method: 'POST',
      path: /^\/calls\/([^/]+)\/next$/,
      answer: async (request, part) => {
        authorization.requireFunctions(request);
        const next = readBody(NEXT, readJson(request.body));
        const callSid = requireCallSid(part);
        const other = await answerFromOther(calls, request, callSid);
        return other ?? answerJson(200, await calls.decideNext(callSid, next));
      },
    },
    {
      method: 'POST',
      path: /^\/calls\/([^/]+)\/events$/,
      answer: async (request, part) => {
        authorization.requireFunctions(request);
        const event = readBody(EVENT, readJson(request.body));
        const callSid = requireCallSid(part);
        const other = await answerFromOther(calls, request, callSid);
        if (other !== undefined) return other;
        await calls.takeEvent(callSid, event);
        return answerJson(202, {});
      },
    },
    {
      method: 'GET',
      path: /^\/calls$/,
      answer: async (request) => {
        authorization.requireOperator(request);
        return answerJson(200, { calls: await calls.list(LISTED_CALLS) });
      },
    },
    {
      method: 'GET',
      path: /^\/calls\/([^/]+)$/,
      answer: async (request, callSid) => {
        authorization.requireOperator(request);
        const record = await calls.read(requireCallSid(callSid));
        if (record === undefined) throw new CodedError('call_unknown');
        return answerJson(200, record);
      },
    },
  ];
}

function requireCallSid(value: unknown): string {
  if (!isCallSid(value)) throw new CodedError('call_sid_missing');
  return value;
}

function readBody<T>(schema: z.ZodType<T>, body: Readonly<Record<string, unknown>>): T {
  const read = schema.safeParse(body);
  if (read.success) return read.data;
  const faults = read.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  throw new CodedError('body_invalid', faults.join('; ').slice(0, 300));
}
