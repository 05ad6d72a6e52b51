import { z } from 'zod';
import type { ObjectSchema } from './json-schema';
import { type Environment, resolveSecret, type Secret } from './secret';
import { PLACEHOLDER } from './variables';

const LOOPBACK_HOSTS = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;
const TOOL_NAME = /^[A-Za-z][A-Za-z0-9_-]{0,63}$/;
const HEADER_NAME = /^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/;
const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/** A telephone number in E.164. Unquoted, YAML takes +1555… for a sum. */
const phoneNumber = z
  .string({ error: 'must be a telephone number in quotes, as in "+15550100003"' })
  .regex(/^\+[1-9]\d{6,14}$/, 'must be a telephone number in E.164, as in "+15550100003"');

/** An address of a tool: TLS, or this machine. Variables may not decide which host gets the keys. */
const address = (mayHoldVariables: boolean) =>
  z.string().superRefine((url, context) => {
    const plain = url.replace(PLACEHOLDER, 'x');
    const fault = (message: string) => context.addIssue({ code: 'custom', message });
    if (!URL.canParse(plain)) return fault('is not an address, as in https://example.com/tables');
    if (url.includes('${')) return fault('takes no ${…}: a key belongs into a header');
    if (!mayHoldVariables && plain !== url) return fault('takes no {{variables}}');
    if (/^[^/]*\/\/[^/?#]*\{\{/.test(url))
      return fault('may hold {{variables}} after the host only');
    const { protocol, hostname, username, password } = new URL(plain);
    if (username !== '' || password !== '')
      return fault('takes no user and password: use a header');
    if (protocol !== 'https:' && !(protocol === 'http:' && LOOPBACK_HOSTS.test(hostname)))
      fault('must be https (http on this machine only)');
  });

/** A text with `${NAME}` from the environment, which becomes a Secret. */
const secret = (environment: Environment) =>
  z.string().transform((text, context): Secret => {
    const resolved = resolveSecret(text, environment);
    if ('missing' in resolved) {
      context.addIssue({
        code: 'custom',
        message: `${resolved.missing.join(', ')} is not set in the environment`,
      });
      return z.NEVER;
    }
    if (!HEADER_VALUE.test(resolved.secret.reveal())) {
      context.addIssue({
        code: 'custom',
        message: 'holds a character that no header may, such as a line break',
      });
      return z.NEVER;
    }
    return resolved.secret;
  });

/** A JSON Schema of an object; whether it is a good one is asked where its lines are known. */
export const objectSchema = z
  .record(z.string(), z.unknown())
  .transform((schema): ObjectSchema => schema);

const END_CALL = z.strictObject({ type: z.literal('end_call') });
const REPORT_OUTCOME = z.strictObject({ type: z.literal('report_outcome') });
const SEND_DIGITS = z.strictObject({ type: z.literal('send_digits') });
const TRANSFER_CALL = z.strictObject({
  type: z.literal('transfer_call'),
  /** The numbers that may be called, by the name that the model uses for them. */
  destinations: z
    .record(z.string().regex(TOOL_NAME, 'must be a name of letters, digits, - and _'), phoneNumber)
    .refine((all) => Object.keys(all).length > 0, 'must name at least one number'),
  /** How long it may ring. Source: https://www.twilio.com/docs/voice/twiml/dial#timeout */
  timeout_s: z.number().int().min(5).max(600).default(20),
});

const http = (environment: Environment) =>
  z.strictObject({
    type: z.literal('http'),
    name: z.string().regex(TOOL_NAME, 'must be letters, digits, - and _, and begin with a letter'),
    description: z.string().min(1),
    method: z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']).default('POST'),
    url: address(true),
    headers: z
      .record(z.string().regex(HEADER_NAME, 'is no name of a header'), secret(environment))
      .default({}),
    timeout_ms: z.number().int().min(100).max(60_000).default(8_000),
    /** After this the model says that it takes a moment; null for never. */
    filler_ms: z.number().int().min(0).max(60_000).nullable().default(2_000),
    parameters: objectSchema.default({ type: 'object', properties: {} }),
  });

/** Source: https://developers.openai.com/api/docs/guides/realtime-mcp */
const mcp = (environment: Environment) =>
  z.strictObject({
    type: z.literal('mcp'),
    server_label: z.string().regex(TOOL_NAME, 'must be letters, digits, - and _'),
    server_url: address(false),
    authorization: secret(environment).optional(),
    allowed_tools: z.array(z.string().min(1)).min(1).optional(),
    require_approval: z
      .literal('never', {
        error: 'must be never: nobody can approve during a call; allowed_tools can be few instead',
      })
      .default('never'),
  });

/** What an agent can do without an address of the operator's. */
export const BUILT_IN = ['end_call', 'report_outcome', 'send_digits', 'transfer_call'] as const;

/** The form of one tool; a built-in without options may be just its name. */
export const toolSchema = (environment: Environment) =>
  z.preprocess(
    (tool) => (BUILT_IN.some((name) => name === tool) ? { type: tool } : tool),
    z.discriminatedUnion(
      'type',
      [END_CALL, REPORT_OUTCOME, SEND_DIGITS, TRANSFER_CALL, http(environment), mcp(environment)],
      {
        error: 'must be end_call, report_outcome, send_digits, transfer_call, http or mcp',
      },
    ),
  );

/** One tool of an agent, with every default filled in. */
export type AgentTool = Readonly<z.infer<ReturnType<typeof toolSchema>>>;

/** The same, one kind. */
export type AgentToolOf<Type extends AgentTool['type']> = Extract<AgentTool, { type: Type }>;

/** What the model calls a tool. */
export function nameTool(tool: AgentTool): string {
  if (tool.type === 'http') return tool.name;
  return tool.type === 'mcp' ? tool.server_label : tool.type;
}
