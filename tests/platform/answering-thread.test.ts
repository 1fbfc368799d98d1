// Threads that answer requests, as the build has them: their errors are the server's own, not those of a bundled copy.

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, expect, test } from "vitest";

const space = await mkdtemp(join(tmpdir(), "flowg-answering-"));
afterAll(() => rm(space, { recursive: true, force: true }));

const built = (path: string) =>
  import(new URL(`../../dist/server/platform/${path}`, import.meta.url).href);

test("a thread that ends before it answers is a FlowgError of the server", async () => {
  const module = join(space, "ends.mjs");
  await writeFile(
    module,
    'import { parentPort } from "node:worker_threads";\nparentPort.on("message", () => process.exit(1));\n',
  );
  const { AnsweringThread } = await built("threads/answering-thread.js");
  const { FlowgError } = await built("errors.js");
  const error = await new AnsweringThread(pathToFileURL(module))
    .ask({}, [])
    .catch((cause: unknown) => cause);
  expect(error).toBeInstanceOf(FlowgError);
  expect(error).toMatchObject({ code: "INTERNAL", message: "a thread ended" });
});
