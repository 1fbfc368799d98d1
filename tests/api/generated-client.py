# A backup and a restore with the client that openapi-python-client made, as a script of somebody's would do them.
# Run by generated-clients.sh, beside the package `flowg_api`.

import io
import os
import tarfile

from flowg_api import AuthenticatedClient
from flowg_api.api.auth import whoami
from flowg_api.api.backup import backup_all, backup_auth, backup_config, backup_logs
from flowg_api.api.restore import restore_auth, restore_config, restore_logs
from flowg_api.api.transformers import delete_transformer, get_transformer, save_transformer
from flowg_api.models import (
    Error,
    RestoreAuthBody,
    RestoreConfigBody,
    RestoreConfigMode,
    RestoreLogsBody,
    SaveTransformerBody,
)
from flowg_api.types import File

URL = os.environ["FLOWG_URL"]
client = AuthenticatedClient(URL, os.environ["FLOWG_TOKEN"], raise_on_unexpected_status=True)


def snapshot(data, name="snapshot.db"):
    return File(payload=io.BytesIO(data), file_name=name)


assert whoami.sync(client=client).success

SCRIPT = ".message = \"kept\""
assert save_transformer.sync("kept", client=client, body=SaveTransformerBody(script=SCRIPT)).success

backups = {
    "auth": backup_auth.sync(client=client).payload.read(),
    "config": backup_config.sync(client=client).payload.read(),
    "logs": backup_logs.sync(client=client).payload.read(),
}
with tarfile.open(fileobj=backup_all.sync(client=client).payload) as tar:
    assert sorted(tar.getnames()) == ["auth.db", "config.db", "logs.db", "manifest.json"], tar.getnames()
    config = tar.extractfile("config.db").read()

# what was removed comes back, from the tar as from the single file
for data in (config, backups["config"]):
    assert delete_transformer.sync("kept", client=client).success
    assert get_transformer.sync("kept", client=client).code == "NOT_FOUND"
    answer = restore_config.sync(client=client, body=RestoreConfigBody(snapshot(data)), mode=RestoreConfigMode.REPLACE)
    assert not isinstance(answer, Error), answer
    assert answer.report.database == "config" and not answer.report.dry_run, answer
    assert get_transformer.sync("kept", client=client).script == SCRIPT

for restore, body, data in (
    (restore_auth, RestoreAuthBody, backups["auth"]),
    (restore_logs, RestoreLogsBody, backups["logs"]),
):
    answer = restore.sync(client=client, body=body(snapshot(data)), dry_run=True)
    assert not isinstance(answer, Error) and answer.report.dry_run, answer

# refusals come as what the document says, not as exceptions of the client
damaged = bytearray(config)
damaged[len(damaged) // 2] ^= 1
answer = restore_config.sync(client=client, body=RestoreConfigBody(snapshot(bytes(damaged))))
assert isinstance(answer, Error) and answer.code == "SNAPSHOT_CORRUPT" and answer.request_id, answer
answer = restore_config.sync(client=client, body=RestoreConfigBody(snapshot(backups["logs"])))
assert isinstance(answer, Error) and answer.code == "SNAPSHOT_WRONG_DATABASE", answer
answer = backup_all.sync(client=AuthenticatedClient(URL, "pat_wrong", raise_on_unexpected_status=True))
assert isinstance(answer, Error) and answer.code == "UNAUTHENTICATED", answer

# a file that the script gave no name is, on the wire, a text
answer = restore_config.sync(client=client, body=RestoreConfigBody(File(payload=io.BytesIO(config))))
assert isinstance(answer, Error) and answer.code == "INPUT_INVALID", answer
print("the Python client backs up and restores")
