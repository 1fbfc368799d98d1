// client.auth

import { demandText } from "../arguments.js";
import { type Caller, type CallOptions, take } from "../call.js";
import type { Permissions, User } from "../types.js";

/** The caller and what they may do. @example `const me: Whoami = await client.auth.whoami()` */
export interface Whoami {
  /** Name and roles. */
  user: User;
  /** The permissions that the roles grant together. */
  permissions: Permissions;
}

/** Logging in, and what concerns only the caller. @example `await client.auth.whoami()` */
export interface Auth {
  /** A session's token (a JWT), good for a day: for a client that has no credentials yet. @throws UnauthenticatedError, RateLimitedError after too many attempts @example `const token = await client.auth.login("alice", password)` */
  login(username: string, password: string, options?: CallOptions): Promise<string>;
  /** The caller, and what they may do. @example `const { user } = await client.auth.whoami()` */
  whoami(options?: CallOptions): Promise<Whoami>;
  /** Ends all sessions of the caller. @throws PermissionDeniedError if the old one is wrong @example `await client.auth.changePassword(password, newPassword)` */
  changePassword(oldPassword: string, newPassword: string, options?: CallOptions): Promise<void>;
}

export function authOf(caller: Caller): Auth {
  const { api } = caller;
  return {
    login: async (username, password, options) => {
      const body = {
        username: demandText("user name", username),
        password: demandText("password", password),
      };
      const { token } = await caller.login(body, options);
      return token;
    },
    whoami: async (options) => {
      const answer = await take(api.GET("/api/v1/auth/whoami", caller.with(options)));
      return { user: answer.user, permissions: answer.permissions };
    },
    changePassword: async (oldPassword, newPassword, options) => {
      const body = {
        old_password: demandText("old password", oldPassword),
        new_password: demandText("new password", newPassword),
      };
      await take(api.POST("/api/v1/auth/change-password", { body, ...caller.with(options) }));
    },
  };
}
