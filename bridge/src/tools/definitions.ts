import type { RealtimeTool } from '@realtime-phone/protocol/realtime/session';
import type { ObjectSchema } from '../agent/json-schema';
import type { AgentTool } from '../agent/tool-schema';

const NO_ARGUMENTS: ObjectSchema = { type: 'object', properties: {}, additionalProperties: false };

/**
 * The tools of an agent as the session takes them. MCP servers are handed to the model, which calls
 * them itself.
 * Source: https://platform.openai.com/docs/api-reference/realtime-client-events/session/update
 * @param outcome the JSON Schema of the agent's outcome.
 */
export function describeTools(
  tools: readonly AgentTool[],
  outcome: ObjectSchema | undefined,
): RealtimeTool[] {
  return tools.map((tool) => describeTool(tool, outcome));
}

function describeTool(tool: AgentTool, outcome: ObjectSchema | undefined): RealtimeTool {
  switch (tool.type) {
    case 'end_call':
      return describe(
        tool.type,
        'Hangs up. Say goodbye first, in the same turn; the call ends once it has been heard.',
        NO_ARGUMENTS,
      );
    case 'report_outcome':
      return describe(
        tool.type,
        'Reports what came of the call, as the caller and you agreed it. Nothing may be invented. Report before you end the call.',
        outcome ?? { type: 'object' },
      );
    case 'send_digits':
      return describe(
        tool.type,
        'Presses keys on the line, as for a menu at the other end. You hear nothing until it is done.',
        {
          type: 'object',
          properties: {
            digits: {
              type: 'string',
              pattern: '^[0-9*#wW]{1,32}$',
              description: 'The keys; w waits for half a second, W for a second.',
            },
          },
          required: ['digits'],
          additionalProperties: false,
        },
      );
    case 'transfer_call':
      return describe(
        tool.type,
        'Connects the caller with a person. Say so first, in the same turn. If nobody answers the call comes back to you.',
        {
          type: 'object',
          properties: {
            destination: { type: 'string', enum: Object.keys(tool.destinations) },
          },
          required: ['destination'],
          additionalProperties: false,
        },
      );
    case 'http':
      return describe(tool.name, tool.description, tool.parameters);
    case 'mcp': {
      const { authorization, allowed_tools } = tool;
      return {
        type: 'mcp',
        server_label: tool.server_label,
        server_url: tool.server_url,
        require_approval: tool.require_approval,
        ...(authorization === undefined ? {} : { authorization: authorization.reveal() }),
        ...(allowed_tools === undefined ? {} : { allowed_tools }),
      };
    }
  }
}

function describe(name: string, description: string, parameters: ObjectSchema): RealtimeTool {
  return { type: 'function', name, description, parameters };
}
