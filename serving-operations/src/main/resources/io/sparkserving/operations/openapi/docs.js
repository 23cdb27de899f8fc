"use strict";

/** Shows the description of the service beside this page; asks for a token if it must. */
async function show(token) {
  const answer = await fetch("openapi.json", {
    cache: "no-store",
    headers: token ? { Authorization: "Bearer " + token } : {},
  });
  const form = document.getElementById("ask");
  form.hidden = answer.status !== 401;
  if (!answer.ok) {
    say(answer.status === 401 && !token ? "" : (await answer.json()).detail);
    return;
  }
  say("");
  const spec = await answer.json();
  document.title = spec.info.title;
  for (const server of spec.servers) {
    server.url = new URL(server.url, location.href).href;
  }
  const ui = SwaggerUIBundle({
    spec,
    dom_id: "#api",
    validatorUrl: null,
    // Later, as it may be called before there is a ui.
    onComplete: () => token && setTimeout(() => ui.preauthorizeApiKey("bearer", token)),
  });
}

function say(text) {
  document.getElementById("message").textContent = text;
}

function read(token) {
  show(token).catch((failure) => say("Cannot read the description: " + failure.message));
}

document.getElementById("ask").addEventListener("submit", (submitted) => {
  submitted.preventDefault();
  read(document.getElementById("token").value);
});

read();
