// The snapshots that deltas go on from. Without them, no instant after them can be restored.

/** What tells whose deltas go on from a snapshot. */
export interface Based {
  host: string;
  /** The id of the installation whose job has made it. */
  installation?: string | undefined;
  /** The instant, RFC 3339. */
  createdAt: string;
}

/**
 * The snapshots that instants from a time on are restored from: of each host the last one before it. Several installations may
 * share a host name, and no deltas of one go on from another's. So each that has snapshots on both sides of the time has its own
 * last one before it. An installation without a later one is gone, as far as can be told: its deltas aren't kept for ever.
 * @param time milliseconds since 1970
 */
export function basesOf<S extends Based>(snapshots: readonly S[], time: number): S[] {
  const last = new Map<string, S>();
  const goOn = new Set<string>();
  const ofHost = ({ host }: S) => JSON.stringify([host]);
  const ofInstallation = ({ host, installation }: S) => JSON.stringify([host, installation]);
  for (const one of snapshots) {
    const made = Date.parse(one.createdAt);
    if (made > time) goOn.add(ofInstallation(one));
    else
      for (const name of [ofHost(one), ofInstallation(one)]) {
        const before = last.get(name);
        if (!before || Date.parse(before.createdAt) < made) last.set(name, one);
      }
  }
  const bases = [...last].filter(
    ([name, one]) =>
      name === ofHost(one) || (one.installation !== undefined && goOn.has(ofInstallation(one))),
  );
  return [...new Set(bases.map(([, one]) => one))];
}
