// What `flowg admin salvage` prints. Its names come from damaged files.

import { expect, test } from "vitest";
import { salvageText } from "../../../cli/output/report/salvage.js";

test("counts one record as one, and makes names safe for a terminal", () => {
  const text = salvageText({
    ...{ output: "saved/\x1b[2J.db", database: "logs", whole: false, seconds: 0.066 },
    ...{ entries: 1, blocks: 1, bytes: 887 },
    lost: { ranges: [{ after: "a\x07", before: "b\x1b[2J", bytes: 0 }] },
    copies: [
      { path: "one\x1b[2J", blocks: 1, header: true, seal: false },
      { path: "two", blocks: 2, header: false, seal: true },
    ],
  });
  expect(text.split("\n")).toEqual([
    "1 record of logs saved in 1 block: saved/\\u001b[2J.db, 887 B, in 66 ms",
    "from one\\u001b[2J: 1 block, without its seal",
    "from two: 2 blocks, without its header",
    "lost: what was after a\\u0007 and before b\\u001b[2J",
  ]);
});
