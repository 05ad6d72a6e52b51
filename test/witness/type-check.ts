import { join } from 'node:path';
import ts from 'typescript';

const ROOT = join(__dirname, '..', '..');
const FILE = join(ROOT, 'test', 'witness', 'events-of-the-test.ts');

/** The declarations on disk, read once. */
const parsed = new Map<string, ts.SourceFile>();

/** What OpenAI's own types say against one event. */
export interface Complaint {
  /** The `type` of the event, and where in it. */
  readonly at: string;
  readonly code: number;
  readonly message: string;
}

/**
 * Lets the compiler read server events as if a program had written them down with OpenAI's type
 * `RealtimeServerEvent`: it complains about an unknown `type`, a required field that is missing, a
 * value of the wrong type, and a field that the type does not have.
 * @param typesFile the SDK's `resources/realtime/realtime`, any file of it.
 */
export function complaintsOf(typesFile: string, events: readonly object[]): Complaint[] {
  const lines = events.map(
    (event, at) => `const e${at}: RealtimeServerEvent = ${JSON.stringify(event)};`,
  );
  const head = `import type { RealtimeServerEvent } from ${JSON.stringify(typesFile)};`;
  const text = [head, ...lines, 'export {};'].join('\n');
  const options: ts.CompilerOptions = {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    target: ts.ScriptTarget.ES2023,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    types: [],
  };
  const host = ts.createCompilerHost(options);
  const disk = ts.createCompilerHost(options);
  host.getSourceFile = (name, languageVersion) => {
    if (name === FILE) return ts.createSourceFile(name, text, languageVersion);
    const file = parsed.get(name) ?? disk.getSourceFile(name, languageVersion);
    if (file) parsed.set(name, file);
    return file;
  };
  host.fileExists = (name) => name === FILE || disk.fileExists(name);
  host.readFile = (name) => (name === FILE ? text : disk.readFile(name));
  const program = ts.createProgram([FILE], options, host);
  const source = program.getSourceFile(FILE);
  if (!source) throw new Error('the compiler did not read the events');
  const found = [
    ...program.getOptionsDiagnostics(),
    ...program.getSyntacticDiagnostics(source),
    ...program.getSemanticDiagnostics(source),
  ];
  return found.map(({ start = 0, code, messageText }) => {
    const line = source.getLineAndCharacterOfPosition(start).line - 1;
    const event = events[line];
    const type = event && 'type' in event ? String(event.type) : '(none)';
    return {
      at: [type, ...pathAt(source, start)].join(' '),
      code,
      message: ts.flattenDiagnosticMessageText(messageText, ' '),
    };
  });
}

/** The names of the properties around a place in the text, outermost first. */
function pathAt(source: ts.SourceFile, place: number): string[] {
  const names: string[] = [];
  const visit = (node: ts.Node): void => {
    if (place < node.getStart(source) || place >= node.getEnd()) return;
    if (ts.isPropertyAssignment(node) && ts.isStringLiteral(node.name)) names.push(node.name.text);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return names;
}
