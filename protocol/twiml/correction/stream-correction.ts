import { meansBothWays } from './direction';
import { isElement, type TreeElement, type TreeNode } from './tree';

const BOTH_WAYS = 'Connect';

/** Every `<Stream>` as Twilio takes it: in its verb, over wss, without query and illegal track. */
export function correctStreams(response: TreeElement): TreeElement {
  const placed = response.children.map((node) =>
    isElement(node) && node.name === 'Stream'
      ? { name: BOTH_WAYS, attributes: [], children: [node] }
      : node,
  );
  return {
    ...response,
    children: placed.map((node, at) => {
      if (!isElement(node)) return node;
      if (node.name !== BOTH_WAYS && node.name !== 'Start') return node;
      const isTalk = meansBothWays(
        node.name,
        namesOf(node.children),
        namesOf(placed.slice(at + 1)),
      );
      const verb = isTalk ? BOTH_WAYS : node.name;
      const correct = (child: TreeNode) =>
        isElement(child) && child.name === 'Stream' ? correctStream(child, verb) : child;
      return { ...node, name: verb, children: node.children.map(correct) };
    }),
  };
}

function namesOf(nodes: readonly TreeNode[]): readonly string[] {
  return nodes.filter(isElement).map(({ name }) => name);
}

function correctStream(stream: TreeElement, verb: string): TreeElement {
  const { url, values } = splitAddress(attributeOf(stream, 'url') ?? '');
  const attributes = stream.attributes.flatMap(([key, value]): [string, string][] => {
    if (key === 'url') return [[key, url]];
    if (key !== 'track') return [[key, value]];
    const track = correctTrack(value, verb);
    return track === undefined ? [] : [[key, track]];
  });
  const named = stream.children.filter(isElement).map((child) => attributeOf(child, 'name'));
  const parameters = values
    .filter(([name]) => name !== '' && !named.includes(name))
    .map(([name, value]) => ({
      name: 'Parameter',
      attributes: [['name', name] as const, ['value', value] as const],
      children: [],
    }));
  return { ...stream, attributes, children: [...stream.children, ...parameters] };
}

/** Undefined where the attribute is better left out. */
function correctTrack(track: string, verb: string): string | undefined {
  if (verb === BOTH_WAYS) return track === 'inbound_track' ? track : undefined;
  const tracks = ['inbound_track', 'outbound_track', 'both_tracks'].filter((one) =>
    track
      .toLowerCase()
      .split(/[\s,]+/)
      .includes(one),
  );
  if (tracks.length > 1) return 'both_tracks';
  return tracks[0];
}

/** The address as Twilio can dial it, and what stood in its query. */
function splitAddress(address: string) {
  const [, place = '', query = ''] = /^([^?#]*)(?:\?([^#]*))?/.exec(address.trim()) ?? [];
  // What stands for port 80 in a scheme without TLS is 443 in one with it.
  const url = place
    .replace(/^(ws|http):\/\/([^/]*?)(?::80)?(?=\/|$)/i, 'wss://$2')
    .replace(/^https:\/\//i, 'wss://');
  return { url, values: query === '' ? [] : [...new URLSearchParams(query)] };
}

function attributeOf({ attributes }: TreeElement, name: string): string | undefined {
  return attributes.find(([key]) => key === name)?.[1];
}
