// The yardstick of ingest: express with one handler, which answers 200 to whatever it is sent.

import express from "express";

const app = express();
app.use((_request, response) => {
  response.json({ success: true });
});
const server = app.listen(0, "127.0.0.1", () => {
  const address = server.address();
  const port = typeof address === "object" ? address?.port : undefined;
  process.stdout.write(`listening on http://127.0.0.1:${port}\n`);
});
