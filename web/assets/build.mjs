// Builds everything a browser or a PDF is given: scripts, styles, fonts, one sprite, and the manifest that names them.
// `node build.mjs` once, `node build.mjs --watch` while working. Output: ../static/dist (never committed).
import { compressAll } from "./compress.mjs";
import * as esbuild from "esbuild";
import { createHash } from "node:crypto";
import { cp, mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { existsSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { buildSprite } from "./sprite.mjs";
import { displayCut, pdfFonts } from "./fonts.mjs";

const here = path.dirname(fileURLToPath(import.meta.url));
const dist = path.join(here, "../static/dist");
const watch = process.argv.includes("--watch");

const optional = ["css/screens/sandbox.css", "css/screens/room.css", "ts/room.ts", "ts/device-check.ts", "ts/room/room.ts", "ts/room/device-check.ts"];
const entryPoints = ["ts/main.ts", "css/main.css", ...optional.filter((file) => existsSync(path.join(here, file)))];

/** `lazo:elements` maps each tag to its chunk: ts/elements/hold-countdown.ts is <hold-countdown>. */
const elements = {
  name: "elements",
  setup(build) {
    build.onResolve({ filter: /^lazo:elements$/ }, () => ({ path: "elements", namespace: "lazo" }));
    build.onLoad({ filter: /.*/, namespace: "lazo" }, async () => {
      const folder = path.join(here, "ts/elements");
      const tags = (await readdir(folder)).filter((file) => /^[a-z]+-[a-z-]+\.ts$/.test(file)).sort();
      const lines = tags.map((file) => `"${file.slice(0, -3)}": () => import("./${file}")`);
      return { contents: `export const elements = {\n${lines.join(",\n")}\n};`, resolveDir: folder, loader: "js", watchDirs: [folder] };
    });
  },
};

/** The dark palette is written once; it stands for the reader's choice and for the system's when there is no choice. */
const darkPalette = {
  name: "dark-palette",
  setup(build) {
    build.onLoad({ filter: /palette\.dark\.css$/ }, async ({ path: file }) => {
      const declarations = (await readFile(file, "utf8")).match(/:root\s*\{([\s\S]*)\}/)[1];
      const contents = `:root[data-theme="dark"] {${declarations}}
@media (prefers-color-scheme: dark) { :root:not([data-theme]) {${declarations}} }`;
      return { contents, loader: "css" };
    });
  },
};

/** manifest.json: source name -> served file, with the fonts worth preloading and the sprite. */
const manifest = {
  name: "manifest",
  setup(build) {
    build.onEnd(async (result) => {
      if (result.errors.length > 0) return;
      const names = {};
      for (const [file, output] of Object.entries(result.metafile.outputs)) {
        const built = path.relative(dist, path.resolve(here, file));
        if (output.entryPoint) names[output.entryPoint.replace(/^(ts|css)\//, "")] = built;
        const inputs = Object.keys(output.inputs);
        if (file.endsWith(".woff2") && inputs.length === 1) names[path.basename(inputs[0])] = built;
      }
      const sprite = await buildSprite(here);
      const name = `sprite-${createHash("sha256").update(sprite).digest("hex").slice(0, 8)}.svg`;
      await writeFile(path.join(dist, name), sprite);
      names["sprite.svg"] = name;
      await cp(path.join(here, "drawings/favicon.svg"), path.join(dist, "favicon.svg"));
      await writeFile(path.join(dist, "manifest.json"), JSON.stringify(names, null, 2));
    });
  },
};

const options = {
  absWorkingDir: here,
  entryPoints,
  outdir: dist,
  bundle: true,
  splitting: true,
  format: "esm",
  target: ["es2022", "chrome111", "firefox114", "safari16.4"],
  minify: true,
  sourcemap: "linked",
  metafile: true,
  entryNames: "[name]-[hash]",
  chunkNames: "chunks/[name]-[hash]",
  assetNames: "fonts/[name]-[hash]",
  loader: { ".woff2": "file" },
  legalComments: "linked",
  logLevel: "warning",
  plugins: [elements, darkPalette, manifest],
};

await rm(dist, { recursive: true, force: true });
await mkdir(dist, { recursive: true });
await displayCut(here);
await pdfFonts(here, path.join(dist, "pdf-fonts"));
if (watch) {
  const context = await esbuild.context(options);
  await context.watch();
} else {
  await esbuild.build(options);
  await compressAll(dist);
}
