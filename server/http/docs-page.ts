// The documentation page, its script and a few styles. The rest are Swagger UI's own files.

import { SAMPLE_SERVER } from "../api/code-samples.js";

export const PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>FlowG API</title>
    <link rel="icon" href="/api/docs/favicon-32x32.png">
    <link rel="stylesheet" href="/api/docs/swagger-ui.css">
    <link rel="stylesheet" href="/api/docs/page.css">
  </head>
  <body>
    <div id="api"></div>
    <script src="/api/docs/swagger-ui-bundle.js"></script>
    <script src="/api/docs/page.js"></script>
  </body>
</html>
`;

/** Swagger UI shows no `x-codeSamples`: a plugin puts them above an operation's answers. */
export const SCRIPT = `const samples = ({ React, specSelectors }) => ({
  wrapComponents: {
    responses: (Responses) => (props) => {
      const found = specSelectors.specJson().getIn(["paths", props.path, props.method, "x-codeSamples"]);
      const shown = (found ? found.toJS() : []).map(({ label, source }) =>
        React.createElement(
          "div",
          { key: label, className: "code-sample" },
          React.createElement("h5", null, label),
          React.createElement("pre", { tabIndex: 0 }, source.replaceAll("${SAMPLE_SERVER}", location.origin)),
        ),
      );
      return React.createElement(
        "div",
        null,
        React.createElement("div", { className: "opblock-section code-samples" }, ...shown),
        React.createElement(Responses, props),
      );
    },
  },
});

SwaggerUIBundle({
  url: "/api/docs/openapi.json",
  dom_id: "#api",
  deepLinking: true,
  tryItOutEnabled: true,
  persistAuthorization: true,
  requestSnippetsEnabled: true,
  displayRequestDuration: true,
  filter: true,
  validatorUrl: null,
  plugins: [samples],
});
`;

export const STYLE = `.code-samples { padding: 0 20px; }
.code-sample h5 { margin: 15px 0 5px; font: bold 14px sans-serif; color: #3b4151; }
.code-sample pre {
  margin: 0; padding: 10px; overflow-x: auto; border-radius: 4px;
  font: 12px/1.5 monospace; color: #fff; background: #333;
}
/* no answer of ours has links */
.swagger-ui .response-col_links { display: none; }
/* on a phone, tables scroll in their place and not the page with them */
@media (max-width: 640px) {
  .swagger-ui .wrapper { padding: 0 8px; }
  .swagger-ui .opblock .opblock-section, .swagger-ui .responses-inner { overflow-x: auto; }
  .swagger-ui .opblock .opblock-summary-path { max-width: none; word-break: break-word; }
}
`;
