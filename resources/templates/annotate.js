"use strict";

const page = document.documentElement.dataset.page;
const items = [...document.querySelectorAll(".item")];
const stepsOf = items.map((item) => [...item.querySelectorAll(".step")]);
const overview = [...document.querySelectorAll("#overview button")];
const $ = (id) => document.getElementById(id);

const store = `weak-teachers/${page}`;
let annotator = null;
let state = null; // {item, step, labels}: indices from 0; labels[item][step] is a mark or null

// What is kept in the browser. ------------------------------------------------------------------

function kept(key) {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function keep(key, value) {
  try {
    localStorage.setItem(key, value);
  } catch {
    say("This browser keeps nothing for this page: export before you close it.");
  }
}

function load() {
  const saved = JSON.parse(kept(`${store}/labels/${annotator}`) ?? "null");
  state = saved ?? { item: 0, step: 0, labels: stepsOf.map((steps) => steps.map(() => null)) };
}

function save() {
  keep(`${store}/labels/${annotator}`, JSON.stringify(state));
}

// What is shown. --------------------------------------------------------------------------------

let silence;

function say(message) {
  $("status").textContent = message;
  clearTimeout(silence);
  silence = setTimeout(() => { $("status").textContent = ""; }, 8_000);
}

function marked(item) {
  return state.labels[item].filter((label) => label !== null).length;
}

function show() {
  items.forEach((item, index) => { item.hidden = index !== state.item; });
  stepsOf[state.item].forEach(showStep);
  overview.forEach(showInOverview);
  const steps = state.labels.flat();
  const done = steps.filter((label) => label !== null).length;
  $("progress").value = done;
  $("count").textContent = `${done} of ${steps.length} steps marked`;
  $("place").textContent = `${state.item + 1} of ${items.length}`;
  $("previous").disabled = state.item === 0;
  $("next").disabled = state.item === items.length - 1;
  $("annotator").textContent = annotator;
}

function showStep(step, index) {
  const label = state.labels[state.item][index];
  step.classList.toggle("current", index === state.step);
  step.dataset.mark = label ?? "";
  for (const button of step.querySelectorAll("[data-mark]")) {
    button.setAttribute("aria-pressed", String(button.dataset.mark === label));
  }
}

function showInOverview(button, index) {
  const count = marked(index);
  button.className = count === 0 ? "" : count < stepsOf[index].length ? "partly" : "done";
  if (index === state.item) {
    button.setAttribute("aria-current", "true");
    button.scrollIntoView({ block: "nearest", inline: "nearest" });
  } else {
    button.removeAttribute("aria-current");
  }
}

function focusStep(arriving) {
  const step = stepsOf[state.item][state.step];
  step.focus({ preventScroll: true });
  // Whoever comes to a solution reads the problem first, on a narrow screen too.
  if (arriving && state.step === 0) document.querySelector("main").scrollTo(0, 0);
  else step.scrollIntoView({ block: "nearest" });
}

// What the annotator does. ----------------------------------------------------------------------

function goTo(item, step) {
  if (item < 0 || item >= items.length) return;
  const arriving = item !== state.item;
  state.item = item;
  state.step = Math.max(0, Math.min(step, stepsOf[item].length - 1));
  save();
  show();
  focusStep(arriving);
}

function mark(label) {
  state.labels[state.item][state.step] = label;
  const last = state.step === stepsOf[state.item].length - 1;
  goTo(state.item, label === null || last ? state.step : state.step + 1);
}

function goToUnmarked() {
  const places = state.labels.flatMap((labels, item) => labels.map((label, step) => ({ item, step, label })));
  const here = places.findIndex(({ item, step }) => item === state.item && step === state.step);
  const found = [...places.slice(here + 1), ...places.slice(0, here + 1)].find(({ label }) => label === null);
  if (found) goTo(found.item, found.step);
  say(found ? "" : "Every step is marked: export your labels.");
}

function exportLabels() {
  const labels = Object.fromEntries(state.labels.map((marks, item) => [item + 1, marks]));
  const text = JSON.stringify({ page, annotator, labels }, null, 1);
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  link.download = `labels-${annotator.replace(/[^\p{L}\p{N}]+/gu, "-")}-${page.slice(0, 6)}.json`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  const partly = items.map((_, item) => item).filter((item) => marked(item) > 0 && marked(item) < stepsOf[item].length);
  const list = partly.map((item) => item + 1).join(", ");
  say(`Exported ${link.download}.` + (list && ` Only partly marked, to be finished before import: ${list}.`));
}

function askName() {
  $("name").value = annotator ?? "";
  $("who").showModal();
  $("name").select();
}

function start(name) {
  annotator = name;
  keep(`${store}/annotator`, name);
  load();
  show();
  focusStep(true);
}

const KEYS = {
  r: () => mark("right"),
  w: () => mark("wrong"),
  u: () => mark("unsure"),
  c: () => mark(null),
  arrowdown: () => goTo(state.item, state.step + 1),
  arrowup: () => goTo(state.item, state.step - 1),
  j: () => goTo(state.item, state.step + 1),
  k: () => goTo(state.item, state.step - 1),
  arrowright: () => goTo(state.item + 1, 0),
  arrowleft: () => goTo(state.item - 1, 0),
  n: () => goTo(state.item + 1, 0),
  p: () => goTo(state.item - 1, 0),
  g: goToUnmarked,
  e: exportLabels,
};

document.addEventListener("keydown", (event) => {
  const action = KEYS[event.key.toLowerCase()];
  if (!action || !state || $("who").open || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  action();
});

stepsOf.forEach((steps, item) => steps.forEach((step, index) => {
  step.addEventListener("click", (event) => {
    if (!state || getSelection().toString()) return;
    const chosen = event.target.closest("button[data-mark]");
    state.step = index;
    if (chosen) mark(chosen.getAttribute("aria-pressed") === "true" ? null : chosen.dataset.mark);
    else goTo(item, index);
  });
}));
overview.forEach((button, item) => button.addEventListener("click", () => goTo(item, 0)));
$("previous").addEventListener("click", () => goTo(state.item - 1, 0));
$("next").addEventListener("click", () => goTo(state.item + 1, 0));
$("export").addEventListener("click", exportLabels);
$("annotator").addEventListener("click", askName);

$("who").addEventListener("cancel", (event) => { if (!annotator) event.preventDefault(); });
$("who").querySelector("form").addEventListener("submit", (event) => {
  event.preventDefault();
  const name = $("name").value.trim();
  if (!name) return;
  $("who").close();
  start(name);
});

// Another tab of the same annotator: show what was marked there.
addEventListener("storage", (event) => {
  if (annotator && event.key === `${store}/labels/${annotator}`) {
    load();
    show();
  }
});

const last = kept(`${store}/annotator`);
if (last) start(last);
else askName();
