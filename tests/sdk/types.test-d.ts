// What must compile, and what must not: checked by `npm run types`, never run.

import {
  type ClientOptions,
  createClient,
  FlowgApiError,
  type RestoreReport,
  type RestoreSource,
  verifySnapshot,
} from "../../sdk/index.js";

const client = createClient({ baseUrl: "http://localhost:5080", token: "pat_x" });
createClient();
createClient({ baseUrl: "http://localhost:5080", username: "root", password: "root" });

// @ts-expect-error a token and a password exclude each other
createClient({ token: "pat_x", username: "root", password: "root" });
// @ts-expect-error a user name alone is not enough
createClient({ username: "root" });
// @ts-expect-error no such option
createClient({ url: "http://localhost:5080" });
// @ts-expect-error milliseconds are a number
createClient({ timeout: "30s" });
// @ts-expect-error a scope that does not exist
client.roles.save("viewer", ["read_everything"]);
// @ts-expect-error fields are texts
client.logs.ingest("default", { count: 1 });
// @ts-expect-error a window has two ends
client.logs.query("default", { from: new Date() });
// @ts-expect-error there are three databases
client.backup.toFile("users", "users.db");
// @ts-expect-error the path is missing
client.backup.toFile("logs");
// @ts-expect-error merge or replace
client.restore.logs("log.db", { mode: "overwrite" });
// @ts-expect-error nothing to restore from
client.restore.logs();
// @ts-expect-error a number isn't a source
client.restore.logs(42);
// @ts-expect-error a stream of texts isn't a source
client.restore.logs(texts());
// @ts-expect-error a node without an id
client.pipelines.save("p", { nodes: [{ type: "router" }], edges: [] });
// @ts-expect-error it is `script`, a text
client.transformers.save("t", { script: "x" });
// @ts-expect-error a report has no such field
report().deleted;
// @ts-expect-error the server's things are not the SDK's
import("../../sdk/server.js");

async function* texts(): AsyncGenerator<string> {
  yield "text";
}
declare function report(): RestoreReport;

/** What people write. */
export async function script(source: RestoreSource, options: ClientOptions): Promise<number> {
  const own = createClient(options);
  // what came from the server may go back
  await own.pipelines.save("copy", await own.pipelines.get("default"));
  await own.alerts.save("copy", await own.alerts.get("on-call"));
  await own.streams.configure("copy", await own.streams.get("web"));
  for (const { name, scopes } of await own.roles.list()) await own.roles.save(name, scopes as []);
  for await (const { timestamp, fields } of own.logs.watch("web")) {
    const texts: string[] = [timestamp, ...Object.values(fields)];
    if (texts.length > 9) break;
  }
  const { kinds, access } = await own.restore.auth(source, { dryRun: true });
  const refusals: string[] = access?.refusals ?? [];
  const added: number | undefined = kinds.user?.added;
  try {
    const { entries }: { entries: number } = await verifySnapshot("log.db");
    return entries + refusals.length + (added ?? 0);
  } catch (error) {
    if (error instanceof FlowgApiError) return error.status;
    throw error;
  }
}
