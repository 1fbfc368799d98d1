// The table: what is measured, against what, and the target.

import type { Round } from "./measure.js";

export interface Row {
  name: string;
  what: string;
  /** `step.fact` */
  of: string;
  /** What `than` is. */
  against: string;
  than: string;
  unit: Unit;
  target?: Target;
  /** Shows the difference instead of the ratio. */
  difference?: boolean;
}

export type Unit = "s" | "ms" | "µs" | "MB" | "a second" | "segments";

export interface Target {
  text: string;
  isMet: (medians: Figure) => boolean;
}

const atMost = (limit: number): Target => ({
  text: `at most ${limit}`,
  isMet: ({ ratio }) => ratio <= limit,
});
const atLeast = (limit: number): Target => ({
  text: `at least ${limit}`,
  isMet: ({ ratio }) => ratio >= limit,
});
const atMostMore = (limit: number, unit: Unit): Target => ({
  text: `at most ${limit} ${unit} more`,
  isMet: ({ of, than }) => of - than <= limit,
});

const WALK = { against: "bare cursor walk", than: "walk.seconds" };
const CP = { against: "`cp` of the data file", than: "cp.seconds" };
const PUT = { against: "bare `putSync` loop", than: "put.seconds" };
const RESTORE = { against: "restore into an empty place", than: "restore-empty.seconds" };
const UNREAD = { against: "backup into files, not read back", than: "backup-unread.seconds" };
const FIRST = {
  against: "the first backup, encrypted",
  than: "repository-first-encrypted.seconds",
};
const OPEN = { against: "not encrypted", than: "repository-first.seconds" };
const FILES = { against: "restore from sealed files", than: "restore-files.seconds" };
const PROCESSOR = "the same, processor time";
const PARSING = {
  against: "bare walk with `JSON.parse` of each, processor time",
  than: "query-bare.processor",
};
const CHECKED = "checksums off";
const NODE = { against: "`node -e 0`", than: "cli.node", unit: "ms", difference: true } as const;
const s = "s" as const;

export const ROWS: readonly Row[] = [
  {
    name: "backup",
    what: "backup, written and flushed",
    of: "backup-written.seconds",
    ...WALK,
    unit: s,
    target: atMost(1.4),
  },
  {
    name: "backup",
    what: "backup, read back and verified",
    of: "backup.seconds",
    ...WALK,
    unit: s,
    target: atMost(2),
  },
  {
    name: "backup",
    what: "backup, written and flushed",
    of: "backup-written.seconds",
    ...CP,
    unit: s,
  },
  {
    name: "backup",
    what: "backup, read back and verified",
    of: "backup.seconds",
    ...CP,
    unit: s,
  },
  {
    name: "backup",
    what: "backup, written and flushed",
    of: "backup-written.seconds",
    against: "`zstd -1` of the raw records, one core",
    than: "zstd1.seconds",
    unit: s,
  },
  {
    name: "backup",
    what: "its processor time, as two cores could share it at best",
    of: "backup-written.onTwoCores",
    ...WALK,
    unit: s,
  },
  {
    name: "backup",
    what: "the logs alone, read back and verified",
    of: "backup.logsSeconds",
    against: "the same, and then `zstd -t`",
    than: "zstd1.checkedSeconds",
    unit: s,
  },
  {
    name: "restore",
    what: "restore into an empty place",
    of: "restore-empty.seconds",
    ...PUT,
    unit: s,
    target: atMost(1.2),
  },
  {
    name: "restore",
    what: PROCESSOR,
    of: "restore-empty.processor",
    ...PUT,
    than: "put.processor",
    unit: s,
    target: atMost(1.6),
  },
  {
    name: "restore",
    what: "the same",
    of: "restore-empty.seconds",
    against: "that loop with `append`",
    than: "put-append.seconds",
    unit: s,
  },
  {
    name: "restore",
    what: "its transaction alone",
    of: "restore-empty.applySeconds",
    ...PUT,
    unit: s,
  },
  {
    name: "restore",
    what: "restore over a full database, 1 % different",
    of: "restore-over.seconds",
    ...PUT,
    unit: s,
  },
  {
    name: "undo",
    what: "restore over a full database, 1 % different, with undo",
    of: "restore-over-undo.seconds",
    against: "the same without",
    than: "restore-over.seconds",
    unit: s,
    target: atMost(1.1),
  },
  {
    name: "undo",
    what: "its processor time",
    of: "restore-over-undo.processor",
    against: "the same without",
    than: "restore-over.processor",
    unit: s,
    target: atMost(1.1),
  },
  {
    name: "undo",
    what: "undo of that",
    of: "undo.seconds",
    against: "the restore",
    than: "restore-over-undo.seconds",
    unit: s,
    target: atMost(1.2),
  },
  {
    name: "undo",
    what: "its processor time",
    of: "undo.processor",
    against: "the restore",
    than: "restore-over-undo.processor",
    unit: s,
    target: atMost(1.2),
  },
  {
    name: "undo",
    what: "undo of a restore into an empty place",
    of: "undo-empty.seconds",
    against: "the restore, with undo",
    than: "restore-empty-undo.seconds",
    unit: s,
    target: atMost(1.2),
  },
  {
    name: "undo",
    what: "its processor time",
    of: "undo-empty.processor",
    against: "the restore, with undo",
    than: "restore-empty-undo.processor",
    unit: s,
    target: atMost(1.2),
  },
  {
    name: "verify",
    what: "verify",
    of: "verify.seconds",
    against: "the slower of `zstd -t`, `sha256sum`",
    than: "tools.slower",
    unit: s,
    target: atMost(1.5),
  },
  {
    name: "verify",
    what: "the same, in a process that has done it before",
    of: "verify-again.seconds",
    against: "the slower of `zstd -t`, `sha256sum`",
    than: "tools.slower",
    unit: s,
  },
  {
    name: "salvage",
    what: "salvage of a snapshot with 1 block damaged",
    of: "salvage.seconds",
    against: "verify",
    than: "verify.seconds",
    unit: s,
    target: atMost(2),
  },
  {
    name: "salvage",
    what: "its processor time",
    of: "salvage.processor",
    against: "verify",
    than: "verify.processor",
    unit: s,
    target: atMost(2),
  },
  {
    name: "size",
    what: "snapshot size",
    of: "backup-written.megabytes",
    against: "`zstd -1` of the raw records",
    than: "zstd1.megabytes",
    unit: "MB",
    target: atMost(1.02),
  },
  {
    name: "size",
    what: "data directory after a restore into an empty place",
    of: "restore-empty.megabytes",
    against: "keys and values of the raw records",
    than: "walk.megabytes",
    unit: "MB",
    target: atMost(0.75),
  },
  {
    name: "integrity",
    what: "backup, written and flushed",
    of: "backup-written.seconds",
    against: CHECKED,
    than: "backup-written-unchecked.seconds",
    unit: s,
    target: atMost(1.1),
  },
  {
    name: "integrity",
    what: "backup, read back and verified",
    of: "backup.seconds",
    against: CHECKED,
    than: "backup-unchecked.seconds",
    unit: s,
    target: atMost(1.1),
  },
  {
    name: "dry-run",
    what: "dry run, 1 % different",
    of: "dry-run.seconds",
    ...RESTORE,
    unit: s,
  },
  {
    name: "undo",
    what: "undo: the backup again, `--replace`, 1 % different",
    of: "replace.seconds",
    ...RESTORE,
    unit: s,
  },
  {
    name: "undo",
    what: "a restore that fails near its end, undone",
    of: "rollback.seconds",
    ...RESTORE,
    unit: s,
  },
  {
    name: "flowg",
    what: "restore of FlowG's own file",
    of: "import-flowg.seconds",
    ...RESTORE,
    unit: s,
  },
  {
    name: "flowg",
    what: PROCESSOR,
    of: "import-flowg.processor",
    ...RESTORE,
    than: "restore-empty.processor",
    unit: s,
    target: atMost(2),
  },
  {
    name: "repository",
    what: "first backup into an empty repository, a directory",
    of: "repository-first.seconds",
    ...UNREAD,
    unit: s,
    target: atMost(1.15),
  },
  {
    name: "repository",
    what: PROCESSOR,
    of: "repository-first.processor",
    ...UNREAD,
    than: "backup-unread.processor",
    unit: s,
  },
  {
    name: "repository",
    what: "the same, encrypted",
    of: "repository-first-encrypted.seconds",
    ...OPEN,
    unit: s,
    target: atMost(1.25),
  },
  {
    name: "repository",
    what: PROCESSOR,
    of: "repository-first-encrypted.processor",
    ...OPEN,
    than: "repository-first.processor",
    unit: s,
  },
  {
    name: "repository",
    what: "its objects, written and flushed",
    of: "repository-objects.seconds",
    ...UNREAD,
    unit: s,
  },
  {
    name: "repository",
    what: PROCESSOR,
    of: "repository-objects.processor",
    ...UNREAD,
    than: "backup-unread.processor",
    unit: s,
  },
  {
    name: "repository",
    what: "backup after 0.1 % new entries",
    of: "repository-grown.seconds",
    ...FIRST,
    unit: s,
    target: atMost(0.03),
  },
  {
    name: "repository",
    what: PROCESSOR,
    of: "repository-grown.processor",
    ...FIRST,
    than: "repository-first-encrypted.processor",
    unit: s,
  },
  {
    name: "repository",
    what: "what it stores",
    of: "repository-grown.megabytes",
    against: "the new entries, compressed",
    than: "repository-grown.addedMegabytes",
    unit: "MB",
    target: atMost(3),
  },
  {
    name: "repository",
    what: "`flowg admin backup` with nothing changed",
    of: "repository-unchanged.command",
    against: "`flowg version`",
    than: "repository-unchanged.version",
    unit: "ms",
    difference: true,
    target: atMostMore(100, "ms"),
  },
  {
    name: "repository",
    what: "the same within a process",
    of: "repository-unchanged.inProcess",
    against: "`node -e 0`",
    than: "repository-unchanged.node",
    unit: "ms",
  },
  {
    name: "repository",
    what: "restore from a repository",
    of: "restore-repository.seconds",
    ...FILES,
    unit: s,
    target: atMost(1.15),
  },
  {
    name: "repository",
    what: PROCESSOR,
    of: "restore-repository.processor",
    ...FILES,
    than: "restore-files.processor",
    unit: s,
  },
  {
    name: "repository",
    what: "restore from an encrypted repository",
    of: "restore-repository-encrypted.seconds",
    ...FILES,
    unit: s,
    target: atMost(1.15),
  },
  {
    name: "repository",
    what: PROCESSOR,
    of: "restore-repository-encrypted.processor",
    ...FILES,
    than: "restore-files.processor",
    unit: s,
  },
  {
    name: "repository",
    what: "restore of an hour of one stream: segments fetched",
    of: "restore-hour.segments",
    against: "its share of all",
    than: "restore-hour.least",
    unit: "segments",
    difference: true,
    target: atMostMore(2, "segments"),
  },
  {
    name: "repository",
    what: "the same, what is fetched",
    of: "restore-hour.megabytes",
    against: "its share of all",
    than: "restore-hour.leastMegabytes",
    unit: "MB",
  },
  {
    name: "daily",
    what: "100 daily snapshots of a database that grows",
    of: "repository-daily.megabytes",
    against: "the last of them alone",
    than: "repository-daily.oneMegabytes",
    unit: "MB",
    target: atMost(1.3),
  },
  {
    name: "online",
    what: "download of a backup",
    of: "download.seconds",
    against: "backup offline, not read back",
    than: "backup-written.wholeSeconds",
    unit: s,
    target: atMost(1.3),
  },
  {
    name: "online",
    what: "upload of a restore, into an empty place",
    of: "upload.seconds",
    against: "restore offline",
    than: "restore-empty.seconds",
    unit: s,
    target: atMost(1.3),
  },
  ...[
    { during: "backup", p99: 3 },
    { during: "restore", p99: 5 },
  ].flatMap(({ during, p99 }): Row[] => [
    {
      name: "load",
      what: `p99 of reads while a ${during} runs`,
      of: `load.${during}ReadP99`,
      against: "idle",
      than: "load.idleReadP99",
      unit: "ms",
      target: atMost(p99),
    },
    {
      name: "load",
      what: `p99 of ingest while a ${during} runs`,
      of: `load.${during}IngestP99`,
      against: "idle",
      than: "load.idleIngestP99",
      unit: "ms",
      target: atMost(p99),
    },
    {
      name: "load",
      what: `ingest while a ${during} runs`,
      of: `load.${during}Rate`,
      against: "idle",
      than: "load.idleRate",
      unit: "a second",
      target: atLeast(0.5),
    },
  ]),
  ...[
    { what: "p99 of reads", fact: "ReadP99" },
    { what: "p99 of ingest", fact: "IngestP99" },
  ].map(
    ({ what, fact }): Row => ({
      name: "drill",
      what: `${what} while a drill runs`,
      of: `drill.drill${fact}`,
      against: "idle",
      than: `drill.idle${fact}`,
      unit: "ms",
      target: atMost(1.5),
    }),
  ),
  {
    name: "continuous",
    what: "what would be lost with server and disk at a random moment, 1,000 entries a second, at p99",
    of: "continuous.lossP99",
    against: "at most",
    than: "continuous.lossMost",
    unit: s,
    target: { text: "at most 2 s", isMet: ({ of }) => of <= 2 },
  },
  {
    name: "continuous",
    what: "ingest with a continuous backup",
    of: "continuous.onRate",
    against: "without",
    than: "continuous.offRate",
    unit: "a second",
    target: atLeast(0.9),
  },
  {
    name: "continuous",
    what: "the server's processor time for an entry",
    of: "continuous.onMs",
    against: "without",
    than: "continuous.offMs",
    unit: "ms",
  },
  {
    name: "continuous",
    what: "restore to a random instant",
    of: "restore-instant.seconds",
    against: "restore of the snapshot",
    than: "restore-instant-whole.seconds",
    unit: s,
    target: atMost(1.3),
  },
  {
    name: "continuous",
    what: PROCESSOR,
    of: "restore-instant.processor",
    against: "restore of the snapshot",
    than: "restore-instant-whole.processor",
    unit: s,
  },
  {
    name: "drill",
    what: "`flowg drill` at full speed",
    of: "drill.seconds",
    against: "its restore alone",
    than: "drill.restoreSeconds",
    unit: s,
  },
  {
    name: "tokens",
    what: "permission check with one of 100,000 tokens",
    of: "tokens.many",
    against: "with the only one",
    than: "tokens.one",
    unit: "µs",
    target: { ...atMost(1.25), text: "the same (at most 1.25)" },
  },
  {
    name: "tokens",
    what: "the same, in microseconds",
    of: "tokens.many",
    unit: "µs",
    against: "with the only one",
    than: "tokens.one",
    difference: true,
  },
  {
    name: "tokens",
    what: "LMDB's look-ups in it, alone",
    of: "tokens.bareMany",
    unit: "µs",
    against: "with the only one",
    than: "tokens.bareOne",
    difference: true,
  },
  {
    name: "cli",
    what: "`flowg version`",
    of: "cli.version",
    ...NODE,
    target: atMostMore(60, "ms"),
  },
  { name: "cli", what: "`flowg admin inspect --help`", of: "cli.help", ...NODE },
  {
    name: "cli",
    what: "a script that only expands a small file, in a thread",
    of: "cli.expand",
    ...NODE,
  },
  {
    name: "cli",
    what: "`flowg admin inspect` of the same file",
    of: "cli.inspect",
    ...NODE,
    target: atMostMore(60, "ms"),
  },
  ...[8, 32].flatMap((connections): Row[] => [
    {
      name: "ingest",
      what: `ingest, one entry in each request, ${connections} connections`,
      of: `ingest.flowg${connections}Rate`,
      against: "bare express handler",
      than: `ingest.express${connections}Rate`,
      unit: "a second",
      target: atLeast(0.45),
    },
    {
      name: "ingest",
      what: `${PROCESSOR} of an entry`,
      of: `ingest.flowg${connections}Processor`,
      against: "bare express handler",
      than: `ingest.express${connections}Processor`,
      unit: "ms",
      target: atMost(3),
    },
    {
      name: "ingest",
      what: `the same with \`--durability committed\``,
      of: `ingest.committed${connections}Rate`,
      against: "bare express handler",
      than: `ingest.express${connections}Rate`,
      unit: "a second",
      target: atLeast(0.6),
    },
    {
      name: "ingest",
      what: `${PROCESSOR} of an entry with it`,
      of: `ingest.committed${connections}Processor`,
      against: "bare express handler",
      than: `ingest.express${connections}Processor`,
      unit: "ms",
    },
  ]),
  {
    name: "query",
    what: "query without an index, of which nothing passes",
    of: "query.processor",
    ...PARSING,
    unit: s,
    target: atMost(1.3),
  },
  {
    name: "query",
    what: "the same where each entry has to be decoded",
    of: "query-decoded.processor",
    ...PARSING,
    unit: s,
  },
  {
    name: "batches",
    what: "a request with 1,000 entries (NDJSON)",
    of: "batches.ndjsonMs",
    against: "bare `putSync` loop of these, with an index",
    than: "batches.putMs",
    unit: "ms",
    target: atMost(3),
  },
  {
    name: "batches",
    what: `${PROCESSOR} of it`,
    of: "batches.ndjsonProcessor",
    against: "bare `putSync` loop of these, with an index",
    than: "batches.putProcessor",
    unit: "ms",
    target: atMost(3),
  },
  {
    name: "batches",
    what: "ingest through a transformer of five lines, 32 connections",
    of: "batches.transformedRate",
    against: "router only",
    than: "batches.ingestRate",
    unit: "a second",
    target: atLeast(0.5),
  },
  {
    name: "batches",
    what: `${PROCESSOR} of an entry, 10,000 pipelines stored and one used`,
    of: "batches.storedProcessor",
    against: "one stored",
    than: "batches.ingestProcessor",
    unit: "ms",
    target: atMost(1.1),
  },
];

/** Steps whose time and memory are shown at each size. */
export interface MemoryRow {
  step: string;
  what: string;
  /** MB */
  under?: number;
  /** Whether it may not grow with the database. */
  flat?: boolean;
}

export const MEMORY_ROWS: readonly MemoryRow[] = [
  { step: "backup-written", what: "backup, written and flushed", under: 200, flat: true },
  { step: "backup", what: "backup, read back and verified", under: 200, flat: true },
  { step: "verify", what: "verify", under: 200, flat: true },
  { step: "restore-empty", what: "restore into an empty place", under: 700 },
  { step: "restore-over", what: "restore over a full database", under: 700 },
  { step: "dry-run", what: "dry run", under: 700 },
  { step: "dry-run-empty", what: "dry run into an empty place", under: 200, flat: true },
  { step: "replace", what: "undo: the backup again, `--replace`", under: 700 },
  { step: "import-flowg", what: "restore of FlowG's own file", under: 700 },
  { step: "repository-first", what: "first backup into a repository", under: 250, flat: true },
  {
    step: "repository-first-encrypted",
    what: "the same, encrypted",
    under: 250,
    flat: true,
  },
  { step: "repository-grown", what: "backup after 0.1 % new entries", under: 250, flat: true },
  { step: "restore-repository-encrypted", what: "restore from a repository", under: 700 },
  { step: "download", what: "download: the server", under: 200, flat: true },
  { step: "upload", what: "upload: the server", under: 700 },
  { step: "ingest", what: "ingest: the server" },
  { step: "query", what: "query without an index" },
  { step: "query-bare", what: "bare walk with `JSON.parse` of each" },
  { step: "put", what: "bare `putSync` loop" },
  { step: "walk", what: "bare cursor walk" },
];

/** What is wrong with a step's peaks (MB, smallest database first); nothing if its targets hold. */
export function memoryProblem(
  { under, flat }: MemoryRow,
  peaks: readonly number[],
  mostGrowth: number,
) {
  const most = Math.max(...peaks);
  if (under !== undefined && most >= under) return `${most.toFixed(0)} MB, not under ${under} MB`;
  const growth = most / (peaks[0] ?? 0);
  if (flat && growth > mostGrowth)
    return `grows ${growth.toFixed(2)} times, to ${most.toFixed(0)} MB`;
  return undefined;
}

export interface Figure {
  of: number;
  than: number;
  ratio: number;
}

/** The figure of one row in one round; undefined where it wasn't measured. */
export function figure(row: Row, round: Round): Figure | undefined {
  const [of, than] = [round[row.of], round[row.than]];
  return of === undefined || than === undefined ? undefined : { of, than, ratio: of / than };
}
