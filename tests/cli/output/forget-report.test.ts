// What `flowg forget` prints. The names in it are those of manifests, which a server that was taken over may have written.

import { expect, test } from "vitest";
import { forgetText } from "../../../cli/output/report/forget.js";

const NONE = { objects: 0, bytes: 0 };

test("makes the name of a host safe for a terminal, and counts one snapshot as one", () => {
  const host = "\x1b[2Jweb";
  const one = {
    id: "5f0c2a91-0000-4000-8000-000000000000",
    createdAt: "2026-11-28T21:30:05.123Z",
    host,
    tags: ["job:nightly", "release"],
    reasons: ["last 1"],
  };
  const text = forgetText({
    dryRun: false,
    groups: [{ name: `host ${host}`, kept: [one], forgotten: [] }],
    others: 0,
    locked: { snapshots: 0 },
    unread: [],
    prune: {
      ...{ dryRun: false, snapshots: 1, named: { objects: 4, bytes: 2048 }, missing: [] },
      ...{ young: NONE, locked: NONE, removed: NONE, deltas: NONE },
    },
  });
  expect(text).not.toContain("\x1b");
  expect(text.split("\n")).toEqual([
    "host \\u001b[2Jweb:",
    "Snapshot  Created               Host          Tags                 Kept by",
    "5f0c2a91  2026-11-28T21:30:05Z  \\u001b[2Jweb  job:nightly,release  last 1",
    "0 snapshots removed, 1 kept",
    "0 objects (0 B) removed; 1 snapshot needs 4 objects (2.0 KiB)",
  ]);
});
