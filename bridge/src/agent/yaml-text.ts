import { type Document, isMap, isNode, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';

/** A YAML text that knows on which line each of its values stands. */
export class YamlText {
  /** What it says, as plain data; undefined where it cannot be read. */
  readonly value: unknown;
  /** Why it cannot be read, with lines from 1. */
  readonly faults: readonly { readonly line: number; readonly message: string }[];
  readonly #content: string;
  readonly #document: Document;
  readonly #lines = new LineCounter();

  constructor(content: string) {
    this.#content = content;
    this.#document = parseDocument(content, { lineCounter: this.#lines, prettyErrors: false });
    this.faults = this.#document.errors.map(({ message, pos }) => ({
      line: this.#lineAt(pos[0]),
      message: message.split('\n', 1)[0] ?? '',
    }));
    if (this.faults.length > 0) return;
    try {
      this.value = this.#document.toJS();
    } catch (error) {
      // An alias of nothing, or aliases of aliases that would grow without end.
      this.faults = [{ line: 1, message: error instanceof Error ? error.message : String(error) }];
    }
  }

  /** Whether anything stands at a path. */
  has(path: readonly string[]): boolean {
    let node: unknown = this.#document.contents;
    for (const step of path) {
      const found = descend(node, step);
      if (found === undefined) return false;
      ({ node } = found);
    }
    return true;
  }

  /**
   * The line of what stands at a path: of the value, or of the nearest thing around it that is
   * there.
   * @param within a piece of that value, to be found on its own line.
   */
  lineOf(path: readonly string[], within?: string): number {
    let node: unknown = this.#document.contents;
    let start = startOf(node);
    for (const step of path) {
      const found = descend(node, step);
      if (found === undefined) break;
      ({ start, node } = found);
    }
    if (within !== undefined && isNode(node) && node.range !== undefined && node.range !== null) {
      const at = this.#content.slice(node.range[0], node.range[1]).indexOf(within);
      if (at >= 0) start = node.range[0] + at;
    }
    return this.#lineAt(start);
  }

  #lineAt(offset: number): number {
    return Math.max(1, this.#lines.linePos(offset).line);
  }
}

/** A step inwards; it begins at the key, since that is where a reader looks. */
function descend(node: unknown, step: string): { node: unknown; start: number } | undefined {
  if (isSeq(node)) {
    const item: unknown = node.items[Number(step)];
    return item === undefined ? undefined : { node: item, start: startOf(item) };
  }
  if (!isMap(node)) return undefined;
  const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === step);
  return pair === undefined ? undefined : { node: pair.value, start: startOf(pair.key) };
}

function startOf(node: unknown): number {
  return isNode(node) ? (node.range?.[0] ?? 0) : 0;
}
