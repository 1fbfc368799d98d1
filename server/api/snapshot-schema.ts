// The schemas of snapshots in repositories.

import { z } from "zod";
import type {
  AccessDiff,
  DatabaseDiff,
  DiffReport,
  KindDiff,
  StreamDiff,
} from "../records/diff-reports.js";
import { DATABASE_KINDS } from "../records/kinds.js";
import type {
  DestinationSnapshots,
  SnapshotDatabase,
  SnapshotDetails,
} from "../records/snapshot-reports.js";
import { count, fault, type Schema, time } from "./report-schema.js";

const byDatabase = <T extends z.ZodType>(of: T) =>
  z.object({ auth: of.optional(), config: of.optional(), logs: of.optional() });

const amounts = z.object({
  entries: count("How many records it has."),
  rawBytes: count("Bytes of the records before compression."),
  storedBytes: count("Bytes of their segments in the repository."),
});

const destinationFault = fault.meta({
  id: "SnapshotFault",
  description: "Why a destination can't be used.",
});

const verified = {
  verifiedAt: time("When it last passed a drill. Absent if it never did.").optional(),
  restoreSeconds: z
    .number()
    .optional()
    .meta({ description: "About how long a real restore takes, by that drill." }),
};

const installation = z.string().optional().meta({
  description:
    "The id of the installation whose job made it: several may share a host name. Absent where a person made it.",
});

const listed = z
  .object({
    setId: z.string().meta({ description: "The snapshot's id, a UUID." }),
    createdAt: time("The instant that it holds."),
    host: z.string().optional().meta({
      description:
        "The host of the databases. The server must be able to read the snapshot to give this and the next facts.",
    }),
    installation,
    tags: z.array(z.string()).optional(),
    producer: z.string().optional(),
    ...verified,
    databases: byDatabase(amounts).optional(),
  })
  .meta({ id: "ListedSnapshot", description: "A snapshot of a repository." });

export const destinationSnapshots = z
  .object({
    destination: z.string(),
    readable: z.boolean().meta({
      description:
        "Whether the server has an identity that reads them. Without one it gives only their ids and times.",
    }),
    snapshots: z.array(listed).meta({ description: "Newest first." }),
    newestDelta: time(
      "When the newest delta of a continuous backup was stored. Each change up to then can be restored. Absent if there are no deltas.",
    ).optional(),
    unreadable: z
      .array(
        z.object({
          setId: z.string(),
          createdAt: z.string(),
          code: z.string(),
          message: z.string(),
        }),
      )
      .meta({ description: "Snapshots that can't be read." }),
    error: destinationFault.optional(),
  } satisfies Schema<DestinationSnapshots>)
  .meta({ id: "DestinationSnapshots", description: "The snapshots of one destination." });

const database = amounts.extend({
  segments: count("How many objects hold them."),
  leftOut: count("Damaged records that the backup has left out.").optional(),
  lost: count("Records that a repair could not save.").optional(),
} satisfies Partial<Schema<SnapshotDatabase>>);

export const snapshotDetails = z
  .object({
    destination: z.string(),
    setId: z.string(),
    createdAt: time("The instant that it holds."),
    host: z.string(),
    installation,
    tags: z.array(z.string()),
    producer: z.string(),
    ...verified,
    databases: byDatabase(database),
  } satisfies Schema<SnapshotDetails>)
  .meta({ id: "SnapshotDetails", description: "What a snapshot of a repository holds." });

const names = z.array(z.string());
const changes = { added: z.int(), removed: z.int(), changed: z.int() };

const kindDiff = z.object({
  ...changes,
  names: z
    .object({ added: names, removed: names, changed: names })
    .meta({ description: "The first hundred of each." }),
} satisfies Schema<KindDiff>);

const streamDiff = z.object({
  name: z.string(),
  ...changes,
  from: time("The oldest entry that differs.").optional(),
  to: time("The newest one.").optional(),
} satisfies Schema<StreamDiff>);

const tokens = z.array(z.object({ user: z.string(), uuid: z.string() }));

const accessDiff = z.object({
  changes: z.array(z.object({ user: z.string(), gains: names, loses: names })),
  usersAdded: names,
  usersRemoved: names,
  passwordsChanged: names,
  tokensGained: tokens,
  tokensLost: tokens,
  administrators: z.object({ before: names, after: names }),
} satisfies Schema<AccessDiff>);

const databaseDiff = z.object({
  database: z.enum(DATABASE_KINDS),
  equal: z.boolean(),
  kinds: z.record(z.string(), kindDiff).meta({ description: "Only those that differ." }),
  streams: z.array(streamDiff),
  access: accessDiff.optional(),
} satisfies Schema<DatabaseDiff>);

export const diffReport = z
  .object({
    before: z.string(),
    after: z.string(),
    equal: z.boolean(),
    onlyBefore: z.array(z.enum(DATABASE_KINDS)),
    onlyAfter: z.array(z.enum(DATABASE_KINDS)),
    databases: z.array(databaseDiff),
  } satisfies Schema<DiffReport>)
  .meta({ id: "SnapshotDiff", description: "What has changed from one snapshot to another." });
