import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { secretVariable } from "../../cli/secret-variables.js";

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "flowg-secrets-"));
});
afterAll(() => rm(dir, { recursive: true }));

const read = (env: NodeJS.ProcessEnv) => secretVariable("FLOWG_SECRET_KEY", env);
async function fileWith(text: string): Promise<NodeJS.ProcessEnv> {
  const path = join(dir, "secret");
  await writeFile(path, text);
  return { FLOWG_SECRET_KEY_FILE: path };
}

describe("a secret", () => {
  test("is read from its variable, or from the file that another names, without one newline", async () => {
    expect(await read({ FLOWG_SECRET_KEY: " a b " })).toBe(" a b ");
    expect(await read({ FLOWG_SECRET_KEY: "a\n" })).toBe("a");
    expect(await read(await fileWith("a\r\n"))).toBe("a");
    expect(await read(await fileWith("a\n\n"))).toBe("a\n");
    expect(await read(await fileWith("a"))).toBe("a");
  });

  test("is unset where its variable is absent or empty", async () => {
    for (const env of [{}, { FLOWG_SECRET_KEY: "" }]) expect(await read(env)).toBeUndefined();
  });

  test("is refused where it is given twice, its file is empty or can't be read", async () => {
    await expect(read({ ...(await fileWith("a")), FLOWG_SECRET_KEY: "b" })).rejects.toMatchObject({
      code: "USAGE",
      message: "FLOWG_SECRET_KEY and FLOWG_SECRET_KEY_FILE are both set",
    });
    await expect(read({ FLOWG_SECRET_KEY: "\n" })).rejects.toMatchObject({ code: "USAGE" });
    await expect(read(await fileWith("\n"))).rejects.toMatchObject({ code: "USAGE" });
    await expect(read({ FLOWG_SECRET_KEY_FILE: join(dir, "none") })).rejects.toMatchObject({
      code: "FILE_UNAVAILABLE",
    });
  });
});
