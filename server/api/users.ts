// Users and the roles they have.

import { z } from "zod";
import { demandUserGrant } from "./privileges.js";
import { rest } from "./rest.js";
import { DONE, done, name, success, user } from "./schemas.js";
import { requires, router } from "./trpc.js";

const tag = "users";

export const users = router({
  list: requires("read_acls")
    .meta(
      rest("GET", "/users", {
        id: "list_users",
        tag,
        summary: "List the users",
        response: { success: true, users: [{ name: "root", roles: ["admin"] }] },
      }),
    )
    .output(z.object({ success, users: z.array(user) }))
    .query(({ ctx }) => ({ success: true, users: ctx.services.auth.users.list() })),

  save: requires("write_acls")
    .meta(
      rest("PUT", "/users/{user}", {
        id: "save_user",
        tag,
        summary: "Create or change a user",
        description:
          "Without `password` or `roles`, an existing user keeps them. A new password ends the user's sessions. " +
          "You can give only roles whose scopes you hold, and set the password only of a user who may do no more than you.",
        request: { roles: ["viewer"], password: "correct horse battery staple" },
        response: { success: true },
      }),
    )
    .input(
      z.object({
        user: name("user"),
        roles: z.array(name("role")).nullish(),
        password: z.string().nullish(),
      }),
    )
    .output(done)
    .mutation(async ({ ctx, input }) => {
      const { auth } = ctx.services;
      const changes = { roles: input.roles ?? undefined, password: input.password ?? undefined };
      demandUserGrant(auth, ctx.caller, {
        name: input.user,
        roles: changes.roles,
        password: changes.password !== undefined,
      });
      await auth.users.save(input.user, changes);
      return DONE;
    }),

  delete: requires("write_acls")
    .meta(
      rest("DELETE", "/users/{user}", {
        id: "delete_user",
        tag,
        summary: "Delete a user",
        description:
          "Along with their tokens and sessions. Succeeds also if there is no such user.",
        response: { success: true },
      }),
    )
    .input(z.object({ user: name("user") }))
    .output(done)
    .mutation(async ({ ctx, input }) => {
      await ctx.services.auth.users.delete(input.user);
      return DONE;
    }),
});
