import type { Fault } from './fault';

/** What can go wrong with the tools of an agent. The call goes on, and the model is told. */
export const TOOL_FAULTS = {
  tool_unknown: {
    message: 'the model called a tool that the agent does not have',
    remedy: 'look at the instructions of the agent: they may name a tool that is not in its file',
  },
  tool_arguments_invalid: {
    message: 'the model called a tool with arguments that do not fit',
    remedy:
      'describe the arguments more exactly in the agent file; the model was told what is wrong',
  },
  tool_unreachable: {
    message: 'an HTTP tool did not answer',
    remedy: 'look at the address, the network and the timeout_ms of the tool',
    retryable: true,
  },
  tool_failed: {
    message: 'an HTTP tool gave an answer that cannot be used',
    remedy: 'look at the log of that system; it must answer 2xx with JSON of at most 256 kB',
    retryable: true,
  },
  outcome_invalid: {
    message: 'the outcome that the model reported does not fit the schema of the agent',
    remedy: 'nothing, if a good one follows: the model was told what is wrong',
  },
  transfer_not_allowed: {
    message: 'the model wanted to transfer the call to somebody whom the agent does not allow',
    remedy: 'add it to the destinations of transfer_call, if it is meant',
  },
  mcp_call_failed: {
    message: 'a tool of an MCP server failed, or did not answer',
    remedy: 'look at the log of that server; the model calls it, not the bridge',
    retryable: true,
  },
  mcp_tools_unavailable: {
    message: 'the model could not get the list of tools from an MCP server',
    remedy: 'check server_url and authorization; the address must be reachable from the provider',
    retryable: true,
  },
} as const satisfies Record<string, Fault>;
