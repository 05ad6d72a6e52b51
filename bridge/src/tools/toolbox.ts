import { CodedError } from '@realtime-phone/protocol/errors';
import type { ServerEvent } from '@realtime-phone/protocol/realtime/server-events';
import { checkValue, type ObjectSchema } from '../agent/json-schema';
import { type AgentTool, type AgentToolOf, nameTool } from '../agent/tool-schema';
import type { CallControls } from './call-controls';
import { Filler } from './filler';
import { callHttpTool } from './http-request';
import { McpCalls } from './mcp-calls';
import { describeAnswer, fail, succeed, type ToolCall, type ToolResult } from './tool-call';

/** The calls of one response, and whether it had something to say beside them. */
interface Batch {
  readonly calls: ToolCall[];
  spoke: boolean;
}

/** The calls of one response, at work. */
interface Errand {
  readonly filler: Filler | undefined;
  /** The caller has said something meanwhile. */
  isOvertaken: boolean;
}

const GOODBYE = 'Say a short, polite goodbye in the language of the call.';
const DIGITS = /^[0-9*#wW]{1,32}$/;
/** These hand the call on; what else was asked for in the same response comes first. */
const LAST: ReadonlySet<string> = new Set(['end_call', 'transfer_call', 'send_digits']);

/**
 * The tools of one call. The model asks for them in a response; they run once it has ended well,
 * side by side, and never hold up audio. When all are answered the model is asked to go on, once.
 * Source: https://developers.openai.com/api/docs/guides/realtime-conversations#function-calling
 */
export class Toolbox {
  readonly #tools: ReadonlyMap<string, AgentTool>;
  readonly #outcome: ObjectSchema | undefined;
  readonly #controls: CallControls;
  readonly #over = new AbortController();
  readonly #batches = new Map<string, Batch>();
  readonly #errands = new Set<Errand>();
  readonly #mcpCalls: McpCalls;

  /** @param outcome the JSON Schema that `report_outcome` must fit. */
  constructor(
    tools: readonly AgentTool[],
    outcome: ObjectSchema | undefined,
    controls: CallControls,
  ) {
    // MCP servers are the model's to call.
    const ours = tools.filter(({ type }) => type !== 'mcp');
    this.#tools = new Map(ours.map((tool) => [nameTool(tool), tool]));
    this.#outcome = outcome;
    this.#controls = controls;
    this.#mcpCalls = new McpCalls(controls);
  }

  /** Takes an event of the model; what is no tool's business is passed over. */
  takeEvent(event: ServerEvent): void {
    this.#mcpCalls.takeEvent(event);
    if (event.type === 'response.output_audio.delta') {
      const batch = this.#batches.get(event.responseId);
      if (batch !== undefined) batch.spoke = true;
    } else if (event.type === 'response.created') {
      this.#batches.set(event.responseId, { calls: [], spoke: false });
    } else if (event.type === 'response.output_item.done') {
      if (event.call !== undefined) this.#batches.get(event.responseId)?.calls.push(event.call);
    } else if (event.type === 'response.done') {
      const batch = this.#batches.get(event.responseId);
      this.#batches.delete(event.responseId);
      // The calls of a response that was cut short are not meant any more.
      if (batch !== undefined && batch.calls.length > 0 && event.status === 'completed')
        void this.#run(batch);
    }
  }

  /** True while a tool is at work, so that a silence is not the caller's. */
  get isBusy(): boolean {
    return this.#errands.size > 0 || this.#mcpCalls.isBusy;
  }

  /** Takes the beginning of a turn of the caller: a hang-up that was about to come is off. */
  callerSpeaks(): void {
    for (const errand of this.#errands) errand.isOvertaken = true;
  }

  /** Nobody speaks now. */
  pause(): void {
    for (const { filler } of this.#errands) filler?.begin();
    this.#mcpCalls.pause();
  }

  /** The model is lost: calls of a response that has not ended are not meant any more. */
  lose(): void {
    this.#batches.clear();
    this.#mcpCalls.lose();
  }

  /** The call is over: what still runs is given up. */
  stop(): void {
    this.#over.abort();
    for (const { filler } of this.#errands) filler?.stop();
    this.#mcpCalls.stop();
  }

  async #run({ calls, spoke }: Batch): Promise<void> {
    const errand: Errand = { filler: this.#prepareFiller(calls), isOvertaken: false };
    this.#errands.add(errand);
    for (const call of calls) this.#controls.noteCall(call);
    errand.filler?.begin();
    const early = calls.filter(({ name }) => !LAST.has(name));
    const results = await Promise.all(early.map((call) => this.#answer(call)));
    errand.filler?.stop();
    this.#errands.delete(errand);
    if (this.#over.signal.aborted) return;
    const outcomeRefused = early.some(
      ({ name }, index) => name === 'report_outcome' && results[index]?.failed === true,
    );
    const end = this.#chooseEnd(calls, outcomeRefused, errand.isOvertaken);
    if (end === undefined) {
      this.#controls.ask();
      return;
    }
    end.then();
    if (end.name !== 'end_call') return;
    if (!spoke) this.#controls.ask({ response: { instructions: GOODBYE } });
    this.#controls.endAfterGoodbye();
  }

  /** A stream ends in one way: the first that can be, and the model hears why not the others. */
  #chooseEnd(calls: readonly ToolCall[], outcomeRefused: boolean, isOvertaken: boolean) {
    let chosen: { readonly name: string; readonly then: () => void } | undefined;
    for (const call of calls) {
      if (!LAST.has(call.name)) continue;
      if (chosen !== undefined) {
        this.#output(call, fail(`${chosen.name} comes first`));
        continue;
      }
      const { name, then } = this.#handOn(call, outcomeRefused, isOvertaken);
      if (then !== undefined) chosen = { name, then };
    }
    return chosen;
  }

  async #answer(call: ToolCall): Promise<ToolResult> {
    const beganAtMs = performance.now();
    const result = await this.#perform(call).catch((error: unknown) => {
      this.#controls.onFault(new CodedError('internal_error', call.name, { cause: error }));
      return fail('the tool broke down');
    });
    if (!this.#over.signal.aborted) this.#output(call, result, performance.now() - beganAtMs);
    return result;
  }

  #output(call: ToolCall, result: ToolResult, ms = 0): void {
    const toolNote = describeAnswer(call, result, ms);
    const what = result.failed ? 'tool failed' : 'tool answered';
    this.#controls.onNote(what, { tool: call.name, toolNote });
    const { callId: call_id } = call;
    this.#controls.addItem({ type: 'function_call_output', call_id, output: result.output });
  }

  async #perform(call: ToolCall): Promise<ToolResult> {
    const tool = this.#tools.get(call.name);
    const input = readArguments(call.arguments);
    if (tool === undefined) return this.#refuse('tool_unknown', call.name, 'there is no such tool');
    if (input === undefined)
      return this.#refuse('tool_arguments_invalid', call.name, 'the arguments are not JSON');
    if (tool.type === 'report_outcome') return this.#report(input);
    if (tool.type === 'http') return this.#request(tool, input);
    return fail('this tool cannot be used here');
  }

  #report(input: Readonly<Record<string, unknown>>): ToolResult {
    const faults = this.#outcome === undefined ? [] : checkValue(this.#outcome, input);
    if (faults.length > 0)
      return this.#refuse('outcome_invalid', 'report_outcome', faults.join('; '));
    this.#controls.reportOutcome(input);
    return succeed({ ok: true });
  }

  async #request(
    tool: AgentToolOf<'http'>,
    input: Readonly<Record<string, unknown>>,
  ): Promise<ToolResult> {
    const faults = checkValue(tool.parameters, input);
    if (faults.length > 0)
      return this.#refuse('tool_arguments_invalid', tool.name, faults.join('; '));
    return callHttpTool(tool, input, this.#over.signal, (fault) => {
      if (!this.#over.signal.aborted) this.#controls.onFault(fault);
    });
  }

  /** @returns what is to be done with the call, unless it is refused. */
  #handOn(
    call: ToolCall,
    outcomeRefused: boolean,
    isOvertaken: boolean,
  ): { readonly name: string; readonly then?: () => void } {
    const tool = this.#tools.get(call.name);
    const input = readArguments(call.arguments) ?? {};
    const refuse = (code: RefusalCode, words: string) => {
      this.#output(call, this.#refuse(code, call.name, words));
      return { name: call.name };
    };
    const accept = (then: () => void) => {
      this.#output(call, succeed({ ok: true }));
      return { name: call.name, then };
    };
    switch (tool?.type) {
      case 'end_call':
        if (isOvertaken) {
          this.#output(call, fail('the caller has said something more: answer that first'));
          return { name: call.name };
        }
        if (outcomeRefused) return refuse('outcome_invalid', 'correct the outcome first');
        return accept(() => undefined);
      case 'transfer_call': {
        const number = tool.destinations[String(input.destination)];
        if (number === undefined || !Object.hasOwn(tool.destinations, String(input.destination)))
          return refuse(
            'transfer_not_allowed',
            `calls go only to: ${Object.keys(tool.destinations).join(', ')}`,
          );
        return accept(() => this.#controls.transfer(number, tool.timeout_s));
      }
      case 'send_digits': {
        const digits = String(input.digits);
        if (!DIGITS.test(digits))
          return refuse('tool_arguments_invalid', 'digits are 1 to 32 of 0-9, *, #, w and W');
        return accept(() => this.#controls.sendDigits(digits));
      }
      default:
        return refuse('tool_unknown', 'there is no such tool');
    }
  }

  #refuse(code: RefusalCode, name: string, words: string): ToolResult {
    this.#controls.onFault(new CodedError(code, `${name.slice(0, 64)}: ${words}`));
    return fail(words);
  }

  /** A tool that takes its time is bridged by a word of the agent. */
  #prepareFiller(calls: readonly ToolCall[]): Filler | undefined {
    const delays = calls.flatMap(({ name }) => {
      const tool = this.#tools.get(name);
      return tool?.type === 'http' && tool.filler_ms !== null ? [tool.filler_ms] : [];
    });
    return delays.length === 0 ? undefined : new Filler(Math.min(...delays), this.#controls);
  }
}

type RefusalCode =
  'tool_unknown' | 'tool_arguments_invalid' | 'outcome_invalid' | 'transfer_not_allowed';

function readArguments(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text === '' ? '{}' : text);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
    return value as Record<string, unknown>; // a JSON object has string keys
  } catch {
    return undefined;
  }
}
