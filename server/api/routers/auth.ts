// Logging in, and what concerns only the caller.

import { z } from "zod";
import { FlowgError } from "../../platform/errors.js";
import type { Limit } from "../../records/auth/limits.js";
import { permissionsOf } from "../../records/auth/scopes.js";
import { printable } from "../../records/records.js";
import { audited } from "../audited.js";
import { NAMES_BYTES, rest } from "../rest.js";
import { DONE, done, nothing, success, user } from "../schemas.js";
import { open, router, signedIn } from "../trpc.js";

const tag = "auth";

const credentials = z.object({ username: z.string(), password: z.string() });

const flag = z.boolean();
const permissions = z
  .object({
    can_view_pipelines: flag,
    can_edit_pipelines: flag,
    can_view_transformers: flag,
    can_edit_transformers: flag,
    can_view_streams: flag,
    can_edit_streams: flag,
    can_view_alerts: flag,
    can_edit_alerts: flag,
    can_view_acls: flag,
    can_edit_acls: flag,
    can_send_logs: flag,
    can_view_backups: flag,
    can_edit_backups: flag,
    can_forget_backups: flag,
  })
  .meta({ id: "Permissions" });

/** Enough for a name and a password with each character escaped. */
const CREDENTIALS_BYTES = 64 * 1024;

export const auth = router({
  login: open
    .meta({
      bodyBytes: CREDENTIALS_BYTES,
      ...rest("POST", "/auth/login", {
        id: "login",
        tag,
        summary: "Log in with a password",
        description:
          "Gives a session for 24 hours. It ends early if the password is changed or the user is deleted. A restore ends it only if it removes the user.",
        errors: ["UNAUTHENTICATED"],
        request: { username: "root", password: "correct horse battery staple" },
        response: { success: true, token: "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.e30.c2ln" },
      }),
    })
    .input(credentials)
    .output(
      z.object({
        success,
        token: z.string().meta({ description: "A JWT, to be sent as `Bearer jwt:TOKEN`." }),
      }),
    )
    .mutation(async ({ ctx, input }) => {
      const { username, password } = input;
      const { auth, loginGuard, sessions } = ctx.services;
      const moment = await auth.read((at) => sessions.moment(at, username));
      const action = { action: "log in", user: printable(username) };
      const { limit } = await audited(ctx, action, async () => {
        let opened: { limit: Limit } | undefined;
        await loginGuard.attempt(ctx.address, username, async () => {
          opened = await auth.users.logIn(username, password);
          return opened !== undefined;
        });
        if (opened !== undefined) return opened;
        // one message for an unknown user and a wrong password, so that nobody learns which users exist
        throw new FlowgError("UNAUTHENTICATED", "the user name or the password is wrong");
      });
      return { success: true, token: sessions.issue(username, moment, limit) };
    }),

  whoami: signedIn
    .meta(
      rest("GET", "/auth/whoami", {
        id: "whoami",
        tag,
        summary: "Show the caller and what they may do",
        response: {
          success: true,
          user: { name: "viewer", roles: ["viewer"] },
          permissions: {
            can_view_pipelines: false,
            can_edit_pipelines: false,
            can_view_transformers: false,
            can_edit_transformers: false,
            can_view_streams: true,
            can_edit_streams: false,
            can_view_alerts: false,
            can_edit_alerts: false,
            can_view_acls: false,
            can_edit_acls: false,
            can_send_logs: false,
            can_view_backups: false,
            can_edit_backups: false,
            can_forget_backups: false,
          },
        },
      }),
    )
    .input(nothing)
    .output(
      z.object({
        success,
        user,
        permissions,
      }),
    )
    .query(async ({ ctx }) => {
      const { user: name, scopes } = ctx.caller;
      const roles = (await ctx.services.auth.users.get(name))?.roles ?? [];
      return { success: true, user: { name, roles }, permissions: permissionsOf(scopes) };
    }),

  changePassword: signedIn
    .meta({
      bodyBytes: NAMES_BYTES,
      ...rest("POST", "/auth/change-password", {
        id: "change_password",
        tag,
        summary: "Change one's own password",
        description: "Ends all sessions of the caller. Personal access tokens stay valid.",
        request: { old_password: "root", new_password: "correct horse battery staple" },
        response: { success: true },
      }),
    })
    .input(z.object({ old_password: z.string(), new_password: z.string() }))
    .output(done)
    .mutation(async ({ ctx, input }) => {
      const { auth, loginGuard } = ctx.services;
      const { user: name } = ctx.caller;
      await audited(ctx, { action: "change password", target: name }, async () => {
        let ifHash: string | undefined;
        await loginGuard.attempt(ctx.address, name, async () => {
          ifHash = await auth.users.matchingHash(name, input.old_password);
          return ifHash !== undefined;
        });
        if (ifHash === undefined)
          throw new FlowgError("PERMISSION_DENIED", "the old password is wrong");
        const { limit: passwordLimit } = ctx.caller;
        await auth.users.save(name, { password: input.new_password, passwordLimit, ifHash });
      });
      return DONE;
    }),
});
