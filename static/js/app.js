"use strict";
/* Enhancements only: every page works as plain links and forms without this file. Behaviour is bound by data- attributes.
   The server's HTML is the only source of what is shown: a form or link with data-swap="name" is sent by fetch, and what has
   data-region="name" is replaced by what the answer has. Nothing is stored on the device. */

const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const region = (name, root = document) => root.querySelector(`[data-region="${CSS.escape(name)}"]`);
const say = (text) => { document.querySelector("[data-live]").textContent = text.replace(/\s+/g, " ").trim(); };

/* Replacing regions ------------------------------------------------------------------------------------------------ */

async function read(answer) {
  return new DOMParser().parseFromString(await answer.text(), "text/html");
}

const ask = (url, options = {}) => fetch(url, { ...options, headers: { "X-Requested-With": "fetch", Accept: "text/html" } });

/* Puts regions of a page in place of ours; false when it has none of them. */
function swap(names, page) {
  const found = names.filter((name) => region(name) && region(name, page));
  if (!found.length) return false;
  document.title = page.title;
  const { id, dataset, localName, name, value } = document.activeElement;
  const same = id ? `#${CSS.escape(id)}` : dataset.key ? `[data-key="${CSS.escape(dataset.key)}"]` : name ? `[name="${CSS.escape(name)}"][value="${CSS.escape(value)}"]` : null;
  for (const name of new Set([...found, "flashes"])) {
    const fresh = region(name, page);
    if (!fresh || !region(name)) continue;
    region(name).replaceWith(fresh);
    start(fresh);
  }
  if (localName !== "body" || page.querySelector("[data-focus]")) keepFocus(found, same);
  say(["flashes", ...found].flatMap((name) => all("[data-say]", region(name) ?? document.head)).map((part) => part.textContent).join(" "));
  return true;
}

/* When the focus was lost: on an error summary, else the same thing again, else what the region names. */
function keepFocus(names, same) {
  const first = (selector) => names.map((name) => region(name).querySelector(selector)).find(Boolean);
  if (document.activeElement !== document.body) return;
  const target = first("[data-focus]") ?? (same && document.querySelector(same)) ?? first("[data-land]") ?? first("[type=submit]") ?? first("a[href]");
  target?.focus({ preventScroll: true });
}

/* An answer without the wanted regions: another page is opened, an error page takes this one's place. */
function show(answer, page) {
  if (answer.redirected || answer.ok) { location.assign(answer.url); return; }
  document.title = page.title;
  document.body.replaceWith(page.body);
  start(document.body);
}

const turns = new WeakMap();

/* A button may ask for regions of its own, while the rest of its form opens a page. */
const wanted = (form, submitter) => (submitter?.dataset.swap ?? form.dataset.swap)?.split(" ");

async function send(form, submitter) {
  const data = new FormData(form);
  if (submitter?.name) data.append(submitter.name, submitter.value);
  const url = new URL(submitter?.getAttribute("formaction") ?? form.getAttribute("action") ?? "", location.href);
  const isGet = form.getAttribute("method")?.toLowerCase() !== "post";
  const turn = (turns.get(form) ?? 0) + 1;
  turns.set(form, turn);
  if (isGet) url.search = new URLSearchParams(data);
  let answer;
  try {
    answer = await ask(url, isGet ? {} : { method: "POST", body: data });
  } catch {
    /* No answer came: the browser sends the form itself and shows what is wrong. */
    delete form.dataset.swap;
    if (submitter) delete submitter.dataset.swap;
    form.removeAttribute("aria-busy");
    form.requestSubmit(submitter);
    return;
  }
  const page = await read(answer);
  form.removeAttribute("aria-busy");
  if (turns.get(form) !== turn) return;
  if (!swap(wanted(form, submitter), page)) show(answer, page);
  else if (isGet || answer.redirected) history.replaceState(null, "", answer.url);
}

document.addEventListener("submit", (event) => {
  const { target: form, submitter } = event;
  const isPost = form.getAttribute("method")?.toLowerCase() === "post";
  if (submitter?.dataset.swap) { event.preventDefault(); send(form, submitter); return; }
  if (isPost && form.getAttribute("aria-busy") === "true") { event.preventDefault(); return; }
  if (isPost && !navigator.onLine && !isKept(form)) { event.preventDefault(); wait(form, submitter); return; }
  if (isPost) {
    form.setAttribute("aria-busy", "true");
    setTimeout(() => form.removeAttribute("aria-busy"), 8000);
  }
  if (form.dataset.swap) { event.preventDefault(); send(form, submitter); }
});

/* A page that comes back from the browser's memory may be sent again. */
addEventListener("pageshow", () => all("form[aria-busy]").forEach((form) => form.removeAttribute("aria-busy")));

/* Without a network nothing leaves and nothing is lost: the form is sent when the network is back. */
function wait(form, submitter) {
  const note = document.querySelector("template[data-offline]").content.cloneNode(true);
  say(note.textContent);
  region("flashes")?.replaceChildren(note);
  if (form.hasAttribute("data-waits")) return;
  form.setAttribute("data-waits", "");
  addEventListener("online", () => {
    region("flashes")?.replaceChildren();
    form.removeAttribute("data-waits");
    if (form.isConnected) form.requestSubmit(submitter);
  }, { once: true });
}

/* What is said at a table goes to the worker, which keeps it even when the page is closed. */
const isKept = (form) => form.dataset.keeps && navigator.serviceWorker?.controller;

document.addEventListener("formdata", ({ target, formData }) => {
  if (!isKept(target)) return;
  formData.set("label", target.dataset.keeps);
  if (formData.get("once") === "") formData.set("once", crypto.randomUUID());
  formData.set("who", document.querySelector("[data-waiting]")?.dataset.who ?? "");
});

async function follow(url, names) {
  try {
    const answer = await ask(url);
    if (swap(names, await read(answer))) history.replaceState(null, "", answer.url); else location.assign(url);
  } catch { location.assign(url); }
}

document.addEventListener("click", (event) => {
  closeMenus(event.target.closest("[data-menu]"));
  const link = event.target.closest("a[data-swap]");
  if (!link || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  follow(link.href, link.dataset.swap.split(" "));
});

/* Menus and keys --------------------------------------------------------------------------------------------------- */

function closeMenus(except) {
  all("[data-menu][open]").forEach((menu) => { if (menu !== except) menu.open = false; });
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    event.target.closest("[data-menu][open]")?.querySelector("summary").focus();
    closeMenus();
    const grid = document.querySelector(".is-placing[data-cancel]");
    if (grid) follow(grid.dataset.cancel, ["schedule"]);
  }
  if (event.key.startsWith("Arrow") && event.target.closest("[data-grid] td")) walk(event);
});

/* Arrow keys go to the next cell with something in it, so that Tab need not visit every one. */
function walk(event) {
  const [down, right] = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key];
  const cell = event.target.closest("td");
  const rows = cell.closest("table").rows;
  let row = cell.parentElement.rowIndex + down, column = cell.cellIndex + right;
  while (rows[row]?.cells[column] && !rows[row].cells[column].querySelector("a, button")) { row += down; column += right; }
  event.preventDefault();
  rows[row]?.cells[column]?.querySelector("a, button")?.focus();
}

/* Dragging on the schedule: picking up is a link and placing a button, so a drag presses both. The block that the mouse
   holds must stay where it is, so the places are put around it instead of replacing the grid. ------------------------ */

let dragged = null;

async function offerPlaces(link, grid) {
  const page = await read(await ask(link.href));
  const form = region("schedule", page)?.querySelector("form[data-swap=schedule]");
  if (dragged !== link || !form) return;
  grid.classList.add("is-placing");
  for (const cell of all("[data-cell]", grid)) {
    const fresh = page.querySelector(`[data-cell="${CSS.escape(cell.dataset.cell)}"]:has(.drop)`);
    if (fresh) { cell.className = fresh.className; cell.replaceChildren(...fresh.childNodes); }
  }
  document.getElementById(form.id)?.remove();
  grid.append(form);
}

document.addEventListener("dragstart", (event) => {
  const grid = document.querySelector("[data-grid]");
  dragged = grid && event.target.closest("[data-pick]");
  if (dragged) offerPlaces(dragged, grid).catch(() => { dragged = null; });
});
document.addEventListener("dragover", (event) => { if (dragged && event.target.closest(".drop")) event.preventDefault(); });
document.addEventListener("dragenter", (event) => all(".drop").forEach((place) => place.classList.toggle("is-over", place.contains(event.target))));
document.addEventListener("drop", (event) => {
  const place = dragged && event.target.closest(".drop");
  if (!place) return;
  event.preventDefault();
  dragged = null;
  place.click();
});
document.addEventListener("dragend", () => {
  if (dragged) follow(location.href, ["schedule"]);
  dragged = null;
});

/* Bound once, and again in every region that is replaced -------------------------------------------------------------- */

const starters = {
  /* Looks again every so many seconds while the page is visible, as long as the answer asks for it. */
  "[data-poll]": (part) => {
    const look = async () => {
      if (!part.isConnected) return;
      try {
        const answer = document.hidden ? null : await ask(part.dataset.pollUrl ?? location.href);
        if (answer?.redirected) { location.assign(answer.url); return; }
        if (answer?.ok && swap(wanted(part) ?? [part.dataset.region], await read(answer))) return;
      } catch {
        /* It says that it is old. */
        part.dataset.old = "";
      }
      setTimeout(look, 1000 * part.dataset.poll);
    };
    setTimeout(look, 1000 * part.dataset.poll);
  },
  /* Filters while one types; the button beside it does the same without script. */
  "form[data-type-ahead]": (form) => {
    let timer;
    form.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(() => form.requestSubmit(), 250); });
  },
  /* Presses a button a moment after the form's texts were changed, so that what it shows keeps up. */
  "[data-suggests]": (form) => {
    let timer;
    form.addEventListener("input", ({ target }) => {
      if (target.localName !== "textarea") return;
      clearTimeout(timer);
      timer = setTimeout(() => form.requestSubmit(document.getElementById(form.dataset.suggests)), 400);
    });
  },
  /* The box below the button becomes a dialog. */
  "[data-confirm]": (box) => {
    const dialog = box.querySelector("dialog");
    dialog.removeAttribute("open");
    all("[data-close]", dialog).forEach((button) => { button.hidden = false; button.onclick = () => dialog.close(); });
    const opener = box.querySelector("summary");
    opener.addEventListener("click", (event) => { event.preventDefault(); box.open = true; dialog.showModal(); });
    dialog.addEventListener("close", () => { box.open = false; opener.focus(); });
  },
  "[data-copy]": (button) => {
    button.hidden = !navigator.clipboard;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(button.dataset.copy);
      button.classList.add("is-done");
      button.querySelector("span").textContent = button.dataset.done;
      say(button.dataset.done);
    });
  },
  "[data-reveal]": (button) => {
    const box = document.getElementById(button.dataset.reveal);
    button.hidden = false;
    button.addEventListener("click", () => {
      const shown = box.type === "password";
      box.type = shown ? "text" : "password";
      button.setAttribute("aria-pressed", shown);
    });
  },
  /* Readable without a network; the copy says from when it is. */
  "[data-agenda]": (part) => {
    const show = (selector, isShown) => all(selector, part).forEach((note) => { note.hidden = !isShown; });
    show("[data-copy-old]", !navigator.onLine);
    const workers = navigator.serviceWorker;
    if (!workers || !navigator.onLine) return;
    workers.addEventListener("message", ({ data }) => { if (data === "kept") show("[data-copy-kept]", true); });
    workers.register(part.dataset.agenda).then(() => workers.ready).then((ready) => {
      const files = performance.getEntriesByType("resource").map((entry) => entry.name);
      ready.active.postMessage([location.href.split("#")[0], ...files]);
    }).catch(() => { /* Without a worker the page is read as any other. */ });
  },
  /* What was tapped without a network: listed with its time, and sent when there is one. */
  "[data-waiting]": (part) => {
    const workers = navigator.serviceWorker;
    const post = (message) => workers.ready.then((ready) => ready.active.postMessage(message));
    if (!workers) return;
    workers.addEventListener("message", ({ data }) => { if (data.waiting) list(part, data.waiting, post); });
    addEventListener("online", () => post({}));
    post({});
  },
  "[data-print]": (button) => { button.hidden = false; button.addEventListener("click", () => print()); },
  /* The error summary takes focus when the page opens. */
  "[data-focus]": (summary) => summary.focus({ preventScroll: true }),
};

function list(part, waiting, post) {
  const had = part.querySelectorAll("li").length;
  part.hidden = !waiting.length;
  part.querySelector("ul").replaceChildren(...waiting.map(({ key, label, at, state, link }) => {
    const line = part.querySelector("template").content.cloneNode(true);
    const name = line.querySelector("a");
    name.ariaLabel = name.textContent = label;
    if (link) name.href = link;
    line.querySelector("time").textContent = new Date(at).toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit", hour12: false });
    all("[data-state]", line).forEach((text) => { text.hidden = text.dataset.state !== (state ?? ""); });
    const button = line.querySelector("button");
    button.ariaLabel += ` ${label}`;
    if (state) button.onclick = () => post({ drop: key }); else button.remove();
    return line;
  }));
  if (had > waiting.length && !waiting.length && navigator.onLine && !document.querySelector("form:focus-within")) location.reload();
}

function start(root) {
  for (const [selector, begin] of Object.entries(starters)) {
    if (root.matches(selector)) begin(root);
    all(selector, root).forEach(begin);
  }
}

start(document.body);
