// Backups and restores that tests lead by the hand: what they give, when they fail, what they were told.

import { createHash } from "node:crypto";
import type {
  Administration,
  BackupRequest,
  RestoreOptions,
  UndoOptions,
} from "../../server/api/administration.js";
import type { Started, Upload } from "../../server/api/raw-bodies.js";
import type { OnlineRestoreReport } from "../../server/operations/online/apply.js";
import { FlowgError } from "../../server/platform/errors.js";
import type { DatabaseKind } from "../../server/records/kinds.js";

/** What a restore of nothing reports. */
export function reportOf(
  database: DatabaseKind,
  { mode, dryRun }: Pick<RestoreOptions, "mode" | "dryRun">,
): OnlineRestoreReport {
  return { database, mode, dryRun, format: "snapshot", kinds: {}, warnings: [], seconds: 0 };
}

export interface Restored {
  database: string;
  bytes: number;
  sha256: string;
  options: Omit<
    RestoreOptions,
    "signal" | "lastSignal" | "user" | "credentials" | "authorizeAgain"
  >;
  user: string;
}

export class FakeAdministration implements Administration {
  /** What a backup gives; a generator may throw on the way. */
  chunks: (request: BackupRequest) => AsyncIterable<Uint8Array> = async function* () {
    yield Buffer.from("a snapshot");
  };
  /** Backups that were begun, and those whose end was seen. */
  started = 0;
  ended = 0;
  aborted = 0;
  /** Uploads that were read to their end. */
  restored: Restored[] = [];
  /** Errors that reading an upload ended with. */
  failures: unknown[] = [];
  /** Called before an upload is read. */
  beforeRead: (() => Promise<void>) | undefined;

  reserve = () => () => {};

  restoreSnapshot(): never {
    throw new FlowgError("NOT_IMPLEMENTED", "nobody asks for it here");
  }

  async openBackup(what: string, request: BackupRequest): Promise<Started> {
    this.started += 1;
    request.signal.addEventListener("abort", () => {
      this.aborted += 1;
    });
    const { chunks } = this;
    const ended = () => {
      this.ended += 1;
    };
    return {
      headers: { "Flowg-Snapshot-Set": `set-of-${what}` },
      stream: (async function* () {
        try {
          yield* chunks(request);
        } finally {
          ended();
        }
      })(),
    };
  }

  async restoreSet(upload: Upload, options: RestoreOptions) {
    const { dryRun } = options;
    const report = await this.restore("all", upload, options);
    return { dryRun, databases: [report], notes: [], seconds: 0 };
  }

  async undo({ authorizeFor, dryRun }: UndoOptions) {
    await authorizeFor([]);
    const undoes = "2f1d2a34-6c55-4c1e-9a83-0d7f4a1e5b60";
    const undoesAt = "2026-11-28T10:00:00.000Z";
    return { dryRun, undoes, undoesAt, databases: [], notes: [], seconds: 0 };
  }

  async history() {
    return [];
  }

  async compact(database: DatabaseKind) {
    return { database, bytesBefore: 1, bytesAfter: 1, rewritten: false, seconds: 0 };
  }

  async restore(
    database: DatabaseKind | "all",
    upload: Upload,
    {
      signal: _1,
      lastSignal: _2,
      credentials: _3,
      user: _4,
      authorizeAgain,
      ...options
    }: RestoreOptions,
  ) {
    await this.beforeRead?.();
    const hash = createHash("sha256");
    let bytes = 0;
    try {
      for await (const chunk of upload.stream as AsyncIterable<Buffer>) {
        hash.update(chunk);
        bytes += chunk.length;
        if (chunk.includes("not a snapshot")) {
          throw new FlowgError("SNAPSHOT_UNRECOGNIZED", "this is not a snapshot", {
            details: { offset: 0 },
          });
        }
      }
    } catch (error) {
      this.failures.push(error);
      throw error;
    }
    const sha256 = hash.digest("hex");
    const { user } = await authorizeAgain();
    this.restored.push({ database, bytes, sha256, options, user });
    return reportOf(database === "all" ? "auth" : database, options);
  }
}
