// Users and the roles they have.

import { z } from "zod";
import { limitOf } from "../../records/auth/limits.js";
import type { AuthAt } from "../../stores/auth/auth-at.js";
import type { UserChanges } from "../../stores/auth/users.js";
import { audited } from "../audited.js";
import { jsonList } from "../json-pieces.js";
import { demandUserGrant, underCheck } from "../privileges.js";
import type { Download } from "../raw-bodies.js";
import { NAMES_BYTES, rest } from "../rest.js";
import {
  allowNoAdmin,
  allowNoAdminParameter,
  DONE,
  done,
  name,
  nothing,
  success,
  user,
} from "../schemas.js";
import { requires, router } from "../trpc.js";

const tag = "users";

export const users = router({
  list: requires("read_acls")
    .meta({
      ...rest("GET", "/users", {
        id: "list_users",
        tag,
        summary: "List the users",
        response: { success: true, users: [{ name: "root", roles: ["admin"] }] },
      }),
      rawBody: {
        kind: "download",
        contentType: "application/json",
        answer: z.object({ success, users: z.array(user) }),
      },
    })
    .input(nothing)
    .output(z.custom<Download>())
    .query(
      ({ ctx }): Download => ({
        headers: { "Cache-Control": "no-store" },
        start: async () => ({ stream: jsonList("users", ctx.services.auth.users.each()) }),
      }),
    ),

  save: requires("write_acls")
    .meta({
      bodyBytes: NAMES_BYTES,
      ...rest("PUT", "/users/{user}", {
        id: "save_user",
        tag,
        summary: "Create or change a user",
        errors: ["REFUSED"],
        description:
          "Without `password` or `roles`, an existing user keeps them. A new password ends the user's sessions. " +
          "You can give only roles whose scopes you hold, and set the password only of a user who may do no more than you. " +
          "What you give never grants more than you hold now, whatever is added to the user or the role later.",
        request: { roles: ["viewer"], password: "correct horse battery staple" },
        response: { success: true },
      }),
    })
    .input(
      z.object({
        user: name("user"),
        roles: z.array(name("role")).nullish(),
        password: z.string().nullish(),
        allowNoAdmin,
      }),
    )
    .output(done)
    .mutation(async ({ ctx, input }) => {
      const { auth } = ctx.services;
      const { caller } = ctx;
      const given = limitOf(caller.scopes);
      const changes: UserChanges = {
        roles: input.roles ?? undefined,
        roleLimit: given,
        password: input.password ?? undefined,
        passwordLimit: input.user === caller.user ? caller.limit : given,
        allowNoAdmin: input.allowNoAdmin ?? false,
      };
      const grant = {
        name: input.user,
        roles: changes.roles,
        password: changes.password !== undefined,
      };
      const check = (at: AuthAt) => demandUserGrant(at, caller, grant);
      const { name: target, ...told } = grant;
      const wasDamaged = (await auth.read((at) => at.isUserDamaged(target))) || undefined;
      const action = { action: "save user", target, ...told, wasDamaged };
      await audited(ctx, action, () =>
        underCheck(auth, check, () => auth.users.save(input.user, changes)),
      );
      return DONE;
    }),

  delete: requires("write_acls")
    .meta(
      rest("DELETE", "/users/{user}", {
        id: "delete_user",
        tag,
        summary: "Delete a user",
        description:
          "Also deletes their tokens and ends their sessions. Succeeds even if there is no such user.",
        errors: ["REFUSED"],
        response: { success: true },
      }),
    )
    .input(z.object({ user: name("user"), allowNoAdmin: allowNoAdminParameter }))
    .output(done)
    .mutation(async ({ ctx, input: { user, allowNoAdmin } }) => {
      const { users } = ctx.services.auth;
      const wasDamaged = (await users.isDamaged(user)) || undefined;
      await audited(ctx, { action: "delete user", target: user, wasDamaged }, () =>
        users.delete(user, { allowNoAdmin }),
      );
      return DONE;
    }),
});
