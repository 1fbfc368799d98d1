// `flowg/sdk`: what it exports.

export type { AccountOptions, CallOptions } from "./call.js";
export { createClient, type FlowgClient } from "./client.js";
export {
  AbortError,
  type ApiErrorFacts,
  BadGatewayError,
  BadRequestError,
  ConflictError,
  ConnectionError,
  DiskFullError,
  type ErrorFacts,
  FileError,
  FlowgApiError,
  FlowgSdkError,
  InputError,
  InternalServerError,
  type Issue,
  MethodNotAllowedError,
  NotFoundError,
  NotImplementedError,
  PermissionDeniedError,
  RateLimitedError,
  RedirectError,
  RefusedError,
  SnapshotDamagedError,
  SnapshotError,
  SnapshotIncompleteError,
  SnapshotRefusedError,
  TimeoutError,
  TooLargeError,
  UnauthenticatedError,
  UnavailableError,
  UnexpectedAnswerError,
  UnsupportedMediaTypeError,
  WrongDatabaseError,
} from "./errors.js";
export type {
  ClientOptions,
  CommonOptions,
  PasswordOptions,
  TlsOptions,
  TokenOptions,
} from "./options.js";
export type { Alerts } from "./resources/alerts.js";
export type { Auth, Whoami } from "./resources/auth.js";
export type {
  Backup,
  BackupOptions,
  BackupSet,
  BackupStream,
  FileBackupOptions,
  SetBackupOptions,
} from "./resources/backup.js";
export type { Compact, CompactionReport } from "./resources/compact.js";
export type { Forwarders } from "./resources/forwarders.js";
export type { IngestedMany, IngestManyOptions, RefusedLog } from "./resources/ingest-many.js";
export type { Job, JobRun, Jobs } from "./resources/jobs.js";
export type { LogQuery, Logs, WatchOptions } from "./resources/logs.js";
export type { Pipelines } from "./resources/pipelines.js";
export type {
  AccessReport,
  Restore,
  RestoreCounts,
  RestoreOptions,
  RestoreReport,
  RestoreRun,
  RestoreSource,
  ServerProgress,
  SetRestoreOptions,
  SetRestoreProgress,
  SetRestoreReport,
  UndoOptions,
  UndoReport,
} from "./resources/restore.js";
export type { Roles } from "./resources/roles.js";
export type {
  DestinationOptions,
  DestinationSnapshots,
  ForgetByRulesOptions,
  ForgetOptions,
  KeepCount,
  KeepRules,
  NewSnapshotOptions,
  SnapshotDetails,
  SnapshotDiff,
  SnapshotDiffOptions,
  SnapshotListOptions,
  SnapshotOptions,
  SnapshotRestoreOptions,
  Snapshots,
} from "./resources/snapshots.js";
export type { Streams } from "./resources/streams.js";
export type { FollowOptions, Task, TaskEvent, TaskProgress, Tasks } from "./resources/tasks.js";
export type { NewToken, NewTokenOptions, TokenDetails, Tokens } from "./resources/tokens.js";
export type { Transformers } from "./resources/transformers.js";
export type { UserChanges, Users } from "./resources/users.js";
export type { SeenResponse } from "./seen-response.js";
export type { SnapshotInfo } from "./snapshot-info.js";
export type {
  Database,
  DatabaseName,
  Flow,
  FlowInput,
  FlowTrial,
  Forwarder,
  ForwarderInput,
  Log,
  NodeTrace,
  Permissions,
  Role,
  Scope,
  StreamConfig,
  StreamConfigInput,
  TransferProgress,
  User,
  Webhook,
  WebhookInput,
} from "./types.js";
export { type VerifyOptions, verifySnapshot } from "./verify.js";
