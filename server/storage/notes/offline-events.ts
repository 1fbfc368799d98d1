// Notes the changes that the command line makes to an auth database without a server. Each is noted in the same transaction, in
// the local table. A server on that database writes it to its log, at once if it runs, otherwise when it starts. So one trail
// has all changes, and each has a line.

import { userInfo } from "node:os";
import type { OfflineEvent } from "../../records/auth/offline-event.js";
import { key, under } from "../../records/keys.js";
import type { Database } from "../database.js";
import type { SideTables } from "../tables.js";

/** The most events that are kept where no server starts. Then the oldest go. */
const EVENTS_MAX = 10_000;

export function offlineEvent(action: string, facts: Record<string, unknown>): OfflineEvent {
  return { at: new Date().toISOString(), by: accountOfMachine(), action, facts };
}

/** Only inside a write transaction. */
export function noteOffline({ local }: Pick<SideTables, "local">, event: OfflineEvent): void {
  const [last] = [...local.keys({ ...under("offline"), reverse: true, limit: 1 })];
  const number = last === undefined ? 0 : Number(last.toString().split("\x1b")[1]) + 1;
  local.put(eventKey(number), Buffer.from(JSON.stringify(event)));
  if (number >= EVENTS_MAX) local.remove(eventKey(number - EVENTS_MAX));
}

/** Gives each event to a function, the oldest first, and then removes it. */
export async function tellOffline(
  database: Database,
  tell: (event: OfflineEvent) => void,
): Promise<void> {
  const found = await database.read(({ local }) =>
    [...local.range(under("offline"))].map(({ key, value }) => ({
      key: Buffer.from(key),
      event: JSON.parse(value.toString()) as OfflineEvent,
    })),
  );
  if (found.length === 0) return;
  for (const { event } of found) tell(event);
  await database.change(({ local }) => {
    for (const { key } of found) local.remove(key);
  });
}

const eventKey = (number: number) => key("offline", String(number).padStart(16, "0"));

/** The name of the machine's user that runs the command. */
export function accountOfMachine(): string {
  const { SUDO_USER } = process.env;
  const own = name();
  return SUDO_USER ? `${own}, for ${SUDO_USER} by sudo` : own;
}

function name(): string {
  try {
    return userInfo().username;
  } catch {
    // in a container, a number may have no name
    return `uid ${process.getuid?.() ?? "unknown"}`;
  }
}
