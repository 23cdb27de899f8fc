// How the services of a driver are: asks it every second while somebody looks, and keeps the last
// minute of answers, from whose differences it makes rates and percentiles.

const EVERY_MILLIS = 1_000;
const PATIENCE_MILLIS = 5_000;
const RATE_MILLIS = 10_000;
const WINDOW_MILLIS = 60_000;

/** What a server counts of what went wrong, and how that is called. */
const FAILURES = {
  rejected: "refused, as the queue was full or the service about to stop",
  timedOut: "timed out",
  withoutReply: "without a reply of the query",
  poison: "given up, as tasks failed on them",
  disconnected: "whose client had gone",
};

/** The first digits of the statuses that are counted together. */
const HUNDREDS = ["2", "4", "5"];

/** Time and answer of every look of the last minute, the latest one last. */
let looks = [];
let looking = false;
/** Nowhere else than here, as a service at the same port may answer with pages of its own. */
let token = "";
let waiting;
const cards = new Map();

/** How long the share `q` of what is counted took at most, as Prometheus reckons; null if nothing is. */
export function quantile(ends, counts, q) {
  const rank = q * total(counts);
  if (rank === 0) {
    return null;
  }
  let below = 0;
  for (let i = 0; i < ends.length; i++) {
    if (counts[i] > 0 && below + counts[i] >= rank) {
      const start = i === 0 ? 0 : ends[i - 1];
      return start + (ends[i] - start) * ((rank - below) / counts[i]);
    }
    below += counts[i];
  }
  return Infinity;
}

/** What servers have done between two looks: those that were there in both, and counted on. */
export function progress(before, now) {
  const sum = { answered: 0, replyTimes: [] };
  for (const server of now) {
    const earlier = before.find((each) => each.id === server.id);
    if (earlier && "accepted" in earlier && "accepted" in server) {
      sum.answered += answered(server) - answered(earlier);
      (server.replyTimes ?? []).forEach((count, i) => {
        sum.replyTimes[i] = (sum.replyTimes[i] ?? 0) + count - earlier.replyTimes[i];
      });
    }
  }
  return sum;
}

/** How many answers of a server have a status of that hundred. */
export function answersOf(server, hundred) {
  const statuses = Object.entries(server.answers ?? {});
  return total(statuses.filter(([status]) => status[0] === hundred).map(([, count]) => count));
}

function answersShown(servers, hundred) {
  const measured = servers.filter((server) => server.answers);
  return measured.length > 0 ? number(total(measured.map((server) => answersOf(server, hundred)))) : "–";
}

/** Seconds, as people read them. */
export function duration(seconds) {
  if (seconds === null || seconds === 0) {
    return "–";
  }
  if (seconds === Infinity) {
    return "> 60 s";
  }
  if (seconds >= 1) {
    return number(seconds, seconds < 10 ? 1 : 0) + " s";
  }
  const millis = seconds * 1_000;
  return number(millis, millis < 1 ? 2 : millis < 10 ? 1 : 0) + " ms";
}

/** All answers; where they are not measured, those that are counted anyway. */
function answered(server) {
  const { replies, rejected, timedOut, withoutReply, poison } = server;
  return server.answers
    ? total(Object.values(server.answers))
    : replies + rejected + timedOut + withoutReply + poison;
}

function total(counts) {
  return counts.reduce((sum, count) => sum + count, 0);
}

function number(value, digits = 0) {
  return value.toLocaleString("en", { maximumFractionDigits: digits, minimumFractionDigits: digits });
}

async function look() {
  try {
    const answer = await fetch("status", {
      cache: "no-store",
      signal: AbortSignal.timeout(PATIENCE_MILLIS),
      headers: token ? { Authorization: "Bearer " + token } : {},
    });
    if (answer.status === 401) {
      forget();
      ask(token ? "No service takes this token." : "The services of this driver ask for a token.");
      return;
    }
    if (!answer.ok) {
      throw new Error("it answered " + answer.status);
    }
    const status = await answer.json();
    note(status);
    ask(status.moreWithToken ? "Not all services are shown: some ask for a token, or for another one." : "");
    say("");
  } catch (failure) {
    say("The driver does not tell how services are: " + failure.message + ". Trying again.");
  }
  waiting = setTimeout(lookIfSeen, EVERY_MILLIS);
}

/** Asks for a token; not any more, where there is nothing to say. */
function ask(why) {
  put(document.getElementById("asking"), why);
  document.getElementById("ask").hidden = !why;
  if (why) {
    say("");
  }
}

/** Shows nothing of what it was told before. */
function forget() {
  looks = [];
  cards.clear();
  document.getElementById("services").replaceChildren();
  document.getElementById("empty").hidden = true;
}

/** Nobody is asked while nobody looks. */
function lookIfSeen() {
  clearTimeout(waiting);
  if (!document.hidden && !looking) {
    looking = true;
    look().finally(() => { looking = false; });
  }
}

function note(status) {
  const at = performance.now();
  looks.push({ at, status });
  looks = looks.filter((each) => at - each.at <= WINDOW_MILLIS);
  const { sparkServing, spark, scala, java } = status.versions;
  const others = [["Spark", spark], ["Scala", scala], ["Java", java]].filter(([, version]) => version);
  put(document.getElementById("versions"), [sparkServing, ...others.map((each) => each.join(" "))].join(" · "));
  put(document.getElementById("pulse"), new Date(status.time).toLocaleTimeString());
  document.getElementById("empty").hidden = status.services.length > 0;
  const names = new Set(status.services.map((service) => service.name));
  for (const [name, card] of cards) {
    if (!names.has(name)) {
      card.remove();
      cards.delete(name);
    }
  }
  for (const service of status.services) {
    if (!cards.has(service.name)) {
      const card = document.getElementById("service").content.firstElementChild.cloneNode(true);
      card.dataset.service = service.name;
      cards.set(service.name, card);
    }
    show(cards.get(service.name), service, status.replyTimeEndsSeconds);
  }
  const main = document.getElementById("services");
  const ordered = status.services.map((service) => cards.get(service.name));
  if (ordered.some((card, i) => main.children[i] !== card)) {
    main.replaceChildren(...ordered);
  }
}

function show(card, service, ends) {
  const { servers, query } = service;
  const telling = servers.filter((server) => "accepted" in server);
  const texts = {
    name: service.name,
    state: service.state,
    reason: service.state === "serving" ? "" : service.reason,
    facts: [
      service.path,
      query?.format,
      query?.trigger,
      query && `query ${query.id}, run ${query.run}`,
      `${number(service.restarts)} restarts`,
      service.gatewayRetries && `${number(service.gatewayRetries)} retries of the gateway`,
    ].filter(Boolean).join(" · "),
    inFlight: number(total(telling.map((server) => server.inFlight))),
    queueSize: number(total(telling.map((server) => server.queueSize))),
    oldestWait: duration(Math.max(0, ...telling.map((server) => server.oldestWaitSeconds))),
    ...Object.fromEntries(
      HUNDREDS.map((each) => ["answers" + each, answersShown(telling, each)]),
    ),
    failures: Object.entries(FAILURES)
      .map(([name, title]) => [total(telling.map((server) => server[name])), title])
      .filter(([count]) => count > 0)
      .map(([count, title]) => `${number(count)} ${title}`)
      .join(" · "),
    functions: functionsShown(telling),
    ...figures(service.name, servers, ends),
  };
  const errors = servers
    .flatMap((server) => (server.errors ?? []).map((error) => ({ ...error, executor: server.executor })))
    .sort((one, other) => other.time.localeCompare(one.time))
    .slice(0, 20);
  texts.errorCount = errors.length === 0 ? "none" : number(errors.length);
  for (const element of card.querySelectorAll("[data-text]")) {
    put(element, texts[element.dataset.text]);
  }
  card.querySelector(".state").dataset.state = service.state;
  card.querySelector("polyline").setAttribute("points", line(service.name));
  const titles = [...card.querySelectorAll(".servers thead th")].map((each) => each.textContent);
  const rows = servers.map((server) => serverRow(service.name, server, ends, titles));
  card.querySelector(".servers tbody").replaceChildren(...rows);
  card.querySelector(".errors tbody").replaceChildren(...errors.map(errorRow));
}

/** What the functions of a query have done on all servers, since these have started. */
export function functionsShown(servers) {
  const sums = new Map();
  for (const { name, ...counts } of servers.flatMap((server) => server.functions ?? [])) {
    const sum = sums.get(name) ?? {};
    Object.entries(counts).forEach(([what, count]) => { sum[what] = (sum[what] ?? 0) + count; });
    sums.set(name, sum);
  }
  return [...sums]
    .filter(([, { batches }]) => batches > 0)
    .map(([name, { batches, rows, seconds, waiting, failed }]) =>
      [
        `function ${name}: ${number(rows)} rows`,
        `${number(rows / batches, 1)} to a batch of ${duration(seconds / batches)}`,
        waiting > 0 && `${number(waiting)} waiting`,
        failed > 0 && `${number(failed)} failed`,
      ].filter(Boolean).join(", "),
    )
    .join(" · ");
}

/** Rate and percentiles of servers, from what the page has seen of their service. */
function figures(name, servers, ends) {
  const { seconds, done } = since(name, servers, RATE_MILLIS);
  const times = since(name, servers, WINDOW_MILLIS).done.replyTimes;
  return {
    rate: seconds > 0 ? number(done.answered / seconds, 1) : "–",
    p50: duration(quantile(ends, times, 0.5)),
    p95: duration(quantile(ends, times, 0.95)),
    p99: duration(quantile(ends, times, 0.99)),
  };
}

/** What servers have done in the latest time, each from the first look at it. */
function since(name, servers, millis) {
  const now = looks.at(-1).at;
  const firsts = servers.map((server) => firstLook(name, server.id, now - millis)).filter(Boolean);
  return {
    seconds: (now - Math.min(now, ...firsts.map((first) => first.at))) / 1_000,
    done: progress(firsts.map((first) => first.server), servers),
  };
}

function firstLook(name, id, from) {
  for (const look of looks.filter((each) => each.at >= from)) {
    const server = serversIn(look, name).find((each) => each.id === id && "accepted" in each);
    if (server) {
      return { at: look.at, server };
    }
  }
  return null;
}

function serversIn(look, name) {
  return look.status.services.find((service) => service.name === name)?.servers ?? [];
}

/** Requests/s from look to look, over the last minute. */
function line(name) {
  const rates = looks.slice(1).map((look, i) => ({
    at: look.at,
    rate:
      progress(serversIn(looks[i], name), serversIn(look, name)).answered /
      ((look.at - looks[i].at) / 1_000),
  }));
  const most = Math.max(1, ...rates.map((each) => each.rate));
  const now = looks.at(-1).at;
  return rates
    .map(({ at, rate }) => [120 - (120 * (now - at)) / WINDOW_MILLIS, 28 - (26 * rate) / most])
    .map((point) => point.map((each) => each.toFixed(1)).join(","))
    .join(" ");
}

function serverRow(name, server, ends, titles) {
  const row = made("tr");
  const who = made("th", server.executor === "driver" ? "driver" : "executor " + server.executor);
  const where = [server.url, server.forwarded && "forwarded from " + server.forwarded];
  who.append(...where.filter(Boolean).map((each) => made("small", each)));
  const state = made("td");
  const badge = made("span", server.state, "state");
  badge.dataset.state = server.state;
  badge.title = server.reason;
  state.append(badge);
  row.append(who, state);
  if ("accepted" in server) {
    const { rate, p50, p95, p99 } = figures(name, [server], ends);
    const rest = [
      rate, p50, p95, p99,
      number(server.inFlight), number(server.queueSize), duration(server.oldestWaitSeconds),
      ...HUNDREDS.map((each) => answersShown([server], each)),
    ];
    row.append(...rest.map((each) => made("td", each)));
  }
  [...row.children].forEach((cell, i) => {
    cell.dataset.label = titles[i];
    cell.setAttribute("role", i === 0 ? "rowheader" : "cell");
  });
  row.setAttribute("role", "row");
  return row;
}

function errorRow(error) {
  const row = made("tr");
  const time = made("time", new Date(error.time).toLocaleTimeString());
  time.dateTime = error.time;
  const when = made("td");
  when.append(time);
  row.append(when, made("td", String(error.status)), made("td", error.title), made("td", error.executor));
  return row;
}

function made(tag, content = "", style = "") {
  const element = document.createElement(tag);
  element.textContent = content;
  if (style) {
    element.className = style;
  }
  return element;
}

/** Only what is new, so that screen readers are not told the same again. */
function put(element, content) {
  if (element.textContent !== content) {
    element.textContent = content;
  }
}

function say(trouble) {
  put(document.getElementById("trouble"), trouble);
}

document.getElementById("ask").addEventListener("submit", (submitted) => {
  submitted.preventDefault();
  const field = document.getElementById("token");
  token = field.value.trim();
  field.value = "";
  lookIfSeen();
});

document.addEventListener("visibilitychange", lookIfSeen);
lookIfSeen();
