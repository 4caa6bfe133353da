"use strict";
/* For a hall without a network: keeps the agenda, the questions about outcomes that it leads to, the host's tables and the
   table's page that were read last, with the files they are shown by, and keeps what was tapped on them until it can be sent. It answers from its copies only when no network
   does. What was tapped is sent in order, each with the mark it was made with, so that sending twice changes nothing. It
   forgets the pages when the site says that nobody is signed in; signing out clears everything (Clear-Site-Data). */

const KEPT = "agenda", SLOW = 10000;
const base = self.location.pathname.replace(/[^/]*$/, "");
const isFile = (url) => url.pathname.startsWith("/static/");
const isPage = (url) => url.pathname === `${base}agenda` || url.pathname === `${base}host` || isCard(url) || isQuestion(url);
const isCard = (url) => url.pathname.startsWith(`${base}at/`);
const isQuestion = (url) => url.pathname.startsWith(`${base}meetings/`) && url.pathname.endsWith("/outcome");
const isOurs = (url) => url.origin === self.location.origin && (isFile(url) || isPage(url));
const isStatement = (url) => url.origin === self.location.origin && url.pathname.startsWith(base)
  && (isCard(url) || /\/(here|presence)$/.test(url.pathname) || isOutcome(url));
const isOutcome = (url) => /\/meetings\/[^/]+\/outcome(\/(exhibitor|buyer))?(\/confirm)?$/.test(url.pathname);

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method === "POST" && request.mode === "navigate" && isStatement(url)) event.respondWith(say(request));
  if (request.method !== "GET") return;
  if (request.mode === "navigate" && url.searchParams.has("kept")) event.respondWith(ask(request, url));
  else if (!isOurs(url)) return;
  else if (isFile(url)) event.respondWith(fetch(request).catch(() => kept(request)));
  else if (request.mode === "navigate") event.respondWith(page(request, url));
});

async function page(request, url) {
  let answer;
  try { answer = await fetch(request); } catch { return kept(request, isQuestion(url) ? null : { ignoreSearch: true }); }
  const cache = await caches.open(KEPT);
  if (answer.ok) {
    if (isCard(url)) for (const old of await cache.keys()) if (isCard(new URL(old.url))) await cache.delete(old);
    await cache.put(request.url, answer.clone());
    keepQuestions(cache, await answer.clone().text()).catch(() => { /* They can be asked for again. */ });
  } else if (isQuestion(url) && answer.status >= 400) await cache.delete(request.url);
  else if (answer.status < 500) await caches.delete(KEPT);
  return answer;
}

/* The questions that a page leads to can be answered without a network as well. */
async function keepQuestions(cache, html) {
  for (const [, path] of html.matchAll(/href="([^"?]+\/outcome)"/g)) {
    const url = new URL(path, self.location);
    if (!isQuestion(url) || await cache.match(url)) continue;
    const answer = await fetch(url);
    if (answer.ok && !answer.redirected) await cache.put(url, answer);
  }
}

/* What the site asked back about is sent once more as it was typed, as if it were sent now, so that its question is shown. */
async function ask(request, url) {
  const one = (await waiting()).find(({ key }) => key === Number(url.searchParams.get("kept")));
  const answer = one && await fetch(`${base}form-token`, { headers: { Accept: "application/json" } });
  if (!answer?.ok) return fetch(request);
  const { token, who } = await answer.json();
  if (one.who && one.who !== who) return fetch(request);
  const { seen_at: _, ...fields } = one.fields;
  const asked = await fetch(one.url, { method: "POST", body: new URLSearchParams({ ...fields, csrf_token: token }) });
  return asked.redirected ? Response.redirect(asked.url, 303) : asked;
}

async function kept(request, otherwise) {
  const cache = await caches.open(KEPT);
  return (await cache.match(request)) ?? (otherwise && (await cache.match(request, otherwise))) ?? Response.error();
}

/* What is tapped ---------------------------------------------------------------------------------------------------- */

function store(mode, act) {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open("statements", 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore("waiting", { keyPath: "key", autoIncrement: true });
    opening.onerror = () => reject(opening.error);
    opening.onsuccess = () => {
      const work = opening.result.transaction("waiting", mode);
      const asked = act(work.objectStore("waiting"));
      work.oncomplete = () => { opening.result.close(); resolve(asked.result); };
      work.onerror = work.onabort = () => { opening.result.close(); reject(work.error); };
    };
  });
}

const waiting = () => store("readonly", (all) => all.getAll());

/* A statement goes out at once where there is a network, and is kept where there is none, or one too slow to wait for. */
async function say(request) {
  const copy = request.clone();
  const seenAt = new Date().toISOString();
  try {
    const answer = await Promise.race([fetch(request), late()]);
    await forget(copy.url);
    return answer;
  } catch { /* It is kept below. */ }
  const { label = "", who = "", ...fields } = Object.fromEntries(await copy.formData());
  if (!label) return Response.error();
  const others = await waiting();
  if (!fields.proof && !copy.url.endsWith("/confirm") && others.some((one) => one.fields.once === fields.once && one.fields.side === fields.side)) {
    fields.once = crypto.randomUUID().replaceAll("-", "");
  }
  const back = readable(copy);
  await store("readwrite", (all) => all.add({ url: copy.url, fields: { ...fields, seen_at: seenAt }, label, who, at: seenAt }));
  self.registration.sync?.register("statements").catch(() => { /* The page asks to send as well. */ });
  return Response.redirect(back, 303);
}

/* A question that was answered is read anew: its copy shows what was recorded before. */
const forget = async (url) => (await caches.open(KEPT)).delete(url.replace(/\/confirm$/, ""), { ignoreSearch: true });

/* Where one goes on: the page one came from where there is a copy of it, else the one that there is most likely a copy of. */
function readable(request) {
  const from = URL.canParse(request.referrer) ? request.referrer : request.url;
  if (isPage(new URL(from)) && !isQuestion(new URL(from))) return from;
  return new URL(new URL(from).pathname.startsWith(`${base}host/`) ? `${base}host` : `${base}agenda`, self.location).href;
}

const late = () => new Promise((_, reject) => setTimeout(() => reject(new Error("too slow")), SLOW));

let sending = null, signedIn = null;
const send = () => (sending ??= sendAll().finally(() => { sending = null; }));

/* In order, and only as whom they were tapped. The first one that finds no way stops the others, so that none overtakes. */
async function sendAll() {
  for (const one of await waiting()) {
    if (one.state && !["ask", "sent"].includes(one.state)) continue;
    const answer = await fetch(`${base}form-token`, { headers: { Accept: "application/json" } });
    if (!answer.ok) break;
    const { token, who } = await answer.json();
    signedIn = who;
    if (one.state === "sent") continue;
    if (one.who && one.who !== who) { await mark(one, who ? "foreign" : "sign-in", !who); if (!who) break; continue; }
    const sent = await fetch(one.url, { method: "POST", body: new URLSearchParams({ ...one.fields, csrf_token: token }) });
    if (sent.status >= 500 || sent.status === 429) break;
    await forget(one.url);
    if (sent.status === 201) await show(one, await sent.json());
    else if (sent.redirected && sent.ok) await store("readwrite", (all) => all.delete(one.key));
    else if (isAsked(one, sent)) await mark({ ...one, link: `${one.url}?kept=${one.key}` }, "ask");
    else await mark(one, "refused");
  }
  await tell();
}

/* An outcome that the site asks back about waits for its answer; one that was answered meanwhile is sent in vain and goes. */
const isAsked = (one, sent) => isOutcome(new URL(one.url)) && (sent.ok || sent.status === 422);

/* An amount that was recorded is shown as it was read, to whom it belongs. */
const show = (one, { reading, link }) => mark({ ...one, fields: {}, label: `${one.label} · ${reading}`, link }, "sent");

const mark = (one, state, stays) => store("readwrite", (all) => all.put({ ...one, state: stays ? "" : state }));

async function tell() {
  const list = (await waiting()).filter(({ state, who }) => state !== "sent" || who === signedIn)
    .map(({ key, label, at, state, link }) => ({ key, label, at, state, link }));
  for (const page of await self.clients.matchAll()) page.postMessage({ waiting: list });
}

self.addEventListener("sync", (event) => event.waitUntil(send()));

/* The page says what it is made of: the first time it was loaded before this worker was there to see it. It also asks for
   what waits, and lets go of what was refused. */
self.addEventListener("message", (event) => {
  const { data } = event;
  if (Array.isArray(data)) event.waitUntil(keep(data, event.source));
  else if (data.drop) event.waitUntil(store("readwrite", (all) => all.delete(data.drop)).then(tell));
  else {
    signedIn = null;
    /* What is being sent already may have asked who is signed in before this page forgot it. */
    event.waitUntil(tell().then(() => sending?.catch(() => {})).then(send).catch(tell));
  }
});

async function keep(addresses, page) {
  const cache = await caches.open(KEPT);
  const wanted = new Set(addresses.filter((address) => isOurs(new URL(address))));
  for (const { url } of await cache.keys()) {
    if (isFile(new URL(url)) && !wanted.has(url)) await cache.delete(url);
  }
  for (const address of wanted) {
    if (!(await cache.match(address))) await cache.add(address);
    if (isPage(new URL(address))) await keepQuestions(cache, await (await cache.match(address)).text());
  }
  page?.postMessage("kept");
}
