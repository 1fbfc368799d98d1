// Generated from openapi/openapi.json by `npm run generate`: do not edit.

export interface paths {
    "/api/v1/alerts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the alerts
         * @description Needs `read_alerts`.
         */
        get: operations["list_alerts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/alerts/{alert}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show an alert's webhook
         * @description Needs `read_alerts`.
         */
        get: operations["get_alert"];
        /**
         * Create or replace an alert
         * @description A forwarder of a type that this server does not run is kept as it is, and `warnings` says so, and which pipelines lead to it.
         *
         *     Needs `write_alerts`.
         */
        put: operations["save_alert"];
        post?: never;
        /**
         * Delete an alert
         * @description `warnings` names the pipelines that lead to it.
         *
         *     Needs `write_alerts`.
         */
        delete: operations["delete_alert"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/change-password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Change one's own password
         * @description Ends all sessions of the caller. Personal access tokens stay valid.
         *
         *     Needs any valid token.
         */
        post: operations["change_password"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/login": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Log in with a password
         * @description Gives a session for 24 hours. It ends early if the password is changed or the user is deleted. A restore ends it only if it removes the user.
         *
         *     Needs no token.
         */
        post: operations["login"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/whoami": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show the caller and what they may do
         * @description Needs any valid token.
         */
        get: operations["whoami"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/backup": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Back up all three databases
         * @description One tar file: `auth.db`, `config.db` and `logs.db`, all of one instant, and `manifest.json`. Where a restore of several databases was cut, `notes` of the manifest and the header `Flowg-Notes` say so. With `Accept: application/octet-stream` the same bytes come as that type. The scope `read_backups` is enough.
         *
         *     Needs `read_pipelines`, `read_transformers`, `read_streams`, `read_alerts`, `read_acls`.
         */
        get: operations["backup_all"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/backup/auth": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Back up the auth database
         * @description A snapshot of this moment, as a file. Where a restore of several databases was cut, the header `Flowg-Notes` says so, in a JSON array. The scope `read_backups` is enough. It ends with a seal: a download without it isn't a snapshot. If the backup fails on the way, the connection is cut.
         *
         *     Needs `read_acls`.
         */
        get: operations["backup_auth"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/backup/config": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Back up the config database
         * @description A snapshot of this moment, as a file. Where a restore of several databases was cut, the header `Flowg-Notes` says so, in a JSON array. The scope `read_backups` is enough. It ends with a seal: a download without it isn't a snapshot. If the backup fails on the way, the connection is cut.
         *
         *     Needs `read_pipelines`, `read_transformers`, `read_alerts`.
         */
        get: operations["backup_config"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/backup/logs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Back up the log database
         * @description A snapshot of this moment, as a file. Where a restore of several databases was cut, the header `Flowg-Notes` says so, in a JSON array. The scope `read_backups` is enough. It ends with a seal: a download without it isn't a snapshot. If the backup fails on the way, the connection is cut.
         *
         *     Needs `read_streams`.
         */
        get: operations["backup_logs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/compact/auth": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Compact the auth database
         * @description A database's file never gets smaller by itself: it keeps the room of what was deleted. This rewrites the file without that room. The answer comes when it is done, which takes about as long as a backup. Readers go on meanwhile. Writers wait, and get 503 after ten seconds, as during a restore. The disk needs room for the copy. If anything stops the compaction, the database stays as it was.
         *
         *     Needs `write_acls`.
         */
        post: operations["compact_auth"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/compact/config": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Compact the config database
         * @description A database's file never gets smaller by itself: it keeps the room of what was deleted. This rewrites the file without that room. The answer comes when it is done, which takes about as long as a backup. Readers go on meanwhile. Writers wait, and get 503 after ten seconds, as during a restore. The disk needs room for the copy. If anything stops the compaction, the database stays as it was.
         *
         *     Needs `write_pipelines`, `write_transformers`, `write_alerts`.
         */
        post: operations["compact_config"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/compact/logs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Compact the log database
         * @description A database's file never gets smaller by itself: it keeps the room of what was deleted. This rewrites the file without that room. The answer comes when it is done, which takes about as long as a backup. Readers go on meanwhile. Writers wait, and get 503 after ten seconds, as during a restore. The disk needs room for the copy. If anything stops the compaction, the database stays as it was.
         *
         *     Needs `write_streams`.
         */
        post: operations["compact_logs"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/forwarders": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the forwarders, which are the alerts
         * @description Needs `read_alerts`.
         */
        get: operations["list_forwarders"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/forwarders/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show a forwarder
         * @description Needs `read_alerts`.
         */
        get: operations["get_forwarder"];
        /**
         * Create or replace a forwarder
         * @description One of a type that this server does not run (`amqp`, `clickhouse`) is kept as it is, and `warnings` says so, and which pipelines lead to it.
         *
         *     Needs `write_alerts`.
         */
        put: operations["save_forwarder"];
        post?: never;
        /**
         * Delete a forwarder
         * @description `warnings` names the pipelines that lead to it.
         *
         *     Needs `write_alerts`.
         */
        delete: operations["delete_forwarder"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/jobs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the backup jobs
         * @description In the order of the server's settings: what ran, when it runs next, what failed and why. The list is empty where the server has no jobs. The scope `write_backups` is enough.
         *
         *     Needs `read_backups`.
         */
        get: operations["list_jobs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/jobs/{job}/drill": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Drill what a backup job has stored
         * @description Restores what the job has stored last in each destination into a scratch directory, checks every record, and removes it: in a process of its own, at a low priority, one drill at a time. The answer comes when it has begun; the task of the same id shows how it ends, and can be cancelled. The server needs an identity that reads the repository.
         *
         *     Needs `write_backups`.
         */
        post: operations["drill_job"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/jobs/{job}/pause": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Pause a backup job
         * @description Its schedule starts no more runs, and the job is never overdue. A run under way goes on.
         *
         *     Needs `write_backups`.
         */
        post: operations["pause_job"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/jobs/{job}/resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Resume a backup job
         * @description Runs that it missed while it was paused are not caught up.
         *
         *     Needs `write_backups`.
         */
        post: operations["resume_job"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/jobs/{job}/run": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Run a backup job now
         * @description Works for a paused job, too. The answer comes when the run has begun. The list of jobs shows how it ends, and so does the task of the same id, which can also be cancelled. The schedule goes on unchanged.
         *
         *     Needs `write_backups`.
         */
        post: operations["run_job"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/pipelines": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the pipelines
         * @description Needs `read_pipelines`.
         */
        get: operations["list_pipelines"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/pipelines/{pipeline}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show a pipeline's flow
         * @description Needs `read_pipelines`.
         */
        get: operations["get_pipeline"];
        /**
         * Create or replace a pipeline
         * @description A flow whose edges lead nowhere, or in circles, is refused, and so is one that names what does not exist. One that is not finished, or that this server cannot carry out, is saved, and `warnings` says so.
         *
         *     Needs `write_pipelines`.
         */
        put: operations["save_pipeline"];
        post?: never;
        /**
         * Delete a pipeline
         * @description `warnings` names the pipelines that lead to it.
         *
         *     Needs `write_pipelines`.
         */
        delete: operations["delete_pipeline"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/pipelines/{pipeline}/logs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send a log through a pipeline
         * @description When this answers, the log is on disk. A JSON array of logs, or a log on each line (`application/x-ndjson`), is sent as one: up to 10,000, also compressed with gzip. The error says in `details` which logs are refused, and the others are stored. The server calls webhooks of alerts later, and its metrics count how these calls end.
         *
         *     Needs `send_logs`.
         */
        post: operations["ingest_log"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/pipelines/{pipeline}/logs/otlp": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send logs of OpenTelemetry through a pipeline
         * @description OTLP's ExportLogsServiceRequest, in JSON or protobuf, also compressed with gzip. Exporters and collectors send to `/v1/logs`, which answers in OTLP's own forms.
         *
         *     Needs `send_logs`.
         */
        post: operations["ingest_logs_otlp"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/pipelines/{pipeline}/logs/struct": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send several logs through a pipeline, as later FlowGs take them
         * @description Up to 10,000. The error says in `details` which logs are refused, and the others are stored.
         *
         *     Needs `send_logs`.
         */
        post: operations["ingest_logs_struct"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/pipelines/{pipeline}/logs/text": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send each line of a text through a pipeline
         * @description Each line that is not blank becomes the field `content` of a log, as in later FlowGs.
         *
         *     Needs `send_logs`.
         */
        post: operations["ingest_logs_text"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/restore": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Restore all three databases
         * @description Takes `multipart/form-data` with one file, `backup`: the tar that the backup of all three gives, `curl --form backup=@FILE`. All three snapshots are verified before the first database changes, and compared with `manifest.json`, if there is one; they must be of one instant. Then each database changes as a whole, in the order `auth`, `logs`, `config`. If that fails between two, `details.restored` and `details.notRestored` say how far it came: send it again to complete it. With `Accept: text/event-stream` the answer is server-sent events from when the upload is there: `progress` while the server is at work, then one `report` or `error`, each with what would have been the body; an error has its `status` too.
         *
         *     Needs `write_acls`, `write_pipelines`, `write_transformers`, `write_alerts`, `write_streams`.
         */
        post: operations["restore_all"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/restore/auth": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Restore the auth database
         * @description Takes `multipart/form-data` with one file, `backup`: `curl --form backup=@FILE`. The whole file is verified before anything changes; then all of it is applied, or nothing. With `Accept: text/event-stream` the answer is server-sent events from when the upload is there: `progress` while the server is at work, then one `report` or `error`, each with what would have been the body; an error has its `status` too.
         *
         *     Needs `write_acls`.
         */
        post: operations["restore_auth"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/restore/config": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Restore the config database
         * @description Takes `multipart/form-data` with one file, `backup`: `curl --form backup=@FILE`. The whole file is verified before anything changes; then all of it is applied, or nothing. With `Accept: text/event-stream` the answer is server-sent events from when the upload is there: `progress` while the server is at work, then one `report` or `error`, each with what would have been the body; an error has its `status` too.
         *
         *     Needs `write_pipelines`, `write_transformers`, `write_alerts`.
         */
        post: operations["restore_config"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/restore/logs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Restore the log database
         * @description Takes `multipart/form-data` with one file, `backup`: `curl --form backup=@FILE`. The whole file is verified before anything changes; then all of it is applied, or nothing. With `Accept: text/event-stream` the answer is server-sent events from when the upload is there: `progress` while the server is at work, then one `report` or `error`, each with what would have been the body; an error has its `status` too.
         *
         *     Needs `write_streams`.
         */
        post: operations["restore_logs"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/restore/undo": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take a restore back
         * @description Puts all databases of a restore back. What the restore overwrote or removed comes back, and what it added is removed. What came in after it stays. What somebody has changed since stays as well, and the report names it, unless `overwriteChanged` is set. The undo files are verified before anything changes. Then each database changes as a whole. It needs the scopes of a restore of these databases. An undo is itself a restore: when you take it back, you have the first restore again.
         *
         *     Needs any valid token.
         */
        post: operations["undo_restore"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/restores": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List restores
         * @description The restores that have changed the databases, newest first. Each says who made it, when and from what, what changed, and whether it can be taken back. Each database remembers its last hundred.
         *
         *     Needs `read_pipelines`, `read_transformers`, `read_streams`, `read_alerts`, `read_acls`.
         */
        get: operations["list_restores"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/roles": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the roles
         * @description Needs `read_acls`.
         */
        get: operations["list_roles"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/roles/{role}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Create a role or replace its scopes
         * @description You can add only scopes that you hold.
         *
         *     Needs `write_acls`.
         */
        put: operations["save_role"];
        post?: never;
        /**
         * Delete a role
         * @description Users keep its name, which grants nothing. Succeeds even if there is no such role.
         *
         *     Needs `write_acls`.
         */
        delete: operations["delete_role"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/snapshots": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List snapshots
         * @description Lists those of one destination, or of all that the server's settings name. With several, the answer says why the list of a destination failed. The scope `write_backups` is enough.
         *
         *     Needs `read_backups`.
         */
        get: operations["list_snapshots"];
        put?: never;
        /**
         * Make a snapshot
         * @description Backs all three databases up into one destination, or several, as a task. It has no job's tag, so no job's policy removes it. If you cancel it, it leaves no snapshot.
         *
         *     Needs `write_backups`.
         */
        post: operations["create_snapshot"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/snapshots/{snapshot}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Look at a snapshot
         * @description How much it holds. The server needs an identity that reads the repository: without one it answers 409 with `IDENTITY_REQUIRED`. The scope `write_backups` is enough.
         *
         *     Needs `read_backups`.
         */
        get: operations["get_snapshot"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/snapshots/{snapshot}/diff": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Compare two snapshots
         * @description Shows what has changed from this snapshot to the one that `other` names. Only segments that differ are read. It counts as one transfer of `--max-transfers`.
         *
         *     Needs `read_backups`.
         */
        get: operations["diff_snapshots"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/snapshots/{snapshot}/restore": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Restore a snapshot
         * @description Fetches the snapshot to the disk of the databases, verifies all of it, and then restores it, as a task. It needs `read_backups`, and the scopes of a restore of each of its databases. If you cancel it before the first database has changed, all stay as they were. Later it goes on to its end. `POST /restore/undo` takes it back. The server needs an identity that reads the repository: without one it answers 409 with `IDENTITY_REQUIRED`.
         *
         *     Needs any valid token.
         */
        post: operations["restore_snapshot"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/snapshots/forget": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Forget snapshots
         * @description Removes the named snapshots, or with `keep` those that no rule keeps, as a task: all of them, or none. With `prune`, what only they held is removed as well. If you cancel that part, the rest stays until the next prune. Try rules with `dryRun` first. They look at all snapshots in the destination, also at those of other servers and jobs, unless `hosts` or `tags` say otherwise. They apply to each installation of a host by itself, and never remove its newest snapshot that a drill has verified. They need an identity on the server.
         *
         *     Needs `forget_backups`.
         */
        post: operations["forget_snapshots"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/streams": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the streams and their configurations
         * @description Needs `read_streams`.
         */
        get: operations["list_streams"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/streams/{stream}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show a stream's configuration
         * @description A stream that does not exist is created, if the caller may write streams; else this shows what it would begin with.
         *
         *     Needs `read_streams`.
         */
        get: operations["get_stream"];
        /**
         * Create a stream or change its configuration
         * @description Entries that a new limit excludes are removed. A newly indexed field is also indexed for entries that exist. Until that is done, queries look at every entry.
         *
         *     Needs `write_streams`.
         */
        put: operations["configure_stream"];
        post?: never;
        /**
         * Delete a stream
         * @description Deletes its entries and configuration. Succeeds even if there is no such stream.
         *
         *     Needs `write_streams`.
         */
        delete: operations["purge_stream"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/streams/{stream}/fields": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the fields that a stream's entries have
         * @description Needs `read_streams`.
         */
        get: operations["list_stream_fields"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/streams/{stream}/indices": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the values that a stream's indexed fields have
         * @description At most 10,000 in all.
         *
         *     Needs `read_streams`.
         */
        get: operations["get_stream_indices"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/streams/{stream}/logs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Query a stream's entries in a window of time
         * @description Newest first. The answer is streamed: if it breaks off, the connection is cut.
         *
         *     Needs `read_streams`.
         */
        get: operations["query_stream"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/streams/{stream}/logs/watch": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Watch a stream's entries come in
         * @description Server-sent events: each entry is an event `log`, with the entry's id and JSON. An event `lost` says how many could not be sent in time. Comments keep the connection awake. The connection ends once the caller may not watch any more.
         *
         *     Needs `read_streams`.
         */
        get: operations["watch_logs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tasks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List tasks
         * @description Newest first: running tasks, and the newest hundred that have ended. The user who began a task sees it, until their password is set anew, or a restore brings another one. So do callers who hold the scopes that its work needs. The list has only these.
         *
         *     Needs any valid token.
         */
        get: operations["list_tasks"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tasks/{task}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Look at a task
         * @description The user who began a task sees it, until their password is set anew, or a restore brings another one. So do callers who hold the scopes that its work needs.
         *
         *     Needs any valid token.
         */
        get: operations["get_task"];
        put?: never;
        post?: never;
        /**
         * Cancel a task
         * @description Asks the task to stop, and doesn't wait: its events tell when it has ended. Nothing is left half done: a cancelled restore has changed nothing, and a cancelled backup leaves no snapshot. A task that can't be undone any more goes on to its end, and succeeds. The user who began a task sees it, until their password is set anew, or a restore brings another one. So do callers who hold the scopes that its work needs.
         *
         *     Needs any valid token.
         */
        delete: operations["cancel_task"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tasks/{task}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Follow a task to its end
         * @description Server-sent events: `task` with the task as it is now, `progress` as it goes on, and `end` with the task as it ended, which is the last one. Each has an id: a client that comes back with it, in the header `Last-Event-ID` or as `lastEventId`, gets the events after it. Comments keep the connection awake. The user who began a task sees it, until their password is set anew, or a restore brings another one. So do callers who hold the scopes that its work needs. The connection ends once the caller may not see the task any more.
         *
         *     Needs any valid token.
         */
        get: operations["follow_task"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/test/alerts/{alert}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Post a record to an alert's webhook
         * @description Needs `write_alerts`.
         */
        post: operations["test_alert"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/test/forwarders/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Post a record to a forwarder
         * @description Needs `write_alerts`.
         */
        post: operations["test_forwarder"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/test/pipeline/{pipeline}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Lead records through a flow
         * @description Nothing is stored or called. `trace` has what came to each node of the flow and what left it. For another pipeline that the flow enters, it says only whether that succeeded.
         *
         *     Needs `send_logs`.
         */
        post: operations["test_pipeline"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/test/transformer": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Run a script on a record
         * @description `records` has the logs that it makes of the record; `record` is the first of them.
         *
         *     Needs `read_transformers`.
         */
        post: operations["test_transformer"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/token": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Create a token for oneself
         * @description The token is shown only once, and only its hash is kept. A body is optional. A token that is made with another token expires no later than that one.
         *
         *     Needs any valid token.
         */
        post: operations["create_token"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tokens": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List one's own tokens
         * @description Needs any valid token.
         */
        get: operations["list_tokens"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tokens/{token_uuid}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Delete one of one's own tokens
         * @description Succeeds even if there is no such token.
         *
         *     Needs any valid token.
         */
        delete: operations["delete_token"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/transformers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the transformers
         * @description Needs `read_transformers`.
         */
        get: operations["list_transformers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/transformers/{transformer}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show a transformer's script
         * @description Needs `read_transformers`.
         */
        get: operations["get_transformer"];
        /**
         * Create or replace a transformer
         * @description A script that calls functions that this server's VRL doesn't have is refused. One that can't be compiled is saved, and `warnings` says so, and which pipelines lead to it.
         *
         *     Needs `write_transformers`.
         */
        put: operations["save_transformer"];
        post?: never;
        /**
         * Delete a transformer
         * @description `warnings` names the pipelines that lead to it.
         *
         *     Needs `write_transformers`.
         */
        delete: operations["delete_transformer"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the users
         * @description Needs `read_acls`.
         */
        get: operations["list_users"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/{user}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Create or change a user
         * @description Without `password` or `roles`, an existing user keeps them. A new password ends the user's sessions. You can give only roles whose scopes you hold, and set the password only of a user who may do no more than you. What you give never grants more than you hold now, whatever is added to the user or the role later.
         *
         *     Needs `write_acls`.
         */
        put: operations["save_user"];
        post?: never;
        /**
         * Delete a user
         * @description Also deletes their tokens and ends their sessions. Succeeds even if there is no such user.
         *
         *     Needs `write_acls`.
         */
        delete: operations["delete_user"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description How an auth restore changes permissions. */
        AccessReport: {
            /** @description Users that may administer afterwards. */
            administrators: number;
            /** @description The restoring user: whether they can still log in and administer, and what they gain. */
            caller: {
                gains: components["schemas"]["Scope"][];
                stays: boolean;
                user: string;
            };
            /** @description Users whose scopes change, with those that come or go. */
            changes: {
                gains: components["schemas"]["Scope"][];
                loses: components["schemas"]["Scope"][];
                user: string;
            }[];
            /** @description Users whose password may differ afterwards. */
            passwordsChanged: string[];
            /** @description Why it is refused unless access changes are allowed; empty if it isn't refused. */
            refusals: string[];
            /** @description Tokens that don't work now and will, or will for longer. */
            tokensBack: {
                user: string;
                uuid: string;
            }[];
            /** @description Tokens that work now and won't, or not for as long. */
            tokensGone: {
                user: string;
                uuid: string;
            }[];
            /** @description Users that are not there now and will be. */
            usersBack: string[];
            /** @description Users that are there now and won't be. */
            usersGone: string[];
        };
        /** @description What a compaction did. */
        CompactionReport: {
            /** @description Bytes of the file now. */
            bytesAfter: number;
            /** @description Bytes of the file before. */
            bytesBefore: number;
            /** @enum {string} */
            database: "auth" | "config" | "logs";
            /** @description False if less than a hundredth of the file was free. Then it was left as it is. */
            rewritten: boolean;
            /** @description How long it took. */
            seconds: number;
        };
        /** @description The state of a continuous job in a destination. */
        ContinuousState: {
            error?: components["schemas"]["JobFault"];
            /**
             * Format: date-time
             * @description Since when storing fails.
             */
            failingSince?: string;
            /**
             * Format: date-time
             * @description All changes up to this time are stored. Absent until that was the case once.
             */
            lastSuccess?: string;
            /** @description Why a snapshot is needed before changes can be stored one by one again. */
            needsSnapshot?: string;
            /** @description Seconds of changes that would be lost with this machine. */
            possibleLossSeconds: number;
        };
        Deleted: {
            /**
             * @description Always true, since errors have another form.
             * @constant
             */
            success: true;
            /** @description What does not work on this server, in at most 23 sentences. */
            warnings?: string[];
        };
        /** @description The snapshots of one destination. */
        DestinationSnapshots: {
            destination: string;
            error?: components["schemas"]["SnapshotFault"];
            /**
             * Format: date-time
             * @description When the newest delta of a continuous backup was stored. Each change up to then can be restored. Absent if there are no deltas.
             */
            newestDelta?: string;
            /** @description Whether the server has an identity that reads them. Without one it gives only their ids and times. */
            readable: boolean;
            /** @description Newest first. */
            snapshots: components["schemas"]["ListedSnapshot"][];
            /** @description Snapshots that can't be read. */
            unreadable: {
                code: string;
                createdAt: string;
                message: string;
                setId: string;
            }[];
        };
        Done: {
            /**
             * @description Always true, since errors have another form.
             * @constant
             */
            success: true;
        };
        /** @description Every error. */
        Error: {
            /**
             * @description Stable, for programs.
             * @enum {string}
             */
            code: "INPUT_INVALID" | "NOT_FOUND" | "FILE_UNAVAILABLE" | "DISK_FULL" | "SNAPSHOT_TRUNCATED" | "SNAPSHOT_CORRUPT" | "SNAPSHOT_WRONG_DATABASE" | "SNAPSHOT_UNSUPPORTED" | "SNAPSHOT_UNRECOGNIZED" | "DATABASE_MISSING" | "DATABASE_INVALID" | "DATABASE_DAMAGED" | "DATABASE_WRONG_KIND" | "DATABASE_TOO_NEW" | "DATABASE_REPLACED" | "DATABASE_UNAVAILABLE" | "REPOSITORY_MISSING" | "REPOSITORY_UNAVAILABLE" | "REPOSITORY_DAMAGED" | "IDENTITY_REQUIRED" | "SIGNATURE_REFUSED" | "REFUSED" | "CONFLICT" | "BUSY" | "UNAUTHENTICATED" | "PERMISSION_DENIED" | "RATE_LIMITED" | "INPUT_TOO_LARGE" | "MEDIA_TYPE_UNSUPPORTED" | "METHOD_NOT_ALLOWED" | "UPSTREAM_FAILED" | "ADDRESS_UNAVAILABLE" | "NOT_IMPLEMENTED" | "CANCELLED" | "INTERNAL";
            /** @description Facts for programs: offsets, counts, missing scopes. */
            details?: {
                [key: string]: unknown;
            };
            /** @description What to do about it. */
            hint?: string;
            /** @description What is wrong with the input, one by one. */
            issues?: {
                message: string;
                /** @description Where in the input; empty for the whole. */
                path: string;
            }[];
            /** @description What was wrong, and where. */
            message: string;
            /** @description Names the request in the server's log. */
            requestId: string;
            /** @constant */
            success: false;
        };
        /** @description A pipeline's graph: nodes, and edges that logs take. */
        Flow: {
            edges: {
                id: string;
                source: string;
                sourceHandle: string;
                target: string;
            }[];
            nodes: {
                data: {
                    [key: string]: string;
                };
                id: string;
                position: {
                    x: number;
                    y: number;
                };
                type: string;
            }[];
            version: number;
        };
        /** @description Source, transform and switch nodes pass logs on; pipeline, alert and router nodes take them. `data` says what a node works with: `type`, `transformer`, `condition`, `pipeline`, `alert` or `stream`. */
        FlowInput: {
            /** @default [] */
            edges?: {
                id: string;
                source: string;
                sourceHandle?: string | null;
                target: string;
            }[];
            /** @default [] */
            nodes?: {
                data?: {
                    [key: string]: string;
                } | null;
                id: string;
                position?: {
                    x: number;
                    y: number;
                } | null;
                /** @enum {string} */
                type: "source" | "transform" | "switch" | "pipeline" | "alert" | "router";
            }[];
            /** @description Of the format: 1. */
            version?: number | null;
        };
        Forwarder: {
            config: {
                /** @description A type of FlowG v0.63, with its members. The server keeps forwarders of the types `amqp` and `clickhouse`, and doesn't run them. */
                type: string;
            } & {
                [key: string]: unknown;
            };
            version: number;
        };
        ForwarderInput: {
            config: {
                /** @description A type of FlowG v0.63, with its members. The server keeps forwarders of the types `amqp` and `clickhouse`, and doesn't run them. */
                type: string;
            } & {
                [key: string]: unknown;
            };
            /** @description Of the format: 2. */
            version?: number | null;
        };
        /** @description A backup job, and the state of its runs. */
        Job: {
            destinations: {
                /** @description How many bytes these took. */
                bytes?: number;
                continuous?: components["schemas"]["ContinuousState"];
                /** @description Whether the last drill failed there. Absent where there was none. */
                drillFailed?: boolean;
                /**
                 * Format: date-time
                 * @description When a snapshot was last stored there.
                 */
                lastSuccess?: string;
                name: string;
                /** @description How many segments it held after the last prune. */
                objects?: number;
                /** @description What a real restore of it takes, about. */
                restoreSeconds?: number;
                /** @description That snapshot's id. */
                snapshot?: string;
                /** @description The newest snapshot that has passed a drill there. */
                verified?: string;
                /**
                 * Format: date-time
                 * @description When it passed.
                 */
                verifiedAt?: string;
            }[];
            drill?: components["schemas"]["JobDrill"];
            lastRun?: components["schemas"]["JobRun"];
            /**
             * Format: date-time
             * @description When a run last succeeded in all destinations.
             */
            lastSuccess?: string;
            name: string;
            /**
             * Format: date-time
             * @description Absent while it is paused.
             */
            nextRun?: string;
            /** @description Whether its last success is older than it may be. */
            overdue: boolean;
            paused: boolean;
            running?: {
                /**
                 * Format: date-time
                 * @description When it was due, or was asked for.
                 */
                dueAt: string;
                /** @description A UUID. */
                id: string;
                progress?: {
                    database?: string;
                    phase: string;
                    records: number;
                    totalRecords?: number;
                };
                /**
                 * Format: date-time
                 * @description When it began.
                 */
                startedAt: string;
                /**
                 * @description Why it ran: by its schedule, late after its time had passed, or because somebody asked for it.
                 * @enum {string}
                 */
                trigger: "schedule" | "catch-up" | "request" | "continuous";
            };
            /** @description A cron expression. */
            schedule: string;
            timeZone: string;
        };
        /** @description The drills of a job. */
        JobDrill: {
            lastRun?: components["schemas"]["JobRun"];
            /**
             * Format: date-time
             * @description When one last passed in each destination.
             */
            lastSuccess?: string;
            /**
             * Format: date-time
             * @description When the next one begins.
             */
            nextRun?: string;
            /** @description Whether its last success is older than it may be. */
            overdue: boolean;
            running?: {
                /**
                 * Format: date-time
                 * @description When it was due, or was asked for.
                 */
                dueAt: string;
                /** @description A UUID. */
                id: string;
                progress?: {
                    database?: string;
                    phase: string;
                    records: number;
                    totalRecords?: number;
                };
                /**
                 * Format: date-time
                 * @description When it began.
                 */
                startedAt: string;
                /**
                 * @description Why it ran: by its schedule, late after its time had passed, or because somebody asked for it.
                 * @enum {string}
                 */
                trigger: "schedule" | "catch-up" | "request" | "continuous";
            };
            /** @description A cron expression. */
            schedule?: string;
            timeZone?: string;
        };
        /** @description Why something failed. */
        JobFault: {
            code: string;
            hint?: string;
            message: string;
        };
        /** @description A run that has ended. */
        JobRun: {
            destinations: {
                destination: string;
                /** @description What a drill has proved. */
                drill?: {
                    /**
                     * Format: date-time
                     * @description The instant of the restored state.
                     */
                    instant: string;
                    /** @description What a real restore of it takes, about. */
                    restoreSeconds: number;
                    /** @description How many snapshots were restored. */
                    snapshots: number;
                };
                error?: components["schemas"]["JobFault"];
                /** @description How many bytes it has added there. */
                newBytes?: number;
                /** @description How many older snapshots the run has removed. */
                removed?: number;
                /** @description The id of the snapshot that was stored, or that passed its drill. */
                snapshot?: string;
            }[];
            /**
             * Format: date-time
             * @description When it was due, or was asked for.
             */
            dueAt: string;
            /**
             * Format: date-time
             * @description When it ended.
             */
            endedAt: string;
            error?: components["schemas"]["JobFault"];
            /** @description A UUID. */
            id: string;
            notes: string[];
            /**
             * @description `partial`: a snapshot was stored, but not in each destination, or older ones could not be removed. `failure`: none was stored. `cancelled`: somebody ended it before a snapshot was stored. `cut`: the server ended meanwhile. Of a drill, `partial`: it passed in some destinations. `failure`: in none.
             * @enum {string}
             */
            outcome: "success" | "partial" | "failure" | "cancelled" | "cut";
            /**
             * Format: date-time
             * @description When it began.
             */
            startedAt: string;
            /**
             * @description Why it ran: by its schedule, late after its time had passed, or because somebody asked for it.
             * @enum {string}
             */
            trigger: "schedule" | "catch-up" | "request" | "continuous";
        };
        /** @description A snapshot of a repository. */
        ListedSnapshot: {
            /**
             * Format: date-time
             * @description The instant that it holds.
             */
            createdAt: string;
            databases?: {
                auth?: {
                    /** @description How many records it has. */
                    entries: number;
                    /** @description Bytes of the records before compression. */
                    rawBytes: number;
                    /** @description Bytes of their segments in the repository. */
                    storedBytes: number;
                };
                config?: {
                    /** @description How many records it has. */
                    entries: number;
                    /** @description Bytes of the records before compression. */
                    rawBytes: number;
                    /** @description Bytes of their segments in the repository. */
                    storedBytes: number;
                };
                logs?: {
                    /** @description How many records it has. */
                    entries: number;
                    /** @description Bytes of the records before compression. */
                    rawBytes: number;
                    /** @description Bytes of their segments in the repository. */
                    storedBytes: number;
                };
            };
            /** @description The host of the databases. The server must be able to read the snapshot to give this and the next facts. */
            host?: string;
            /** @description The id of the installation whose job made it: several may share a host name. Absent where a person made it. */
            installation?: string;
            producer?: string;
            /** @description About how long a real restore takes, by that drill. */
            restoreSeconds?: number;
            /** @description The snapshot's id, a UUID. */
            setId: string;
            tags?: string[];
            /**
             * Format: date-time
             * @description When it last passed a drill. Absent if it never did.
             */
            verifiedAt?: string;
        };
        Log: {
            fields: {
                [key: string]: string;
            };
            /** @description RFC 3339. */
            timestamp: string;
        };
        NodeTrace: {
            error: string | null;
            input: {
                [key: string]: string;
            };
            nodeID: string;
            output: {
                [key: string]: string;
            }[] | null;
        };
        Permissions: {
            can_edit_acls: boolean;
            can_edit_alerts: boolean;
            can_edit_backups: boolean;
            can_edit_pipelines: boolean;
            can_edit_streams: boolean;
            can_edit_transformers: boolean;
            can_forget_backups: boolean;
            can_send_logs: boolean;
            can_view_acls: boolean;
            can_view_alerts: boolean;
            can_view_backups: boolean;
            can_view_pipelines: boolean;
            can_view_streams: boolean;
            can_view_transformers: boolean;
        };
        RestoreCounts: {
            /** @description In the snapshot only. */
            added: number;
            /** @description In the database only, and left there. */
            kept: number;
            /** @description In both, with other contents. */
            overwritten: number;
            /** @description In the database only, and removed. */
            removed: number;
            /** @description In both, and equal. */
            unchanged: number;
        };
        /** @description What a restore did, or would do. */
        RestoreReport: {
            access?: components["schemas"]["AccessReport"];
            /** @description When the snapshot was made, RFC 3339; FlowG's own files don't say. */
            createdAt?: string;
            /** @enum {string} */
            database: "auth" | "config" | "logs";
            /** @description Whether it only says what would change. */
            dryRun: boolean;
            /**
             * @description The format of the file.
             * @enum {string}
             */
            format: "snapshot" | "flowg-badger" | "flowg-config-archive";
            /** @description By kind of record: `role`, `user`, `entry`, … */
            kinds: {
                [key: string]: components["schemas"]["RestoreCounts"];
            };
            /** @enum {string} */
            mode: "merge" | "replace";
            /** @description UUID, by which `POST /restore/undo` takes it back. Absent in a dry run, and where no undo file was kept. */
            run?: string;
            /** @description How long it took. */
            seconds: number;
            /** @description The items that were restored, if not all. The counts are of these alone. */
            selected?: string[];
            /** @description UUID that snapshots of one instant share; not in FlowG's own files. */
            setId?: string;
            /** @description What people should know: what was left out, what has no effect here, what has no checksum. */
            warnings: string[];
        };
        /** @description A restore that has changed databases. */
        RestoreRun: {
            /** @description When it began, RFC 3339. */
            at: string;
            /** @description The user, or the account of the machine. */
            by: string;
            canUndo: boolean;
            databases: {
                createdAt?: string;
                /** @enum {string} */
                database: "auth" | "config" | "logs";
                /** @description By kind of record. */
                kinds: {
                    [key: string]: components["schemas"]["RestoreCounts"];
                };
                selected?: string[];
                setId?: string;
                /** @description The name of the file, if it was an offline restore. */
                source?: string;
            }[];
            /**
             * @description `undo`: it took back another one.
             * @enum {string}
             */
            mode: "merge" | "replace" | "undo";
            /** @description Databases that it should have changed, but didn't because it was cut. */
            notRestored?: ("auth" | "config" | "logs")[];
            /** @description UUID. */
            run: string;
            /** @description The run that it took back. */
            undoes?: string;
            /** @description The run that has taken it back. */
            undoneBy?: string;
            whyNot?: string;
        };
        /** @description What a restore of all three databases did, or would do. */
        RestoreSetReport: {
            /** @description In the order of the restore. */
            databases: components["schemas"]["RestoreReport"][];
            /** @description Whether it only says what would change. */
            dryRun: boolean;
            /** @description What people should know: an earlier restore that was cut between two databases. */
            notes: string[];
            /** @description UUID, by which `POST /restore/undo` takes it back. Absent in a dry run, and where no undo file was kept. */
            run?: string;
            /** @description How long it took. */
            seconds: number;
        };
        Role: {
            name: string;
            /** @description Scopes that this version doesn't know can come from a restored backup; they grant nothing. */
            scopes: string[];
        };
        Saved: {
            /**
             * @description Always true, since errors have another form.
             * @constant
             */
            success: true;
            /** @description What does not work on this server, in at most 23 sentences. */
            warnings?: string[];
        };
        /** @enum {string} */
        Scope: "read_pipelines" | "write_pipelines" | "read_transformers" | "write_transformers" | "read_streams" | "write_streams" | "read_alerts" | "write_alerts" | "read_acls" | "write_acls" | "send_logs" | "read_backups" | "write_backups" | "forget_backups";
        /** @description What a snapshot of a repository holds. */
        SnapshotDetails: {
            /**
             * Format: date-time
             * @description The instant that it holds.
             */
            createdAt: string;
            databases: {
                auth?: {
                    /** @description How many records it has. */
                    entries: number;
                    /** @description Damaged records that the backup has left out. */
                    leftOut?: number;
                    /** @description Records that a repair could not save. */
                    lost?: number;
                    /** @description Bytes of the records before compression. */
                    rawBytes: number;
                    /** @description How many objects hold them. */
                    segments: number;
                    /** @description Bytes of their segments in the repository. */
                    storedBytes: number;
                };
                config?: {
                    /** @description How many records it has. */
                    entries: number;
                    /** @description Damaged records that the backup has left out. */
                    leftOut?: number;
                    /** @description Records that a repair could not save. */
                    lost?: number;
                    /** @description Bytes of the records before compression. */
                    rawBytes: number;
                    /** @description How many objects hold them. */
                    segments: number;
                    /** @description Bytes of their segments in the repository. */
                    storedBytes: number;
                };
                logs?: {
                    /** @description How many records it has. */
                    entries: number;
                    /** @description Damaged records that the backup has left out. */
                    leftOut?: number;
                    /** @description Records that a repair could not save. */
                    lost?: number;
                    /** @description Bytes of the records before compression. */
                    rawBytes: number;
                    /** @description How many objects hold them. */
                    segments: number;
                    /** @description Bytes of their segments in the repository. */
                    storedBytes: number;
                };
            };
            destination: string;
            host: string;
            /** @description The id of the installation whose job made it: several may share a host name. Absent where a person made it. */
            installation?: string;
            producer: string;
            /** @description About how long a real restore takes, by that drill. */
            restoreSeconds?: number;
            setId: string;
            tags: string[];
            /**
             * Format: date-time
             * @description When it last passed a drill. Absent if it never did.
             */
            verifiedAt?: string;
        };
        /** @description What has changed from one snapshot to another. */
        SnapshotDiff: {
            after: string;
            before: string;
            databases: {
                access?: {
                    administrators: {
                        after: string[];
                        before: string[];
                    };
                    changes: {
                        gains: string[];
                        loses: string[];
                        user: string;
                    }[];
                    passwordsChanged: string[];
                    tokensGained: {
                        user: string;
                        uuid: string;
                    }[];
                    tokensLost: {
                        user: string;
                        uuid: string;
                    }[];
                    usersAdded: string[];
                    usersRemoved: string[];
                };
                /** @enum {string} */
                database: "auth" | "config" | "logs";
                equal: boolean;
                /** @description Only those that differ. */
                kinds: {
                    [key: string]: {
                        added: number;
                        changed: number;
                        /** @description The first hundred of each. */
                        names: {
                            added: string[];
                            changed: string[];
                            removed: string[];
                        };
                        removed: number;
                    };
                };
                streams: {
                    added: number;
                    changed: number;
                    /**
                     * Format: date-time
                     * @description The oldest entry that differs.
                     */
                    from?: string;
                    name: string;
                    removed: number;
                    /**
                     * Format: date-time
                     * @description The newest one.
                     */
                    to?: string;
                }[];
            }[];
            equal: boolean;
            onlyAfter: ("auth" | "config" | "logs")[];
            onlyBefore: ("auth" | "config" | "logs")[];
        };
        /** @description Why a destination can't be used. */
        SnapshotFault: {
            code: string;
            hint?: string;
            message: string;
        };
        StreamConfig: {
            indexed_fields: string[];
            /** Format: int64 */
            size: number;
            /** Format: int64 */
            ttl: number;
        };
        StreamConfigInput: {
            /**
             * @description Fields whose values are indexed, so that a filter on them is fast.
             * @default []
             */
            indexed_fields?: string[];
            /**
             * Format: int64
             * @description MiB to keep; 0 or less: no limit.
             * @default 0
             */
            size?: number;
            /**
             * Format: int64
             * @description Seconds to keep an entry; 0 or less: for ever.
             * @default 0
             */
            ttl?: number;
        };
        /** @description Long work that somebody, or the server, has begun. */
        Task: {
            /**
             * Format: date-time
             * @description When it began.
             */
            begunAt: string;
            /** @description The user who began it; absent if the server did, by a schedule. */
            by?: string;
            /** @description Whether somebody has cancelled it and it hasn't ended yet. */
            cancelling?: boolean;
            /**
             * Format: date-time
             * @description When it ended.
             */
            endedAt?: string;
            error?: components["schemas"]["TaskFault"];
            /** @description A UUID. */
            id: string;
            /** @enum {string} */
            kind: "job" | "backup" | "restore" | "forget" | "drill";
            /** @description The report of what it did. Each kind of task has another one. */
            outcome?: {
                [key: string]: unknown;
            };
            progress?: components["schemas"]["TaskProgress"];
            /**
             * @description `cut`: the server ended meanwhile. The task does not go on.
             * @enum {string}
             */
            state: "running" | "succeeded" | "failed" | "cancelled" | "cut";
            /** @description What it works on: a job, a snapshot, or destinations of snapshots. */
            target: string;
        };
        /** @description Why a task has failed. */
        TaskFault: {
            code: string;
            /** @description Facts for programs. */
            details?: {
                [key: string]: unknown;
            };
            hint?: string;
            message: string;
        };
        /** @description How far a task is. */
        TaskProgress: {
            database?: string;
            /** @description How many pieces are done, where the work has pieces. */
            done?: number;
            phase: string;
            records?: number;
            total?: number;
            totalRecords?: number;
        };
        Token: {
            /** @description Whether it has expired. */
            expired: boolean;
            /**
             * Format: date-time
             * @description When it expires, RFC 3339; absent if it never does.
             */
            expires_at?: string;
            /**
             * Format: date-time
             * @description When it was last used, RFC 3339; absent if it never was.
             */
            last_used_at?: string;
            /** @description What it is for; absent if it has no name. */
            name?: string;
            uuid: string;
        };
        /** @description What taking a restore back did, or would do. */
        UndoReport: {
            databases: {
                access?: components["schemas"]["AccessReport"];
                /** @description Changed after the restore: how many, and the first hundred by name. */
                changed: {
                    items: string[];
                    records: number;
                };
                /** @enum {string} */
                database: "auth" | "config" | "logs";
                /** @description Of the records that the restore had changed: `added` are there again, `overwritten` have their older value, `removed` had come with the restore, `unchanged` had their older value already, `kept` were changed since, or are needed. */
                kinds: {
                    [key: string]: components["schemas"]["RestoreCounts"];
                };
                seconds: number;
                warnings: string[];
            }[];
            /** @description Whether it only says what would change. */
            dryRun: boolean;
            /** @description What people should know. */
            notes: string[];
            /** @description UUID, by which `POST /restore/undo` takes it back. Absent in a dry run, and where no undo file was kept. */
            run?: string;
            seconds: number;
            /** @description The run that was taken back. */
            undoes: string;
            /** @description When that began, RFC 3339. */
            undoesAt: string;
        };
        User: {
            name: string;
            roles: string[];
        };
        /** @description Where an alert is posted to. */
        Webhook: {
            /** @description Of a forwarder to a service: its settings, as `/forwarders` has them. */
            config?: {
                type: string;
            } & {
                [key: string]: unknown;
            };
            headers: {
                [key: string]: string;
            };
            /** @description Of a forwarder to a service: its kind. */
            type?: string;
            url: string;
            version: number;
        };
        WebhookInput: {
            config?: ({
                type: string;
            } & {
                [key: string]: unknown;
            }) | null;
            headers?: {
                [key: string]: string;
            } | null;
            /**
             * Format: uri
             * @description http or https.
             */
            url: string;
            /** @description Of the format: 1. */
            version?: number | null;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    list_alerts: {
        parameters: {
            query?: {
                /** @description Whether to say which of them do not work on this server. */
                warnings?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Names this request in the server's log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "alerts": [
                     *         "on-call"
                     *       ]
                     *     }
                     */
                    "application/json": {
                        alerts: string[];
                        /**
                         * @description Always true, since errors have another form.
                         * @constant
                         */
                        success: true;
                        /** @description What does not work on this server, in at most 23 sentences. */
                        warnings?: string[];
                    };
                };
            };
            /** @description A given value breaks a rule (`INPUT_INVALID`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INPUT_INVALID",
                     *       "message": "a given value breaks a rule",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not authenticated (`UNAUTHENTICATED`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "UNAUTHENTICATED",
                     *       "message": "not authenticated",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not permitted (`PERMISSION_DENIED`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "PERMISSION_DENIED",
                     *       "message": "not permitted",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too many attempts (`RATE_LIMITED`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "RATE_LIMITED",
                     *       "message": "too many attempts",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description An unexpected fault (`INTERNAL`); the database is damaged (`DATABASE_DAMAGED`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INTERNAL",
                     *       "message": "an unexpected fault",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Busy (`BUSY`); the database's files were replaced (`DATABASE_REPLACED`); the database cannot be used now (`DATABASE_UNAVAILABLE`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "BUSY",
                     *       "message": "busy",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The disk is full (`DISK_FULL`) */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "DISK_FULL",
                     *       "message": "the disk is full",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    get_alert: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The alert's name: 1 to 512 bytes of UTF-8, no control characters. */
                alert: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Names this request in the server's log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "webhook": {
                     *         "version": 1,
                     *         "url": "https://example.com/hooks/flowg",
                     *         "headers": {
                     *           "Content-Type": "application/json"
                     *         }
                     *       }
                     *     }
                     */
                    "application/json": {
                        /**
                         * @description Always true, since errors have another form.
                         * @constant
                         */
                        success: true;
                        webhook: components["schemas"]["Webhook"];
                    };
                };
            };
            /** @description A given value breaks a rule (`INPUT_INVALID`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INPUT_INVALID",
                     *       "message": "a given value breaks a rule",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not authenticated (`UNAUTHENTICATED`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "UNAUTHENTICATED",
                     *       "message": "not authenticated",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not permitted (`PERMISSION_DENIED`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "PERMISSION_DENIED",
                     *       "message": "not permitted",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description It does not exist (`NOT_FOUND`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "NOT_FOUND",
                     *       "message": "it does not exist",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too many attempts (`RATE_LIMITED`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "RATE_LIMITED",
                     *       "message": "too many attempts",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description An unexpected fault (`INTERNAL`); the database is damaged (`DATABASE_DAMAGED`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INTERNAL",
                     *       "message": "an unexpected fault",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Busy (`BUSY`); the database's files were replaced (`DATABASE_REPLACED`); the database cannot be used now (`DATABASE_UNAVAILABLE`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "BUSY",
                     *       "message": "busy",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The disk is full (`DISK_FULL`) */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "DISK_FULL",
                     *       "message": "the disk is full",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    save_alert: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The alert's name: 1 to 512 bytes of UTF-8, no control characters. */
                alert: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "webhook": {
                 *         "version": 1,
                 *         "url": "https://example.com/hooks/flowg",
                 *         "headers": {
                 *           "Content-Type": "application/json"
                 *         }
                 *       }
                 *     }
                 */
                "application/json": {
                    webhook: components["schemas"]["WebhookInput"];
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Names this request in the server's log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true
                     *     }
                     */
                    "application/json": components["schemas"]["Saved"];
                };
            };
            /** @description A given value breaks a rule (`INPUT_INVALID`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INPUT_INVALID",
                     *       "message": "a given value breaks a rule",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not authenticated (`UNAUTHENTICATED`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "UNAUTHENTICATED",
                     *       "message": "not authenticated",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not permitted (`PERMISSION_DENIED`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "PERMISSION_DENIED",
                     *       "message": "not permitted",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Another one is under way (`CONFLICT`) */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "CONFLICT",
                     *       "message": "another one is under way",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too large (`INPUT_TOO_LARGE`) */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INPUT_TOO_LARGE",
                     *       "message": "too large",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A type of body that is not taken here (`MEDIA_TYPE_UNSUPPORTED`) */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "MEDIA_TYPE_UNSUPPORTED",
                     *       "message": "a type of body that is not taken here",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too many attempts (`RATE_LIMITED`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "RATE_LIMITED",
                     *       "message": "too many attempts",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description An unexpected fault (`INTERNAL`); the database is damaged (`DATABASE_DAMAGED`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INTERNAL",
                     *       "message": "an unexpected fault",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Busy (`BUSY`); the database's files were replaced (`DATABASE_REPLACED`); the database cannot be used now (`DATABASE_UNAVAILABLE`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "BUSY",
                     *       "message": "busy",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The disk is full (`DISK_FULL`) */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "DISK_FULL",
                     *       "message": "the disk is full",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    delete_alert: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The alert's name: 1 to 512 bytes of UTF-8, no control characters. */
                alert: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Names this request in the server's log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true
                     *     }
                     */
                    "application/json": components["schemas"]["Deleted"];
                };
            };
            /** @description A given value breaks a rule (`INPUT_INVALID`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INPUT_INVALID",
                     *       "message": "a given value breaks a rule",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not authenticated (`UNAUTHENTICATED`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "UNAUTHENTICATED",
                     *       "message": "not authenticated",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not permitted (`PERMISSION_DENIED`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "PERMISSION_DENIED",
                     *       "message": "not permitted",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description It does not exist (`NOT_FOUND`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "NOT_FOUND",
                     *       "message": "it does not exist",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Another one is under way (`CONFLICT`) */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "CONFLICT",
                     *       "message": "another one is under way",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too many attempts (`RATE_LIMITED`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "RATE_LIMITED",
                     *       "message": "too many attempts",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description An unexpected fault (`INTERNAL`); the database is damaged (`DATABASE_DAMAGED`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INTERNAL",
                     *       "message": "an unexpected fault",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Busy (`BUSY`); the database's files were replaced (`DATABASE_REPLACED`); the database cannot be used now (`DATABASE_UNAVAILABLE`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "BUSY",
                     *       "message": "busy",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The disk is full (`DISK_FULL`) */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "DISK_FULL",
                     *       "message": "the disk is full",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    change_password: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "old_password": "root",
                 *       "new_password": "correct horse battery staple"
                 *     }
                 */
                "application/json": {
                    new_password: string;
                    old_password: string;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Names this request in the server's log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true
                     *     }
                     */
                    "application/json": components["schemas"]["Done"];
                };
            };
            /** @description A given value breaks a rule (`INPUT_INVALID`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INPUT_INVALID",
                     *       "message": "a given value breaks a rule",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not authenticated (`UNAUTHENTICATED`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "UNAUTHENTICATED",
                     *       "message": "not authenticated",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not permitted (`PERMISSION_DENIED`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "PERMISSION_DENIED",
                     *       "message": "not permitted",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Another one is under way (`CONFLICT`) */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "CONFLICT",
                     *       "message": "another one is under way",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too large (`INPUT_TOO_LARGE`) */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INPUT_TOO_LARGE",
                     *       "message": "too large",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A type of body that is not taken here (`MEDIA_TYPE_UNSUPPORTED`) */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "MEDIA_TYPE_UNSUPPORTED",
                     *       "message": "a type of body that is not taken here",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too many attempts (`RATE_LIMITED`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "RATE_LIMITED",
                     *       "message": "too many attempts",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description An unexpected fault (`INTERNAL`); the database is damaged (`DATABASE_DAMAGED`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INTERNAL",
                     *       "message": "an unexpected fault",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Busy (`BUSY`); the database's files were replaced (`DATABASE_REPLACED`); the database cannot be used now (`DATABASE_UNAVAILABLE`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "BUSY",
                     *       "message": "busy",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The disk is full (`DISK_FULL`) */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "DISK_FULL",
                     *       "message": "the disk is full",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    login: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "username": "root",
                 *       "password": "correct horse battery staple"
                 *     }
                 */
                "application/json": {
                    password: string;
                    username: string;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Names this request in the server's log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "token": "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.e30.c2ln"
                     *     }
                     */
                    "application/json": {
                        /**
                         * @description Always true, since errors have another form.
                         * @constant
                         */
                        success: true;
                        /** @description A JWT, to be sent as `Bearer jwt:TOKEN`. */
                        token: string;
                    };
                };
            };
            /** @description A given value breaks a rule (`INPUT_INVALID`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INPUT_INVALID",
                     *       "message": "a given value breaks a rule",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not authenticated (`UNAUTHENTICATED`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "UNAUTHENTICATED",
                     *       "message": "not authenticated",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too large (`INPUT_TOO_LARGE`) */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INPUT_TOO_LARGE",
                     *       "message": "too large",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A type of body that is not taken here (`MEDIA_TYPE_UNSUPPORTED`) */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "MEDIA_TYPE_UNSUPPORTED",
                     *       "message": "a type of body that is not taken here",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too many attempts (`RATE_LIMITED`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "RATE_LIMITED",
                     *       "message": "too many attempts",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description An unexpected fault (`INTERNAL`); the database is damaged (`DATABASE_DAMAGED`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INTERNAL",
                     *       "message": "an unexpected fault",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Busy (`BUSY`); the database's files were replaced (`DATABASE_REPLACED`); the database cannot be used now (`DATABASE_UNAVAILABLE`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "BUSY",
                     *       "message": "busy",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The disk is full (`DISK_FULL`) */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "DISK_FULL",
                     *       "message": "the disk is full",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    whoami: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Names this request in the server's log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "user": {
                     *         "name": "viewer",
                     *         "roles": [
                     *           "viewer"
                     *         ]
                     *       },
                     *       "permissions": {
                     *         "can_view_pipelines": false,
                     *         "can_edit_pipelines": false,
                     *         "can_view_transformers": false,
                     *         "can_edit_transformers": false,
                     *         "can_view_streams": true,
                     *         "can_edit_streams": false,
                     *         "can_view_alerts": false,
                     *         "can_edit_alerts": false,
                     *         "can_view_acls": false,
                     *         "can_edit_acls": false,
                     *         "can_send_logs": false,
                     *         "can_view_backups": false,
                     *         "can_edit_backups": false,
                     *         "can_forget_backups": false
                     *       }
                     *     }
                     */
                    "application/json": {
                        permissions: components["schemas"]["Permissions"];
                        /**
                         * @description Always true, since errors have another form.
                         * @constant
                         */
                        success: true;
                        user: components["schemas"]["User"];
                    };
                };
            };
            /** @description A given value breaks a rule (`INPUT_INVALID`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INPUT_INVALID",
                     *       "message": "a given value breaks a rule",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not authenticated (`UNAUTHENTICATED`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "UNAUTHENTICATED",
                     *       "message": "not authenticated",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too many attempts (`RATE_LIMITED`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "RATE_LIMITED",
                     *       "message": "too many attempts",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description An unexpected fault (`INTERNAL`); the database is damaged (`DATABASE_DAMAGED`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INTERNAL",
                     *       "message": "an unexpected fault",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Busy (`BUSY`); the database's files were replaced (`DATABASE_REPLACED`); the database cannot be used now (`DATABASE_UNAVAILABLE`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "BUSY",
                     *       "message": "busy",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The disk is full (`DISK_FULL`) */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "DISK_FULL",
                     *       "message": "the disk is full",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    backup_all: {
        parameters: {
            query?: {
                /** @description Leave out damaged records. The seal, the manifest and the server's log say what was left out. */
                skipDamaged?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A snapshot */
            200: {
                headers: {
                    /** @description A name for the file. */
                    "Content-Disposition"?: string;
                    /** @description Names this request in the server's log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": Blob;
                    "application/x-tar": Blob;
                };
            };
            /** @description A given value breaks a rule (`INPUT_INVALID`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INPUT_INVALID",
                     *       "message": "a given value breaks a rule",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not authenticated (`UNAUTHENTICATED`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "UNAUTHENTICATED",
                     *       "message": "not authenticated",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not permitted (`PERMISSION_DENIED`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "PERMISSION_DENIED",
                     *       "message": "not permitted",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too many attempts (`RATE_LIMITED`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "RATE_LIMITED",
                     *       "message": "too many attempts",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description An unexpected fault (`INTERNAL`); the database is damaged (`DATABASE_DAMAGED`); a file cannot be used (`FILE_UNAVAILABLE`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INTERNAL",
                     *       "message": "an unexpected fault",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Busy (`BUSY`); the database's files were replaced (`DATABASE_REPLACED`); the database cannot be used now (`DATABASE_UNAVAILABLE`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "BUSY",
                     *       "message": "busy",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The disk is full (`DISK_FULL`) */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "DISK_FULL",
                     *       "message": "the disk is full",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    backup_auth: {
        parameters: {
            query?: {
                /** @description Leave out damaged records. The seal, the manifest and the server's log say what was left out. */
                skipDamaged?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A snapshot */
            200: {
                headers: {
                    /** @description A name for the file. */
                    "Content-Disposition"?: string;
                    /** @description Names this request in the server's log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": Blob;
                };
            };
            /** @description A given value breaks a rule (`INPUT_INVALID`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INPUT_INVALID",
                     *       "message": "a given value breaks a rule",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not authenticated (`UNAUTHENTICATED`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "UNAUTHENTICATED",
                     *       "message": "not authenticated",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not permitted (`PERMISSION_DENIED`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "PERMISSION_DENIED",
                     *       "message": "not permitted",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too many attempts (`RATE_LIMITED`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "RATE_LIMITED",
                     *       "message": "too many attempts",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description An unexpected fault (`INTERNAL`); the database is damaged (`DATABASE_DAMAGED`); a file cannot be used (`FILE_UNAVAILABLE`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INTERNAL",
                     *       "message": "an unexpected fault",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Busy (`BUSY`); the database's files were replaced (`DATABASE_REPLACED`); the database cannot be used now (`DATABASE_UNAVAILABLE`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "BUSY",
                     *       "message": "busy",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The disk is full (`DISK_FULL`) */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "DISK_FULL",
                     *       "message": "the disk is full",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    backup_config: {
        parameters: {
            query?: {
                /** @description Leave out damaged records. The seal, the manifest and the server's log say what was left out. */
                skipDamaged?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A snapshot */
            200: {
                headers: {
                    /** @description A name for the file. */
                    "Content-Disposition"?: string;
                    /** @description Names this request in the server's log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": Blob;
                };
            };
            /** @description A given value breaks a rule (`INPUT_INVALID`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INPUT_INVALID",
                     *       "message": "a given value breaks a rule",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not authenticated (`UNAUTHENTICATED`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "UNAUTHENTICATED",
                     *       "message": "not authenticated",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not permitted (`PERMISSION_DENIED`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "PERMISSION_DENIED",
                     *       "message": "not permitted",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too many attempts (`RATE_LIMITED`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "RATE_LIMITED",
                     *       "message": "too many attempts",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description An unexpected fault (`INTERNAL`); the database is damaged (`DATABASE_DAMAGED`); a file cannot be used (`FILE_UNAVAILABLE`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INTERNAL",
                     *       "message": "an unexpected fault",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Busy (`BUSY`); the database's files were replaced (`DATABASE_REPLACED`); the database cannot be used now (`DATABASE_UNAVAILABLE`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "BUSY",
                     *       "message": "busy",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The disk is full (`DISK_FULL`) */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "DISK_FULL",
                     *       "message": "the disk is full",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    backup_logs: {
        parameters: {
            query?: {
                /** @description Leave out damaged records. The seal, the manifest and the server's log say what was left out. */
                skipDamaged?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A snapshot */
            200: {
                headers: {
                    /** @description A name for the file. */
                    "Content-Disposition"?: string;
                    /** @description Names this request in the server's log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": Blob;
                };
            };
            /** @description A given value breaks a rule (`INPUT_INVALID`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INPUT_INVALID",
                     *       "message": "a given value breaks a rule",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not authenticated (`UNAUTHENTICATED`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "UNAUTHENTICATED",
                     *       "message": "not authenticated",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not permitted (`PERMISSION_DENIED`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "PERMISSION_DENIED",
                     *       "message": "not permitted",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too many attempts (`RATE_LIMITED`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "RATE_LIMITED",
                     *       "message": "too many attempts",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description An unexpected fault (`INTERNAL`); the database is damaged (`DATABASE_DAMAGED`); a file cannot be used (`FILE_UNAVAILABLE`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INTERNAL",
                     *       "message": "an unexpected fault",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Busy (`BUSY`); the database's files were replaced (`DATABASE_REPLACED`); the database cannot be used now (`DATABASE_UNAVAILABLE`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "BUSY",
                     *       "message": "busy",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The disk is full (`DISK_FULL`) */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "DISK_FULL",
                     *       "message": "the disk is full",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    compact_auth: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Names this request in the server's log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "report": {
                     *         "database": "auth",
                     *         "bytesBefore": 104857600,
                     *         "bytesAfter": 6291456,
                     *         "rewritten": true,
                     *         "seconds": 1.3
                     *       }
                     *     }
                     */
                    "application/json": {
                        report: components["schemas"]["CompactionReport"];
                        /**
                         * @description Always true, since errors have another form.
                         * @constant
                         */
                        success: true;
                    };
                };
            };
            /** @description A given value breaks a rule (`INPUT_INVALID`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INPUT_INVALID",
                     *       "message": "a given value breaks a rule",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not authenticated (`UNAUTHENTICATED`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "UNAUTHENTICATED",
                     *       "message": "not authenticated",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not permitted (`PERMISSION_DENIED`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "PERMISSION_DENIED",
                     *       "message": "not permitted",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Another one is under way (`CONFLICT`) */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "CONFLICT",
                     *       "message": "another one is under way",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too large (`INPUT_TOO_LARGE`) */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INPUT_TOO_LARGE",
                     *       "message": "too large",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A type of body that is not taken here (`MEDIA_TYPE_UNSUPPORTED`) */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "MEDIA_TYPE_UNSUPPORTED",
                     *       "message": "a type of body that is not taken here",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too many attempts (`RATE_LIMITED`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "RATE_LIMITED",
                     *       "message": "too many attempts",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description An unexpected fault (`INTERNAL`); the database is damaged (`DATABASE_DAMAGED`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INTERNAL",
                     *       "message": "an unexpected fault",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Busy (`BUSY`); the database's files were replaced (`DATABASE_REPLACED`); the database cannot be used now (`DATABASE_UNAVAILABLE`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "BUSY",
                     *       "message": "busy",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The disk is full (`DISK_FULL`) */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "DISK_FULL",
                     *       "message": "the disk is full",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    compact_config: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Names this request in the server's log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "report": {
                     *         "database": "config",
                     *         "bytesBefore": 104857600,
                     *         "bytesAfter": 6291456,
                     *         "rewritten": true,
                     *         "seconds": 1.3
                     *       }
                     *     }
                     */
                    "application/json": {
                        report: components["schemas"]["CompactionReport"];
                        /**
                         * @description Always true, since errors have another form.
                         * @constant
                         */
                        success: true;
                    };
                };
            };
            /** @description A given value breaks a rule (`INPUT_INVALID`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INPUT_INVALID",
                     *       "message": "a given value breaks a rule",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not authenticated (`UNAUTHENTICATED`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "UNAUTHENTICATED",
                     *       "message": "not authenticated",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not permitted (`PERMISSION_DENIED`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "PERMISSION_DENIED",
                     *       "message": "not permitted",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Another one is under way (`CONFLICT`) */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "CONFLICT",
                     *       "message": "another one is under way",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too large (`INPUT_TOO_LARGE`) */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INPUT_TOO_LARGE",
                     *       "message": "too large",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A type of body that is not taken here (`MEDIA_TYPE_UNSUPPORTED`) */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "MEDIA_TYPE_UNSUPPORTED",
                     *       "message": "a type of body that is not taken here",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too many attempts (`RATE_LIMITED`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "RATE_LIMITED",
                     *       "message": "too many attempts",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description An unexpected fault (`INTERNAL`); the database is damaged (`DATABASE_DAMAGED`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INTERNAL",
                     *       "message": "an unexpected fault",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Busy (`BUSY`); the database's files were replaced (`DATABASE_REPLACED`); the database cannot be used now (`DATABASE_UNAVAILABLE`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "BUSY",
                     *       "message": "busy",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The disk is full (`DISK_FULL`) */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "DISK_FULL",
                     *       "message": "the disk is full",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    compact_logs: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Names this request in the server's log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "report": {
                     *         "database": "logs",
                     *         "bytesBefore": 104857600,
                     *         "bytesAfter": 6291456,
                     *         "rewritten": true,
                     *         "seconds": 1.3
                     *       }
                     *     }
                     */
                    "application/json": {
                        report: components["schemas"]["CompactionReport"];
                        /**
                         * @description Always true, since errors have another form.
                         * @constant
                         */
                        success: true;
                    };
                };
            };
            /** @description A given value breaks a rule (`INPUT_INVALID`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INPUT_INVALID",
                     *       "message": "a given value breaks a rule",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not authenticated (`UNAUTHENTICATED`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "UNAUTHENTICATED",
                     *       "message": "not authenticated",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not permitted (`PERMISSION_DENIED`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "PERMISSION_DENIED",
                     *       "message": "not permitted",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Another one is under way (`CONFLICT`) */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "CONFLICT",
                     *       "message": "another one is under way",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too large (`INPUT_TOO_LARGE`) */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INPUT_TOO_LARGE",
                     *       "message": "too large",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A type of body that is not taken here (`MEDIA_TYPE_UNSUPPORTED`) */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "MEDIA_TYPE_UNSUPPORTED",
                     *       "message": "a type of body that is not taken here",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too many attempts (`RATE_LIMITED`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "RATE_LIMITED",
                     *       "message": "too many attempts",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description An unexpected fault (`INTERNAL`); the database is damaged (`DATABASE_DAMAGED`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INTERNAL",
                     *       "message": "an unexpected fault",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Busy (`BUSY`); the database's files were replaced (`DATABASE_REPLACED`); the database cannot be used now (`DATABASE_UNAVAILABLE`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "BUSY",
                     *       "message": "busy",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The disk is full (`DISK_FULL`) */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "DISK_FULL",
                     *       "message": "the disk is full",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    list_forwarders: {
        parameters: {
            query?: {
                /** @description Whether to say which of them do not work on this server. */
                warnings?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Names this request in the server's log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "forwarders": [
                     *         "on-call"
                     *       ]
                     *     }
                     */
                    "application/json": {
                        forwarders: string[];
                        /**
                         * @description Always true, since errors have another form.
                         * @constant
                         */
                        success: true;
                        /** @description What does not work on this server, in at most 23 sentences. */
                        warnings?: string[];
                    };
                };
            };
            /** @description A given value breaks a rule (`INPUT_INVALID`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INPUT_INVALID",
                     *       "message": "a given value breaks a rule",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not authenticated (`UNAUTHENTICATED`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "UNAUTHENTICATED",
                     *       "message": "not authenticated",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not permitted (`PERMISSION_DENIED`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "PERMISSION_DENIED",
                     *       "message": "not permitted",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too many attempts (`RATE_LIMITED`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "RATE_LIMITED",
                     *       "message": "too many attempts",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description An unexpected fault (`INTERNAL`); the database is damaged (`DATABASE_DAMAGED`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INTERNAL",
                     *       "message": "an unexpected fault",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Busy (`BUSY`); the database's files were replaced (`DATABASE_REPLACED`); the database cannot be used now (`DATABASE_UNAVAILABLE`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "BUSY",
                     *       "message": "busy",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The disk is full (`DISK_FULL`) */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "DISK_FULL",
                     *       "message": "the disk is full",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    get_forwarder: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The forwarder's name: 1 to 512 bytes of UTF-8, no control characters. */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Names this request in the server's log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "forwarder": {
                     *         "version": 2,
                     *         "config": {
                     *           "type": "http",
                     *           "url": "https://example.com/hooks/flowg",
                     *           "headers": {}
                     *         }
                     *       }
                     *     }
                     */
                    "application/json": {
                        forwarder: components["schemas"]["Forwarder"];
                        /**
                         * @description Always true, since errors have another form.
                         * @constant
                         */
                        success: true;
                    };
                };
            };
            /** @description A given value breaks a rule (`INPUT_INVALID`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INPUT_INVALID",
                     *       "message": "a given value breaks a rule",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not authenticated (`UNAUTHENTICATED`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "UNAUTHENTICATED",
                     *       "message": "not authenticated",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not permitted (`PERMISSION_DENIED`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "PERMISSION_DENIED",
                     *       "message": "not permitted",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description It does not exist (`NOT_FOUND`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "NOT_FOUND",
                     *       "message": "it does not exist",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too many attempts (`RATE_LIMITED`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "RATE_LIMITED",
                     *       "message": "too many attempts",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description An unexpected fault (`INTERNAL`); the database is damaged (`DATABASE_DAMAGED`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INTERNAL",
                     *       "message": "an unexpected fault",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Busy (`BUSY`); the database's files were replaced (`DATABASE_REPLACED`); the database cannot be used now (`DATABASE_UNAVAILABLE`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "BUSY",
                     *       "message": "busy",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The disk is full (`DISK_FULL`) */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "DISK_FULL",
                     *       "message": "the disk is full",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    save_forwarder: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The forwarder's name: 1 to 512 bytes of UTF-8, no control characters. */
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "forwarder": {
                 *         "version": 2,
                 *         "config": {
                 *           "type": "http",
                 *           "url": "https://example.com/hooks/flowg",
                 *           "headers": {}
                 *         }
                 *       }
                 *     }
                 */
                "application/json": {
                    forwarder: components["schemas"]["ForwarderInput"];
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Names this request in the server's log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true
                     *     }
                     */
                    "application/json": components["schemas"]["Saved"];
                };
            };
            /** @description A given value breaks a rule (`INPUT_INVALID`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INPUT_INVALID",
                     *       "message": "a given value breaks a rule",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not authenticated (`UNAUTHENTICATED`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "UNAUTHENTICATED",
                     *       "message": "not authenticated",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not permitted (`PERMISSION_DENIED`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "PERMISSION_DENIED",
                     *       "message": "not permitted",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Another one is under way (`CONFLICT`) */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "CONFLICT",
                     *       "message": "another one is under way",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too large (`INPUT_TOO_LARGE`) */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INPUT_TOO_LARGE",
                     *       "message": "too large",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A type of body that is not taken here (`MEDIA_TYPE_UNSUPPORTED`) */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "MEDIA_TYPE_UNSUPPORTED",
                     *       "message": "a type of body that is not taken here",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too many attempts (`RATE_LIMITED`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "RATE_LIMITED",
                     *       "message": "too many attempts",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description An unexpected fault (`INTERNAL`); the database is damaged (`DATABASE_DAMAGED`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INTERNAL",
                     *       "message": "an unexpected fault",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Busy (`BUSY`); the database's files were replaced (`DATABASE_REPLACED`); the database cannot be used now (`DATABASE_UNAVAILABLE`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "BUSY",
                     *       "message": "busy",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The disk is full (`DISK_FULL`) */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "DISK_FULL",
                     *       "message": "the disk is full",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    delete_forwarder: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The forwarder's name: 1 to 512 bytes of UTF-8, no control characters. */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Names this request in the server's log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true
                     *     }
                     */
                    "application/json": components["schemas"]["Deleted"];
                };
            };
            /** @description A given value breaks a rule (`INPUT_INVALID`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INPUT_INVALID",
                     *       "message": "a given value breaks a rule",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not authenticated (`UNAUTHENTICATED`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "UNAUTHENTICATED",
                     *       "message": "not authenticated",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not permitted (`PERMISSION_DENIED`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "PERMISSION_DENIED",
                     *       "message": "not permitted",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description It does not exist (`NOT_FOUND`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "NOT_FOUND",
                     *       "message": "it does not exist",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Another one is under way (`CONFLICT`) */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "CONFLICT",
                     *       "message": "another one is under way",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too many attempts (`RATE_LIMITED`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "RATE_LIMITED",
                     *       "message": "too many attempts",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description An unexpected fault (`INTERNAL`); the database is damaged (`DATABASE_DAMAGED`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INTERNAL",
                     *       "message": "an unexpected fault",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Busy (`BUSY`); the database's files were replaced (`DATABASE_REPLACED`); the database cannot be used now (`DATABASE_UNAVAILABLE`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "BUSY",
                     *       "message": "busy",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The disk is full (`DISK_FULL`) */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "DISK_FULL",
                     *       "message": "the disk is full",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    list_jobs: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Names this request in the server's log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "jobs": [
                     *         {
                     *           "name": "nightly",
                     *           "schedule": "15 3 * * *",
                     *           "timeZone": "Europe/Berlin",
                     *           "paused": false,
                     *           "nextRun": "2026-11-30T02:15:00.000Z",
                     *           "overdue": false,
                     *           "lastRun": {
                     *             "id": "2f1d2a34-6c55-4c1e-9a83-0d7f4a1e5b60",
                     *             "trigger": "schedule",
                     *             "dueAt": "2026-11-29T02:15:00.000Z",
                     *             "startedAt": "2026-11-29T02:15:00.012Z",
                     *             "endedAt": "2026-11-29T02:15:04.730Z",
                     *             "outcome": "success",
                     *             "destinations": [
                     *               {
                     *                 "destination": "nas",
                     *                 "snapshot": "91186e8d-6e05-4271-b4b3-02c804ff00bf",
                     *                 "newBytes": 52431,
                     *                 "removed": 1
                     *               }
                     *             ],
                     *             "notes": []
                     *           },
                     *           "lastSuccess": "2026-11-29T02:15:04.730Z",
                     *           "destinations": [
                     *             {
                     *               "name": "nas",
                     *               "lastSuccess": "2026-11-29T02:15:04.730Z",
                     *               "snapshot": "91186e8d-6e05-4271-b4b3-02c804ff00bf"
                     *             }
                     *           ]
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": {
                        jobs: components["schemas"]["Job"][];
                        /**
                         * @description Always true, since errors have another form.
                         * @constant
                         */
                        success: true;
                    };
                };
            };
            /** @description A given value breaks a rule (`INPUT_INVALID`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INPUT_INVALID",
                     *       "message": "a given value breaks a rule",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not authenticated (`UNAUTHENTICATED`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "UNAUTHENTICATED",
                     *       "message": "not authenticated",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not permitted (`PERMISSION_DENIED`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "PERMISSION_DENIED",
                     *       "message": "not permitted",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too many attempts (`RATE_LIMITED`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "RATE_LIMITED",
                     *       "message": "too many attempts",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description An unexpected fault (`INTERNAL`); the database is damaged (`DATABASE_DAMAGED`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INTERNAL",
                     *       "message": "an unexpected fault",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Busy (`BUSY`); the database's files were replaced (`DATABASE_REPLACED`); the database cannot be used now (`DATABASE_UNAVAILABLE`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "BUSY",
                     *       "message": "busy",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The disk is full (`DISK_FULL`) */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "DISK_FULL",
                     *       "message": "the disk is full",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    drill_job: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The job's name: 1 to 512 bytes of UTF-8, no control characters. */
                job: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Begun */
            202: {
                headers: {
                    /** @description Names this request in the server's log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "run": "2f1d2a34-6c55-4c1e-9a83-0d7f4a1e5b60",
                     *       "task": {
                     *         "id": "2f1d2a34-6c55-4c1e-9a83-0d7f4a1e5b60",
                     *         "kind": "drill",
                     *         "target": "nightly",
                     *         "by": "alice",
                     *         "state": "running",
                     *         "begunAt": "2026-11-29T02:15:00.012Z"
                     *       }
                     *     }
                     */
                    "application/json": {
                        /** @description The drill's id, a UUID: the task's. */
                        run: string;
                        /**
                         * @description Always true, since errors have another form.
                         * @constant
                         */
                        success: true;
                        task: components["schemas"]["Task"];
                    };
                };
            };
            /** @description A given value breaks a rule (`INPUT_INVALID`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INPUT_INVALID",
                     *       "message": "a given value breaks a rule",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not authenticated (`UNAUTHENTICATED`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "UNAUTHENTICATED",
                     *       "message": "not authenticated",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not permitted (`PERMISSION_DENIED`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "PERMISSION_DENIED",
                     *       "message": "not permitted",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description It does not exist (`NOT_FOUND`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "NOT_FOUND",
                     *       "message": "it does not exist",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Another one is under way (`CONFLICT`) */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "CONFLICT",
                     *       "message": "another one is under way",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too large (`INPUT_TOO_LARGE`) */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INPUT_TOO_LARGE",
                     *       "message": "too large",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A type of body that is not taken here (`MEDIA_TYPE_UNSUPPORTED`) */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "MEDIA_TYPE_UNSUPPORTED",
                     *       "message": "a type of body that is not taken here",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too many attempts (`RATE_LIMITED`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "RATE_LIMITED",
                     *       "message": "too many attempts",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description An unexpected fault (`INTERNAL`); the database is damaged (`DATABASE_DAMAGED`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INTERNAL",
                     *       "message": "an unexpected fault",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Busy (`BUSY`); the database's files were replaced (`DATABASE_REPLACED`); the database cannot be used now (`DATABASE_UNAVAILABLE`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "BUSY",
                     *       "message": "busy",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The disk is full (`DISK_FULL`) */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "DISK_FULL",
                     *       "message": "the disk is full",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    pause_job: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The job's name: 1 to 512 bytes of UTF-8, no control characters. */
                job: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Names this request in the server's log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "job": {
                     *         "name": "nightly",
                     *         "schedule": "15 3 * * *",
                     *         "timeZone": "Europe/Berlin",
                     *         "paused": true,
                     *         "overdue": false,
                     *         "lastRun": {
                     *           "id": "2f1d2a34-6c55-4c1e-9a83-0d7f4a1e5b60",
                     *           "trigger": "schedule",
                     *           "dueAt": "2026-11-29T02:15:00.000Z",
                     *           "startedAt": "2026-11-29T02:15:00.012Z",
                     *           "endedAt": "2026-11-29T02:15:04.730Z",
                     *           "outcome": "success",
                     *           "destinations": [
                     *             {
                     *               "destination": "nas",
                     *               "snapshot": "91186e8d-6e05-4271-b4b3-02c804ff00bf",
                     *               "newBytes": 52431,
                     *               "removed": 1
                     *             }
                     *           ],
                     *           "notes": []
                     *         },
                     *         "lastSuccess": "2026-11-29T02:15:04.730Z",
                     *         "destinations": [
                     *           {
                     *             "name": "nas",
                     *             "lastSuccess": "2026-11-29T02:15:04.730Z",
                     *             "snapshot": "91186e8d-6e05-4271-b4b3-02c804ff00bf"
                     *           }
                     *         ]
                     *       }
                     *     }
                     */
                    "application/json": {
                        job: components["schemas"]["Job"];
                        /**
                         * @description Always true, since errors have another form.
                         * @constant
                         */
                        success: true;
                    };
                };
            };
            /** @description A given value breaks a rule (`INPUT_INVALID`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INPUT_INVALID",
                     *       "message": "a given value breaks a rule",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not authenticated (`UNAUTHENTICATED`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "UNAUTHENTICATED",
                     *       "message": "not authenticated",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not permitted (`PERMISSION_DENIED`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "PERMISSION_DENIED",
                     *       "message": "not permitted",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description It does not exist (`NOT_FOUND`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "NOT_FOUND",
                     *       "message": "it does not exist",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Another one is under way (`CONFLICT`) */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "CONFLICT",
                     *       "message": "another one is under way",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too large (`INPUT_TOO_LARGE`) */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INPUT_TOO_LARGE",
                     *       "message": "too large",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A type of body that is not taken here (`MEDIA_TYPE_UNSUPPORTED`) */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "MEDIA_TYPE_UNSUPPORTED",
                     *       "message": "a type of body that is not taken here",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too many attempts (`RATE_LIMITED`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "RATE_LIMITED",
                     *       "message": "too many attempts",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description An unexpected fault (`INTERNAL`); the database is damaged (`DATABASE_DAMAGED`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INTERNAL",
                     *       "message": "an unexpected fault",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Busy (`BUSY`); the database's files were replaced (`DATABASE_REPLACED`); the database cannot be used now (`DATABASE_UNAVAILABLE`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "BUSY",
                     *       "message": "busy",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The disk is full (`DISK_FULL`) */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "DISK_FULL",
                     *       "message": "the disk is full",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    resume_job: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The job's name: 1 to 512 bytes of UTF-8, no control characters. */
                job: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Names this request in the server's log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "job": {
                     *         "name": "nightly",
                     *         "schedule": "15 3 * * *",
                     *         "timeZone": "Europe/Berlin",
                     *         "paused": false,
                     *         "nextRun": "2026-11-30T02:15:00.000Z",
                     *         "overdue": false,
                     *         "lastRun": {
                     *           "id": "2f1d2a34-6c55-4c1e-9a83-0d7f4a1e5b60",
                     *           "trigger": "schedule",
                     *           "dueAt": "2026-11-29T02:15:00.000Z",
                     *           "startedAt": "2026-11-29T02:15:00.012Z",
                     *           "endedAt": "2026-11-29T02:15:04.730Z",
                     *           "outcome": "success",
                     *           "destinations": [
                     *             {
                     *               "destination": "nas",
                     *               "snapshot": "91186e8d-6e05-4271-b4b3-02c804ff00bf",
                     *               "newBytes": 52431,
                     *               "removed": 1
                     *             }
                     *           ],
                     *           "notes": []
                     *         },
                     *         "lastSuccess": "2026-11-29T02:15:04.730Z",
                     *         "destinations": [
                     *           {
                     *             "name": "nas",
                     *             "lastSuccess": "2026-11-29T02:15:04.730Z",
                     *             "snapshot": "91186e8d-6e05-4271-b4b3-02c804ff00bf"
                     *           }
                     *         ]
                     *       }
                     *     }
                     */
                    "application/json": {
                        job: components["schemas"]["Job"];
                        /**
                         * @description Always true, since errors have another form.
                         * @constant
                         */
                        success: true;
                    };
                };
            };
            /** @description A given value breaks a rule (`INPUT_INVALID`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INPUT_INVALID",
                     *       "message": "a given value breaks a rule",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not authenticated (`UNAUTHENTICATED`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "UNAUTHENTICATED",
                     *       "message": "not authenticated",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not permitted (`PERMISSION_DENIED`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "PERMISSION_DENIED",
                     *       "message": "not permitted",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description It does not exist (`NOT_FOUND`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "NOT_FOUND",
                     *       "message": "it does not exist",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Another one is under way (`CONFLICT`) */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "CONFLICT",
                     *       "message": "another one is under way",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too large (`INPUT_TOO_LARGE`) */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INPUT_TOO_LARGE",
                     *       "message": "too large",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A type of body that is not taken here (`MEDIA_TYPE_UNSUPPORTED`) */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "MEDIA_TYPE_UNSUPPORTED",
                     *       "message": "a type of body that is not taken here",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too many attempts (`RATE_LIMITED`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "RATE_LIMITED",
                     *       "message": "too many attempts",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description An unexpected fault (`INTERNAL`); the database is damaged (`DATABASE_DAMAGED`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INTERNAL",
                     *       "message": "an unexpected fault",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Busy (`BUSY`); the database's files were replaced (`DATABASE_REPLACED`); the database cannot be used now (`DATABASE_UNAVAILABLE`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "BUSY",
                     *       "message": "busy",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The disk is full (`DISK_FULL`) */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "DISK_FULL",
                     *       "message": "the disk is full",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    run_job: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The job's name: 1 to 512 bytes of UTF-8, no control characters. */
                job: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Begun */
            202: {
                headers: {
                    /** @description Names this request in the server's log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "run": "2f1d2a34-6c55-4c1e-9a83-0d7f4a1e5b60",
                     *       "task": {
                     *         "id": "2f1d2a34-6c55-4c1e-9a83-0d7f4a1e5b60",
                     *         "kind": "job",
                     *         "target": "nightly",
                     *         "by": "alice",
                     *         "state": "running",
                     *         "begunAt": "2026-11-29T02:15:00.012Z"
                     *       }
                     *     }
                     */
                    "application/json": {
                        /** @description The run's id, a UUID: the task's. */
                        run: string;
                        /**
                         * @description Always true, since errors have another form.
                         * @constant
                         */
                        success: true;
                        task: components["schemas"]["Task"];
                    };
                };
            };
            /** @description A given value breaks a rule (`INPUT_INVALID`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INPUT_INVALID",
                     *       "message": "a given value breaks a rule",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not authenticated (`UNAUTHENTICATED`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "UNAUTHENTICATED",
                     *       "message": "not authenticated",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not permitted (`PERMISSION_DENIED`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "PERMISSION_DENIED",
                     *       "message": "not permitted",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description It does not exist (`NOT_FOUND`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "NOT_FOUND",
                     *       "message": "it does not exist",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Another one is under way (`CONFLICT`) */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "CONFLICT",
                     *       "message": "another one is under way",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too large (`INPUT_TOO_LARGE`) */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INPUT_TOO_LARGE",
                     *       "message": "too large",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A type of body that is not taken here (`MEDIA_TYPE_UNSUPPORTED`) */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "MEDIA_TYPE_UNSUPPORTED",
                     *       "message": "a type of body that is not taken here",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too many attempts (`RATE_LIMITED`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "RATE_LIMITED",
                     *       "message": "too many attempts",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description An unexpected fault (`INTERNAL`); the database is damaged (`DATABASE_DAMAGED`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INTERNAL",
                     *       "message": "an unexpected fault",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Busy (`BUSY`); the database's files were replaced (`DATABASE_REPLACED`); the database cannot be used now (`DATABASE_UNAVAILABLE`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "BUSY",
                     *       "message": "busy",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The disk is full (`DISK_FULL`) */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "DISK_FULL",
                     *       "message": "the disk is full",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    list_pipelines: {
        parameters: {
            query?: {
                /** @description Whether to say which of them do not work on this server. */
                warnings?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Names this request in the server's log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "pipelines": [
                     *         "default"
                     *       ]
                     *     }
                     */
                    "application/json": {
                        pipelines: string[];
                        /**
                         * @description Always true, since errors have another form.
                         * @constant
                         */
                        success: true;
                        /** @description What does not work on this server, in at most 23 sentences. */
                        warnings?: string[];
                    };
                };
            };
            /** @description A given value breaks a rule (`INPUT_INVALID`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INPUT_INVALID",
                     *       "message": "a given value breaks a rule",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not authenticated (`UNAUTHENTICATED`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "UNAUTHENTICATED",
                     *       "message": "not authenticated",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not permitted (`PERMISSION_DENIED`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "PERMISSION_DENIED",
                     *       "message": "not permitted",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too many attempts (`RATE_LIMITED`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "RATE_LIMITED",
                     *       "message": "too many attempts",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description An unexpected fault (`INTERNAL`); the database is damaged (`DATABASE_DAMAGED`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INTERNAL",
                     *       "message": "an unexpected fault",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Busy (`BUSY`); the database's files were replaced (`DATABASE_REPLACED`); the database cannot be used now (`DATABASE_UNAVAILABLE`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "BUSY",
                     *       "message": "busy",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The disk is full (`DISK_FULL`) */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "DISK_FULL",
                     *       "message": "the disk is full",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    get_pipeline: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The pipeline's name: 1 to 512 bytes of UTF-8, no control characters. */
                pipeline: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Names this request in the server's log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "flow": {
                     *         "version": 1,
                     *         "nodes": [
                     *           {
                     *             "id": "in",
                     *             "type": "source",
                     *             "position": {
                     *               "x": 0,
                     *               "y": 0
                     *             },
                     *             "data": {
                     *               "type": "direct"
                     *             }
                     *           },
                     *           {
                     *             "id": "out",
                     *             "type": "router",
                     *             "position": {
                     *               "x": 200,
                     *               "y": 0
                     *             },
                     *             "data": {
                     *               "stream": "web"
                     *             }
                     *           }
                     *         ],
                     *         "edges": [
                     *           {
                     *             "id": "in-out",
                     *             "source": "in",
                     *             "sourceHandle": "",
                     *             "target": "out"
                     *           }
                     *         ]
                     *       }
                     *     }
                     */
                    "application/json": {
                        flow: components["schemas"]["Flow"];
                        /**
                         * @description Always true, since errors have another form.
                         * @constant
                         */
                        success: true;
                    };
                };
            };
            /** @description A given value breaks a rule (`INPUT_INVALID`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INPUT_INVALID",
                     *       "message": "a given value breaks a rule",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not authenticated (`UNAUTHENTICATED`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "UNAUTHENTICATED",
                     *       "message": "not authenticated",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not permitted (`PERMISSION_DENIED`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "PERMISSION_DENIED",
                     *       "message": "not permitted",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description It does not exist (`NOT_FOUND`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "NOT_FOUND",
                     *       "message": "it does not exist",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too many attempts (`RATE_LIMITED`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "RATE_LIMITED",
                     *       "message": "too many attempts",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description An unexpected fault (`INTERNAL`); the database is damaged (`DATABASE_DAMAGED`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INTERNAL",
                     *       "message": "an unexpected fault",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Busy (`BUSY`); the database's files were replaced (`DATABASE_REPLACED`); the database cannot be used now (`DATABASE_UNAVAILABLE`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "BUSY",
                     *       "message": "busy",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The disk is full (`DISK_FULL`) */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "DISK_FULL",
                     *       "message": "the disk is full",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    save_pipeline: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The pipeline's name: 1 to 512 bytes of UTF-8, no control characters. */
                pipeline: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "flow": {
                 *         "version": 1,
                 *         "nodes": [
                 *           {
                 *             "id": "in",
                 *             "type": "source",
                 *             "position": {
                 *               "x": 0,
                 *               "y": 0
                 *             },
                 *             "data": {
                 *               "type": "direct"
                 *             }
                 *           },
                 *           {
                 *             "id": "out",
                 *             "type": "router",
                 *             "position": {
                 *               "x": 200,
                 *               "y": 0
                 *             },
                 *             "data": {
                 *               "stream": "web"
                 *             }
                 *           }
                 *         ],
                 *         "edges": [
                 *           {
                 *             "id": "in-out",
                 *             "source": "in",
                 *             "sourceHandle": "",
                 *             "target": "out"
                 *           }
                 *         ]
                 *       }
                 *     }
                 */
                "application/json": {
                    flow: components["schemas"]["FlowInput"];
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Names this request in the server's log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true
                     *     }
                     */
                    "application/json": components["schemas"]["Saved"];
                };
            };
            /** @description A given value breaks a rule (`INPUT_INVALID`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INPUT_INVALID",
                     *       "message": "a given value breaks a rule",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not authenticated (`UNAUTHENTICATED`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "UNAUTHENTICATED",
                     *       "message": "not authenticated",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not permitted (`PERMISSION_DENIED`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "PERMISSION_DENIED",
                     *       "message": "not permitted",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Another one is under way (`CONFLICT`) */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "CONFLICT",
                     *       "message": "another one is under way",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too large (`INPUT_TOO_LARGE`) */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INPUT_TOO_LARGE",
                     *       "message": "too large",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A type of body that is not taken here (`MEDIA_TYPE_UNSUPPORTED`) */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "MEDIA_TYPE_UNSUPPORTED",
                     *       "message": "a type of body that is not taken here",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too many attempts (`RATE_LIMITED`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "RATE_LIMITED",
                     *       "message": "too many attempts",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description An unexpected fault (`INTERNAL`); the database is damaged (`DATABASE_DAMAGED`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INTERNAL",
                     *       "message": "an unexpected fault",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Busy (`BUSY`); the database's files were replaced (`DATABASE_REPLACED`); the database cannot be used now (`DATABASE_UNAVAILABLE`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "BUSY",
                     *       "message": "busy",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The disk is full (`DISK_FULL`) */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "DISK_FULL",
                     *       "message": "the disk is full",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    delete_pipeline: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The pipeline's name: 1 to 512 bytes of UTF-8, no control characters. */
                pipeline: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Names this request in the server's log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true
                     *     }
                     */
                    "application/json": components["schemas"]["Deleted"];
                };
            };
            /** @description A given value breaks a rule (`INPUT_INVALID`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INPUT_INVALID",
                     *       "message": "a given value breaks a rule",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not authenticated (`UNAUTHENTICATED`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "UNAUTHENTICATED",
                     *       "message": "not authenticated",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not permitted (`PERMISSION_DENIED`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "PERMISSION_DENIED",
                     *       "message": "not permitted",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description It does not exist (`NOT_FOUND`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "NOT_FOUND",
                     *       "message": "it does not exist",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Another one is under way (`CONFLICT`) */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "CONFLICT",
                     *       "message": "another one is under way",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too many attempts (`RATE_LIMITED`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "RATE_LIMITED",
                     *       "message": "too many attempts",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description An unexpected fault (`INTERNAL`); the database is damaged (`DATABASE_DAMAGED`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INTERNAL",
                     *       "message": "an unexpected fault",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Busy (`BUSY`); the database's files were replaced (`DATABASE_REPLACED`); the database cannot be used now (`DATABASE_UNAVAILABLE`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "BUSY",
                     *       "message": "busy",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The disk is full (`DISK_FULL`) */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "DISK_FULL",
                     *       "message": "the disk is full",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    ingest_log: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The pipeline's name: 1 to 512 bytes of UTF-8, no control characters. */
                pipeline: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "record": {
                 *         "level": "info",
                 *         "message": "hello"
                 *       }
                 *     }
                 */
                "application/json": {
                    record: {
                        [key: string]: string;
                    };
                };
                /**
                 * @example {"level":"info","message":"hello"}
                 *     {"level":"info","message":"good bye"}
                 */
                "application/x-ndjson": string;
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Names this request in the server's log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true
                     *     }
                     */
                    "application/json": {
                        /** @description For many logs: how many are stored. */
                        processed_count?: number;
                        /**
                         * @description Always true, since errors have another form.
                         * @constant
                         */
                        success: true;
                    };
                };
            };
            /** @description A given value breaks a rule (`INPUT_INVALID`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INPUT_INVALID",
                     *       "message": "a given value breaks a rule",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not authenticated (`UNAUTHENTICATED`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "UNAUTHENTICATED",
                     *       "message": "not authenticated",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not permitted (`PERMISSION_DENIED`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "PERMISSION_DENIED",
                     *       "message": "not permitted",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description It does not exist (`NOT_FOUND`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "NOT_FOUND",
                     *       "message": "it does not exist",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Refused for safety (`REFUSED`); another one is under way (`CONFLICT`) */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "REFUSED",
                     *       "message": "refused for safety",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too large (`INPUT_TOO_LARGE`) */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INPUT_TOO_LARGE",
                     *       "message": "too large",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A type of body that is not taken here (`MEDIA_TYPE_UNSUPPORTED`) */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "MEDIA_TYPE_UNSUPPORTED",
                     *       "message": "a type of body that is not taken here",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too many attempts (`RATE_LIMITED`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "RATE_LIMITED",
                     *       "message": "too many attempts",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Another server failed (`UPSTREAM_FAILED`); an unexpected fault (`INTERNAL`); the database is damaged (`DATABASE_DAMAGED`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "UPSTREAM_FAILED",
                     *       "message": "another server failed",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not implemented (`NOT_IMPLEMENTED`) */
            501: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "NOT_IMPLEMENTED",
                     *       "message": "not implemented",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Busy (`BUSY`); the database's files were replaced (`DATABASE_REPLACED`); the database cannot be used now (`DATABASE_UNAVAILABLE`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "BUSY",
                     *       "message": "busy",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The disk is full (`DISK_FULL`) */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "DISK_FULL",
                     *       "message": "the disk is full",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    ingest_logs_otlp: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The pipeline's name: 1 to 512 bytes of UTF-8, no control characters. */
                pipeline: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "resourceLogs": []
                 *     }
                 */
                "application/json": {
                    /** @description As opentelemetry-proto describes them. */
                    resourceLogs: {
                        [key: string]: unknown;
                    }[];
                };
                "application/x-protobuf": Blob;
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Names this request in the server's log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "processed_count": 0
                     *     }
                     */
                    "application/json": {
                        /** @description For many logs: how many are stored. */
                        processed_count?: number;
                        /**
                         * @description Always true, since errors have another form.
                         * @constant
                         */
                        success: true;
                    };
                };
            };
            /** @description A given value breaks a rule (`INPUT_INVALID`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INPUT_INVALID",
                     *       "message": "a given value breaks a rule",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not authenticated (`UNAUTHENTICATED`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "UNAUTHENTICATED",
                     *       "message": "not authenticated",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not permitted (`PERMISSION_DENIED`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "PERMISSION_DENIED",
                     *       "message": "not permitted",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description It does not exist (`NOT_FOUND`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "NOT_FOUND",
                     *       "message": "it does not exist",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Refused for safety (`REFUSED`); another one is under way (`CONFLICT`) */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "REFUSED",
                     *       "message": "refused for safety",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too large (`INPUT_TOO_LARGE`) */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INPUT_TOO_LARGE",
                     *       "message": "too large",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A type of body that is not taken here (`MEDIA_TYPE_UNSUPPORTED`) */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "MEDIA_TYPE_UNSUPPORTED",
                     *       "message": "a type of body that is not taken here",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too many attempts (`RATE_LIMITED`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "RATE_LIMITED",
                     *       "message": "too many attempts",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Another server failed (`UPSTREAM_FAILED`); an unexpected fault (`INTERNAL`); the database is damaged (`DATABASE_DAMAGED`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "UPSTREAM_FAILED",
                     *       "message": "another server failed",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not implemented (`NOT_IMPLEMENTED`) */
            501: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "NOT_IMPLEMENTED",
                     *       "message": "not implemented",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Busy (`BUSY`); the database's files were replaced (`DATABASE_REPLACED`); the database cannot be used now (`DATABASE_UNAVAILABLE`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "BUSY",
                     *       "message": "busy",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The disk is full (`DISK_FULL`) */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "DISK_FULL",
                     *       "message": "the disk is full",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    ingest_logs_struct: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The pipeline's name: 1 to 512 bytes of UTF-8, no control characters. */
                pipeline: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "records": [
                 *         {
                 *           "level": "info",
                 *           "message": "hello"
                 *         }
                 *       ]
                 *     }
                 */
                "application/json": {
                    records: {
                        [key: string]: string;
                    }[];
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Names this request in the server's log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "processed_count": 1
                     *     }
                     */
                    "application/json": {
                        /** @description For many logs: how many are stored. */
                        processed_count?: number;
                        /**
                         * @description Always true, since errors have another form.
                         * @constant
                         */
                        success: true;
                    };
                };
            };
            /** @description A given value breaks a rule (`INPUT_INVALID`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INPUT_INVALID",
                     *       "message": "a given value breaks a rule",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not authenticated (`UNAUTHENTICATED`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "UNAUTHENTICATED",
                     *       "message": "not authenticated",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not permitted (`PERMISSION_DENIED`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "PERMISSION_DENIED",
                     *       "message": "not permitted",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description It does not exist (`NOT_FOUND`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "NOT_FOUND",
                     *       "message": "it does not exist",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Refused for safety (`REFUSED`); another one is under way (`CONFLICT`) */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "REFUSED",
                     *       "message": "refused for safety",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too large (`INPUT_TOO_LARGE`) */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INPUT_TOO_LARGE",
                     *       "message": "too large",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A type of body that is not taken here (`MEDIA_TYPE_UNSUPPORTED`) */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "MEDIA_TYPE_UNSUPPORTED",
                     *       "message": "a type of body that is not taken here",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too many attempts (`RATE_LIMITED`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "RATE_LIMITED",
                     *       "message": "too many attempts",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Another server failed (`UPSTREAM_FAILED`); an unexpected fault (`INTERNAL`); the database is damaged (`DATABASE_DAMAGED`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "UPSTREAM_FAILED",
                     *       "message": "another server failed",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not implemented (`NOT_IMPLEMENTED`) */
            501: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "NOT_IMPLEMENTED",
                     *       "message": "not implemented",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Busy (`BUSY`); the database's files were replaced (`DATABASE_REPLACED`); the database cannot be used now (`DATABASE_UNAVAILABLE`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "BUSY",
                     *       "message": "busy",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The disk is full (`DISK_FULL`) */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "DISK_FULL",
                     *       "message": "the disk is full",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    ingest_logs_text: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The pipeline's name: 1 to 512 bytes of UTF-8, no control characters. */
                pipeline: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example hello
                 *     world
                 */
                "text/plain": string;
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Names this request in the server's log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "processed_count": 2
                     *     }
                     */
                    "application/json": {
                        /** @description For many logs: how many are stored. */
                        processed_count?: number;
                        /**
                         * @description Always true, since errors have another form.
                         * @constant
                         */
                        success: true;
                    };
                };
            };
            /** @description A given value breaks a rule (`INPUT_INVALID`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INPUT_INVALID",
                     *       "message": "a given value breaks a rule",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not authenticated (`UNAUTHENTICATED`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "UNAUTHENTICATED",
                     *       "message": "not authenticated",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not permitted (`PERMISSION_DENIED`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "PERMISSION_DENIED",
                     *       "message": "not permitted",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description It does not exist (`NOT_FOUND`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "NOT_FOUND",
                     *       "message": "it does not exist",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Refused for safety (`REFUSED`); another one is under way (`CONFLICT`) */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "REFUSED",
                     *       "message": "refused for safety",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too large (`INPUT_TOO_LARGE`) */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INPUT_TOO_LARGE",
                     *       "message": "too large",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A type of body that is not taken here (`MEDIA_TYPE_UNSUPPORTED`) */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "MEDIA_TYPE_UNSUPPORTED",
                     *       "message": "a type of body that is not taken here",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too many attempts (`RATE_LIMITED`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "RATE_LIMITED",
                     *       "message": "too many attempts",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Another server failed (`UPSTREAM_FAILED`); an unexpected fault (`INTERNAL`); the database is damaged (`DATABASE_DAMAGED`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "UPSTREAM_FAILED",
                     *       "message": "another server failed",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not implemented (`NOT_IMPLEMENTED`) */
            501: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "NOT_IMPLEMENTED",
                     *       "message": "not implemented",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Busy (`BUSY`); the database's files were replaced (`DATABASE_REPLACED`); the database cannot be used now (`DATABASE_UNAVAILABLE`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "BUSY",
                     *       "message": "busy",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The disk is full (`DISK_FULL`) */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "DISK_FULL",
                     *       "message": "the disk is full",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    restore_all: {
        parameters: {
            query?: {
                /** @description Go on although the caller would gain scopes, or somebody be locked out. */
                allowAccessChange?: boolean;
                /** @description Go on although no user, no role, or nobody who may administer is left. */
                allowNoAdmin?: boolean;
                /** @description Report what would change, and change nothing. */
                dryRun?: boolean;
                /** @description `merge` keeps what only the database has; `replace` removes it. */
                mode?: "merge" | "replace";
                /** @description Take a snapshot that was salvaged from a damaged one. Only in mode `merge`, because what the snapshot lacks is lost, and was not removed. */
                salvaged?: boolean;
                /** @description Restore only this item, and change nothing else. Repeat it for several: `user=NAME`, `role=NAME`, `transformer=NAME`, `pipeline=NAME`, `alert=NAME`, `stream=NAME`, or `stream=NAME,from=TIME,to=TIME` with RFC 3339 times or dates: entries from `from` on, before `to`. A comma in a name is written as `\,`. */
                select?: string[];
                /** @description Keep what is overwritten, removed and added, so that `POST /restore/undo` can take it back. */
                undo?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "multipart/form-data": {
                    /**
                     * Format: binary
                     * @description The snapshot, as a file part.
                     */
                    backup: Blob;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Names this request in the server's log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "report": {
                     *         "dryRun": false,
                     *         "databases": [
                     *           {
                     *             "database": "auth",
                     *             "mode": "merge",
                     *             "dryRun": false,
                     *             "format": "snapshot",
                     *             "createdAt": "2026-11-23T01:36:49.773Z",
                     *             "setId": "91186e8d-6e05-4271-b4b3-02c804ff00bf",
                     *             "kinds": {
                     *               "role": {
                     *                 "added": 2,
                     *                 "overwritten": 0,
                     *                 "unchanged": 3,
                     *                 "kept": 0,
                     *                 "removed": 0
                     *               },
                     *               "token": {
                     *                 "added": 2,
                     *                 "overwritten": 0,
                     *                 "unchanged": 3,
                     *                 "kept": 0,
                     *                 "removed": 0
                     *               },
                     *               "user": {
                     *                 "added": 2,
                     *                 "overwritten": 0,
                     *                 "unchanged": 3,
                     *                 "kept": 0,
                     *                 "removed": 0
                     *               }
                     *             },
                     *             "warnings": [],
                     *             "seconds": 0.3
                     *           },
                     *           {
                     *             "database": "logs",
                     *             "mode": "merge",
                     *             "dryRun": false,
                     *             "format": "snapshot",
                     *             "createdAt": "2026-11-23T01:36:49.773Z",
                     *             "setId": "91186e8d-6e05-4271-b4b3-02c804ff00bf",
                     *             "kinds": {
                     *               "entry": {
                     *                 "added": 2,
                     *                 "overwritten": 0,
                     *                 "unchanged": 3,
                     *                 "kept": 0,
                     *                 "removed": 0
                     *               },
                     *               "field": {
                     *                 "added": 2,
                     *                 "overwritten": 0,
                     *                 "unchanged": 3,
                     *                 "kept": 0,
                     *                 "removed": 0
                     *               },
                     *               "stream": {
                     *                 "added": 2,
                     *                 "overwritten": 0,
                     *                 "unchanged": 3,
                     *                 "kept": 0,
                     *                 "removed": 0
                     *               }
                     *             },
                     *             "warnings": [],
                     *             "seconds": 0.3
                     *           },
                     *           {
                     *             "database": "config",
                     *             "mode": "merge",
                     *             "dryRun": false,
                     *             "format": "snapshot",
                     *             "createdAt": "2026-11-23T01:36:49.773Z",
                     *             "setId": "91186e8d-6e05-4271-b4b3-02c804ff00bf",
                     *             "kinds": {
                     *               "alert": {
                     *                 "added": 2,
                     *                 "overwritten": 0,
                     *                 "unchanged": 3,
                     *                 "kept": 0,
                     *                 "removed": 0
                     *               },
                     *               "pipeline": {
                     *                 "added": 2,
                     *                 "overwritten": 0,
                     *                 "unchanged": 3,
                     *                 "kept": 0,
                     *                 "removed": 0
                     *               },
                     *               "transformer": {
                     *                 "added": 2,
                     *                 "overwritten": 0,
                     *                 "unchanged": 3,
                     *                 "kept": 0,
                     *                 "removed": 0
                     *               }
                     *             },
                     *             "warnings": [],
                     *             "seconds": 0.3
                     *           }
                     *         ],
                     *         "notes": [],
                     *         "seconds": 0.9
                     *       }
                     *     }
                     */
                    "application/json": {
                        report: components["schemas"]["RestoreSetReport"];
                        /**
                         * @description Always true, since errors have another form.
                         * @constant
                         */
                        success: true;
                    };
                };
            };
            /** @description A given value breaks a rule (`INPUT_INVALID`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INPUT_INVALID",
                     *       "message": "a given value breaks a rule",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not authenticated (`UNAUTHENTICATED`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "UNAUTHENTICATED",
                     *       "message": "not authenticated",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not permitted (`PERMISSION_DENIED`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "PERMISSION_DENIED",
                     *       "message": "not permitted",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description It does not exist (`NOT_FOUND`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "NOT_FOUND",
                     *       "message": "it does not exist",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Refused for safety (`REFUSED`); another one is under way (`CONFLICT`) */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "REFUSED",
                     *       "message": "refused for safety",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too large (`INPUT_TOO_LARGE`) */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INPUT_TOO_LARGE",
                     *       "message": "too large",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A type of body that is not taken here (`MEDIA_TYPE_UNSUPPORTED`) */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "MEDIA_TYPE_UNSUPPORTED",
                     *       "message": "a type of body that is not taken here",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The snapshot is cut short (`SNAPSHOT_TRUNCATED`); the snapshot is damaged (`SNAPSHOT_CORRUPT`); the snapshot is of another database (`SNAPSHOT_WRONG_DATABASE`); the snapshot needs a later version (`SNAPSHOT_UNSUPPORTED`); not a snapshot (`SNAPSHOT_UNRECOGNIZED`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "SNAPSHOT_TRUNCATED",
                     *       "message": "the snapshot is cut short",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too many attempts (`RATE_LIMITED`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "RATE_LIMITED",
                     *       "message": "too many attempts",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description An unexpected fault (`INTERNAL`); the database is damaged (`DATABASE_DAMAGED`); a file cannot be used (`FILE_UNAVAILABLE`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INTERNAL",
                     *       "message": "an unexpected fault",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Busy (`BUSY`); the database's files were replaced (`DATABASE_REPLACED`); the database cannot be used now (`DATABASE_UNAVAILABLE`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "BUSY",
                     *       "message": "busy",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The disk is full (`DISK_FULL`) */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "DISK_FULL",
                     *       "message": "the disk is full",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    restore_auth: {
        parameters: {
            query?: {
                /** @description Go on although the caller would gain scopes, or somebody be locked out. */
                allowAccessChange?: boolean;
                /** @description Go on although no user, no role, or nobody who may administer is left. */
                allowNoAdmin?: boolean;
                /** @description Report what would change, and change nothing. */
                dryRun?: boolean;
                /** @description `merge` keeps what only the database has; `replace` removes it. */
                mode?: "merge" | "replace";
                /** @description Take a snapshot that was salvaged from a damaged one. Only in mode `merge`, because what the snapshot lacks is lost, and was not removed. */
                salvaged?: boolean;
                /** @description Restore only this item, and change nothing else. Repeat it for several: `user=NAME`, `role=NAME`, `transformer=NAME`, `pipeline=NAME`, `alert=NAME`, `stream=NAME`, or `stream=NAME,from=TIME,to=TIME` with RFC 3339 times or dates: entries from `from` on, before `to`. A comma in a name is written as `\,`. */
                select?: string[];
                /** @description Keep what is overwritten, removed and added, so that `POST /restore/undo` can take it back. */
                undo?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "multipart/form-data": {
                    /**
                     * Format: binary
                     * @description The snapshot, as a file part.
                     */
                    backup: Blob;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Names this request in the server's log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "report": {
                     *         "database": "auth",
                     *         "mode": "merge",
                     *         "dryRun": false,
                     *         "format": "snapshot",
                     *         "createdAt": "2026-11-23T01:36:49.773Z",
                     *         "setId": "91186e8d-6e05-4271-b4b3-02c804ff00bf",
                     *         "kinds": {
                     *           "role": {
                     *             "added": 2,
                     *             "overwritten": 0,
                     *             "unchanged": 3,
                     *             "kept": 0,
                     *             "removed": 0
                     *           },
                     *           "token": {
                     *             "added": 2,
                     *             "overwritten": 0,
                     *             "unchanged": 3,
                     *             "kept": 0,
                     *             "removed": 0
                     *           },
                     *           "user": {
                     *             "added": 2,
                     *             "overwritten": 0,
                     *             "unchanged": 3,
                     *             "kept": 0,
                     *             "removed": 0
                     *           }
                     *         },
                     *         "warnings": [],
                     *         "seconds": 0.3
                     *       }
                     *     }
                     */
                    "application/json": {
                        report: components["schemas"]["RestoreReport"];
                        /**
                         * @description Always true, since errors have another form.
                         * @constant
                         */
                        success: true;
                    };
                };
            };
            /** @description A given value breaks a rule (`INPUT_INVALID`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INPUT_INVALID",
                     *       "message": "a given value breaks a rule",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not authenticated (`UNAUTHENTICATED`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "UNAUTHENTICATED",
                     *       "message": "not authenticated",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not permitted (`PERMISSION_DENIED`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "PERMISSION_DENIED",
                     *       "message": "not permitted",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description It does not exist (`NOT_FOUND`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "NOT_FOUND",
                     *       "message": "it does not exist",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Refused for safety (`REFUSED`); another one is under way (`CONFLICT`) */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "REFUSED",
                     *       "message": "refused for safety",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too large (`INPUT_TOO_LARGE`) */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INPUT_TOO_LARGE",
                     *       "message": "too large",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A type of body that is not taken here (`MEDIA_TYPE_UNSUPPORTED`) */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "MEDIA_TYPE_UNSUPPORTED",
                     *       "message": "a type of body that is not taken here",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The snapshot is cut short (`SNAPSHOT_TRUNCATED`); the snapshot is damaged (`SNAPSHOT_CORRUPT`); the snapshot is of another database (`SNAPSHOT_WRONG_DATABASE`); the snapshot needs a later version (`SNAPSHOT_UNSUPPORTED`); not a snapshot (`SNAPSHOT_UNRECOGNIZED`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "SNAPSHOT_TRUNCATED",
                     *       "message": "the snapshot is cut short",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too many attempts (`RATE_LIMITED`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "RATE_LIMITED",
                     *       "message": "too many attempts",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description An unexpected fault (`INTERNAL`); the database is damaged (`DATABASE_DAMAGED`); a file cannot be used (`FILE_UNAVAILABLE`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INTERNAL",
                     *       "message": "an unexpected fault",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Busy (`BUSY`); the database's files were replaced (`DATABASE_REPLACED`); the database cannot be used now (`DATABASE_UNAVAILABLE`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "BUSY",
                     *       "message": "busy",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The disk is full (`DISK_FULL`) */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "DISK_FULL",
                     *       "message": "the disk is full",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    restore_config: {
        parameters: {
            query?: {
                /** @description Go on although the caller would gain scopes, or somebody be locked out. */
                allowAccessChange?: boolean;
                /** @description Go on although no user, no role, or nobody who may administer is left. */
                allowNoAdmin?: boolean;
                /** @description Report what would change, and change nothing. */
                dryRun?: boolean;
                /** @description `merge` keeps what only the database has; `replace` removes it. */
                mode?: "merge" | "replace";
                /** @description Take a snapshot that was salvaged from a damaged one. Only in mode `merge`, because what the snapshot lacks is lost, and was not removed. */
                salvaged?: boolean;
                /** @description Restore only this item, and change nothing else. Repeat it for several: `user=NAME`, `role=NAME`, `transformer=NAME`, `pipeline=NAME`, `alert=NAME`, `stream=NAME`, or `stream=NAME,from=TIME,to=TIME` with RFC 3339 times or dates: entries from `from` on, before `to`. A comma in a name is written as `\,`. */
                select?: string[];
                /** @description Keep what is overwritten, removed and added, so that `POST /restore/undo` can take it back. */
                undo?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "multipart/form-data": {
                    /**
                     * Format: binary
                     * @description The snapshot, as a file part.
                     */
                    backup: Blob;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Names this request in the server's log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "report": {
                     *         "database": "config",
                     *         "mode": "merge",
                     *         "dryRun": false,
                     *         "format": "snapshot",
                     *         "createdAt": "2026-11-23T01:36:49.773Z",
                     *         "setId": "91186e8d-6e05-4271-b4b3-02c804ff00bf",
                     *         "kinds": {
                     *           "alert": {
                     *             "added": 2,
                     *             "overwritten": 0,
                     *             "unchanged": 3,
                     *             "kept": 0,
                     *             "removed": 0
                     *           },
                     *           "pipeline": {
                     *             "added": 2,
                     *             "overwritten": 0,
                     *             "unchanged": 3,
                     *             "kept": 0,
                     *             "removed": 0
                     *           },
                     *           "transformer": {
                     *             "added": 2,
                     *             "overwritten": 0,
                     *             "unchanged": 3,
                     *             "kept": 0,
                     *             "removed": 0
                     *           }
                     *         },
                     *         "warnings": [],
                     *         "seconds": 0.3
                     *       }
                     *     }
                     */
                    "application/json": {
                        report: components["schemas"]["RestoreReport"];
                        /**
                         * @description Always true, since errors have another form.
                         * @constant
                         */
                        success: true;
                    };
                };
            };
            /** @description A given value breaks a rule (`INPUT_INVALID`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INPUT_INVALID",
                     *       "message": "a given value breaks a rule",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not authenticated (`UNAUTHENTICATED`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "UNAUTHENTICATED",
                     *       "message": "not authenticated",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not permitted (`PERMISSION_DENIED`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "PERMISSION_DENIED",
                     *       "message": "not permitted",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description It does not exist (`NOT_FOUND`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "NOT_FOUND",
                     *       "message": "it does not exist",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Refused for safety (`REFUSED`); another one is under way (`CONFLICT`) */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "REFUSED",
                     *       "message": "refused for safety",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too large (`INPUT_TOO_LARGE`) */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INPUT_TOO_LARGE",
                     *       "message": "too large",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A type of body that is not taken here (`MEDIA_TYPE_UNSUPPORTED`) */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "MEDIA_TYPE_UNSUPPORTED",
                     *       "message": "a type of body that is not taken here",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The snapshot is cut short (`SNAPSHOT_TRUNCATED`); the snapshot is damaged (`SNAPSHOT_CORRUPT`); the snapshot is of another database (`SNAPSHOT_WRONG_DATABASE`); the snapshot needs a later version (`SNAPSHOT_UNSUPPORTED`); not a snapshot (`SNAPSHOT_UNRECOGNIZED`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "SNAPSHOT_TRUNCATED",
                     *       "message": "the snapshot is cut short",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too many attempts (`RATE_LIMITED`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "RATE_LIMITED",
                     *       "message": "too many attempts",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description An unexpected fault (`INTERNAL`); the database is damaged (`DATABASE_DAMAGED`); a file cannot be used (`FILE_UNAVAILABLE`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INTERNAL",
                     *       "message": "an unexpected fault",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Busy (`BUSY`); the database's files were replaced (`DATABASE_REPLACED`); the database cannot be used now (`DATABASE_UNAVAILABLE`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "BUSY",
                     *       "message": "busy",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The disk is full (`DISK_FULL`) */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "DISK_FULL",
                     *       "message": "the disk is full",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    restore_logs: {
        parameters: {
            query?: {
                /** @description Go on although the caller would gain scopes, or somebody be locked out. */
                allowAccessChange?: boolean;
                /** @description Go on although no user, no role, or nobody who may administer is left. */
                allowNoAdmin?: boolean;
                /** @description Report what would change, and change nothing. */
                dryRun?: boolean;
                /** @description `merge` keeps what only the database has; `replace` removes it. */
                mode?: "merge" | "replace";
                /** @description Take a snapshot that was salvaged from a damaged one. Only in mode `merge`, because what the snapshot lacks is lost, and was not removed. */
                salvaged?: boolean;
                /** @description Restore only this item, and change nothing else. Repeat it for several: `user=NAME`, `role=NAME`, `transformer=NAME`, `pipeline=NAME`, `alert=NAME`, `stream=NAME`, or `stream=NAME,from=TIME,to=TIME` with RFC 3339 times or dates: entries from `from` on, before `to`. A comma in a name is written as `\,`. */
                select?: string[];
                /** @description Keep what is overwritten, removed and added, so that `POST /restore/undo` can take it back. */
                undo?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "multipart/form-data": {
                    /**
                     * Format: binary
                     * @description The snapshot, as a file part.
                     */
                    backup: Blob;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Names this request in the server's log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "report": {
                     *         "database": "logs",
                     *         "mode": "merge",
                     *         "dryRun": false,
                     *         "format": "snapshot",
                     *         "createdAt": "2026-11-23T01:36:49.773Z",
                     *         "setId": "91186e8d-6e05-4271-b4b3-02c804ff00bf",
                     *         "kinds": {
                     *           "entry": {
                     *             "added": 2,
                     *             "overwritten": 0,
                     *             "unchanged": 3,
                     *             "kept": 0,
                     *             "removed": 0
                     *           },
                     *           "field": {
                     *             "added": 2,
                     *             "overwritten": 0,
                     *             "unchanged": 3,
                     *             "kept": 0,
                     *             "removed": 0
                     *           },
                     *           "stream": {
                     *             "added": 2,
                     *             "overwritten": 0,
                     *             "unchanged": 3,
                     *             "kept": 0,
                     *             "removed": 0
                     *           }
                     *         },
                     *         "warnings": [],
                     *         "seconds": 0.3
                     *       }
                     *     }
                     */
                    "application/json": {
                        report: components["schemas"]["RestoreReport"];
                        /**
                         * @description Always true, since errors have another form.
                         * @constant
                         */
                        success: true;
                    };
                };
            };
            /** @description A given value breaks a rule (`INPUT_INVALID`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INPUT_INVALID",
                     *       "message": "a given value breaks a rule",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not authenticated (`UNAUTHENTICATED`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "UNAUTHENTICATED",
                     *       "message": "not authenticated",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not permitted (`PERMISSION_DENIED`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "PERMISSION_DENIED",
                     *       "message": "not permitted",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description It does not exist (`NOT_FOUND`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "NOT_FOUND",
                     *       "message": "it does not exist",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Refused for safety (`REFUSED`); another one is under way (`CONFLICT`) */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "REFUSED",
                     *       "message": "refused for safety",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too large (`INPUT_TOO_LARGE`) */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INPUT_TOO_LARGE",
                     *       "message": "too large",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A type of body that is not taken here (`MEDIA_TYPE_UNSUPPORTED`) */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "MEDIA_TYPE_UNSUPPORTED",
                     *       "message": "a type of body that is not taken here",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The snapshot is cut short (`SNAPSHOT_TRUNCATED`); the snapshot is damaged (`SNAPSHOT_CORRUPT`); the snapshot is of another database (`SNAPSHOT_WRONG_DATABASE`); the snapshot needs a later version (`SNAPSHOT_UNSUPPORTED`); not a snapshot (`SNAPSHOT_UNRECOGNIZED`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "SNAPSHOT_TRUNCATED",
                     *       "message": "the snapshot is cut short",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too many attempts (`RATE_LIMITED`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "RATE_LIMITED",
                     *       "message": "too many attempts",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description An unexpected fault (`INTERNAL`); the database is damaged (`DATABASE_DAMAGED`); a file cannot be used (`FILE_UNAVAILABLE`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INTERNAL",
                     *       "message": "an unexpected fault",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Busy (`BUSY`); the database's files were replaced (`DATABASE_REPLACED`); the database cannot be used now (`DATABASE_UNAVAILABLE`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "BUSY",
                     *       "message": "busy",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The disk is full (`DISK_FULL`) */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "DISK_FULL",
                     *       "message": "the disk is full",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    undo_restore: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "run": "2f1d2a34-6c55-4c1e-9a83-0d7f4a1e5b60",
                 *       "dryRun": true
                 *     }
                 */
                "application/json": {
                    /**
                     * @description Go on although the caller would gain scopes, or somebody be locked out.
                     * @default false
                     */
                    allowAccessChange?: boolean;
                    /**
                     * @description Go on although nobody who may administer would be left.
                     * @default false
                     */
                    allowNoAdmin?: boolean;
                    /**
                     * @description Report what would change, and change nothing.
                     * @default false
                     */
                    dryRun?: boolean;
                    /**
                     * @description Also take back records that somebody has changed after the restore.
                     * @default false
                     */
                    overwriteChanged?: boolean;
                    /** @description The UUID of the restore; if absent, the newest that was not taken back. */
                    run?: string;
                    /**
                     * @description Keep undo files, so that the undo itself can be taken back.
                     * @default true
                     */
                    undo?: boolean;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Names this request in the server's log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "report": {
                     *         "dryRun": true,
                     *         "undoes": "2f1d2a34-6c55-4c1e-9a83-0d7f4a1e5b60",
                     *         "undoesAt": "2026-11-28T10:00:00.000Z",
                     *         "databases": [
                     *           {
                     *             "database": "logs",
                     *             "kinds": {
                     *               "entry": {
                     *                 "added": 2,
                     *                 "overwritten": 1,
                     *                 "unchanged": 0,
                     *                 "kept": 0,
                     *                 "removed": 0
                     *               }
                     *             },
                     *             "changed": {
                     *               "records": 0,
                     *               "items": []
                     *             },
                     *             "warnings": [],
                     *             "seconds": 0.2
                     *           }
                     *         ],
                     *         "notes": [],
                     *         "seconds": 0.3
                     *       }
                     *     }
                     */
                    "application/json": {
                        report: components["schemas"]["UndoReport"];
                        /**
                         * @description Always true, since errors have another form.
                         * @constant
                         */
                        success: true;
                    };
                };
            };
            /** @description A given value breaks a rule (`INPUT_INVALID`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INPUT_INVALID",
                     *       "message": "a given value breaks a rule",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not authenticated (`UNAUTHENTICATED`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "UNAUTHENTICATED",
                     *       "message": "not authenticated",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not permitted (`PERMISSION_DENIED`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "PERMISSION_DENIED",
                     *       "message": "not permitted",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description It does not exist (`NOT_FOUND`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "NOT_FOUND",
                     *       "message": "it does not exist",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Refused for safety (`REFUSED`); another one is under way (`CONFLICT`) */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "REFUSED",
                     *       "message": "refused for safety",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too large (`INPUT_TOO_LARGE`) */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INPUT_TOO_LARGE",
                     *       "message": "too large",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A type of body that is not taken here (`MEDIA_TYPE_UNSUPPORTED`) */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "MEDIA_TYPE_UNSUPPORTED",
                     *       "message": "a type of body that is not taken here",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The snapshot is cut short (`SNAPSHOT_TRUNCATED`); the snapshot is damaged (`SNAPSHOT_CORRUPT`); the snapshot needs a later version (`SNAPSHOT_UNSUPPORTED`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "SNAPSHOT_TRUNCATED",
                     *       "message": "the snapshot is cut short",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too many attempts (`RATE_LIMITED`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "RATE_LIMITED",
                     *       "message": "too many attempts",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A file cannot be used (`FILE_UNAVAILABLE`); an unexpected fault (`INTERNAL`); the database is damaged (`DATABASE_DAMAGED`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "FILE_UNAVAILABLE",
                     *       "message": "a file cannot be used",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Busy (`BUSY`); the database's files were replaced (`DATABASE_REPLACED`); the database cannot be used now (`DATABASE_UNAVAILABLE`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "BUSY",
                     *       "message": "busy",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The disk is full (`DISK_FULL`) */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "DISK_FULL",
                     *       "message": "the disk is full",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    list_restores: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Names this request in the server's log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "restores": [
                     *         {
                     *           "run": "2f1d2a34-6c55-4c1e-9a83-0d7f4a1e5b60",
                     *           "at": "2026-11-28T10:00:00.000Z",
                     *           "by": "alice",
                     *           "mode": "merge",
                     *           "databases": [
                     *             {
                     *               "database": "logs",
                     *               "setId": "91186e8d-6e05-4271-b4b3-02c804ff00bf",
                     *               "createdAt": "2026-11-27T01:36:49.773Z",
                     *               "kinds": {
                     *                 "entry": {
                     *                   "added": 2,
                     *                   "overwritten": 1,
                     *                   "unchanged": 0,
                     *                   "kept": 0,
                     *                   "removed": 0
                     *                 }
                     *               }
                     *             }
                     *           ],
                     *           "canUndo": true
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": {
                        restores: components["schemas"]["RestoreRun"][];
                        /**
                         * @description Always true, since errors have another form.
                         * @constant
                         */
                        success: true;
                    };
                };
            };
            /** @description A given value breaks a rule (`INPUT_INVALID`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INPUT_INVALID",
                     *       "message": "a given value breaks a rule",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not authenticated (`UNAUTHENTICATED`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "UNAUTHENTICATED",
                     *       "message": "not authenticated",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not permitted (`PERMISSION_DENIED`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "PERMISSION_DENIED",
                     *       "message": "not permitted",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too many attempts (`RATE_LIMITED`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "RATE_LIMITED",
                     *       "message": "too many attempts",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description An unexpected fault (`INTERNAL`); the database is damaged (`DATABASE_DAMAGED`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INTERNAL",
                     *       "message": "an unexpected fault",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Busy (`BUSY`); the database's files were replaced (`DATABASE_REPLACED`); the database cannot be used now (`DATABASE_UNAVAILABLE`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "BUSY",
                     *       "message": "busy",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The disk is full (`DISK_FULL`) */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "DISK_FULL",
                     *       "message": "the disk is full",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    list_roles: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Names this request in the server's log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "roles": [
                     *         {
                     *           "name": "viewer",
                     *           "scopes": [
                     *             "read_streams"
                     *           ]
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": {
                        roles: components["schemas"]["Role"][];
                        /**
                         * @description Always true, since errors have another form.
                         * @constant
                         */
                        success: true;
                    };
                };
            };
            /** @description A given value breaks a rule (`INPUT_INVALID`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INPUT_INVALID",
                     *       "message": "a given value breaks a rule",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not authenticated (`UNAUTHENTICATED`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "UNAUTHENTICATED",
                     *       "message": "not authenticated",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not permitted (`PERMISSION_DENIED`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "PERMISSION_DENIED",
                     *       "message": "not permitted",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too many attempts (`RATE_LIMITED`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "RATE_LIMITED",
                     *       "message": "too many attempts",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description An unexpected fault (`INTERNAL`); the database is damaged (`DATABASE_DAMAGED`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INTERNAL",
                     *       "message": "an unexpected fault",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Busy (`BUSY`); the database's files were replaced (`DATABASE_REPLACED`); the database cannot be used now (`DATABASE_UNAVAILABLE`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "BUSY",
                     *       "message": "busy",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The disk is full (`DISK_FULL`) */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "DISK_FULL",
                     *       "message": "the disk is full",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    save_role: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The role's name: 1 to 512 bytes of UTF-8, no control characters. */
                role: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "scopes": [
                 *         "read_streams",
                 *         "send_logs"
                 *       ]
                 *     }
                 */
                "application/json": {
                    /** @description Go on although no user, no role, or nobody who may administer is left. */
                    allowNoAdmin?: boolean | null;
                    scopes: components["schemas"]["Scope"][];
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Names this request in the server's log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true
                     *     }
                     */
                    "application/json": components["schemas"]["Done"];
                };
            };
            /** @description A given value breaks a rule (`INPUT_INVALID`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INPUT_INVALID",
                     *       "message": "a given value breaks a rule",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not authenticated (`UNAUTHENTICATED`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "UNAUTHENTICATED",
                     *       "message": "not authenticated",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not permitted (`PERMISSION_DENIED`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "PERMISSION_DENIED",
                     *       "message": "not permitted",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Refused for safety (`REFUSED`); another one is under way (`CONFLICT`) */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "REFUSED",
                     *       "message": "refused for safety",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too large (`INPUT_TOO_LARGE`) */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INPUT_TOO_LARGE",
                     *       "message": "too large",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A type of body that is not taken here (`MEDIA_TYPE_UNSUPPORTED`) */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "MEDIA_TYPE_UNSUPPORTED",
                     *       "message": "a type of body that is not taken here",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too many attempts (`RATE_LIMITED`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "RATE_LIMITED",
                     *       "message": "too many attempts",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description An unexpected fault (`INTERNAL`); the database is damaged (`DATABASE_DAMAGED`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INTERNAL",
                     *       "message": "an unexpected fault",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Busy (`BUSY`); the database's files were replaced (`DATABASE_REPLACED`); the database cannot be used now (`DATABASE_UNAVAILABLE`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "BUSY",
                     *       "message": "busy",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The disk is full (`DISK_FULL`) */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "DISK_FULL",
                     *       "message": "the disk is full",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    delete_role: {
        parameters: {
            query?: {
                /** @description Go on although no user, no role, or nobody who may administer is left. */
                allowNoAdmin?: boolean;
            };
            header?: never;
            path: {
                /** @description The role's name: 1 to 512 bytes of UTF-8, no control characters. */
                role: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Names this request in the server's log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true
                     *     }
                     */
                    "application/json": components["schemas"]["Done"];
                };
            };
            /** @description A given value breaks a rule (`INPUT_INVALID`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INPUT_INVALID",
                     *       "message": "a given value breaks a rule",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not authenticated (`UNAUTHENTICATED`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "UNAUTHENTICATED",
                     *       "message": "not authenticated",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not permitted (`PERMISSION_DENIED`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "PERMISSION_DENIED",
                     *       "message": "not permitted",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Refused for safety (`REFUSED`); another one is under way (`CONFLICT`) */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "REFUSED",
                     *       "message": "refused for safety",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too many attempts (`RATE_LIMITED`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "RATE_LIMITED",
                     *       "message": "too many attempts",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description An unexpected fault (`INTERNAL`); the database is damaged (`DATABASE_DAMAGED`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INTERNAL",
                     *       "message": "an unexpected fault",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Busy (`BUSY`); the database's files were replaced (`DATABASE_REPLACED`); the database cannot be used now (`DATABASE_UNAVAILABLE`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "BUSY",
                     *       "message": "busy",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The disk is full (`DISK_FULL`) */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "DISK_FULL",
                     *       "message": "the disk is full",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    list_snapshots: {
        parameters: {
            query?: {
                destination?: string;
                /** @description Only those of this host. Repeat it for those of any of several hosts. */
                host?: string[];
                /** @description Only the newest of each host, and on it of each installation. */
                latest?: boolean;
                /** @description Only those with this tag. Repeat it for those with all of several tags. */
                tag?: string[];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Names this request in the server's log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "destinations": [
                     *         {
                     *           "destination": "nas",
                     *           "readable": true,
                     *           "snapshots": [
                     *             {
                     *               "setId": "91186e8d-6e05-4271-b4b3-02c804ff00bf",
                     *               "createdAt": "2026-11-29T02:15:00.012Z",
                     *               "host": "web-1",
                     *               "installation": "b0a2a0c5-7d0e-4f5e-9f27-4f2a2f0a9a11",
                     *               "tags": [
                     *                 "job:nightly"
                     *               ],
                     *               "producer": "flowg 0.1.0",
                     *               "databases": {
                     *                 "logs": {
                     *                   "entries": 1513,
                     *                   "rawBytes": 260113,
                     *                   "storedBytes": 52431
                     *                 }
                     *               }
                     *             }
                     *           ],
                     *           "unreadable": []
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": {
                        destinations: components["schemas"]["DestinationSnapshots"][];
                        /**
                         * @description Always true, since errors have another form.
                         * @constant
                         */
                        success: true;
                    };
                };
            };
            /** @description A given value breaks a rule (`INPUT_INVALID`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INPUT_INVALID",
                     *       "message": "a given value breaks a rule",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not authenticated (`UNAUTHENTICATED`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "UNAUTHENTICATED",
                     *       "message": "not authenticated",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not permitted (`PERMISSION_DENIED`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "PERMISSION_DENIED",
                     *       "message": "not permitted",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description It does not exist (`NOT_FOUND`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "NOT_FOUND",
                     *       "message": "it does not exist",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description An identity is needed (`IDENTITY_REQUIRED`); refused for safety (`REFUSED`); another one is under way (`CONFLICT`) */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "IDENTITY_REQUIRED",
                     *       "message": "an identity is needed",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not signed by a trusted key (`SIGNATURE_REFUSED`); the snapshot needs a later version (`SNAPSHOT_UNSUPPORTED`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "SIGNATURE_REFUSED",
                     *       "message": "not signed by a trusted key",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too many attempts (`RATE_LIMITED`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "RATE_LIMITED",
                     *       "message": "too many attempts",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The repository is damaged (`REPOSITORY_DAMAGED`); a file cannot be used (`FILE_UNAVAILABLE`); an unexpected fault (`INTERNAL`); the database is damaged (`DATABASE_DAMAGED`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "REPOSITORY_DAMAGED",
                     *       "message": "the repository is damaged",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The repository cannot be used now (`REPOSITORY_UNAVAILABLE`) */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "REPOSITORY_UNAVAILABLE",
                     *       "message": "the repository cannot be used now",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is no repository (`REPOSITORY_MISSING`); busy (`BUSY`); the database's files were replaced (`DATABASE_REPLACED`); the database cannot be used now (`DATABASE_UNAVAILABLE`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "REPOSITORY_MISSING",
                     *       "message": "there is no repository",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The disk is full (`DISK_FULL`) */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "DISK_FULL",
                     *       "message": "the disk is full",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    create_snapshot: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "destinations": [
                 *         "nas"
                 *       ],
                 *       "tags": [
                 *         "before-upgrade"
                 *       ]
                 *     }
                 */
                "application/json": {
                    /**
                     * @description Go on although a database has far fewer records than before.
                     * @default false
                     */
                    allowShrink?: boolean;
                    /** @description Their names. May be left out if there is only one. */
                    destinations?: string[];
                    /**
                     * @description Read everything, not only what may have changed.
                     * @default false
                     */
                    full?: boolean;
                    /** @description All destinations of this job. */
                    job?: string;
                    tags?: string[];
                };
            };
        };
        responses: {
            /** @description Begun */
            202: {
                headers: {
                    /** @description Names this request in the server's log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "task": {
                     *         "id": "2f1d2a34-6c55-4c1e-9a83-0d7f4a1e5b60",
                     *         "kind": "backup",
                     *         "target": "nas",
                     *         "by": "alice",
                     *         "state": "running",
                     *         "begunAt": "2026-11-29T02:15:00.012Z"
                     *       }
                     *     }
                     */
                    "application/json": {
                        /**
                         * @description Always true, since errors have another form.
                         * @constant
                         */
                        success: true;
                        task: components["schemas"]["Task"];
                    };
                };
            };
            /** @description A given value breaks a rule (`INPUT_INVALID`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INPUT_INVALID",
                     *       "message": "a given value breaks a rule",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not authenticated (`UNAUTHENTICATED`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "UNAUTHENTICATED",
                     *       "message": "not authenticated",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not permitted (`PERMISSION_DENIED`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "PERMISSION_DENIED",
                     *       "message": "not permitted",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description It does not exist (`NOT_FOUND`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "NOT_FOUND",
                     *       "message": "it does not exist",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Another one is under way (`CONFLICT`) */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "CONFLICT",
                     *       "message": "another one is under way",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too large (`INPUT_TOO_LARGE`) */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INPUT_TOO_LARGE",
                     *       "message": "too large",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A type of body that is not taken here (`MEDIA_TYPE_UNSUPPORTED`) */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "MEDIA_TYPE_UNSUPPORTED",
                     *       "message": "a type of body that is not taken here",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too many attempts (`RATE_LIMITED`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "RATE_LIMITED",
                     *       "message": "too many attempts",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description An unexpected fault (`INTERNAL`); the database is damaged (`DATABASE_DAMAGED`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INTERNAL",
                     *       "message": "an unexpected fault",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Busy (`BUSY`); the database's files were replaced (`DATABASE_REPLACED`); the database cannot be used now (`DATABASE_UNAVAILABLE`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "BUSY",
                     *       "message": "busy",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The disk is full (`DISK_FULL`) */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "DISK_FULL",
                     *       "message": "the disk is full",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    get_snapshot: {
        parameters: {
            query?: {
                destination?: string;
                host?: string;
                installation?: string;
            };
            header?: never;
            path: {
                /** @description The snapshot's id, the beginning of it, or `latest`. */
                snapshot: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Names this request in the server's log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "snapshot": {
                     *         "destination": "nas",
                     *         "setId": "91186e8d-6e05-4271-b4b3-02c804ff00bf",
                     *         "createdAt": "2026-11-29T02:15:00.012Z",
                     *         "host": "web-1",
                     *         "installation": "b0a2a0c5-7d0e-4f5e-9f27-4f2a2f0a9a11",
                     *         "tags": [
                     *           "job:nightly"
                     *         ],
                     *         "producer": "flowg 0.1.0",
                     *         "databases": {
                     *           "logs": {
                     *             "entries": 1513,
                     *             "rawBytes": 260113,
                     *             "storedBytes": 52431,
                     *             "segments": 3
                     *           }
                     *         }
                     *       }
                     *     }
                     */
                    "application/json": {
                        snapshot: components["schemas"]["SnapshotDetails"];
                        /**
                         * @description Always true, since errors have another form.
                         * @constant
                         */
                        success: true;
                    };
                };
            };
            /** @description A given value breaks a rule (`INPUT_INVALID`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INPUT_INVALID",
                     *       "message": "a given value breaks a rule",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not authenticated (`UNAUTHENTICATED`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "UNAUTHENTICATED",
                     *       "message": "not authenticated",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not permitted (`PERMISSION_DENIED`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "PERMISSION_DENIED",
                     *       "message": "not permitted",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description It does not exist (`NOT_FOUND`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "NOT_FOUND",
                     *       "message": "it does not exist",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description An identity is needed (`IDENTITY_REQUIRED`); refused for safety (`REFUSED`); another one is under way (`CONFLICT`) */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "IDENTITY_REQUIRED",
                     *       "message": "an identity is needed",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not signed by a trusted key (`SIGNATURE_REFUSED`); the snapshot needs a later version (`SNAPSHOT_UNSUPPORTED`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "SIGNATURE_REFUSED",
                     *       "message": "not signed by a trusted key",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too many attempts (`RATE_LIMITED`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "RATE_LIMITED",
                     *       "message": "too many attempts",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The repository is damaged (`REPOSITORY_DAMAGED`); a file cannot be used (`FILE_UNAVAILABLE`); an unexpected fault (`INTERNAL`); the database is damaged (`DATABASE_DAMAGED`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "REPOSITORY_DAMAGED",
                     *       "message": "the repository is damaged",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The repository cannot be used now (`REPOSITORY_UNAVAILABLE`) */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "REPOSITORY_UNAVAILABLE",
                     *       "message": "the repository cannot be used now",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is no repository (`REPOSITORY_MISSING`); busy (`BUSY`); the database's files were replaced (`DATABASE_REPLACED`); the database cannot be used now (`DATABASE_UNAVAILABLE`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "REPOSITORY_MISSING",
                     *       "message": "there is no repository",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The disk is full (`DISK_FULL`) */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "DISK_FULL",
                     *       "message": "the disk is full",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    diff_snapshots: {
        parameters: {
            query: {
                destination?: string;
                host?: string;
                installation?: string;
                /** @description Only these databases. */
                only?: string[];
                /** @description The snapshot's id, the beginning of it, or `latest`. */
                other: string;
            };
            header?: never;
            path: {
                /** @description The snapshot's id, the beginning of it, or `latest`. */
                snapshot: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Names this request in the server's log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "diff": {
                     *         "before": "snapshot 91186e8d-6e05-4271-b4b3-02c804ff00bf in nas",
                     *         "after": "snapshot 2f1d2a34-6c55-4c1e-9a83-0d7f4a1e5b60 in nas",
                     *         "equal": true,
                     *         "onlyBefore": [],
                     *         "onlyAfter": [],
                     *         "databases": []
                     *       }
                     *     }
                     */
                    "application/json": {
                        diff: components["schemas"]["SnapshotDiff"];
                        /**
                         * @description Always true, since errors have another form.
                         * @constant
                         */
                        success: true;
                    };
                };
            };
            /** @description A given value breaks a rule (`INPUT_INVALID`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INPUT_INVALID",
                     *       "message": "a given value breaks a rule",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not authenticated (`UNAUTHENTICATED`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "UNAUTHENTICATED",
                     *       "message": "not authenticated",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not permitted (`PERMISSION_DENIED`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "PERMISSION_DENIED",
                     *       "message": "not permitted",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description It does not exist (`NOT_FOUND`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "NOT_FOUND",
                     *       "message": "it does not exist",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description An identity is needed (`IDENTITY_REQUIRED`); refused for safety (`REFUSED`); another one is under way (`CONFLICT`) */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "IDENTITY_REQUIRED",
                     *       "message": "an identity is needed",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not signed by a trusted key (`SIGNATURE_REFUSED`); the snapshot needs a later version (`SNAPSHOT_UNSUPPORTED`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "SIGNATURE_REFUSED",
                     *       "message": "not signed by a trusted key",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too many attempts (`RATE_LIMITED`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "RATE_LIMITED",
                     *       "message": "too many attempts",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The repository is damaged (`REPOSITORY_DAMAGED`); a file cannot be used (`FILE_UNAVAILABLE`); an unexpected fault (`INTERNAL`); the database is damaged (`DATABASE_DAMAGED`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "REPOSITORY_DAMAGED",
                     *       "message": "the repository is damaged",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The repository cannot be used now (`REPOSITORY_UNAVAILABLE`) */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "REPOSITORY_UNAVAILABLE",
                     *       "message": "the repository cannot be used now",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is no repository (`REPOSITORY_MISSING`); busy (`BUSY`); the database's files were replaced (`DATABASE_REPLACED`); the database cannot be used now (`DATABASE_UNAVAILABLE`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "REPOSITORY_MISSING",
                     *       "message": "there is no repository",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The disk is full (`DISK_FULL`) */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "DISK_FULL",
                     *       "message": "the disk is full",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    restore_snapshot: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The snapshot's id, the beginning of it, or `latest`. */
                snapshot: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "destination": "nas",
                 *       "only": [
                 *         "logs"
                 *       ],
                 *       "dryRun": true
                 *     }
                 */
                "application/json": {
                    /**
                     * @description Go on although the caller would gain scopes, or somebody be locked out.
                     * @default false
                     */
                    allowAccessChange?: boolean;
                    /**
                     * @description Go on although nobody who may administer would be left.
                     * @default false
                     */
                    allowNoAdmin?: boolean;
                    /** @description The name of the destination in the server's settings. It may be left out if there is only one. Where several jobs have a destination of that name, it is `JOB/NAME`. */
                    destination?: string;
                    /**
                     * @description Report what would change, and change nothing.
                     * @default false
                     */
                    dryRun?: boolean;
                    /** @description Only a snapshot of this host, where several back up into one repository. */
                    host?: string;
                    /** @description Only a snapshot of this installation, by its id or the beginning of it, where several share a host name. Each snapshot of the list has its own. */
                    installation?: string;
                    /**
                     * @description `merge` keeps what only the database has; `replace` removes it.
                     * @default merge
                     * @enum {string}
                     */
                    mode?: "merge" | "replace";
                    /** @description The databases to restore; all that the snapshot has if absent. */
                    only?: ("auth" | "config" | "logs")[];
                    /**
                     * @description Take a damaged snapshot that a repair has left incomplete. Only in mode `merge`.
                     * @default false
                     */
                    salvaged?: boolean;
                    /** @description Restore only these items, as `select` of `POST /restore`. */
                    select?: string[];
                    /**
                     * @description Keep undo files.
                     * @default true
                     */
                    undo?: boolean;
                };
            };
        };
        responses: {
            /** @description Begun */
            202: {
                headers: {
                    /** @description Names this request in the server's log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "task": {
                     *         "id": "2f1d2a34-6c55-4c1e-9a83-0d7f4a1e5b60",
                     *         "kind": "restore",
                     *         "target": "91186e8d-6e05-4271-b4b3-02c804ff00bf in nas",
                     *         "by": "alice",
                     *         "state": "running",
                     *         "begunAt": "2026-11-29T02:15:00.012Z"
                     *       }
                     *     }
                     */
                    "application/json": {
                        /**
                         * @description Always true, since errors have another form.
                         * @constant
                         */
                        success: true;
                        task: components["schemas"]["Task"];
                    };
                };
            };
            /** @description A given value breaks a rule (`INPUT_INVALID`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INPUT_INVALID",
                     *       "message": "a given value breaks a rule",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not authenticated (`UNAUTHENTICATED`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "UNAUTHENTICATED",
                     *       "message": "not authenticated",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not permitted (`PERMISSION_DENIED`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "PERMISSION_DENIED",
                     *       "message": "not permitted",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description It does not exist (`NOT_FOUND`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "NOT_FOUND",
                     *       "message": "it does not exist",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description An identity is needed (`IDENTITY_REQUIRED`); refused for safety (`REFUSED`); another one is under way (`CONFLICT`) */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "IDENTITY_REQUIRED",
                     *       "message": "an identity is needed",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too large (`INPUT_TOO_LARGE`) */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INPUT_TOO_LARGE",
                     *       "message": "too large",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A type of body that is not taken here (`MEDIA_TYPE_UNSUPPORTED`) */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "MEDIA_TYPE_UNSUPPORTED",
                     *       "message": "a type of body that is not taken here",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not signed by a trusted key (`SIGNATURE_REFUSED`); the snapshot needs a later version (`SNAPSHOT_UNSUPPORTED`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "SIGNATURE_REFUSED",
                     *       "message": "not signed by a trusted key",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too many attempts (`RATE_LIMITED`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "RATE_LIMITED",
                     *       "message": "too many attempts",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The repository is damaged (`REPOSITORY_DAMAGED`); a file cannot be used (`FILE_UNAVAILABLE`); an unexpected fault (`INTERNAL`); the database is damaged (`DATABASE_DAMAGED`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "REPOSITORY_DAMAGED",
                     *       "message": "the repository is damaged",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The repository cannot be used now (`REPOSITORY_UNAVAILABLE`) */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "REPOSITORY_UNAVAILABLE",
                     *       "message": "the repository cannot be used now",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is no repository (`REPOSITORY_MISSING`); busy (`BUSY`); the database's files were replaced (`DATABASE_REPLACED`); the database cannot be used now (`DATABASE_UNAVAILABLE`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "REPOSITORY_MISSING",
                     *       "message": "there is no repository",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The disk is full (`DISK_FULL`) */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "DISK_FULL",
                     *       "message": "the disk is full",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    forget_snapshots: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "destination": "nas",
                 *       "snapshots": [
                 *         "91186e8d-6e05-4271-b4b3-02c804ff00bf"
                 *       ],
                 *       "prune": true
                 *     }
                 */
                "application/json": {
                    /**
                     * @description Go on although no snapshot would be left: with `keep`, of a group; with `prune`, at all.
                     * @default false
                     */
                    allowRemoveAll?: boolean;
                    /** @description The name of the destination in the server's settings. It may be left out if there is only one. Where several jobs have a destination of that name, it is `JOB/NAME`. */
                    destination?: string;
                    /**
                     * @description Report what would be removed, and remove nothing.
                     * @default false
                     */
                    dryRun?: boolean;
                    /** @description With `keep`: apply the rules to each of these by itself; to all together where empty. Unless given, that is to each host, and on it to each installation: servers may share a name. `["host"]` counts their snapshots together. */
                    groupBy?: ("host" | "installation" | "tags" | "databases")[];
                    /** @description With `keep`: look only at snapshots of these hosts. */
                    hosts?: string[];
                    /** @description Rules, as `flowg forget` has them: each keeps the newest snapshot of each period, such as a day, until it has kept as many as it says. A snapshot stays if any rule keeps it. */
                    keep?: {
                        /** @description How many; `unlimited` keeps all. */
                        daily?: number | "unlimited";
                        /** @description How many; `unlimited` keeps all. */
                        hourly?: number | "unlimited";
                        /** @description How many; `unlimited` keeps all. */
                        last?: number | "unlimited";
                        /** @description How many; `unlimited` keeps all. */
                        monthly?: number | "unlimited";
                        /** @description All that have one of these. */
                        tags?: string[];
                        /** @description How many; `unlimited` keeps all. */
                        weekly?: number | "unlimited";
                        /** @description All that are at most this much older than the newest: `30d`, `1y6m`. */
                        within?: string;
                        /** @description How many; `unlimited` keeps all. */
                        yearly?: number | "unlimited";
                    };
                    /**
                     * @description Afterwards, remove what no snapshot needs any more.
                     * @default false
                     */
                    prune?: boolean;
                    /** @description Their ids, or the beginnings of these. */
                    snapshots?: string[];
                    /** @description With `keep`: look only at snapshots that have all of these. */
                    tags?: string[];
                    /** @description With `keep`: where days and hours begin: `Europe/Berlin`; UTC unless given. */
                    timeZone?: string;
                };
            };
        };
        responses: {
            /** @description Begun */
            202: {
                headers: {
                    /** @description Names this request in the server's log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "task": {
                     *         "id": "2f1d2a34-6c55-4c1e-9a83-0d7f4a1e5b60",
                     *         "kind": "forget",
                     *         "target": "91186e8d-6e05-4271-b4b3-02c804ff00bf in nas",
                     *         "by": "alice",
                     *         "state": "running",
                     *         "begunAt": "2026-11-29T02:15:00.012Z"
                     *       }
                     *     }
                     */
                    "application/json": {
                        /**
                         * @description Always true, since errors have another form.
                         * @constant
                         */
                        success: true;
                        task: components["schemas"]["Task"];
                    };
                };
            };
            /** @description A given value breaks a rule (`INPUT_INVALID`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INPUT_INVALID",
                     *       "message": "a given value breaks a rule",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not authenticated (`UNAUTHENTICATED`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "UNAUTHENTICATED",
                     *       "message": "not authenticated",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not permitted (`PERMISSION_DENIED`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "PERMISSION_DENIED",
                     *       "message": "not permitted",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description It does not exist (`NOT_FOUND`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "NOT_FOUND",
                     *       "message": "it does not exist",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description An identity is needed (`IDENTITY_REQUIRED`); refused for safety (`REFUSED`); another one is under way (`CONFLICT`) */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "IDENTITY_REQUIRED",
                     *       "message": "an identity is needed",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too large (`INPUT_TOO_LARGE`) */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INPUT_TOO_LARGE",
                     *       "message": "too large",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A type of body that is not taken here (`MEDIA_TYPE_UNSUPPORTED`) */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "MEDIA_TYPE_UNSUPPORTED",
                     *       "message": "a type of body that is not taken here",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not signed by a trusted key (`SIGNATURE_REFUSED`); the snapshot needs a later version (`SNAPSHOT_UNSUPPORTED`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "SIGNATURE_REFUSED",
                     *       "message": "not signed by a trusted key",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too many attempts (`RATE_LIMITED`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "RATE_LIMITED",
                     *       "message": "too many attempts",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The repository is damaged (`REPOSITORY_DAMAGED`); a file cannot be used (`FILE_UNAVAILABLE`); an unexpected fault (`INTERNAL`); the database is damaged (`DATABASE_DAMAGED`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "REPOSITORY_DAMAGED",
                     *       "message": "the repository is damaged",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The repository cannot be used now (`REPOSITORY_UNAVAILABLE`) */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "REPOSITORY_UNAVAILABLE",
                     *       "message": "the repository cannot be used now",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description There is no repository (`REPOSITORY_MISSING`); busy (`BUSY`); the database's files were replaced (`DATABASE_REPLACED`); the database cannot be used now (`DATABASE_UNAVAILABLE`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "REPOSITORY_MISSING",
                     *       "message": "there is no repository",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The disk is full (`DISK_FULL`) */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "DISK_FULL",
                     *       "message": "the disk is full",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    list_streams: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Names this request in the server's log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "streams": {
                     *         "web": {
                     *           "ttl": 604800,
                     *           "size": 1024,
                     *           "indexed_fields": [
                     *             "level"
                     *           ]
                     *         }
                     *       }
                     *     }
                     */
                    "application/json": {
                        streams: {
                            [key: string]: components["schemas"]["StreamConfig"];
                        };
                        /**
                         * @description Always true, since errors have another form.
                         * @constant
                         */
                        success: true;
                    };
                };
            };
            /** @description A given value breaks a rule (`INPUT_INVALID`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INPUT_INVALID",
                     *       "message": "a given value breaks a rule",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not authenticated (`UNAUTHENTICATED`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "UNAUTHENTICATED",
                     *       "message": "not authenticated",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not permitted (`PERMISSION_DENIED`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "PERMISSION_DENIED",
                     *       "message": "not permitted",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too many attempts (`RATE_LIMITED`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "RATE_LIMITED",
                     *       "message": "too many attempts",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description An unexpected fault (`INTERNAL`); the database is damaged (`DATABASE_DAMAGED`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INTERNAL",
                     *       "message": "an unexpected fault",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Busy (`BUSY`); the database's files were replaced (`DATABASE_REPLACED`); the database cannot be used now (`DATABASE_UNAVAILABLE`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "BUSY",
                     *       "message": "busy",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The disk is full (`DISK_FULL`) */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "DISK_FULL",
                     *       "message": "the disk is full",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    get_stream: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The stream's name: 1 to 512 bytes of UTF-8, no control characters. */
                stream: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Names this request in the server's log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "config": {
                     *         "ttl": 604800,
                     *         "size": 1024,
                     *         "indexed_fields": [
                     *           "level"
                     *         ]
                     *       }
                     *     }
                     */
                    "application/json": {
                        config: components["schemas"]["StreamConfig"];
                        /**
                         * @description Always true, since errors have another form.
                         * @constant
                         */
                        success: true;
                    };
                };
            };
            /** @description A given value breaks a rule (`INPUT_INVALID`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INPUT_INVALID",
                     *       "message": "a given value breaks a rule",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not authenticated (`UNAUTHENTICATED`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "UNAUTHENTICATED",
                     *       "message": "not authenticated",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not permitted (`PERMISSION_DENIED`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "PERMISSION_DENIED",
                     *       "message": "not permitted",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too many attempts (`RATE_LIMITED`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "RATE_LIMITED",
                     *       "message": "too many attempts",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description An unexpected fault (`INTERNAL`); the database is damaged (`DATABASE_DAMAGED`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INTERNAL",
                     *       "message": "an unexpected fault",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Busy (`BUSY`); the database's files were replaced (`DATABASE_REPLACED`); the database cannot be used now (`DATABASE_UNAVAILABLE`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "BUSY",
                     *       "message": "busy",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The disk is full (`DISK_FULL`) */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "DISK_FULL",
                     *       "message": "the disk is full",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    configure_stream: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The stream's name: 1 to 512 bytes of UTF-8, no control characters. */
                stream: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "config": {
                 *         "ttl": 604800,
                 *         "size": 1024,
                 *         "indexed_fields": [
                 *           "level"
                 *         ]
                 *       }
                 *     }
                 */
                "application/json": {
                    config: components["schemas"]["StreamConfigInput"];
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Names this request in the server's log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true
                     *     }
                     */
                    "application/json": components["schemas"]["Done"];
                };
            };
            /** @description A given value breaks a rule (`INPUT_INVALID`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INPUT_INVALID",
                     *       "message": "a given value breaks a rule",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not authenticated (`UNAUTHENTICATED`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "UNAUTHENTICATED",
                     *       "message": "not authenticated",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not permitted (`PERMISSION_DENIED`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "PERMISSION_DENIED",
                     *       "message": "not permitted",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Refused for safety (`REFUSED`); another one is under way (`CONFLICT`) */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "REFUSED",
                     *       "message": "refused for safety",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too large (`INPUT_TOO_LARGE`) */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INPUT_TOO_LARGE",
                     *       "message": "too large",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A type of body that is not taken here (`MEDIA_TYPE_UNSUPPORTED`) */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "MEDIA_TYPE_UNSUPPORTED",
                     *       "message": "a type of body that is not taken here",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too many attempts (`RATE_LIMITED`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "RATE_LIMITED",
                     *       "message": "too many attempts",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description An unexpected fault (`INTERNAL`); the database is damaged (`DATABASE_DAMAGED`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INTERNAL",
                     *       "message": "an unexpected fault",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Busy (`BUSY`); the database's files were replaced (`DATABASE_REPLACED`); the database cannot be used now (`DATABASE_UNAVAILABLE`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "BUSY",
                     *       "message": "busy",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The disk is full (`DISK_FULL`) */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "DISK_FULL",
                     *       "message": "the disk is full",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    purge_stream: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The stream's name: 1 to 512 bytes of UTF-8, no control characters. */
                stream: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Names this request in the server's log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true
                     *     }
                     */
                    "application/json": components["schemas"]["Done"];
                };
            };
            /** @description A given value breaks a rule (`INPUT_INVALID`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INPUT_INVALID",
                     *       "message": "a given value breaks a rule",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not authenticated (`UNAUTHENTICATED`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "UNAUTHENTICATED",
                     *       "message": "not authenticated",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not permitted (`PERMISSION_DENIED`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "PERMISSION_DENIED",
                     *       "message": "not permitted",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Another one is under way (`CONFLICT`) */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "CONFLICT",
                     *       "message": "another one is under way",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too many attempts (`RATE_LIMITED`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "RATE_LIMITED",
                     *       "message": "too many attempts",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description An unexpected fault (`INTERNAL`); the database is damaged (`DATABASE_DAMAGED`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INTERNAL",
                     *       "message": "an unexpected fault",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Busy (`BUSY`); the database's files were replaced (`DATABASE_REPLACED`); the database cannot be used now (`DATABASE_UNAVAILABLE`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "BUSY",
                     *       "message": "busy",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The disk is full (`DISK_FULL`) */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "DISK_FULL",
                     *       "message": "the disk is full",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    list_stream_fields: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The stream's name: 1 to 512 bytes of UTF-8, no control characters. */
                stream: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Names this request in the server's log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "fields": [
                     *         "level",
                     *         "message"
                     *       ]
                     *     }
                     */
                    "application/json": {
                        fields: string[];
                        /**
                         * @description Always true, since errors have another form.
                         * @constant
                         */
                        success: true;
                    };
                };
            };
            /** @description A given value breaks a rule (`INPUT_INVALID`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INPUT_INVALID",
                     *       "message": "a given value breaks a rule",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not authenticated (`UNAUTHENTICATED`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "UNAUTHENTICATED",
                     *       "message": "not authenticated",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not permitted (`PERMISSION_DENIED`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "PERMISSION_DENIED",
                     *       "message": "not permitted",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too many attempts (`RATE_LIMITED`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "RATE_LIMITED",
                     *       "message": "too many attempts",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description An unexpected fault (`INTERNAL`); the database is damaged (`DATABASE_DAMAGED`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INTERNAL",
                     *       "message": "an unexpected fault",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Busy (`BUSY`); the database's files were replaced (`DATABASE_REPLACED`); the database cannot be used now (`DATABASE_UNAVAILABLE`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "BUSY",
                     *       "message": "busy",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The disk is full (`DISK_FULL`) */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "DISK_FULL",
                     *       "message": "the disk is full",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    get_stream_indices: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The stream's name: 1 to 512 bytes of UTF-8, no control characters. */
                stream: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Names this request in the server's log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "indices": {
                     *         "level": [
                     *           "error",
                     *           "info"
                     *         ]
                     *       }
                     *     }
                     */
                    "application/json": {
                        indices: {
                            [key: string]: string[];
                        };
                        /**
                         * @description Always true, since errors have another form.
                         * @constant
                         */
                        success: true;
                    };
                };
            };
            /** @description A given value breaks a rule (`INPUT_INVALID`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INPUT_INVALID",
                     *       "message": "a given value breaks a rule",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not authenticated (`UNAUTHENTICATED`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "UNAUTHENTICATED",
                     *       "message": "not authenticated",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not permitted (`PERMISSION_DENIED`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "PERMISSION_DENIED",
                     *       "message": "not permitted",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too many attempts (`RATE_LIMITED`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "RATE_LIMITED",
                     *       "message": "too many attempts",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description An unexpected fault (`INTERNAL`); the database is damaged (`DATABASE_DAMAGED`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INTERNAL",
                     *       "message": "an unexpected fault",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Busy (`BUSY`); the database's files were replaced (`DATABASE_REPLACED`); the database cannot be used now (`DATABASE_UNAVAILABLE`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "BUSY",
                     *       "message": "busy",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The disk is full (`DISK_FULL`) */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "DISK_FULL",
                     *       "message": "the disk is full",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    query_stream: {
        parameters: {
            query: {
                /** @description Say, `level = "error"`. */
                filter?: string;
                /** @description RFC 3339 with zone; entries of this moment are included. */
                from: string;
                /** @description Narrows to entries that have one of the values in each of the fields, as in `{"level":["error","fatal"]}`. */
                indexing?: string;
                /** @description At most this many entries, the newest ones. */
                limit?: number;
                /** @description RFC 3339 with zone; entries of this moment are not included. */
                to: string;
            };
            header?: never;
            path: {
                /** @description The stream's name: 1 to 512 bytes of UTF-8, no control characters. */
                stream: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Names this request in the server's log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "records": [
                     *         {
                     *           "timestamp": "2026-11-23T08:15:30.123Z",
                     *           "fields": {
                     *             "level": "info",
                     *             "message": "hello"
                     *           }
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": {
                        records: components["schemas"]["Log"][];
                        /**
                         * @description Always true, since errors have another form.
                         * @constant
                         */
                        success: true;
                    };
                };
            };
            /** @description A given value breaks a rule (`INPUT_INVALID`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INPUT_INVALID",
                     *       "message": "a given value breaks a rule",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not authenticated (`UNAUTHENTICATED`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "UNAUTHENTICATED",
                     *       "message": "not authenticated",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not permitted (`PERMISSION_DENIED`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "PERMISSION_DENIED",
                     *       "message": "not permitted",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description It does not exist (`NOT_FOUND`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "NOT_FOUND",
                     *       "message": "it does not exist",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too many attempts (`RATE_LIMITED`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "RATE_LIMITED",
                     *       "message": "too many attempts",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description An unexpected fault (`INTERNAL`); the database is damaged (`DATABASE_DAMAGED`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INTERNAL",
                     *       "message": "an unexpected fault",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Busy (`BUSY`); the database's files were replaced (`DATABASE_REPLACED`); the database cannot be used now (`DATABASE_UNAVAILABLE`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "BUSY",
                     *       "message": "busy",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The disk is full (`DISK_FULL`) */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "DISK_FULL",
                     *       "message": "the disk is full",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    watch_logs: {
        parameters: {
            query?: {
                /** @description Say, `level = "error"`. */
                filter?: string;
            };
            header?: never;
            path: {
                /** @description The stream's name: 1 to 512 bytes of UTF-8, no control characters. */
                stream: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Names this request in the server's log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example id: 2026
                     *     event: log
                     *     data: {"timestamp":"2026-11-23T08:15:30.123Z","fields":{"message":"hello"}}
                     */
                    "text/event-stream": string;
                };
            };
            /** @description A given value breaks a rule (`INPUT_INVALID`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INPUT_INVALID",
                     *       "message": "a given value breaks a rule",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not authenticated (`UNAUTHENTICATED`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "UNAUTHENTICATED",
                     *       "message": "not authenticated",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not permitted (`PERMISSION_DENIED`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "PERMISSION_DENIED",
                     *       "message": "not permitted",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too many attempts (`RATE_LIMITED`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "RATE_LIMITED",
                     *       "message": "too many attempts",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description An unexpected fault (`INTERNAL`); the database is damaged (`DATABASE_DAMAGED`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INTERNAL",
                     *       "message": "an unexpected fault",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Busy (`BUSY`); the database's files were replaced (`DATABASE_REPLACED`); the database cannot be used now (`DATABASE_UNAVAILABLE`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "BUSY",
                     *       "message": "busy",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The disk is full (`DISK_FULL`) */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "DISK_FULL",
                     *       "message": "the disk is full",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    list_tasks: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Names this request in the server's log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "tasks": [
                     *         {
                     *           "id": "2f1d2a34-6c55-4c1e-9a83-0d7f4a1e5b60",
                     *           "kind": "job",
                     *           "target": "nightly",
                     *           "by": "alice",
                     *           "state": "succeeded",
                     *           "begunAt": "2026-11-29T02:15:00.012Z",
                     *           "endedAt": "2026-11-29T02:15:04.730Z",
                     *           "progress": {
                     *             "phase": "reading",
                     *             "database": "logs",
                     *             "records": 1513,
                     *             "totalRecords": 1513
                     *           }
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": {
                        /**
                         * @description Always true, since errors have another form.
                         * @constant
                         */
                        success: true;
                        tasks: components["schemas"]["Task"][];
                    };
                };
            };
            /** @description A given value breaks a rule (`INPUT_INVALID`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INPUT_INVALID",
                     *       "message": "a given value breaks a rule",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not authenticated (`UNAUTHENTICATED`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "UNAUTHENTICATED",
                     *       "message": "not authenticated",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too many attempts (`RATE_LIMITED`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "RATE_LIMITED",
                     *       "message": "too many attempts",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description An unexpected fault (`INTERNAL`); the database is damaged (`DATABASE_DAMAGED`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INTERNAL",
                     *       "message": "an unexpected fault",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Busy (`BUSY`); the database's files were replaced (`DATABASE_REPLACED`); the database cannot be used now (`DATABASE_UNAVAILABLE`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "BUSY",
                     *       "message": "busy",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The disk is full (`DISK_FULL`) */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "DISK_FULL",
                     *       "message": "the disk is full",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    get_task: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The task's id. */
                task: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Names this request in the server's log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "task": {
                     *         "id": "2f1d2a34-6c55-4c1e-9a83-0d7f4a1e5b60",
                     *         "kind": "job",
                     *         "target": "nightly",
                     *         "by": "alice",
                     *         "state": "succeeded",
                     *         "begunAt": "2026-11-29T02:15:00.012Z",
                     *         "endedAt": "2026-11-29T02:15:04.730Z",
                     *         "progress": {
                     *           "phase": "reading",
                     *           "database": "logs",
                     *           "records": 1513,
                     *           "totalRecords": 1513
                     *         }
                     *       }
                     *     }
                     */
                    "application/json": {
                        /**
                         * @description Always true, since errors have another form.
                         * @constant
                         */
                        success: true;
                        task: components["schemas"]["Task"];
                    };
                };
            };
            /** @description A given value breaks a rule (`INPUT_INVALID`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INPUT_INVALID",
                     *       "message": "a given value breaks a rule",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not authenticated (`UNAUTHENTICATED`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "UNAUTHENTICATED",
                     *       "message": "not authenticated",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not permitted (`PERMISSION_DENIED`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "PERMISSION_DENIED",
                     *       "message": "not permitted",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description It does not exist (`NOT_FOUND`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "NOT_FOUND",
                     *       "message": "it does not exist",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too many attempts (`RATE_LIMITED`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "RATE_LIMITED",
                     *       "message": "too many attempts",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description An unexpected fault (`INTERNAL`); the database is damaged (`DATABASE_DAMAGED`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INTERNAL",
                     *       "message": "an unexpected fault",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Busy (`BUSY`); the database's files were replaced (`DATABASE_REPLACED`); the database cannot be used now (`DATABASE_UNAVAILABLE`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "BUSY",
                     *       "message": "busy",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The disk is full (`DISK_FULL`) */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "DISK_FULL",
                     *       "message": "the disk is full",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    cancel_task: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The task's id. */
                task: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Begun */
            202: {
                headers: {
                    /** @description Names this request in the server's log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "task": {
                     *         "id": "2f1d2a34-6c55-4c1e-9a83-0d7f4a1e5b60",
                     *         "kind": "job",
                     *         "target": "nightly",
                     *         "by": "alice",
                     *         "state": "running",
                     *         "begunAt": "2026-11-29T02:15:00.012Z",
                     *         "cancelling": true
                     *       }
                     *     }
                     */
                    "application/json": {
                        /**
                         * @description Always true, since errors have another form.
                         * @constant
                         */
                        success: true;
                        task: components["schemas"]["Task"];
                    };
                };
            };
            /** @description A given value breaks a rule (`INPUT_INVALID`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INPUT_INVALID",
                     *       "message": "a given value breaks a rule",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not authenticated (`UNAUTHENTICATED`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "UNAUTHENTICATED",
                     *       "message": "not authenticated",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not permitted (`PERMISSION_DENIED`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "PERMISSION_DENIED",
                     *       "message": "not permitted",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description It does not exist (`NOT_FOUND`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "NOT_FOUND",
                     *       "message": "it does not exist",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Another one is under way (`CONFLICT`) */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "CONFLICT",
                     *       "message": "another one is under way",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too many attempts (`RATE_LIMITED`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "RATE_LIMITED",
                     *       "message": "too many attempts",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description An unexpected fault (`INTERNAL`); the database is damaged (`DATABASE_DAMAGED`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INTERNAL",
                     *       "message": "an unexpected fault",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Busy (`BUSY`); the database's files were replaced (`DATABASE_REPLACED`); the database cannot be used now (`DATABASE_UNAVAILABLE`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "BUSY",
                     *       "message": "busy",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The disk is full (`DISK_FULL`) */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "DISK_FULL",
                     *       "message": "the disk is full",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    follow_task: {
        parameters: {
            query?: {
                lastEventId?: string;
            };
            header?: never;
            path: {
                /** @description The task's id. */
                task: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Names this request in the server's log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example id: 7
                     *     event: progress
                     *     data: {"phase":"reading","database":"logs","records":800}
                     *
                     *     id: 8
                     *     event: end
                     *     data: {"id":"2f1d2a34-6c55-4c1e-9a83-0d7f4a1e5b60","kind":"job","target":"nightly","by":"alice","state":"succeeded","begunAt":"2026-11-29T02:15:00.012Z","endedAt":"2026-11-29T02:15:04.730Z","progress":{"phase":"reading","database":"logs","records":1513,"totalRecords":1513}}
                     */
                    "text/event-stream": string;
                };
            };
            /** @description A given value breaks a rule (`INPUT_INVALID`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INPUT_INVALID",
                     *       "message": "a given value breaks a rule",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not authenticated (`UNAUTHENTICATED`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "UNAUTHENTICATED",
                     *       "message": "not authenticated",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not permitted (`PERMISSION_DENIED`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "PERMISSION_DENIED",
                     *       "message": "not permitted",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description It does not exist (`NOT_FOUND`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "NOT_FOUND",
                     *       "message": "it does not exist",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too many attempts (`RATE_LIMITED`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "RATE_LIMITED",
                     *       "message": "too many attempts",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description An unexpected fault (`INTERNAL`); the database is damaged (`DATABASE_DAMAGED`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INTERNAL",
                     *       "message": "an unexpected fault",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Busy (`BUSY`); the database's files were replaced (`DATABASE_REPLACED`); the database cannot be used now (`DATABASE_UNAVAILABLE`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "BUSY",
                     *       "message": "busy",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The disk is full (`DISK_FULL`) */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "DISK_FULL",
                     *       "message": "the disk is full",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    test_alert: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The alert's name: 1 to 512 bytes of UTF-8, no control characters. */
                alert: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "record": {
                 *         "message": "hello"
                 *       }
                 *     }
                 */
                "application/json": {
                    record: {
                        [key: string]: string;
                    };
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Names this request in the server's log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true
                     *     }
                     */
                    "application/json": components["schemas"]["Done"];
                };
            };
            /** @description A given value breaks a rule (`INPUT_INVALID`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INPUT_INVALID",
                     *       "message": "a given value breaks a rule",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not authenticated (`UNAUTHENTICATED`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "UNAUTHENTICATED",
                     *       "message": "not authenticated",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not permitted (`PERMISSION_DENIED`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "PERMISSION_DENIED",
                     *       "message": "not permitted",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description It does not exist (`NOT_FOUND`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "NOT_FOUND",
                     *       "message": "it does not exist",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too large (`INPUT_TOO_LARGE`) */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INPUT_TOO_LARGE",
                     *       "message": "too large",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A type of body that is not taken here (`MEDIA_TYPE_UNSUPPORTED`) */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "MEDIA_TYPE_UNSUPPORTED",
                     *       "message": "a type of body that is not taken here",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too many attempts (`RATE_LIMITED`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "RATE_LIMITED",
                     *       "message": "too many attempts",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Another server failed (`UPSTREAM_FAILED`); an unexpected fault (`INTERNAL`); the database is damaged (`DATABASE_DAMAGED`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "UPSTREAM_FAILED",
                     *       "message": "another server failed",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not implemented (`NOT_IMPLEMENTED`) */
            501: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "NOT_IMPLEMENTED",
                     *       "message": "not implemented",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Busy (`BUSY`); the database's files were replaced (`DATABASE_REPLACED`); the database cannot be used now (`DATABASE_UNAVAILABLE`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "BUSY",
                     *       "message": "busy",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The disk is full (`DISK_FULL`) */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "DISK_FULL",
                     *       "message": "the disk is full",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    test_forwarder: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The forwarder's name: 1 to 512 bytes of UTF-8, no control characters. */
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "record": {
                 *         "message": "hello"
                 *       }
                 *     }
                 */
                "application/json": {
                    record: {
                        [key: string]: string;
                    };
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Names this request in the server's log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true
                     *     }
                     */
                    "application/json": components["schemas"]["Done"];
                };
            };
            /** @description A given value breaks a rule (`INPUT_INVALID`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INPUT_INVALID",
                     *       "message": "a given value breaks a rule",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not authenticated (`UNAUTHENTICATED`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "UNAUTHENTICATED",
                     *       "message": "not authenticated",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not permitted (`PERMISSION_DENIED`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "PERMISSION_DENIED",
                     *       "message": "not permitted",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description It does not exist (`NOT_FOUND`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "NOT_FOUND",
                     *       "message": "it does not exist",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too large (`INPUT_TOO_LARGE`) */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INPUT_TOO_LARGE",
                     *       "message": "too large",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A type of body that is not taken here (`MEDIA_TYPE_UNSUPPORTED`) */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "MEDIA_TYPE_UNSUPPORTED",
                     *       "message": "a type of body that is not taken here",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too many attempts (`RATE_LIMITED`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "RATE_LIMITED",
                     *       "message": "too many attempts",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Another server failed (`UPSTREAM_FAILED`); an unexpected fault (`INTERNAL`); the database is damaged (`DATABASE_DAMAGED`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "UPSTREAM_FAILED",
                     *       "message": "another server failed",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not implemented (`NOT_IMPLEMENTED`) */
            501: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "NOT_IMPLEMENTED",
                     *       "message": "not implemented",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Busy (`BUSY`); the database's files were replaced (`DATABASE_REPLACED`); the database cannot be used now (`DATABASE_UNAVAILABLE`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "BUSY",
                     *       "message": "busy",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The disk is full (`DISK_FULL`) */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "DISK_FULL",
                     *       "message": "the disk is full",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    test_pipeline: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The pipeline's name: 1 to 512 bytes of UTF-8, no control characters. */
                pipeline: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "flow": {
                 *         "nodes": [
                 *           {
                 *             "id": "in",
                 *             "type": "source",
                 *             "data": {
                 *               "type": "direct"
                 *             }
                 *           },
                 *           {
                 *             "id": "out",
                 *             "type": "router",
                 *             "data": {
                 *               "stream": "web"
                 *             }
                 *           }
                 *         ],
                 *         "edges": [
                 *           {
                 *             "id": "in-out",
                 *             "source": "in",
                 *             "target": "out"
                 *           }
                 *         ]
                 *       },
                 *       "records": [
                 *         {
                 *           "message": "hello"
                 *         }
                 *       ]
                 *     }
                 */
                "application/json": {
                    flow: components["schemas"]["FlowInput"];
                    records: {
                        [key: string]: string;
                    }[];
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Names this request in the server's log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "trace": [
                     *         {
                     *           "nodeID": "out",
                     *           "input": {
                     *             "message": "hello"
                     *           },
                     *           "output": null,
                     *           "error": null
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": {
                        error?: string;
                        /**
                         * @description Always true, since errors have another form.
                         * @constant
                         */
                        success: true;
                        trace: components["schemas"]["NodeTrace"][];
                    };
                };
            };
            /** @description A given value breaks a rule (`INPUT_INVALID`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INPUT_INVALID",
                     *       "message": "a given value breaks a rule",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not authenticated (`UNAUTHENTICATED`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "UNAUTHENTICATED",
                     *       "message": "not authenticated",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not permitted (`PERMISSION_DENIED`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "PERMISSION_DENIED",
                     *       "message": "not permitted",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too large (`INPUT_TOO_LARGE`) */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INPUT_TOO_LARGE",
                     *       "message": "too large",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A type of body that is not taken here (`MEDIA_TYPE_UNSUPPORTED`) */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "MEDIA_TYPE_UNSUPPORTED",
                     *       "message": "a type of body that is not taken here",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too many attempts (`RATE_LIMITED`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "RATE_LIMITED",
                     *       "message": "too many attempts",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description An unexpected fault (`INTERNAL`); the database is damaged (`DATABASE_DAMAGED`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INTERNAL",
                     *       "message": "an unexpected fault",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Busy (`BUSY`); the database's files were replaced (`DATABASE_REPLACED`); the database cannot be used now (`DATABASE_UNAVAILABLE`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "BUSY",
                     *       "message": "busy",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The disk is full (`DISK_FULL`) */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "DISK_FULL",
                     *       "message": "the disk is full",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    test_transformer: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "code": ".level = \"info\"",
                 *       "record": {
                 *         "message": "hello"
                 *       }
                 *     }
                 */
                "application/json": {
                    code: string;
                    record: {
                        [key: string]: string;
                    };
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Names this request in the server's log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "record": {
                     *         "level": "info",
                     *         "message": "hello"
                     *       },
                     *       "records": [
                     *         {
                     *           "level": "info",
                     *           "message": "hello"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": {
                        record: {
                            [key: string]: string;
                        };
                        records: {
                            [key: string]: string;
                        }[];
                        /**
                         * @description Always true, since errors have another form.
                         * @constant
                         */
                        success: true;
                    };
                };
            };
            /** @description A given value breaks a rule (`INPUT_INVALID`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INPUT_INVALID",
                     *       "message": "a given value breaks a rule",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not authenticated (`UNAUTHENTICATED`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "UNAUTHENTICATED",
                     *       "message": "not authenticated",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not permitted (`PERMISSION_DENIED`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "PERMISSION_DENIED",
                     *       "message": "not permitted",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too large (`INPUT_TOO_LARGE`) */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INPUT_TOO_LARGE",
                     *       "message": "too large",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A type of body that is not taken here (`MEDIA_TYPE_UNSUPPORTED`) */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "MEDIA_TYPE_UNSUPPORTED",
                     *       "message": "a type of body that is not taken here",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too many attempts (`RATE_LIMITED`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "RATE_LIMITED",
                     *       "message": "too many attempts",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description An unexpected fault (`INTERNAL`); the database is damaged (`DATABASE_DAMAGED`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INTERNAL",
                     *       "message": "an unexpected fault",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Busy (`BUSY`); the database's files were replaced (`DATABASE_REPLACED`); the database cannot be used now (`DATABASE_UNAVAILABLE`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "BUSY",
                     *       "message": "busy",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The disk is full (`DISK_FULL`) */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "DISK_FULL",
                     *       "message": "the disk is full",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    create_token: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "name": "nightly backup",
                 *       "expires_in": "30d"
                 *     }
                 */
                "application/json": {
                    /** @description When it ends, RFC 3339 with zone, in place of `expires_in`. */
                    expires_at?: string;
                    /** @description How long it lives: `30d`, `1h30m`; with the units w, d, h, m and s. */
                    expires_in?: string;
                    /** @description The token's name: 1 to 512 bytes of UTF-8, no control characters. */
                    name?: string;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Names this request in the server's log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "token": "pat_abcdefghijklmnopqrstuvwxyzABCDEF",
                     *       "token_uuid": "2f1d2a34-6c55-4c1e-9a83-0d7f4a1e5b60",
                     *       "expires_at": "2027-01-31T00:00:00.000Z"
                     *     }
                     */
                    "application/json": {
                        /**
                         * Format: date-time
                         * @description When it expires, RFC 3339; absent if it never does.
                         */
                        expires_at?: string;
                        /**
                         * @description Always true, since errors have another form.
                         * @constant
                         */
                        success: true;
                        token: string;
                        token_uuid: string;
                    };
                };
            };
            /** @description A given value breaks a rule (`INPUT_INVALID`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INPUT_INVALID",
                     *       "message": "a given value breaks a rule",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not authenticated (`UNAUTHENTICATED`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "UNAUTHENTICATED",
                     *       "message": "not authenticated",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not permitted (`PERMISSION_DENIED`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "PERMISSION_DENIED",
                     *       "message": "not permitted",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Another one is under way (`CONFLICT`) */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "CONFLICT",
                     *       "message": "another one is under way",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too large (`INPUT_TOO_LARGE`) */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INPUT_TOO_LARGE",
                     *       "message": "too large",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A type of body that is not taken here (`MEDIA_TYPE_UNSUPPORTED`) */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "MEDIA_TYPE_UNSUPPORTED",
                     *       "message": "a type of body that is not taken here",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too many attempts (`RATE_LIMITED`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "RATE_LIMITED",
                     *       "message": "too many attempts",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description An unexpected fault (`INTERNAL`); the database is damaged (`DATABASE_DAMAGED`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INTERNAL",
                     *       "message": "an unexpected fault",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Busy (`BUSY`); the database's files were replaced (`DATABASE_REPLACED`); the database cannot be used now (`DATABASE_UNAVAILABLE`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "BUSY",
                     *       "message": "busy",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The disk is full (`DISK_FULL`) */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "DISK_FULL",
                     *       "message": "the disk is full",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    list_tokens: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Names this request in the server's log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "token_uuids": [
                     *         "2f1d2a34-6c55-4c1e-9a83-0d7f4a1e5b60"
                     *       ],
                     *       "tokens": [
                     *         {
                     *           "uuid": "2f1d2a34-6c55-4c1e-9a83-0d7f4a1e5b60",
                     *           "name": "nightly backup",
                     *           "expires_at": "2027-01-31T00:00:00.000Z",
                     *           "expired": false,
                     *           "last_used_at": "2026-11-23T01:00:00.000Z"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": {
                        /**
                         * @description Always true, since errors have another form.
                         * @constant
                         */
                        success: true;
                        token_uuids: string[];
                        tokens: components["schemas"]["Token"][];
                    };
                };
            };
            /** @description A given value breaks a rule (`INPUT_INVALID`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INPUT_INVALID",
                     *       "message": "a given value breaks a rule",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not authenticated (`UNAUTHENTICATED`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "UNAUTHENTICATED",
                     *       "message": "not authenticated",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too many attempts (`RATE_LIMITED`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "RATE_LIMITED",
                     *       "message": "too many attempts",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description An unexpected fault (`INTERNAL`); the database is damaged (`DATABASE_DAMAGED`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INTERNAL",
                     *       "message": "an unexpected fault",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Busy (`BUSY`); the database's files were replaced (`DATABASE_REPLACED`); the database cannot be used now (`DATABASE_UNAVAILABLE`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "BUSY",
                     *       "message": "busy",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The disk is full (`DISK_FULL`) */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "DISK_FULL",
                     *       "message": "the disk is full",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    delete_token: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Names the token in URLs and lists. */
                token_uuid: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Names this request in the server's log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true
                     *     }
                     */
                    "application/json": components["schemas"]["Done"];
                };
            };
            /** @description A given value breaks a rule (`INPUT_INVALID`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INPUT_INVALID",
                     *       "message": "a given value breaks a rule",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not authenticated (`UNAUTHENTICATED`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "UNAUTHENTICATED",
                     *       "message": "not authenticated",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not permitted (`PERMISSION_DENIED`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "PERMISSION_DENIED",
                     *       "message": "not permitted",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Another one is under way (`CONFLICT`) */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "CONFLICT",
                     *       "message": "another one is under way",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too many attempts (`RATE_LIMITED`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "RATE_LIMITED",
                     *       "message": "too many attempts",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description An unexpected fault (`INTERNAL`); the database is damaged (`DATABASE_DAMAGED`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INTERNAL",
                     *       "message": "an unexpected fault",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Busy (`BUSY`); the database's files were replaced (`DATABASE_REPLACED`); the database cannot be used now (`DATABASE_UNAVAILABLE`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "BUSY",
                     *       "message": "busy",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The disk is full (`DISK_FULL`) */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "DISK_FULL",
                     *       "message": "the disk is full",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    list_transformers: {
        parameters: {
            query?: {
                /** @description Whether to say which of them do not work on this server. */
                warnings?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Names this request in the server's log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "transformers": [
                     *         "parse-nginx"
                     *       ]
                     *     }
                     */
                    "application/json": {
                        /**
                         * @description Always true, since errors have another form.
                         * @constant
                         */
                        success: true;
                        transformers: string[];
                        /** @description What does not work on this server, in at most 23 sentences. */
                        warnings?: string[];
                    };
                };
            };
            /** @description A given value breaks a rule (`INPUT_INVALID`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INPUT_INVALID",
                     *       "message": "a given value breaks a rule",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not authenticated (`UNAUTHENTICATED`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "UNAUTHENTICATED",
                     *       "message": "not authenticated",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not permitted (`PERMISSION_DENIED`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "PERMISSION_DENIED",
                     *       "message": "not permitted",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too many attempts (`RATE_LIMITED`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "RATE_LIMITED",
                     *       "message": "too many attempts",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description An unexpected fault (`INTERNAL`); the database is damaged (`DATABASE_DAMAGED`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INTERNAL",
                     *       "message": "an unexpected fault",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Busy (`BUSY`); the database's files were replaced (`DATABASE_REPLACED`); the database cannot be used now (`DATABASE_UNAVAILABLE`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "BUSY",
                     *       "message": "busy",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The disk is full (`DISK_FULL`) */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "DISK_FULL",
                     *       "message": "the disk is full",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    get_transformer: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The transformer's name: 1 to 512 bytes of UTF-8, no control characters. */
                transformer: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Names this request in the server's log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "script": ".level = \"info\""
                     *     }
                     */
                    "application/json": {
                        script: string;
                        /**
                         * @description Always true, since errors have another form.
                         * @constant
                         */
                        success: true;
                    };
                };
            };
            /** @description A given value breaks a rule (`INPUT_INVALID`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INPUT_INVALID",
                     *       "message": "a given value breaks a rule",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not authenticated (`UNAUTHENTICATED`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "UNAUTHENTICATED",
                     *       "message": "not authenticated",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not permitted (`PERMISSION_DENIED`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "PERMISSION_DENIED",
                     *       "message": "not permitted",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description It does not exist (`NOT_FOUND`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "NOT_FOUND",
                     *       "message": "it does not exist",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too many attempts (`RATE_LIMITED`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "RATE_LIMITED",
                     *       "message": "too many attempts",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description An unexpected fault (`INTERNAL`); the database is damaged (`DATABASE_DAMAGED`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INTERNAL",
                     *       "message": "an unexpected fault",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Busy (`BUSY`); the database's files were replaced (`DATABASE_REPLACED`); the database cannot be used now (`DATABASE_UNAVAILABLE`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "BUSY",
                     *       "message": "busy",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The disk is full (`DISK_FULL`) */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "DISK_FULL",
                     *       "message": "the disk is full",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    save_transformer: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The transformer's name: 1 to 512 bytes of UTF-8, no control characters. */
                transformer: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "script": ".level = \"info\""
                 *     }
                 */
                "application/json": {
                    script: string;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Names this request in the server's log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true
                     *     }
                     */
                    "application/json": components["schemas"]["Saved"];
                };
            };
            /** @description A given value breaks a rule (`INPUT_INVALID`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INPUT_INVALID",
                     *       "message": "a given value breaks a rule",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not authenticated (`UNAUTHENTICATED`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "UNAUTHENTICATED",
                     *       "message": "not authenticated",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not permitted (`PERMISSION_DENIED`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "PERMISSION_DENIED",
                     *       "message": "not permitted",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Another one is under way (`CONFLICT`) */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "CONFLICT",
                     *       "message": "another one is under way",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too large (`INPUT_TOO_LARGE`) */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INPUT_TOO_LARGE",
                     *       "message": "too large",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A type of body that is not taken here (`MEDIA_TYPE_UNSUPPORTED`) */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "MEDIA_TYPE_UNSUPPORTED",
                     *       "message": "a type of body that is not taken here",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too many attempts (`RATE_LIMITED`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "RATE_LIMITED",
                     *       "message": "too many attempts",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description An unexpected fault (`INTERNAL`); the database is damaged (`DATABASE_DAMAGED`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INTERNAL",
                     *       "message": "an unexpected fault",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Busy (`BUSY`); the database's files were replaced (`DATABASE_REPLACED`); the database cannot be used now (`DATABASE_UNAVAILABLE`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "BUSY",
                     *       "message": "busy",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The disk is full (`DISK_FULL`) */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "DISK_FULL",
                     *       "message": "the disk is full",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    delete_transformer: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The transformer's name: 1 to 512 bytes of UTF-8, no control characters. */
                transformer: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Names this request in the server's log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true
                     *     }
                     */
                    "application/json": components["schemas"]["Deleted"];
                };
            };
            /** @description A given value breaks a rule (`INPUT_INVALID`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INPUT_INVALID",
                     *       "message": "a given value breaks a rule",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not authenticated (`UNAUTHENTICATED`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "UNAUTHENTICATED",
                     *       "message": "not authenticated",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not permitted (`PERMISSION_DENIED`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "PERMISSION_DENIED",
                     *       "message": "not permitted",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description It does not exist (`NOT_FOUND`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "NOT_FOUND",
                     *       "message": "it does not exist",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Another one is under way (`CONFLICT`) */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "CONFLICT",
                     *       "message": "another one is under way",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too many attempts (`RATE_LIMITED`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "RATE_LIMITED",
                     *       "message": "too many attempts",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description An unexpected fault (`INTERNAL`); the database is damaged (`DATABASE_DAMAGED`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INTERNAL",
                     *       "message": "an unexpected fault",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Busy (`BUSY`); the database's files were replaced (`DATABASE_REPLACED`); the database cannot be used now (`DATABASE_UNAVAILABLE`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "BUSY",
                     *       "message": "busy",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The disk is full (`DISK_FULL`) */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "DISK_FULL",
                     *       "message": "the disk is full",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    list_users: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Names this request in the server's log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "users": [
                     *         {
                     *           "name": "root",
                     *           "roles": [
                     *             "admin"
                     *           ]
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": {
                        /**
                         * @description Always true, since errors have another form.
                         * @constant
                         */
                        success: true;
                        users: components["schemas"]["User"][];
                    };
                };
            };
            /** @description A given value breaks a rule (`INPUT_INVALID`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INPUT_INVALID",
                     *       "message": "a given value breaks a rule",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not authenticated (`UNAUTHENTICATED`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "UNAUTHENTICATED",
                     *       "message": "not authenticated",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not permitted (`PERMISSION_DENIED`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "PERMISSION_DENIED",
                     *       "message": "not permitted",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too many attempts (`RATE_LIMITED`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "RATE_LIMITED",
                     *       "message": "too many attempts",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description An unexpected fault (`INTERNAL`); the database is damaged (`DATABASE_DAMAGED`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INTERNAL",
                     *       "message": "an unexpected fault",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Busy (`BUSY`); the database's files were replaced (`DATABASE_REPLACED`); the database cannot be used now (`DATABASE_UNAVAILABLE`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "BUSY",
                     *       "message": "busy",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The disk is full (`DISK_FULL`) */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "DISK_FULL",
                     *       "message": "the disk is full",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    save_user: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The user's name: 1 to 512 bytes of UTF-8, no control characters. */
                user: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "roles": [
                 *         "viewer"
                 *       ],
                 *       "password": "correct horse battery staple"
                 *     }
                 */
                "application/json": {
                    /** @description Go on although no user, no role, or nobody who may administer is left. */
                    allowNoAdmin?: boolean | null;
                    password?: string | null;
                    roles?: string[] | null;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Names this request in the server's log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true
                     *     }
                     */
                    "application/json": components["schemas"]["Done"];
                };
            };
            /** @description A given value breaks a rule (`INPUT_INVALID`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INPUT_INVALID",
                     *       "message": "a given value breaks a rule",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not authenticated (`UNAUTHENTICATED`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "UNAUTHENTICATED",
                     *       "message": "not authenticated",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not permitted (`PERMISSION_DENIED`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "PERMISSION_DENIED",
                     *       "message": "not permitted",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Refused for safety (`REFUSED`); another one is under way (`CONFLICT`) */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "REFUSED",
                     *       "message": "refused for safety",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too large (`INPUT_TOO_LARGE`) */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INPUT_TOO_LARGE",
                     *       "message": "too large",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A type of body that is not taken here (`MEDIA_TYPE_UNSUPPORTED`) */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "MEDIA_TYPE_UNSUPPORTED",
                     *       "message": "a type of body that is not taken here",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too many attempts (`RATE_LIMITED`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "RATE_LIMITED",
                     *       "message": "too many attempts",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description An unexpected fault (`INTERNAL`); the database is damaged (`DATABASE_DAMAGED`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INTERNAL",
                     *       "message": "an unexpected fault",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Busy (`BUSY`); the database's files were replaced (`DATABASE_REPLACED`); the database cannot be used now (`DATABASE_UNAVAILABLE`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "BUSY",
                     *       "message": "busy",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The disk is full (`DISK_FULL`) */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "DISK_FULL",
                     *       "message": "the disk is full",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    delete_user: {
        parameters: {
            query?: {
                /** @description Go on although no user, no role, or nobody who may administer is left. */
                allowNoAdmin?: boolean;
            };
            header?: never;
            path: {
                /** @description The user's name: 1 to 512 bytes of UTF-8, no control characters. */
                user: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    /** @description Names this request in the server's log. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true
                     *     }
                     */
                    "application/json": components["schemas"]["Done"];
                };
            };
            /** @description A given value breaks a rule (`INPUT_INVALID`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INPUT_INVALID",
                     *       "message": "a given value breaks a rule",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not authenticated (`UNAUTHENTICATED`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "UNAUTHENTICATED",
                     *       "message": "not authenticated",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not permitted (`PERMISSION_DENIED`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "PERMISSION_DENIED",
                     *       "message": "not permitted",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Refused for safety (`REFUSED`); another one is under way (`CONFLICT`) */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "REFUSED",
                     *       "message": "refused for safety",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Too many attempts (`RATE_LIMITED`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "RATE_LIMITED",
                     *       "message": "too many attempts",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description An unexpected fault (`INTERNAL`); the database is damaged (`DATABASE_DAMAGED`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "INTERNAL",
                     *       "message": "an unexpected fault",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Busy (`BUSY`); the database's files were replaced (`DATABASE_REPLACED`); the database cannot be used now (`DATABASE_UNAVAILABLE`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "BUSY",
                     *       "message": "busy",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The disk is full (`DISK_FULL`) */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": false,
                     *       "code": "DISK_FULL",
                     *       "message": "the disk is full",
                     *       "requestId": "0c6a3f0e-4a0b-4a57-9d2c-5a3f1f1f7c11"
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
}
