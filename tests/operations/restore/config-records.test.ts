// What a restore keeps of a configuration in memory is bounded, and it counts the scripts that it doesn't keep.

import { expect, it } from "vitest";
import { ConfigRecords } from "../../../server/operations/restore/config-records.js";
import { alertKey, transformerKey } from "../../../server/records/records.js";

const MIB = 1024 * 1024;

it("keeps scripts beyond 16 MiB empty, and counts them", () => {
  const records = new ConfigRecords();
  const value = Buffer.alloc(MIB, "a");
  for (let n = 0; n < 18; n++) records.add({ key: transformerKey(`t${n}`), value });
  records.add({ key: alertKey("a"), value });
  expect([records.isWhole, records.emptied]).toEqual([true, 2]);
  records.countEmptied(3);
  expect(records.emptied).toBe(5);
  const sizes = ["t15", "t16", "t17"].map((name) => records.get(transformerKey(name))?.length);
  expect(sizes).toEqual([MIB, 0, 0]);
  expect(records.get(alertKey("a"))).toHaveLength(MIB);
});
