// A server's databases without the server, and repositories that it can write to.

import { lmdb } from "../../server/engine/lmdb.js";
import { openLiveDatabases } from "../../server/operations/online/live-databases.js";
import { encodeValue, roleKey, userKey } from "../../server/records/records.js";
import { initRepository } from "../../server/repository/init.js";
import { openPlace } from "../../server/repository/places/open-place.js";
import type { ServedDatabases } from "../../server/storage/engine.js";

type Dirs = Parameters<typeof openLiveDatabases>[0]["dirs"];

export const openServed = (dirs: Dirs): Promise<ServedDatabases> =>
  openLiveDatabases({
    engine: lmdb,
    dirs,
    onUpgrade: () => {},
    onPlaceChange: () => {},
    onFailure: () => {},
  });

export const PASSWORD_HASH =
  "$argon2id$v=19$m=19456,t=2,p=1$MDEyMzQ1Njc4OWFiY2RlZg$uu3HROrzHZqVFYv8ltMcBMAKOrS6tgQiachBe/o7K3Q";

/** The records of an administrator. */
export const ROOT: readonly (readonly [key: Buffer, value: Uint8Array])[] = [
  [roleKey("admin"), encodeValue({ scopes: ["write_acls"] })],
  [userKey("root"), encodeValue({ passwordHash: PASSWORD_HASH, roles: ["admin"] })],
];

export interface NewRepository {
  url: string;
  /** A reader's identity. */
  identity: string;
  /** All that a server has of it. */
  keyFile: string;
}

/** The files of a repository's keys. @param keys what their paths begin with */
export const keysOf = (keys: string) => ({ identity: `${keys}.identity`, keyFile: `${keys}.key` });

/**
 * Makes a repository in this place.
 * @param keys what the paths of the files of its keys begin with
 */
export async function newRepository(
  url: string,
  keys = url,
  { unencrypted = false }: { unencrypted?: boolean } = {},
): Promise<NewRepository> {
  const { identity, keyFile } = keysOf(keys);
  const place = await openPlace(url);
  if (unencrypted) await initRepository({ place, readers: {}, unencrypted });
  else await initRepository({ place, readers: { identityFile: identity }, keyFile });
  await place.close();
  return { url, identity, keyFile };
}
