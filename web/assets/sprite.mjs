// One sprite of the drawings that are used: ours from drawings/, icons from lucide (ISC) by the names found in the sources.
import { existsSync } from "node:fs";
import { readFile, readdir } from "node:fs/promises";
import path from "node:path";

const NAMED = /\bicon(?:\(\s*|\s*=\s*|\s*:\s*)["']([a-z][a-z0-9-]*)["']/g;
const QUOTED = /["']([a-z][a-z0-9]*(?:-[a-z0-9]+)*)["']/g;
const SOURCES = ["../templates", "../pages", "..", "ts"];

async function* sourceFiles(folder, deep = true) {
  if (!existsSync(folder)) return;
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory() && deep) yield* sourceFiles(file);
    else if (/\.(html|py|ts)$/.test(entry.name)) yield file;
  }
}

const lucide = (here, name) => path.join(here, "node_modules/lucide-static/icons", `${name}.svg`);
const isLucide = (here, name) => existsSync(lucide(here, name));

async function namesInUse(here) {
  const names = new Set(JSON.parse(await readFile(path.join(here, "icons.json"), "utf8")));
  for (const source of SOURCES) {
    for await (const file of sourceFiles(path.join(here, source), source !== "..")) {
      const text = await readFile(file, "utf8");
      for (const [, name] of text.matchAll(NAMED)) names.add(name);
      // Templates also hand names on in lists and arguments; a word that happens to be an icon costs little.
      if (!file.endsWith(".html")) continue;
      for (const [, name] of text.matchAll(QUOTED)) if (isLucide(here, name)) names.add(name);
    }
  }
  return names;
}

function symbol(name, svg) {
  const viewBox = svg.match(/viewBox="([^"]+)"/)[1];
  const body = svg.replace(/<!--[\s\S]*?-->/g, "").match(/<svg[^>]*>([\s\S]*)<\/svg>/)[1];
  return `<symbol id="${name}" viewBox="${viewBox}">${body.replace(/\s+/g, " ").trim()}</symbol>`;
}

/** Returns the sprite; throws naming the icon that is neither ours nor lucide's. */
export async function buildSprite(here) {
  const drawings = (await readdir(path.join(here, "drawings"))).filter((file) => file.endsWith(".svg") && file !== "favicon.svg");
  const symbols = [];
  const ours = new Set(drawings.map((file) => file.slice(0, -4)));
  for (const name of [...ours].sort()) {
    symbols.push(symbol(name, await readFile(path.join(here, "drawings", `${name}.svg`), "utf8")));
  }
  for (const name of [...(await namesInUse(here))].sort()) {
    if (ours.has(name)) continue;
    if (!isLucide(here, name)) throw new Error(`There is no icon called "${name}" in drawings/ or in lucide`);
    symbols.push(symbol(name, await readFile(lucide(here, name), "utf8")));
  }
  return `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>`;
}
