import type { Graph } from './graph.ts';

/** How a code generator treats one node. */
export type Role =
  /** Costs nothing: a leaf, or a view that its readers read through. */
  | { readonly kind: 'virtual' }
  /**
   * Runs in a loop over a space. Nodes of equal `space` may share the loop. `final`: the result is complete only after the
   * loop (a reduction over one of its axes), so no other node of the same region may read it.
   */
  | { readonly kind: 'loop'; readonly space: string; readonly final: boolean }
  /** A step of its own: a library kernel, a loop of steps. */
  | { readonly kind: 'alone' };

/** Nodes that run together. */
export interface Region {
  readonly space: string;
  /** In topological order. */
  readonly nodes: readonly number[];
  /** Values that the region reads and does not compute, views looked through. */
  readonly inputs: readonly number[];
  /** Values that are read outside the region or are outputs of the graph. */
  readonly outputs: readonly number[];
}

export interface Declined {
  readonly declined: string;
}

/** What a code generator tells `partition`. */
export interface Fuser<Kernel> {
  role(id: number): Role;
  /** True when `consumer` reads `producer`, of the same space, at its own position in the loop only. */
  aligned(consumer: number, producer: number): boolean;
  /** Makes a kernel of a region, or says why it cannot. A declined region is offered again node by node. */
  tryFuse(region: Region): Kernel | Declined;
  /** Regions have one output each (for machines whose kernels write one buffer). Default: false. */
  readonly singleOutput?: boolean;
  /** Largest number of nodes in a region. Default: no limit. */
  readonly maxNodes?: number;
}

/** One step of a partitioned graph, in an order in which it can run. */
export type Step<Kernel> =
  | { readonly kind: 'fused'; readonly region: Region; readonly kernel: Kernel }
  | { readonly kind: 'alone'; readonly region: Region; readonly declined?: string };

interface Draft {
  readonly space: string | undefined;
  readonly nodes: number[];
}

/** Computed nodes behind each node's inputs, virtual ones looked through. */
const sourcesOf = (graph: Graph, roles: readonly Role[]): readonly (readonly number[])[] => {
  const behind: (readonly number[])[] = [];
  graph.nodes.forEach((node, id) => {
    const sources = new Set<number>();
    for (const input of node.inputs) {
      if (roles[input]!.kind === 'virtual') behind[input]!.forEach((source) => sources.add(source));
      else sources.add(input);
    }
    behind[id] = [...sources];
  });
  return behind;
};

/** Ids of the computed nodes that are outputs of the graph, views looked through. */
const outputSources = (graph: Graph, roles: readonly Role[], sources: readonly (readonly number[])[]): ReadonlySet<number> =>
  new Set(graph.outputs.flatMap((id) => (roles[id]!.kind === 'virtual' ? sources[id]! : [id])));

/**
 * Regions are totally ordered. A node joins the first region of its space that comes no earlier than any region it reads
 * from, and shares a region with what it reads only where it reads it at its own index. So the order is always runnable.
 */
const joinForward = <K>(roles: readonly Role[], sources: readonly (readonly number[])[], fuser: Fuser<K>): Draft[] => {
  const drafts: Draft[] = [];
  const home: number[] = [];
  const bySpace = new Map<string, number[]>();
  const open = (space: string | undefined): number => {
    const position = drafts.push({ space, nodes: [] }) - 1;
    if (space === undefined) return position;
    const same = bySpace.get(space);
    if (same === undefined) bySpace.set(space, [position]);
    else same.push(position);
    return position;
  };
  const limit = fuser.maxNodes ?? Infinity;
  roles.forEach((role, id) => {
    if (role.kind === 'virtual') return;
    let position: number | undefined;
    if (role.kind === 'loop') {
      const earliest = sources[id]!.reduce((bound, source) => {
        const from = roles[source]!;
        const shares = from.kind === 'loop' && from.space === role.space && !from.final && fuser.aligned(id, source);
        return Math.max(bound, shares ? home[source]! : home[source]! + 1);
      }, 0);
      const same = bySpace.get(role.space) ?? [];
      let first = same.length;
      while (first > 0 && same[first - 1]! >= earliest) first--;
      position = same.slice(first).find((each) => drafts[each]!.nodes.length < limit);
    }
    position ??= open(role.kind === 'loop' ? role.space : undefined);
    drafts[position]!.nodes.push(id);
    home[id] = position;
  });
  return drafts;
};

/**
 * Moves a node that only one later region of its space reads into that region: what joined the first region it could, before its
 * readers had theirs, need not wait in memory. All that it reads is computed by then.
 */
const sink = <K>(
  drafts: readonly Draft[],
  roles: readonly Role[],
  readers: readonly (readonly number[])[],
  kept: ReadonlySet<number>,
  fuser: Fuser<K>,
): readonly Draft[] => {
  const limit = fuser.maxNodes ?? Infinity;
  const home = new Map(drafts.flatMap(({ nodes }, position) => nodes.map((id) => [id, position] as const)));
  const later = drafts.map((): number[] => []);
  const room = drafts.map(({ nodes }) => limit - nodes.length);
  for (let id = roles.length - 1; id >= 0; id--) {
    const role = roles[id]!;
    const from = home.get(id);
    if (from === undefined) continue;
    const homes = new Set(readers[id]!.map((reader) => home.get(reader)!));
    const [to] = homes;
    const moves =
      role.kind === 'loop' &&
      !role.final &&
      !kept.has(id) &&
      homes.size === 1 &&
      to! > from &&
      drafts[to!]!.space === role.space &&
      room[to!]! > 0 &&
      readers[id]!.every((reader) => fuser.aligned(reader, id));
    const position = moves ? to! : from;
    home.set(id, position);
    later[position]!.push(id);
    if (moves) room[to!]!--;
  }
  return drafts.flatMap(({ space }, position) => {
    const nodes = later[position]!.reverse();
    return nodes.length === 0 ? [] : [{ space, nodes }];
  });
};

/** Every region is one value and everything that only it needs: a node joins its readers when all of them are one region. */
const joinBackward = <K>(
  graph: Graph,
  roles: readonly Role[],
  readers: readonly (readonly number[])[],
  kept: ReadonlySet<number>,
  fuser: Fuser<K>,
): readonly Draft[] => {
  const root: number[] = [];
  const members = new Map<number, number[]>();
  const limit = fuser.maxNodes ?? Infinity;
  for (let id = graph.nodes.length - 1; id >= 0; id--) {
    const role = roles[id]!;
    if (role.kind === 'virtual') continue;
    const roots = new Set(readers[id]!.map((reader) => root[reader]!));
    const [only] = roots;
    const joins =
      role.kind === 'loop' &&
      !role.final &&
      !kept.has(id) &&
      roots.size === 1 &&
      members.get(only!)!.length < limit &&
      readers[id]!.every((reader) => {
        const to = roles[reader]!;
        return to.kind === 'loop' && to.space === role.space && fuser.aligned(reader, id);
      });
    root[id] = joins ? only! : id;
    members.set(root[id]!, [id, ...(members.get(root[id]!) ?? [])]);
  }
  return [...members.keys()]
    .sort((a, b) => a - b)
    .map((id) => {
      const role = roles[id]!;
      return { space: role.kind === 'loop' ? role.space : undefined, nodes: members.get(id)! };
    });
};

const isDeclined = (result: unknown): result is Declined => typeof result === 'object' && result !== null && 'declined' in result;

/**
 * Groups the nodes of a graph into regions that a code generator can run as one loop each, in an order in which every
 * value is computed before it is read.
 */
export const partition = <Kernel>(graph: Graph, fuser: Fuser<Kernel>): readonly Step<Kernel>[] => {
  const roles = graph.nodes.map((_, id) => fuser.role(id));
  const sources = sourcesOf(graph, roles);
  const kept = outputSources(graph, roles, sources);
  const readers = graph.nodes.map((): number[] => []);
  roles.forEach((role, id) => {
    if (role.kind !== 'virtual') sources[id]!.forEach((source) => readers[source]!.push(id));
  });
  const drafts = fuser.singleOutput
    ? joinBackward(graph, roles, readers, kept, fuser)
    : sink(joinForward(roles, sources, fuser), roles, readers, kept, fuser);
  const regionOf = (space: string, nodes: readonly number[]): Region => {
    const inside = new Set(nodes);
    return {
      space,
      nodes,
      inputs: [...new Set(nodes.flatMap((id) => sources[id]!))].filter((id) => !inside.has(id)),
      outputs: nodes.filter((id) => kept.has(id) || readers[id]!.some((reader) => !inside.has(reader))),
    };
  };
  const tryAll = (space: string, nodes: readonly number[]): readonly Step<Kernel>[] => {
    const region = regionOf(space, nodes);
    const kernel = fuser.tryFuse(region);
    if (!isDeclined(kernel)) return [{ kind: 'fused', region, kernel }];
    if (nodes.length === 1) return [{ kind: 'alone', region, declined: kernel.declined }];
    return nodes.flatMap((id) => tryAll(space, [id]));
  };
  return drafts.flatMap(({ space, nodes }) =>
    space === undefined ? [{ kind: 'alone', region: regionOf('', nodes) } as const] : tryAll(space, nodes),
  );
};
