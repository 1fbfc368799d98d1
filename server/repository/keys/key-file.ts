// The key file of a repository: what a machine needs to write there, and nothing with which it could read. Its mode is 0600. By
// default it is $XDG_CONFIG_HOME/flowg/repositories/ID.json, or the same below ~/.config.
//
// It also pins the repository. This file says for whom to encrypt; the place doesn't, since others may write there.

import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod";
import { FlowgError, systemCode } from "../../platform/errors.js";
import { configHome } from "../../platform/files/config-home.js";
import { fileError } from "../../platform/files/file-error.js";
import { writeNewFile } from "../../platform/files/new-file.js";
import { parseSecretKey, type SigningKey } from "./minisign.js";

const schema = z.object({
  format: z.literal("flowg-repository-key"),
  version: z.literal(1),
  /** The repository's id. */
  id: z.uuid(),
  /** The place when this file was made. */
  place: z.string(),
  recipients: z.array(z.string()).min(1),
  nameKey: z.string().regex(/^[0-9a-f]{64}$/),
  /** The second line of one of minisign's secret key files. */
  signingKey: z.string(),
});

export interface KeyFile {
  path: string;
  id: string;
  place: string;
  recipients: string[];
  nameKey: Buffer;
  signingKey: SigningKey;
  /** Whether other users than its owner can read it. */
  isOpen: boolean;
}

/** The default directory. Undefined for a user without a home. */
function keyDirectory(): string | undefined {
  const home = configHome();
  return home === undefined ? undefined : join(home, "repositories");
}

export function defaultKeyPath(id: string): string | undefined {
  const directory = keyDirectory();
  return directory === undefined ? undefined : join(directory, `${id}.json`);
}

/**
 * @returns undefined where there is none
 * @throws FILE_UNAVAILABLE, INPUT_INVALID
 */
export async function readKeyFile(path: string): Promise<KeyFile | undefined> {
  let text: string;
  let mode: number;
  try {
    [text, mode] = [await readFile(path, "utf8"), (await stat(path)).mode];
  } catch (cause) {
    if (systemCode(cause) === "ENOENT") return undefined;
    throw fileError(cause, "read", path);
  }
  const found = schema.safeParse(parsed(text));
  if (!found.success) {
    // the message repeats no value of the file
    const field = found.error.issues[0]?.path.join(".") || "its contents";
    throw new FlowgError(
      "INPUT_INVALID",
      `${path} isn't a key file of a repository: see ${field}`,
      {
        hint: "make another with `flowg repository key` and the identity",
      },
    );
  }
  const { id, place, recipients, nameKey, signingKey } = found.data;
  return {
    path,
    id,
    place,
    recipients,
    nameKey: Buffer.from(nameKey, "hex"),
    signingKey: parseSecretKey(signingKey, path),
    isOpen: (mode & 0o007) !== 0 && process.platform !== "win32",
  };
}

/** @throws REFUSED where a file of that name exists; FILE_UNAVAILABLE, DISK_FULL */
export async function writeKeyFile(file: Omit<KeyFile, "isOpen">): Promise<void> {
  const { path, id, place, recipients, nameKey, signingKey } = file;
  const json: z.infer<typeof schema> = {
    format: "flowg-repository-key",
    version: 1,
    id,
    place,
    recipients,
    nameKey: nameKey.toString("hex"),
    signingKey: signingKey.secret,
  };
  await writeNewFile(path, `${JSON.stringify(json, null, 2)}\n`, "the repository's key file");
}

/** All readable key files of the default directory. */
export async function keptKeyFiles(): Promise<KeyFile[]> {
  const directory = keyDirectory();
  if (directory === undefined) return [];
  const names = await readdir(directory).catch(() => []);
  const files: KeyFile[] = [];
  for (const name of names.filter((name) => name.endsWith(".json")).sort()) {
    const file = await readKeyFile(join(directory, name)).catch(() => undefined);
    if (file) files.push(file);
  }
  return files;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
