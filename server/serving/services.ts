// The services that procedures work with.

import type { Logger } from "pino";
import type { Services } from "../api/context.js";
import { liveAdministration } from "../api/live-administration.js";
import { LoginGuard } from "../api/login-guard.js";
import { loadSessionKey, SESSION_KEY_BYTES } from "../api/session-key.js";
import { SessionTokens } from "../api/session-tokens.js";
import type { Metrics } from "../http/metrics.js";
import type { Readers } from "../http/readers.js";
import type { AlertCalls } from "../operations/alerts/alert-calls.js";
import { LogFeed } from "../operations/ingest/log-feed.js";
import { LogRoom } from "../operations/ingest/log-room.js";
import { undoBounds } from "../operations/restore/undo-bounds.js";
import { Transformers } from "../operations/transform/transformers.js";
import { FlowgError } from "../platform/errors.js";
import type { Engine, ServedDatabases } from "../storage/engine.js";
import { openAuthStore } from "../stores/auth/store.js";
import { openConfigStore } from "../stores/config/store.js";
import { openLogStore } from "../stores/logs/store.js";
import type { Tasks } from "../tasks/tasks.js";
import type { ServeOptions } from "./options.js";

const MAX_TRANSFERS = 8;
export const MAX_RESTORE_MEMORY = 1024 * 1024 * 1024;
const MAX_STREAMS = 50_000;

/** What the server has opened before. */
export interface Opened {
  engine: Engine;
  live: ServedDatabases;
  metrics: Metrics;
  readers: Readers;
  log: Logger;
  alerts: AlertCalls;
  jobs: Services["jobs"];
  tasks: Tasks;
  snapshots: Services["snapshots"];
}

/** Opens the services. The caller closes `logs`, `transformers` and `tokenUses`. */
export async function openServices(
  options: ServeOptions,
  { engine, live, metrics, readers, log, alerts, jobs, tasks, snapshots }: Opened,
): Promise<Services> {
  const { databases } = live;
  const auth = openAuthStore(databases.auth);
  const sessionKey = options.secretKey || (await loadSessionKey(options.dirs.auth));
  warnAboutKey(options.secretKey, log);
  const { maxStreams = MAX_STREAMS, maxTransfers = MAX_TRANSFERS } = options;
  const onError = (error: unknown) => {
    // the log has this already
    if (error instanceof FlowgError && error.code === "DATABASE_REPLACED") return;
    log.error({ err: error }, "background work on logs failed");
  };
  return {
    auth,
    config: openConfigStore(databases.config),
    logs: openLogStore(databases.logs, {
      onError,
      onDeferredStored: (entries) =>
        log.info({ entries }, "entries that came during a restore are stored"),
      maxStreams,
    }),
    sessions: new SessionTokens(sessionKey),
    loginGuard: new LoginGuard(),
    transformers: new Transformers(),
    alerts,
    feed: new LogFeed(),
    room: new LogRoom(),
    counters: metrics,
    jobs,
    tasks,
    snapshots,
    administration:
      options.administration ??
      liveAdministration({
        engine,
        databases,
        compact: live.compact,
        auth,
        maxTransfers,
        maxTransfersPerUser: options.maxTransfersPerUser ?? Math.ceil(maxTransfers / 2),
        maxStreams,
        undo: options.undo ?? undoBounds(),
        addressWarning: alerts.addressWarning,
        maxRestoreMemory: options.maxRestoreMemory ?? MAX_RESTORE_MEMORY,
        onReader: (kind) => readers.opened(kind),
      }),
  };
}

/** Begins to write the uses of tokens. A write that fails is repeated a minute later. */
export function keepTokenUses({ auth }: Services, log: Logger): void {
  auth.tokenUses.start((error) => {
    const passes = error instanceof FlowgError && /^(BUSY|DATABASE_REPLACED)$/.test(error.code);
    if (!passes) log.warn({ err: error }, "when tokens were last used could not be kept");
  });
}

function warnAboutKey(secretKey: string | undefined, log: Logger): void {
  if (secretKey && Buffer.byteLength(secretKey) < SESSION_KEY_BYTES)
    log.warn(`FLOWG_SECRET_KEY is shorter than ${SESSION_KEY_BYTES} bytes: it can be guessed`);
}
