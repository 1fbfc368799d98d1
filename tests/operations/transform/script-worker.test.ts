// A script isn't blamed for a system that has no room for its interpreter.

import { expect, it } from "vitest";
import { ScriptWorker } from "../../../server/operations/transform/script-worker.js";
import { FlowgError } from "../../../server/platform/errors.js";

it("says that the interpreter isn't there where the system starts no more threads", async () => {
  const worker = new ScriptWorker(3_000, () => {
    throw new FlowgError("BUSY", "the system starts no more threads");
  });
  const request = { kind: "check", script: ".a = 1" } as const;
  expect(await worker.ask(request)).toEqual({ answer: { kind: "unloaded" }, ms: 0 });
  await worker.close();
});
