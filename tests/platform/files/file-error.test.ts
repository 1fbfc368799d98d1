// Errors of the system about a file, which no other code has put into words, name the file and what was done to it.

import { once } from "node:events";
import { openSync, readdirSync, statSync, writeSync } from "node:fs";
import { connect } from "node:net";
import { expect, test } from "vitest";
import { untoldFileError } from "../../../server/platform/files/file-error.js";

function thrownBy(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    return error;
  }
}

test.each([
  [() => statSync("/nowhere/x"), "cannot look at /nowhere/x: there is no such file or directory"],
  [() => readdirSync("/dev/null"), "cannot list /dev/null: a part of the path is not a directory"],
])("%s", (work, message) => {
  expect(untoldFileError(thrownBy(work))).toMatchObject({ code: "FILE_UNAVAILABLE", message });
});

test.runIf(process.platform === "linux")("a full disk is reported where no file is named", () => {
  const error = thrownBy(() => writeSync(openSync("/dev/full", "w"), "x"));
  expect(untoldFileError(error)).toMatchObject({ code: "DISK_FULL" });
});

test("what isn't an error of a file stays what it is", async () => {
  const [refused] = await once(connect(1, "127.0.0.1"), "error").catch((error) => [error]);
  expect(refused.syscall).toBe("connect");
  expect([refused, new Error("x"), "text", undefined].map(untoldFileError)).toEqual(
    Array(4).fill(undefined),
  );
});
