"use strict";
/* Keeps the agenda that was read last, with the files it is shown by, so that it can be read again in a hall without a
   network. It keeps nothing else, answers from the copy only when no network does, and forgets it when the site says that
   nobody is signed in. Signing out clears it as well (Clear-Site-Data). */

const KEPT = "agenda";
const agenda = new URL(self.registration.scope).pathname;
const isFile = (url) => url.pathname.startsWith("/static/");
const isOurs = (url) => url.origin === self.location.origin && (url.pathname === agenda || isFile(url));

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || !isOurs(url)) return;
  if (isFile(url)) event.respondWith(fetch(request).catch(() => kept(request)));
  else if (request.mode === "navigate") event.respondWith(page(request));
});

async function page(request) {
  let answer;
  try { answer = await fetch(request); } catch { return kept(request, { ignoreSearch: true }); }
  if (answer.ok) await (await caches.open(KEPT)).put(request.url, answer.clone());
  else if (answer.status < 500) await caches.delete(KEPT);
  return answer;
}

async function kept(request, otherwise) {
  const cache = await caches.open(KEPT);
  return (await cache.match(request)) ?? (otherwise && (await cache.match(request, otherwise))) ?? Response.error();
}

/* The page says what it is made of: the first time it was loaded before this worker was there to see it. */
self.addEventListener("message", (event) => event.waitUntil(keep(event.data, event.source)));

async function keep(addresses, page) {
  const cache = await caches.open(KEPT);
  const wanted = new Set(addresses.filter((address) => isOurs(new URL(address))));
  for (const { url } of await cache.keys()) {
    if (isFile(new URL(url)) && !wanted.has(url)) await cache.delete(url);
  }
  for (const address of wanted) {
    if (!(await cache.match(address))) await cache.add(address);
  }
  page?.postMessage("kept");
}
