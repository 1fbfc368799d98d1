import { tmpdir } from "node:os";
import { expect, test } from "vitest";
import { demandSpace } from "../../../server/platform/files/free-space.js";

test("a disk that doesn't tell its free space is taken at that", async () => {
  await demandSpace("/nothing/is/here", 2 ** 60, "the upload");
});

test("says how much space is missing", async () => {
  const refused = demandSpace(tmpdir(), 2 ** 60, "the upload");
  await expect(refused).rejects.toMatchObject({ code: "DISK_FULL" });
  const { details, message } = await refused.catch((error) => error);
  expect(details.missingBytes).toBe(details.neededBytes - details.freeBytes);
  expect(message).toContain(String(details.missingBytes));
  await demandSpace(tmpdir(), 1, "the upload");
});
