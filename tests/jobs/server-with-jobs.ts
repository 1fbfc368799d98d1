// A server with two jobs that nothing makes due: one whose repository is there, and one whose isn't.

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { initRepository } from "../../server/repository/init.js";
import { openPlace } from "../../server/repository/places/open-place.js";
import type { ServeOptions } from "../../server/serve.js";
import { startServer, type TestServer } from "../http/test-server.js";

export interface ServerWithJobs extends AsyncDisposable {
  server: TestServer;
  /** All its files lie in it. */
  home: string;
  /** After it was stopped: the same databases. */
  startAgain(): Promise<TestServer>;
}

/** `nightly` backs up, `weekly` can't. */
export async function serverWithJobs(options: Partial<ServeOptions> = {}): Promise<ServerWithJobs> {
  const home = await mkdtemp(join(tmpdir(), "flowg-with-jobs-"));
  const near = join(home, "near");
  const keyFile = join(home, "key.json");
  await initRepository({
    place: await openPlace(near),
    readers: { identityFile: join(home, "identity") },
    keyFile,
  });
  const file = join(home, "flowg.yaml");
  const text = `
    repository-key: ${keyFile}
    jobs:
      nightly: { schedule: "15 3 1 1 *", repository: ${near} }
      weekly: { schedule: "15 3 1 1 *", repository: ${join(home, "not-there")} }
  `;
  await writeFile(file, text, { mode: 0o600 });
  const server = await startServer({ ...options, jobs: { file } });
  const { dir } = server;
  return {
    server,
    home,
    startAgain: () =>
      startServer({
        ...options,
        jobs: { file },
        dirs: { auth: join(dir, "auth"), config: join(dir, "config"), logs: join(dir, "logs") },
      }),
    [Symbol.asyncDispose]: async () => {
      await server[Symbol.asyncDispose]();
      await rm(home, { recursive: true, force: true });
    },
  };
}
