// A process of its own that does one operation of the core and may kill itself in the middle of it:
// `node operation.mjs '{"do":"backup","options":{…},"die":{"phase":"reading","database":"logs","records":1000}}'`.
// It prints what the operation gave or threw, as one line of JSON.

const task = JSON.parse(process.argv[2]);
const dist = new URL("../../dist/server/", import.meta.url);
const core = await import(new URL("core.js", dist));

const diesNow = ({ phase, database, records }, progress) =>
  progress.phase === phase && progress.database === database && progress.records >= records;

const onProgress = (progress) => {
  if (task.die && diesNow(task.die, progress))
    process.kill(process.pid, task.die.signal ?? "SIGKILL");
};

const doing = {
  backup: () => core.backupDirectories({ ...task.options, onProgress }),
  restore: () => core.restoreDirectories({ ...task.options, onProgress }),
  verify: () => core.verifyPath(task.options.path, { onProgress }),
  /** Counts steadily, one transaction each, in a fixed order: auth, config, logs. */
  count: countForever,
};

try {
  const gave = await doing[task.do]();
  process.stdout.write(`${JSON.stringify({ gave })}\n`);
} catch ({ code, message, hint, details }) {
  process.stdout.write(`${JSON.stringify({ threw: { code, message, hint, details } })}\n`);
}

async function countForever() {
  const { openDatabase } = await import(new URL("engine/lmdb/open.js", dist));
  const keys = await import(new URL("records/records.js", dist));
  const databases = [];
  for (const [kind, key] of [
    ["auth", keys.roleKey("counter")],
    ["config", keys.pipelineKey("counter")],
    ["logs", keys.streamKey("counter")],
  ]) {
    const database = await openDatabase({ kind, dir: task.options.dirs[kind], mode: "create" });
    databases.push({ database, key });
  }
  for (let n = 1; ; n++) {
    const value = Buffer.from(
      JSON.stringify({ n, scopes: [], ttl: n, size: 0, indexed_fields: [] }),
    );
    for (const { database, key } of databases) {
      database.records.transactionSync(() => database.records.put(key, value));
    }
    if (n === 1) process.stdout.write("counting\n");
    // a breath now and then, also to be ended by a signal
    if (n % 50 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  }
}
