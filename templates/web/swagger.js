// Swagger UI for the document beside it. It keeps no token; the one that the start page leaves is used and forgotten.
const token = sessionStorage.getItem("involvement-token");
sessionStorage.removeItem("involvement-token");

// Swagger UI takes three times as long over a document of OpenAPI 3.1 as over one of 3.0. For this page alone, what the
// two write in different ways is written in the old one: null as a kind of value, and the example of a schema.
function older(part) {
  if (Array.isArray(part)) {
    return part.map(older);
  }
  if (part === null || typeof part !== "object") {
    return part;
  }
  const now = Object.fromEntries(Object.entries(part).map(([name, value]) => [name, older(value)]));
  if (Array.isArray(now.type)) {
    now.nullable = now.type.includes("null");
    now.type = now.type.find((kind) => kind !== "null");
  }
  if (Array.isArray(now.oneOf)) {
    const others = now.oneOf.filter((kind) => kind.type !== "null");
    now.nullable = others.length < now.oneOf.length;
    now.oneOf = others;
    if (others.length === 1) {
      delete now.oneOf;
      now.allOf = others;
    }
  }
  if (Array.isArray(now.examples)) {
    now.example = now.examples[0];
    delete now.examples;
  }
  return now;
}

async function show() {
  const answer = await fetch("../openapi.json");
  const document = await answer.json();
  const ui = SwaggerUIBundle({
    spec: { ...older(document), openapi: "3.0.3" },
    dom_id: "#swagger-ui",
    presets: [SwaggerUIBundle.presets.apis],
    layout: "BaseLayout",
    deepLinking: true,
    docExpansion: "none",
    defaultModelsExpandDepth: -1,
    filter: true,
    tryItOutEnabled: true,
    displayRequestDuration: true,
    persistAuthorization: false,
    onComplete: () => token && ui.preauthorizeApiKey("bearer", token),
  });
}

show();
