import { z } from 'zod';

const status = z.enum(['in_progress', 'completed', 'incomplete']).optional();
const id = z.string().min(1).max(64).optional();
const object = z.literal('realtime.item').optional();

const inputTextSchema = z.strictObject({ type: z.literal('input_text'), text: z.string() });

const outputTextSchema = z.strictObject({ type: z.literal('output_text'), text: z.string() });

const messageSchema = z.discriminatedUnion('role', [
  z.strictObject({
    ...{ id, object, status },
    type: z.literal('message'),
    role: z.literal('system'),
    content: z.array(inputTextSchema),
  }),
  z.strictObject({
    ...{ id, object, status },
    type: z.literal('message'),
    role: z.literal('user'),
    content: z.array(
      z.discriminatedUnion('type', [
        inputTextSchema,
        z.strictObject({
          type: z.literal('input_audio'),
          audio: z.base64(),
          transcript: z.string().nullable().optional(),
        }),
        z.strictObject({
          type: z.literal('input_image'),
          image_url: z.string(),
          detail: z.enum(['auto', 'low', 'high']).optional(),
        }),
      ]),
    ),
  }),
  z.strictObject({
    ...{ id, object, status },
    type: z.literal('message'),
    role: z.literal('assistant'),
    // A client cannot make the assistant's audio: there is no `output_audio` here.
    content: z.array(z.discriminatedUnion('type', [outputTextSchema])),
  }),
]);

/** An item as a client may create it (`conversation.item.create`). */
export const clientItemSchema = z.discriminatedUnion('type', [
  messageSchema,
  z.strictObject({
    ...{ id, object, status },
    type: z.literal('function_call'),
    name: z.string(),
    call_id: z.string().optional(),
    arguments: z.string(),
  }),
  z.strictObject({
    ...{ id, object, status },
    type: z.literal('function_call_output'),
    call_id: z.string(),
    output: z.string(),
  }),
]);

/** An item that is there already, as input of one response. */
export const itemReferenceSchema = z.strictObject({
  type: z.literal('item_reference'),
  id: z.string(),
});

/** An item that a client sends. */
export type ClientItem = z.infer<typeof clientItemSchema>;

/** Part of a message, in any role. */
export interface ContentPart {
  readonly type: 'input_text' | 'input_audio' | 'input_image' | 'output_text' | 'output_audio';
  readonly text?: string;
  readonly transcript?: string | null;
  readonly audio?: string;
}

/** An item of the conversation, as server events carry it. */
export interface Item {
  readonly id: string;
  readonly object: 'realtime.item';
  readonly type: 'message' | 'function_call' | 'function_call_output';
  readonly status: 'in_progress' | 'completed' | 'incomplete';
  readonly role?: 'system' | 'user' | 'assistant';
  readonly content?: readonly ContentPart[];
  readonly name?: string;
  readonly call_id?: string;
  readonly arguments?: string;
  readonly output?: string;
}
