import type { ToolServer } from '../../bridge/test/stand-in/tool-server';

/** HTTP tools of these names in an agent file, all of this server and without arguments. */
export function httpTool(server: ToolServer, ...names: readonly string[]): string {
  const tools = names.map(
    (name) =>
      `  - { type: http, name: ${name}, description: Looks it up., url: "${server.url}/${name}", filler_ms: null }\n`,
  );
  return `tools:\n${tools.join('')}`;
}
