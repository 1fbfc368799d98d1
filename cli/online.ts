// The administration of a server, through the SDK and without native code.

import type { FlowgClient } from "../sdk/index.js";
import type { Administration } from "./administration.js";
import type { Connection } from "./connect.js";
import { CliError } from "./failure.js";
import { backupOnline } from "./online/backup.js";
import { compactOnline } from "./online/compact.js";
import { restoreOnline } from "./online/restore.js";
import { historyOnline, undoOnline } from "./online/undo.js";
import { inspectOnline, verifyOnline } from "./online/verify.js";

export function onlineAdministration({ client, description }: Connection): Administration {
  return {
    place: "server",
    describe: () => description,
    backup: (request) => backupOnline(client, request),
    restore: (request) => restoreOnline(client, request),
    undo: (request) => undoOnline(client, request),
    history: () => historyOnline(client),
    verify: (path, watch) => verifyOnline(client, path, watch),
    inspect: (path, watch) => inspectOnline(client, path, watch),
    compact: (databases, watch) => compactOnline(client, databases, watch),
    roles: {
      list: () => client.roles.list(),
      save: async ({ name, scopes, ...insist }) => {
        // the server checks the scopes
        await client.roles.save(name, scopes as Parameters<typeof client.roles.save>[1], insist);
        return { name, scopes };
      },
      delete: async (name, insist) => {
        const existed = (await client.roles.list()).some((role) => role.name === name);
        await client.roles.delete(name, insist);
        return existed;
      },
    },
    users: {
      list: () => client.users.list(),
      save: async ({ name, ...changes }) => {
        const before = (await client.users.list()).find((user) => user.name === name);
        await client.users.save(name, changes);
        const roles = changes.roles ?? before?.roles ?? [];
        return { user: { name, roles }, existed: before !== undefined };
      },
      setPassword: async (name, password) => {
        const exists = (await client.users.list()).some((user) => user.name === name);
        if (!exists) {
          throw new CliError("NOT_FOUND", `the server has no user ${JSON.stringify(name)}`);
        }
        await client.users.save(name, { password });
      },
      delete: async (name, insist) => {
        const existed = (await client.users.list()).some((user) => user.name === name);
        await client.users.delete(name, insist);
        return existed;
      },
    },
    tokens: {
      list: async (user) => {
        await demandOwn(client, user);
        return await client.tokens.list();
      },
      details: async (user) => {
        await demandOwn(client, user);
        const found = await client.tokens.details();
        return found.map(({ expired, expiresAt, lastUsedAt, ...one }) => ({
          ...one,
          isExpired: expired,
          expires: expiresAt,
          lastUsed: lastUsedAt,
        }));
      },
      create: async ({ user, ...wishes }) => {
        await demandOwn(client, user);
        const { expiresAt, ...made } = await client.tokens.create(wishes);
        return { ...made, expires: expiresAt };
      },
      delete: async (user, uuid) => {
        await demandOwn(client, user);
        const existed = (await client.tokens.list()).includes(uuid.toLowerCase());
        await client.tokens.delete(uuid);
        return existed;
      },
    },
  };
}

/** Demands that the user is the caller, since the API manages only one's own tokens. */
async function demandOwn(client: FlowgClient, user: string): Promise<void> {
  const me = await client.auth.whoami();
  if (me.user.name === user) return;
  throw new CliError(
    "NOT_IMPLEMENTED",
    `a server manages only the tokens of the user that calls it: ${me.user.name}, not ${user}`,
    `call it as ${user}, or work on the auth directory: --auth-dir in place of --url`,
  );
}
