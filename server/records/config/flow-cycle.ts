// Finds a cycle in a flow graph.

interface Edge {
  source: string;
  target: string;
}

/** The nodes of one cycle, its first node again at the end; undefined if there is none. */
export function findCycle(edges: readonly Edge[]): string[] | undefined {
  const targets = new Map<string, string[]>();
  for (const { source, target } of edges) {
    const known = targets.get(source);
    if (known) known.push(target);
    else targets.set(source, [target]);
  }
  const done = new Set<string>();
  for (const start of targets.keys()) {
    // depth first, without recursion: a long flow would overflow the stack
    const path: { node: string; next: number }[] = [{ node: start, next: 0 }];
    const onPath = new Set([start]);
    for (let top = path.at(-1); top; top = path.at(-1)) {
      const target = done.has(top.node) ? undefined : targets.get(top.node)?.[top.next];
      top.next += 1;
      if (target === undefined) {
        done.add(top.node);
        onPath.delete(top.node);
        path.pop();
      } else if (onPath.has(target)) {
        const nodes = path.map(({ node }) => node);
        return [...nodes.slice(nodes.indexOf(target)), target];
      } else {
        onPath.add(target);
        path.push({ node: target, next: 0 });
      }
    }
  }
  return undefined;
}
