// The one error that a log's failing branches make.

import { expect, test } from "vitest";
import { failureOf } from "../../../server/operations/ingest/branch-failures.js";
import { FlowgError } from "../../../server/platform/errors.js";

const busy = () =>
  new FlowgError("BUSY", "a restore is under way", { details: { retryAfterSeconds: 1 } });
const failed = () => ({
  at: { pipeline: "p", node: "n", type: "router" },
  within: ["p"],
  error: busy(),
});

test("says when to send a log again that was stored nowhere", () => {
  const { code, details } = failureOf([failed(), failed()], 0) as FlowgError;
  expect([code, details]).toMatchObject(["BUSY", { retryAfterSeconds: 1, stored: 0, failed: 2 }]);
});

test("doesn't where other branches stored it: clients would send it again by themselves, and store it twice", () => {
  const { code, details, hint } = failureOf([failed()], 1) as FlowgError;
  expect([code, details]).toMatchObject(["BUSY", { stored: 1, failed: 1 }]);
  expect(details).not.toHaveProperty("retryAfterSeconds");
  expect(hint).toMatch(/twice/);
});
