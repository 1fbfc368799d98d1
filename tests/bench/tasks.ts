// What is measured, one task a process: `tsx tests/bench/tasks.ts NAME JSON`. Prints one line of JSON with the seconds
// of the thing itself (not of starting a process), and facts. The parent samples the memory.

import { execFileSync } from "node:child_process";
import { cp, mkdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { HeldInstant } from "../../server/backup/held-instant.js";
import { openForWalking } from "../../server/backup/walked-table.js";
import {
  backupDirectories,
  type DatabaseDirs,
  restoreDirectories,
  verifyPath,
} from "../../server/core.js";
import { openDatabase } from "../../server/database/open.js";
import { encodeValue, entryKey } from "../../server/database/records.js";
import { StagedFile } from "../../server/files/staged-file.js";
import { writeSnapshotFile } from "../../server/snapshot/file.js";
import { newHeader } from "../../server/snapshot/header.js";
import { entries, makeLogs, makeSmall } from "./data.js";

interface Input {
  dirs: DatabaseDirs;
  /** Scratch directory of this task. */
  out: string;
  /** A backup directory to read. */
  backup: string;
  count: number;
}

type Facts = Record<string, number>;
type Task = (input: Input) => Promise<Facts>;

async function timed(work: () => Promise<unknown> | unknown): Promise<number> {
  const started = performance.now();
  await work();
  return (performance.now() - started) / 1000;
}

const TASKS: Record<string, Task> = {
  async make({ dirs, count }) {
    await makeSmall(dirs);
    await makeLogs(dirs.logs, count);
    return { seconds: 0, bytes: (await stat(join(dirs.logs, "data.mdb"))).size };
  },

  async walk({ dirs }) {
    await using database = await openDatabase({ kind: "logs", dir: dirs.logs, mode: "read" });
    const table = openForWalking(database);
    const transaction = database.records.useReadTransaction();
    let records = 0;
    table.onRecord = () => records++;
    const seconds = await timed(() => {
      for (const _ of table.records(transaction));
    });
    transaction.done();
    return { seconds, records };
  },

  async cp({ dirs, out }) {
    const copy = join(out, "copy.mdb");
    const seconds = await timed(() => cp(join(dirs.logs, "data.mdb"), copy));
    await rm(copy);
    return { seconds };
  },

  /** Walk, encode, compress, checksum, write, flush. */
  async write({ dirs, out }) {
    await using held = await HeldInstant.open([{ kind: "logs", dir: dirs.logs }]);
    await using file = await StagedFile.create(join(out, "log.db"));
    let facts: Facts = {};
    const seconds = await timed(async () => {
      const { seal, bytes } = await writeSnapshotFile(file, {
        header: newHeader("logs"),
        blocks: held.blocks("logs"),
        recycle: (memory) => held.recycle(memory),
      });
      facts = { bytes, rawBytes: seal.rawBytes, records: seal.entries };
    });
    return { seconds, ...facts };
  },

  /** All three databases, with the read-back. */
  async backup({ dirs, out }) {
    const report = await backupDirectories({ dirs, backupDir: out });
    return { seconds: report.seconds };
  },

  async verify({ backup }) {
    const path = join(backup, "log.db");
    return { seconds: await timed(() => verifyPath(path)) };
  },

  async zstdTest({ backup }) {
    return { seconds: await timed(() => execFileSync("zstd", ["-tq", join(backup, "log.db")])) };
  },

  async sha256sum({ backup }) {
    return { seconds: await timed(() => execFileSync("sha256sum", [join(backup, "log.db")])) };
  },

  /** The raw records through the zstd tool: the size to compare with, and what one core needs for it. */
  async zstd1({ backup, out }) {
    const raw = join(out, "raw");
    execFileSync("sh", ["-c", `zstd -dcq "${join(backup, "log.db")}" > "${raw}"`]);
    const packed = join(out, "raw.zst");
    const seconds = await timed(() =>
      execFileSync("zstd", ["-1", "-q", "-f", "--single-thread", raw, "-o", packed]),
    );
    const { size } = await stat(packed);
    await rm(raw);
    await rm(packed);
    return { seconds, bytes: size };
  },

  /** The same records put one by one, in one transaction, into an empty place, without anything around it. */
  async put({ out, count }) {
    await rm(out, { recursive: true, force: true });
    await using database = await openDatabase({ kind: "logs", dir: out, mode: "create" });
    const all = [...entries(count)];
    const seconds = await timed(() =>
      database.records.transactionSync(() => {
        for (const { key, value } of all) database.records.putSync(key, value);
      }),
    );
    return { seconds };
  },

  async restoreEmpty({ out, backup }) {
    await rm(out, { recursive: true, force: true });
    return { seconds: await restoreLogs(out, backup, false) };
  },

  /** Over a full database of which one entry in a hundred differs. */
  async restoreOver({ out, backup, count }) {
    const dir = join(out, "logs");
    await using database = await openDatabase({ kind: "logs", dir, mode: "write" });
    const changed = encodeValue({ timestamp: "2026-11-23T00:00:00Z", fields: { level: "other" } });
    database.records.transactionSync(() => {
      let i = 0;
      for (const { key } of entries(count))
        if (i++ % 100 === 0) database.records.putSync(key, changed);
      // an entry that the snapshot doesn't have
      const uuid = "00000000-0000-4000-8000-000000000000";
      database.records.putSync(entryKey("web", 1, uuid), changed);
    });
    return { seconds: await restoreLogs(out, backup, false) };
  },

  async dryRun({ out, backup }) {
    return { seconds: await restoreLogs(out, backup, true) };
  },
};

async function restoreLogs(out: string, backupDir: string, dryRun: boolean): Promise<number> {
  const dirs = { auth: join(out, "auth"), config: join(out, "config"), logs: join(out, "logs") };
  const report = await restoreDirectories({
    ...{ dirs, backupDir, dryRun, mode: "merge", only: ["logs"] },
  });
  return report.databases[0]?.seconds ?? 0;
}

const [, , name = "", text = "{}"] = process.argv;
const input = JSON.parse(text) as Input;
await mkdir(input.out, { recursive: true });
const facts = await (TASKS[name] as Task)(input);
process.stdout.write(`${JSON.stringify(facts)}\n`);
